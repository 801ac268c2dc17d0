"""What is missing or in doubt before a return is built: how many of each, the records of each, and who mends them."""

from collections.abc import Iterable, Sequence
from functools import partial
from operator import attrgetter
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from partners.permissions import Capability, may
from partners.platform.frame.pages import ROLE_REFUSED, ErrorToForm
from partners.platform.frame.tags import family_given
from partners.platform.lists.pages import TablePage
from partners.platform.lists.tables import Column, Table
from partners.platform.records.kinds import kind_of
from reporting.forms.problems import HolderForm
from reporting.indicators.names import name_of
from reporting.models import Milestone, Objective, Observation, Return, Risk
from reporting.queries.problems import Problem, problem_called, problems_of, span_of
from reporting.queries.report import return_name
from reporting.services.problems import give_problem, holder_of, mark_of
from reporting.views.returns import OneReturn


class WithProblems(OneReturn):
    @cached_property
    def filed(self) -> Return:
        return self.get_return()


class ProblemsPage(WithProblems, TemplateView):
    """Every kind of problem of a return, how many of it this reader sees, and who has it."""

    template_name = "reporting/problems.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = problems_of(self.filed, self.staff)
        return super().get_context_data(
            title=f"Before {return_name(self.filed)} is built",
            return_title=return_name(self.filed),
            filed=self.filed,
            open=[each for each in found if each.number],
            mended=[each for each in found if not each.number],
            **kwargs,
        )


class ProblemList(ErrorToForm, WithProblems, TablePage):
    """The records of one kind of problem, each leading to where it is mended."""

    template_name = "reporting/problem.html"
    can_be_saved = False
    subject = "reporting.problem"
    purpose = "Mending records before a return"
    empty = "None is left."

    @cached_property
    def problem(self) -> Problem:
        found = problem_called(self.kwargs["code"])
        if found is None or not may(self.staff, found.capability):
            raise Http404
        return found

    @property
    def title(self) -> str:  # type: ignore[override]
        return self.problem.title

    @property
    def lead(self) -> str:  # type: ignore[override]
        return self.problem.about

    @property
    def lists(self) -> str:  # type: ignore[override]
        return "" if self.problem.of_client is None else "caseload.client"

    def people_on(self, table: Table) -> Iterable[int | None]:
        return [self._client(row).pk for row in table.page_rows]

    def _client(self, row: Any) -> Any:
        return attrgetter(self.problem.of_client)(row) if self.problem.of_client else row

    def get_rows(self) -> Any:
        return self.problem.rows(self.staff, span_of(self.filed))

    def get_columns(self) -> Sequence[Column]:
        if self.problem.of_client is None:
            return COLUMNS.get(self.get_rows().model) or [
                Column("record", "Record", value=str, link=partial(_mended_at, self.filed))
            ]
        day = {"client": "started_on", "job.client": "checked_on"}.get(self.problem.of_client, "registered_on")
        titles = {"started_on": "Job started", "checked_on": "Checked", "registered_on": "Registered"}
        client = self._client
        return [
            Column(
                "client", "Client", value=lambda row: family_given(client(row)), link=lambda row: _page(client(row))
            ),
            Column("day", titles[day], value=day, kind="date", sort=(day, "pk")),
            Column("organisation", "Organisation", value=lambda row: client(row).organisation.name),
            Column("adviser", "Adviser", value=lambda row: client(row).adviser.name if client(row).adviser else ""),
        ]

    def get_form(self, data: Any = None) -> HolderForm | None:
        if not may(self.staff, Capability.BUILD_RETURNS):
            return None
        held = holder_of(self.filed, self.problem)
        initial = {"holder": held.holder.uid if held else None, "seen": mark_of(held)}
        return HolderForm(data, problem=self.problem, initial=initial)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **{
                "form": kwargs.pop("form", None) or self.get_form(),
                "filed": self.filed,
                "return_title": return_name(self.filed),
                **kwargs,
            }
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.get_form(request.POST)
        if form is None:
            raise PermissionDenied(ROLE_REFUSED)
        return self.form_valid(form) if form.is_valid() else self.form_invalid(form)

    def act(self, form: HolderForm) -> HttpResponse:
        person = form.cleaned_data["holder"]
        give_problem(self.filed, self.problem, to=person, seen=form.cleaned_data["seen"], by=self.staff)
        said = f"{person.name} has it now and is told." if person else "Nobody has it now."
        messages.success(self.request, said)
        return HttpResponseRedirect(reverse("reporting:problems", args=[self.filed.uid]))

    def form_invalid(self, form: HolderForm) -> HttpResponse:
        """Show again what was chosen, over who has it now: saving once more is then meant."""
        form.data = {
            **form.data,
            "holder": form.data.get("holder", ""),
            "seen": mark_of(holder_of(self.filed, self.problem)),
        }
        return self.render_to_response(self.get_context_data(table=self.get_table(None), filters=None, form=form))


def _page(client: Any) -> str:
    return reverse("caseload:client", args=[client.uid])


def _mended_at(filed: Return | None, row: Any) -> str:
    """Return where a record is mended: its page; of an objective, where this return says something of it."""
    if isinstance(row, Objective) and filed is not None:
        return f"{reverse('reporting:write-narrative')}?filed={filed.uid}&objective={row.uid}"
    kind = kind_of(type(row))
    return kind.address("record", row.uid) if kind else ""


COLUMNS: dict[Any, list[Column]] = {
    Observation: [
        Column(
            "indicator",
            "Indicator",
            value=lambda row: name_of(row.indicator),
            link=lambda row: reverse("reporting:observation", args=[row.uid]),
        ),
        Column("area", "Area", value=lambda row: row.area or row.get_area_kind_display(), sort=("area", "pk")),
        Column("as_at", "Measured", kind="date", sort=("as_at", "pk")),
        Column("source", "Source"),
    ],
    Milestone: [
        Column("title", "Milestone", link=partial(_mended_at, None), sort=("title", "pk")),
        Column("due_on", "Due", kind="date", sort=("due_on", "pk")),
        Column("forecast_on", "Forecast", kind="date", sort=("forecast_on", "pk")),
    ],
    Risk: [
        Column("title", "Risk", link=partial(_mended_at, None), sort=("title", "pk")),
        Column("owner", "Owner"),
        Column("reviewed_on", "Reviewed", kind="date", sort=("reviewed_on", "pk")),
    ],
}
