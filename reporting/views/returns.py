"""The list of returns, asking for one, and its progress."""

from typing import Any

from django.contrib import messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView

from partners.errors import CaseloadError
from partners.models import BackgroundJob
from partners.permissions import Capability, may
from partners.platform.frame.pages import ErrorToForm, StaffPage
from partners.platform.frame.pieces import Link
from partners.platform.frame.tags import tag
from partners.platform.lists.pages import TablePage
from partners.platform.lists.tables import Column
from reporting.counting.windows import Quarter
from reporting.enums import ReturnState
from reporting.forms.returns import BuildForm
from reporting.indicators.kinds import kinds_of
from reporting.models import Return, ReturnBuild
from reporting.queries.problems import held_by, problem_called
from reporting.queries.quarters import quarter_to_suggest, quarters_to_offer
from reporting.queries.readers import reads_kind, returns_read
from reporting.queries.report import return_name
from reporting.services.returns import JOB, ask_for_build, key_of

TONES = {
    ReturnState.DRAFT: "quiet",
    ReturnState.BUILT: "new",
    ReturnState.IN_SIGN_OFF: "waiting",
    ReturnState.SENT_BACK: "warning",
    ReturnState.SIGNED: "done",
}
PAGES = (
    ("Returns", "reporting:returns"),
    ("Calendar", "reporting:calendar"),
    ("Targets", "reporting:targets"),
    ("Observations", "reporting:observations"),
    ("Milestones", "reporting:milestones"),
    ("Risks", "reporting:risks"),
    ("Objectives", "reporting:objectives"),
)


def area_tabs(here: str) -> list[Link]:
    """Return the pages of the area, for the sub-navigation."""
    return [Link(title, reverse(name), is_here=name == here) for title, name in PAGES]


class ReturnList(ErrorToForm, TablePage):
    """Returns by quarter and kind, with the form that asks for one."""

    capability = Capability.VIEW_RETURNS
    template_name = "reporting/return_list.html"
    title = "Returns"
    default_sort = "-quarter"
    empty = "No return has been built yet. Choose a quarter above."
    columns = [
        Column(
            "quarter",
            "Return",
            value=return_name,
            sort=("quarter", "kind"),
            link=lambda each: reverse("reporting:return", args=[each.uid]),
        ),
        Column("period", "Period", value=lambda each: Quarter.parse(each.quarter).in_words),
        Column(
            "state",
            "State",
            value=lambda each: each.get_state_display(),
            cell=lambda each: tag(each.get_state_display(), TONES[each.state]),
            sort="state",
        ),
        Column("built", "Last built", value="built_at", kind="moment", sort="built_at"),
        Column("by", "Built by", value="built_by_name"),
    ]

    def get_rows(self) -> QuerySet[Return]:
        builds = ReturnBuild.objects.shown().filter(filed=OuterRef("pk")).order_by("-id")
        rows: QuerySet[Return] = returns_read(self.staff).annotate(
            built_at=Subquery(builds.values("snapshot_at")[:1]),
            built_by_name=Subquery(builds.values("built_by__name")[:1]),
        )
        return rows

    def get_tabs(self) -> list[Link]:
        return area_tabs("reporting:returns")

    def get_form(self, data: Any = None) -> BuildForm | None:
        if not may(self.staff, Capability.BUILD_RETURNS):
            return None
        today = timezone.localdate()
        return BuildForm(
            data,
            kinds=[kind for kind in kinds_of(self.consortium) if reads_kind(self.staff, kind)],
            quarters=quarters_to_offer(self.consortium, today=today),
            today=today,
            initial={"quarter": str(quarter_to_suggest(today=today))},
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        held = [
            (problem_called(each.problem), each, number, return_name(each.filed))
            for each, number in held_by(self.staff)
        ]
        return super().get_context_data(**{"form": kwargs.pop("form", None) or self.get_form(), "held": held, **kwargs})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.get_form(request.POST)
        if form is None:
            return redirect("reporting:returns")
        return self.form_valid(form) if form.is_valid() else self.form_invalid(form)

    def act(self, form: BuildForm) -> HttpResponse:
        filed, _ = ask_for_build(
            consortium=self.consortium, by=self.staff, today=timezone.localdate(), **form.cleaned_data
        )
        return redirect("reporting:return", filed.uid)

    def form_invalid(self, form: BuildForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(table=self.get_table(None), filters=None, form=form))


class OneReturn(StaffPage):
    """A page about one return."""

    capability = Capability.VIEW_RETURNS

    def get_return(self) -> Return:
        filed: Return = get_object_or_404(self.get_returns(), uid=self.kwargs["uid"])
        return filed

    def get_returns(self) -> QuerySet[Return]:
        return returns_read(self.staff)


class BuildAgain(OneReturn):
    """The button that builds a return again."""

    capability = Capability.BUILD_RETURNS
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        filed = self.get_return()
        try:
            ask_for_build(
                consortium=self.consortium,
                kind=filed.kind,
                quarter=filed.quarter,
                by=self.staff,
                today=timezone.localdate(),
            )
        except CaseloadError as refusal:
            messages.error(request, refusal.message)
        else:
            messages.info(request, "The return is being built. You can leave this page.")
        return redirect("reporting:return", filed.uid)


def latest_job(filed: Return) -> BackgroundJob | None:
    """Return the newest work on a return, finished or not."""
    jobs = BackgroundJob.objects.filter(kind=JOB, subject_key=key_of(filed.kind, filed.quarter))
    found: BackgroundJob | None = jobs.order_by("-pk").first()
    return found


class Progress(OneReturn, TemplateView):
    """How far a build is; asked for by its page every two seconds, which is drawn anew when the build is over."""

    template_name = "reporting/_progress.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        filed = self.get_return()
        job = latest_job(filed)
        response = self.render_to_response({"filed": filed, "job": job})
        if job is None or job.is_over:
            response["HX-Refresh"] = "true"
        return response
