"""The lists of the plan: targets, observations, milestones, risks and objectives."""

from typing import Any

from partners.platform.frame.pieces import Link
from partners.platform.records.pages import KindList
from reporting.indicators.names import name_of
from reporting.models import HeadlineTarget
from reporting.queries.filed import signed
from reporting.views.returns import area_tabs


class PlanList(KindList):
    """A list of the reporting area; targets have the headline figures of the whole programme below them."""

    template_name = "reporting/plan_list.html"

    def get_tabs(self) -> list[Link]:
        return area_tabs(self.kind.list_page)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        headlines = headline_sums() if self.kind.slug == "targets" else []
        return super().get_context_data(headlines=headlines, **kwargs)


def headline_sums() -> list[dict[str, Any]]:
    """Return each headline target as the plan prints it, beside what its small areas add up to."""
    found: dict[str, dict[str, Any]] = {}
    for target in HeadlineTarget.objects.order_by("line"):
        entry = found.setdefault(
            target.line, {"line": target.line, "title": name_of(target.line), "printed": None, "areas": 0, "number": 0}
        )
        if target.lsoa:
            entry["areas"] += target.value
            entry["number"] += 1
        else:
            entry["printed"] = target.value
    parts = [entry for entry in found.values() if entry["number"]]
    total = found.get("headline_total")
    if total is not None and not total["number"]:
        total["areas"] = sum(entry["areas"] for entry in parts)
        total["number"] = max((entry["number"] for entry in parts), default=0)
    for entry in found.values():
        entry["difference"] = "" if entry["printed"] is None else signed(entry["areas"] - entry["printed"])
    return sorted(found.values(), key=lambda entry: (entry["line"] == "headline_total", entry["line"]))
