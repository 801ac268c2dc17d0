"""What people write around a return's count: the report's words, its forecasts, and what stands beside them."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from partners.errors import CaseloadError
from partners.models import StaffMember
from partners.permissions import Capability, may
from partners.platform.records.fields import KindForm
from partners.platform.records.forms import RecordForm
from partners.platform.records.kinds import kind_of
from partners.platform.records.pages import KindAdd, KindChange
from reporting.counting.windows import Quarter
from reporting.forms.returns import ForecastsForm, SpendForecastsForm
from reporting.models import Forecast, Milestone, Narrative, Objective, Return, Risk, SpendForecast
from reporting.queries.readers import is_in_chain
from reporting.queries.report import (
    ForecastLine,
    ObjectiveText,
    as_at,
    forecast_table,
    may_forecast_spend,
    milestones,
    narratives,
    reads_spend,
    return_name,
    risks,
    spend,
    writes_of,
)
from reporting.queries.streams import StreamPlan, stream_plans
from reporting.queries.tolerances import held_to
from reporting.services.copies import copies_of
from reporting.services.forecasts import quarter_to_forecast, set_forecasts, set_spend_forecasts
from reporting.services.returns import LOCKED
from reporting.services.signing import chain_of_return
from reporting.views.filed import WithBuild
from reporting.views.returns import OneReturn


def report_url(filed: Return) -> str:
    return reverse("reporting:report", args=[filed.uid])


class ReportPage(OneReturn, TemplateView):
    """Everything of the funder's report but the counted lines: words, forecasts, money, milestones and risks."""

    template_name = "reporting/report.html"

    @cached_property
    def filed(self) -> Return:
        return self.get_return()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        filed = self.filed
        builds = may(self.staff, Capability.BUILD_RETURNS)
        forecasts = forecast_table(filed)
        money = spend(filed) if reads_spend(self.staff, filed) else None
        dated = milestones(filed)
        reads_figures = may(self.staff, Capability.SEE_ALL_CLIENTS) or (
            money is not None and is_in_chain(self.staff, filed)
        )
        targets = {each.code: each.target for each in forecasts.lines} if reads_figures else None
        return super().get_context_data(
            title=f"Report: {return_name(filed)}",
            filed=filed,
            return_title=return_name(filed),
            may_write=builds and filed.state not in LOCKED,
            keeps_plan=may(self.staff, Capability.KEEP_PLAN),
            as_at=as_at(filed),
            objectives=[self.entry(each) for each in narratives(filed)],
            forecasts=[each for each in forecasts.lines if each.before is not None or each.this is not None],
            quarter=forecasts.quarter,
            spend=money,
            spend_forecasts=money.foreseen if money else [],
            may_forecast_spend=may_forecast_spend(self.staff) and filed.state not in LOCKED,
            milestones=[(each, address_of(each.milestone)) for each in dated],
            tolerances=held_to(filed, dated=dated, money=money, targets=targets),
            copies=copies_of(chain_of_return(filed), today=timezone.localdate()),
            risks=[(each, address_of(each.risk)) for each in risks(filed)],
            **kwargs,
        )

    def entry(self, text: ObjectiveText) -> dict[str, Any]:
        """Return an objective with where its words are written, and where their versions and notes are."""
        kind = kind_of(Narrative)
        assert kind is not None  # noqa: S101  it is declared
        writes = self.filed.state not in LOCKED and writes_of(self.staff, text.objective)
        if text.narrative is None:
            write = f"{kind.address('record-add')}?filed={self.filed.uid}&objective={text.objective.uid}"
            return {"text": text, "write": write if writes else "", "open": ""}
        write = kind.address("record-change", text.narrative.uid) if writes else ""
        return {"text": text, "write": write, "open": kind.address("record", text.narrative.uid)}


def address_of(record: Milestone | Risk) -> str:
    kind = kind_of(type(record))
    return kind.address("record", record.uid) if kind else ""


