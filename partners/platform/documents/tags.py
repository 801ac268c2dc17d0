"""``{% parts record %}`` puts documents, notes and actions onto the page of a record."""

from typing import Any

from django import template

from partners.platform.documents.panel import panel_of
from partners.platform.documents.subjects import subject_of

register = template.Library()


@register.inclusion_tag("parts/panel.html", takes_context=True)
def parts(context: template.Context, record: Any) -> dict[str, Any]:
    subject = subject_of(context["request"].staff, record)
    return {"panel": panel_of(subject) if subject is not None else None, "csrf_token": context.get("csrf_token")}


@register.filter
def file_size(size: int) -> str:
    """A size as people say it: ``812 kB``, ``3.4 MB``."""
    if size < 1000:
        return f"{size} bytes"
    if size < 1_000_000:
        return f"{round(size / 1000):,} kB"
    return f"{size / 1_000_000:.1f} MB"
