"""A return as its records were known on a day, beside what was built or signed and what is known now."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from partners.enums import AccessAction
from partners.models import BackgroundJob
from partners.permissions import Capability, may
from partners.platform.dates import long_date, short_date
from partners.platform.frame.pages import ErrorToForm
from partners.platform.frame.spreadsheets import as_csv
from partners.platform.lists.tables import Column
from partners.platform.trail.looking import record_access
from reporting.counting.known import first_day
from reporting.counting.windows import WINDOW_TITLES, WINDOWS
from reporting.enums import ChangeKind, ReturnState
from reporting.forms.known import KnownForm
from reporting.indicators.names import name_of
from reporting.models import ReturnBuild
from reporting.queries.figures import Naming, naming_of_changes
from reporting.queries.filed import Labels, address
from reporting.queries.known import Compared, Known, compared, days_known, differ, differing_records, job_of_day, known
from reporting.services.known import JOB, ask_as_known_on, key_of_day
from reporting.views.filed import RECORD_COLUMNS, RecordList, WithBuild, windows_in_words


class OfDay(WithBuild):
    """What is asked about a return: a day, and perhaps a line."""

    @cached_property
    def day(self) -> date | None:
        try:
            return date.fromisoformat(self.request.GET.get("on", ""))
        except ValueError:
            return None

    @cached_property
    def line(self) -> str:
        code = self.request.POST.get("line") or self.request.GET.get("line", "")
        if code and self.kind.indicator(code) is None:
            raise Http404
        return str(code)

    @cached_property
    def known(self) -> Known:
        return known(self.filed, self.builds, self.built, self.day)

    @cached_property
    def compared(self) -> list[Compared]:
        return compared(self.staff, self.filed, self.known, self.kind, self.line)

    def heads(self) -> list[str]:
        """Return what each of the three counts is called."""
        day = f"As known on {short_date(self.day)}" if self.day else "As known on a day"
        return ["As signed" if self.filed.state == ReturnState.SIGNED else "As built", day, "As known now"]


class KnownOn(ErrorToForm, OfDay, RecordList):
    """The page: asking for a day, the figures three times, and the records that differ."""

    template_name = "reporting/known.html"

    @property
    def default_sort(self) -> str:  # type: ignore[override]
        return "on" if self.line else "line"

    @property
    def empty(self) -> str:  # type: ignore[override]
        return "No record differs that you may open." if self.known.then else "No day is counted here yet."

    @property
    def title(self) -> str:  # type: ignore[override]
        about = f"{self.page_title}: {name_of(self.line)}" if self.line else self.page_title
        return f"{about}, as known on {long_date(self.day)}" if self.day else f"{about}, as known on a day"

    def get_columns(self) -> list[Column]:
        built, then, now = self.heads()
        line = Column("line", "Line", cell=lambda row: name_of(row.line), sort=("line", "on_date"))
        return [
            *([] if self.line else [line]),
            Column("was", built, value=lambda row: windows_in_words(row.windows_was)),
            Column("then", then, value=lambda row: self.in_words(row.windows_then, self.known.then)),
            Column("now", now, value=lambda row: self.in_words(row.windows_today, self.known.now)),
            Column("why", "Why", value=why),
            *RECORD_COLUMNS,
        ]

    def in_words(self, windows: int, build: ReturnBuild | None) -> str:
        return windows_in_words(windows) if build is not None else "Not counted yet"

    def all_rows(self) -> QuerySet[Any]:
        return differing_records(self.known, self.line)

    def naming(self) -> Naming:
        return naming_of_changes(self.kind)

    def is_starred(self) -> bool:
        return not self.is_whole()

    def trail(self) -> dict[str, str]:
        return {**super().trail(), "as known on": str(self.day or ""), "line": name_of(self.line) if self.line else ""}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {
            "known": self.known,
            "newest": self.built,
            "day": self.day,
            "line": self.line,
            "line_title": name_of(self.line) if self.line else "",
            "heads": self.heads(),
            "rows": [row for each in self.compared for row in self.shown(each)] if self.known.then else [],
            "days": days_known(self.filed, self.builds, self.built),
            "first_day": first_day(self.consortium),
            "job": self.job if self.job is not None and self.job.state != "done" else None,
            "form": kwargs.pop("form", None) or self.get_form(),
            "file": f"{reverse('reporting:known-file', args=[self.filed.uid])}?{self.asked}",
        }
        return super().get_context_data(**{**context, **kwargs})

    @property
    def asked(self) -> str:
        return urlencode({"on": self.day or "", **({"line": self.line} if self.line else {})})

    @cached_property
    def job(self) -> BackgroundJob | None:
        return job_of_day(JOB, key_of_day(self.filed, self.day)) if self.day and self.known.then is None else None

    @cached_property
    def labels(self) -> Labels:
        return Labels({row.line.dimension for row in self.compared})

    def shown(self, row: Compared) -> Iterator[dict[str, Any]]:
        """Return a row of the table for each window in which a figure differs; of the line asked for, its total anyway.

        Each figure opens its records.
        """
        line = row.line
        member = self.labels.of(line.dimension, line.member) if line.dimension else ""
        parts = ("" if self.line and line.dimension else line.title, member, line.area)
        page = reverse("reporting:figure", args=[self.filed.uid])
        for window, texts in zip(WINDOWS, row.texts, strict=True):
            if differ(texts) or (self.line and not line.dimension and any(texts)):
                yield {
                    "title": ", ".join(part for part in parts if part),
                    "measure": line.measure,
                    "window": WINDOW_TITLES[window],
                    "figures": [
                        (text, address(page, line, window, f"build={build.uid}") if build and text else "")
                        for text, build in zip(texts, self.known.builds, strict=True)
                    ],
                }

    def get_form(self, data: Any = None) -> KnownForm | None:
        if not may(self.staff, Capability.BUILD_RETURNS):
            return None
        return KnownForm(data, initial={"on": self.day, "line": self.line})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may(self.staff, Capability.BUILD_RETURNS):
            raise PermissionDenied
        form = KnownForm(request.POST)
        return self.form_valid(form) if form.is_valid() else self.form_invalid(form)

    def act(self, form: KnownForm) -> HttpResponse:
        self.day = form.cleaned_data["on"]
        ask_as_known_on(self.filed, self.day, by=self.staff, today=timezone.localdate())
        return redirect(f"{reverse('reporting:known', args=[self.filed.uid])}?{self.asked}")

    def form_invalid(self, form: KnownForm) -> HttpResponse:
        self.day = None
        return self.render_to_response(self.get_context_data(table=self.get_table(None), filters=None, form=form))


def why(row: Any) -> str:
    """Say why a record differs; where then and now differ from the build for two reasons, both."""
    told = [ChangeKind(change).label for change in (row.change_then, row.change_today) if change]
    return "; then: ".join(dict.fromkeys(told))


class KnownFile(OfDay):
    """The figures of the page as a file, as its reader reads them: all of a line, or the totals of all lines."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        heads = [
            *("Line", "Title", "Measure", "Dimension", "Member", "Area kind", "Area"),
            *(f"{window}: {head}" for window in WINDOW_TITLES.values() for head in self.heads()),
        ]
        rows = [
            [
                *(getattr(row.line, name) for name in PLACE),
                *(text or "" for texts in row.texts for text in texts),
            ]
            for row in self.compared
        ]
        detail = {"rows": len(rows), "format": "csv", "as known on": str(self.day or "")}
        record_access(
            request,
            AccessAction.EXPORTED,
            "reporting.return",
            subject_id=self.filed.pk,
            detail=detail,
            purpose="Work on a return",
        )
        day = f"-{self.day}" if self.day else ""
        name = f"{self.consortium.slug}-{self.filed.kind}-{self.filed.quarter}-as-known-on{day}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse(as_csv(heads, rows), content_type="text/csv; charset=utf-8", headers=headers)


PLACE = ("line", "title", "measure", "dimension", "member", "area_kind", "area")