class NarrativePage(ABC):
    """A narrative's form, with what the return before said of its objective; it leads back to the report."""

    template_name: Any = "reporting/narrative.html"

    @abstractmethod
    def about(self) -> tuple[Return | None, Objective | None]:
        """Return which return and which objective it is about, as far as they are known."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        filed, objective = self.about()
        texts = narratives(filed) if filed and objective else []
        found = next((each for each in texts if objective and each.objective.pk == objective.pk), None)
        written = kind_of(Narrative) if found and found.narrative else None
        url = written.address("record-change", found.narrative.uid) if written and found and found.narrative else ""
        return super().get_context_data(  # type: ignore[misc, no-any-return]
            **{"text": found, "written_url": url, **kwargs}
        )

    def get_back(self) -> str:
        filed, _ = self.about()
        return report_url(filed) if filed else reverse("reporting:returns")


class WriteNarrative(NarrativePage, KindAdd):
    def about(self) -> tuple[Return | None, Objective | None]:
        return self.given.get("filed"), self.given.get("objective")

    def _page_of_given(self) -> str:
        filed = self.given.get("filed")
        return report_url(filed) if filed else ""


class ChangeNarrative(NarrativePage, KindChange):
    def about(self) -> tuple[Return | None, Objective | None]:
        return self.record.filed, self.record.objective

    def act(self, form: KindForm) -> HttpResponse:
        super().act(form)
        return HttpResponseRedirect(self.get_back())


class Forecasts(WithBuild, RecordForm):
    """All lines of a return on one page, each with its forecast and the one before."""

    capability = Capability.BUILD_RETURNS
    form_class = ForecastsForm
    template_name = "reporting/forecasts.html"
    submit = "Save the forecasts"
    what = "Forecasts"

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"{self.what} for {self.forecast.name}" if self.forecast else self.what

    @cached_property
    def forecast(self) -> Quarter | None:
        return quarter_to_forecast(self.filed, today=timezone.localdate())

    @cached_property
    def lines(self) -> Sequence[ForecastLine | StreamPlan]:  # type: ignore[override]
        return forecast_table(self.filed).lines

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "lines": self.lines, "stored": self.stored()}

    def stored(self) -> dict[str, Any]:
        if self.forecast is None:
            return {}
        return dict(Forecast.objects.filter(quarter=str(self.forecast)).values_list("line", "value"))

    def get_back(self) -> str:
        return report_url(self.filed)

    def get_success_url(self) -> str:
        return report_url(self.filed)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **{
                "caption": self.page_title,
                "forecast": self.forecast,
                "is_next": self.forecast != self.quarter,
                "quarter": self.quarter,
                "is_locked": self.filed.state in LOCKED,
                **kwargs,
            }
        )

    def act(self, form: ForecastsForm) -> None:
        if self.forecast is None:
            raise CaseloadError("These quarters have ended, so nothing of them is forecast any more.")
        number = self.set(
            filed=self.filed,
            quarter=self.forecast,
            values=form.values(),
            seen=form.seen(),
            by=self.staff,
            today=timezone.localdate(),
        )
        said = "1 forecast is" if number == 1 else f"{number} forecasts are"
        done = f"{said} saved. Build the return again to print them." if number else "Nothing was changed."
        messages.success(self.request, done)

    def set(self, **asked: Any) -> int:
        return set_forecasts(**asked)

    def form_invalid(self, form: ForecastsForm) -> HttpResponse:
        """Show again what was typed, over what is stored now: saving once more is then meant."""
        return super().form_invalid(form.over(self.stored()))


class SpendForecasts(Forecasts):
    """All funding streams on one page, each with what its contracts plan and what is expected to be spent."""

    capability = None  # type: ignore[assignment]  # one capability cannot say it
    form_class = SpendForecastsForm
    template_name = "reporting/spend_forecasts.html"
    what = "Forecast of spend"

    def may_open(self, staff: StaffMember) -> bool:
        return may_forecast_spend(staff) and may(staff, Capability.VIEW_RETURNS)

    @cached_property
    def lines(self) -> Sequence[StreamPlan]:  # type: ignore[override]
        return stream_plans(self.filed, until=as_at(self.filed))

    def stored(self) -> dict[str, Any]:
        if self.forecast is None:
            return {}
        rows = SpendForecast.objects.filter(quarter=str(self.forecast)).values_list("funding_stream__uid", "value")
        return {str(uid): value for uid, value in rows}

    def set(self, **asked: Any) -> int:
        return set_spend_forecasts(**asked)
