"""Which consortium a person works in now."""

from django.http import HttpRequest
from django.middleware.csrf import rotate_token

from partners.consortium_middleware import SESSION_KEY
from partners.enums import AccessAction
from partners.models import StaffMember
from partners.platform.tenancy.scope import in_consortium
from partners.platform.trail.looking import record_access


def switch_consortium(request: HttpRequest, *, wanted: str) -> StaffMember | None:
    """Let the next request work in another of the person's own consortia; None when it is none of theirs.

    The trail of the consortium one comes into says so, not that of the one left: it would tell it about the other.
    """
    memberships: list[StaffMember] = getattr(request, "memberships", [])
    chosen = next((m for m in memberships if str(m.consortium.uid) == wanted), None)
    if chosen is None:
        return None
    request.session[SESSION_KEY] = chosen.consortium_id
    # A form left open in another window was filled in for the consortium one leaves: it must not arrive in this one.
    rotate_token(request)
    with in_consortium(chosen.consortium.pk):
        here, request.staff = getattr(request, "staff", None), chosen  # type: ignore[attr-defined]
        record_access(request, AccessAction.SIGNED_IN, "partners.consortium")
        request.staff = here  # type: ignore[attr-defined]
    return chosen
