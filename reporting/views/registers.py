"""Targets, observations and the registers of the partnership."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import cached_property

from caseload.models import TargetGroup
from partners.permissions import Capability, may
from partners.platform.frame.pieces import Link
from partners.platform.frame.tags import tag, words
from partners.platform.lists.pages import TablePage
from partners.platform.lists.tables import Column
from partners.platform.records.forms import RecordForm
from reporting.forms.observations import ObservationForm
from reporting.indicators.names import name_of
from reporting.models import HeadlineTarget, Milestone, Objective, Observation, Risk, Target
from reporting.queries.filed import signed
from reporting.services.observations import KEPT, record_observation
from reporting.views.returns import area_tabs

DEGREES = {"low": "good", "moderate": "warning", "high": "bad"}


def area_of(row: Any) -> str:
    return str(row.area or row.get_area_kind_display())


def indicator_name(row: Any) -> str:
    return name_of(row.indicator)


class Register(TablePage):
    """A list of the reporting area; ``url_name`` is its own, for the sub-navigation."""

    capability = Capability.VIEW_RETURNS
    template_name = "reporting/register.html"
    url_name = ""

    def get_tabs(self) -> list[Link]:
        return area_tabs(self.url_name)


class Measures(Register):
    """Numbers by indicator and group: the page has their names, the files their codes."""

    def get_columns(self) -> Sequence[Column]:
        return [replace(each, cell=self.group_name) if each.key == "group" else each for each in self.columns]

    def group_name(self, row: Any) -> str:
        return self.groups.get(row.group) or words(row.group) if row.group else ""

    @cached_property
    def groups(self) -> dict[str, str]:
        return dict(TargetGroup.objects.values_list("code", "title"))


class Targets(Measures):
    url_name = "reporting:targets"
    title = "Targets"
    lead = "Values sought for a year or a quarter, for the whole consortium, an area or a group."
    default_sort = "indicator"
    empty = "No targets yet. They come with a package (targets.csv) or with the pack."
    columns = [
        Column("indicator", "Indicator", cell=indicator_name, sort=("indicator", "period", "area")),
        Column("period", "Period", sort="period"),
        Column("area", "Area", value=area_of, sort=("area_kind", "area"), is_unbroken=True),
        Column("group", "Group", sort="group"),
        Column("value", "Target", kind="number", sort="value"),
    ]

    def get_rows(self) -> QuerySet[Target]:
        return Target.objects.all()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(headlines=headline_sums(), **kwargs)


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


class Observations(Measures):
    url_name = "reporting:observations"
    title = "Observations"
    lead = "Measures taken from outside sources, such as published claimant counts."
    default_sort = "-as_at"
    empty = "No observations yet. Record one, or bring them in with a package (observations.csv)."
    columns = [
        Column("indicator", "Indicator", cell=indicator_name, sort=("indicator", "-as_at")),
        Column("as_at", "As at", kind="date", sort="as_at"),
        Column("area", "Area", value=area_of, sort=("area_kind", "area"), is_unbroken=True),
        Column("group", "Group", sort="group"),
        Column("value", "Value", kind="number", sort="value"),
        Column("source", "Source", sort="source"),
    ]

    def get_rows(self) -> QuerySet[Observation]:
        return Observation.objects.all()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        is_open = may(self.staff, Capability.RECORD_OBSERVATIONS)
        action = Link("Record an observation", reverse("reporting:record-observation")) if is_open else None
        return super().get_context_data(action=action, **kwargs)

    def get_columns(self) -> Sequence[Column]:
        """For whoever may correct one, the indicator leads to it; a corrected one is marked."""
        first, *others = super().get_columns()
        if may(self.staff, Capability.RECORD_OBSERVATIONS):
            first = replace(first, link=observation_url)
        corrected = Column("corrected", "", value=lambda row: "Corrected" if row.version > 1 else "", is_exported=False)
        return [first, *others, corrected]

    def get_tabs(self) -> list[Link]:
        is_open = may(self.staff, Capability.RECORD_OBSERVATIONS)
        gone = [Link("Removed observations", reverse("reporting:removed-observations"))] if is_open else []
        return [*super().get_tabs(), *gone]


def observation_url(row: Any) -> str:
    return reverse("reporting:observation", args=[row.uid])


class RecordObservation(RecordForm):
    capability = Capability.RECORD_OBSERVATIONS
    form_class = ObservationForm
    title = "Record an observation"
    submit = "Record the observation"

    def get_back(self) -> str:
        return reverse("reporting:observations")

    def get_success_url(self) -> str:
        return self.get_back()

    def act(self, form: ObservationForm) -> None:
        typed = {name: form.cleaned_data[name] for name in KEPT}
        record_observation(by=self.staff, **typed)
        messages.success(self.request, "The observation is recorded.")


class Milestones(Register):
    url_name = "reporting:milestones"
    title = "Milestones"
    lead = "Dated events to reach, their forecast, and what is done about slippage."
    default_sort = "due"
    empty = "No milestones yet. They come with a package (milestones.csv) or with the pack."
    columns = [
        Column("title", "Milestone", sort="title"),
        Column("objective", "Objective", sort="objective"),
        Column("due", "Due", value="due_on", kind="date", sort="due_on"),
        Column("forecast", "Forecast", value="forecast_on", kind="date", sort="forecast_on"),
        Column("achieved", "Achieved", value="achieved_on", kind="date", sort="achieved_on"),
        Column("mitigation", "What is done"),
    ]

    def get_rows(self) -> QuerySet[Milestone]:
        return Milestone.objects.all()


class Risks(Register):
    url_name = "reporting:risks"
    title = "Risks"
    lead = "Chance events with likelihood, impact, control and owner."
    default_sort = "title"
    empty = "No risks yet. They come with a package (risks.csv) or with the pack."
    columns = [
        Column("title", "Risk", sort="title"),
        Column(
            "likelihood",
            "Likelihood",
            value=lambda risk: risk.get_likelihood_display(),
            cell=lambda risk: tag(risk.get_likelihood_display(), DEGREES.get(risk.likelihood, "quiet")),
        ),
        Column(
            "impact",
            "Impact",
            value=lambda risk: risk.get_impact_display(),
            cell=lambda risk: tag(risk.get_impact_display(), DEGREES.get(risk.impact, "quiet")),
        ),
        Column("control", "Control"),
        Column("owner", "Owner", sort="owner"),
        Column("status", "Status", value=lambda risk: risk.get_status_display(), sort="status"),
        Column("reviewed", "Reviewed", value="reviewed_on", kind="date", sort="reviewed_on"),
    ]

    def get_rows(self) -> QuerySet[Risk]:
        return Risk.objects.all()


class Objectives(Register):
    url_name = "reporting:objectives"
    title = "Objectives"
    lead = "The broad aims of the strategy, and who leads each."
    default_sort = "title"
    empty = "No objectives yet. They come with the pack."
    columns = [
        Column("title", "Objective", sort="title"),
        Column("lead", "Led by", sort="lead"),
        Column("source", "Source", sort="source"),
    ]

    def get_rows(self) -> QuerySet[Objective]:
        return Objective.objects.all()
