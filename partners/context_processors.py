from typing import Any

from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, Any]:
    """What the frame of every page shows: the person, the consortium, the other consortia they belong to."""
    return {
        "staff": getattr(request, "staff", None),
        "consortium": getattr(request, "consortium", None),
        "memberships": getattr(request, "memberships", []),
    }
