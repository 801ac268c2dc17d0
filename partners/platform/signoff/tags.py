"""``{% sign_off record %}`` puts the steps of a document, its history and what the reader may do onto its page."""

from typing import Any

from django import template
from django.utils import timezone

from partners.platform.signoff.panel import panel_of

register = template.Library()


@register.inclusion_tag("signoff/panel.html", takes_context=True)
def sign_off(context: template.Context, record: Any) -> dict[str, Any]:
    panel = panel_of(record, context["request"].staff, today=timezone.localdate())
    return {"panel": panel, "request": context["request"]}
