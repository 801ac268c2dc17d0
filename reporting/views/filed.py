"""One built return: its figures, the records behind them, what changed, and its files."""

import io
from dataclasses import asdict
from decimal import Decimal
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Count, Exists, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from partners.enums import AccessAction
from partners.errors import CaseloadError
from partners.models import StaffMember
from partners.permissions import Capability, may
from partners.platform.exchange.declarations import table_named
from partners.platform.frame.charts import STAR, Chart
from partners.platform.frame.pages import FragmentOrPage, WithCharts
from partners.platform.frame.pieces import Fact, Link
from partners.platform.frame.spreadsheets import XLSX_TYPE
from partners.platform.lists.pages import TablePage
from partners.platform.lists.tables import Column, FilterForm, Table
from partners.platform.records.kinds import RecordKind, kind_of
from partners.platform.trail.looking import record_access, record_accesses
from partners.platform.trail.pages import WithLooks
from reporting.counting.declarations import Indicator, Measured
from reporting.counting.members import BITS, DOUBLE_COUNTS
from reporting.counting.sheet import write_csv
from reporting.counting.small_numbers import LEAST_LIMIT
from reporting.counting.windows import WINDOW_TITLES, Quarter
from reporting.documents.content import stamp_of, stored_row
from reporting.documents.workbook import render_xlsx
from reporting.enums import ChangeKind, ReturnState
from reporting.forms.known import KnownForm
from reporting.indicators.kinds import Kind, kind_of_return
from reporting.indicators.names import name_of
from reporting.models import Claim, ClaimQuery, Return, ReturnBuild, ReturnChange, ReturnLine, ReturnMember
from reporting.queries.figures import (
    IN,
    REST,
    Figure,
    Naming,
    borrowed,
    changes_of,
    corrections_of,
    double_counts_of,
    lists_two_sides,
    member_of,
    members_of,
    naming_of,
    naming_of_changes,
    number_hidden,
    open_to,
    recounts_of,
    side,
    sides_of,
    with_details,
    with_people,
)
from reporting.queries.filed import (
    DIMENSION_TITLES,
    MEASURE_TITLES,
    Labels,
    block_of,
    builds_of,
    charts_of,
    front_lines,
    groups_of,
    headlines_of,
    is_shown,
    shown,
    styles_of,
    trend_chart,
)
from reporting.queries.readers import Reading, as_read, lines_read, reading_of
from reporting.queries.report import reads_spend
from reporting.queries.targets import Place, headline_targets
from reporting.services.freezing import signed_copy
from reporting.services.pdfs import content_for, digest_for, pdf_called
from reporting.services.returns import LOCKED, ask_for_recount, signed_before
from reporting.services.samples import held_against, may_examine
from reporting.views.returns import OneReturn, latest_job

FILE_TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX_TYPE, "pdf": "application/pdf"}


class WithBuild(OneReturn):
    """A page about the newest build of a return, or another that its address names: any that was finished."""

    @cached_property
    def filed(self) -> Any:
        return self.get_return()

    @cached_property
    def kind(self) -> Kind:
        kind = kind_of_return(self.filed)
        if kind is None:
            raise Http404
        return kind

    @cached_property
    def builds(self) -> list[ReturnBuild]:
        return list(builds_of(self.filed))

    @cached_property
    def build(self) -> ReturnBuild | None:
        return self.chosen_build or next((build for build in self.builds if is_shown(self.filed, build)), None)

    @cached_property
    def chosen_build(self) -> ReturnBuild | None:
        """The build that the address names; none, where it names none."""
        asked = self.request.GET.get("build", "")
        found = next((build for build in self.builds if str(build.uid) == asked), None)
        if asked and found is None:
            raise Http404
        return found

    @property
    def asked_build(self) -> str:
        """What an address carries on, so that what it leads to is about the same build."""
        return f"build={self.chosen_build.uid}" if self.chosen_build else ""

    @property
    def built(self) -> ReturnBuild:
        if self.build is None:
            raise Http404
        return self.build

    @cached_property
    def lines(self) -> list[ReturnLine]:
        return lines_read(self.staff, self.filed, self.build) if self.build else []

    @cached_property
    def reading(self) -> Reading:
        return reading_of(self.staff, self.filed, self.build)

    @property
    def quarter(self) -> Quarter:
        return Quarter.parse(self.filed.quarter)

    @property
    def page_title(self) -> str:
        return f"{self.kind.title}, {self.quarter.name}"

    @property
    def return_url(self) -> str:
        return reverse("reporting:return", args=[self.filed.uid])


class ReturnPage(WithLooks, WithCharts, WithBuild, TemplateView):
    """A return: its lines against their targets; every figure opens its records."""

    template_name = "reporting/return.html"
    purpose = "Work on a return"

    def get_returns(self) -> QuerySet[Return]:
        return super().get_returns().annotate(follows_a_signed_one=Exists(signed_before(None)))

    def looked_at(self) -> Any:
        return self.filed

    def get_charts(self) -> dict[str, Chart]:
        return charts_of(self.reading, self.filed, self.kind, self.front, self.targets) if self.build else {}

    @cached_property
    def front(self) -> list[ReturnLine]:
        return front_lines(self.staff, self.filed, self.built)

    @cached_property
    def targets(self) -> dict[Place, Decimal]:
        return headline_targets() if self.kind.indicator("headline_total") else {}

    def about_claim(self) -> dict[str, Any]:
        """Return what stands around a claim: its queries, its payments, samples of it and of those before."""
        claim = Claim.objects.filter(filed=self.filed).first()
        kind = kind_of(Claim)
        reads = claim is not None and kind is not None and may(self.staff, kind.capability)
        return {
            "queries": ClaimQuery.objects.filter(filed=self.filed).order_by("answered_at", "pk"),
            "held_against": held_against(self.filed.kind, self.filed.quarter),
            "claim_url": kind.address("record", claim.uid) if reads and kind and claim else "",
            "sample_url": reverse("reporting:draw-sample", args=[claim.uid])
            if claim is not None and may_examine(self.staff)
            else "",
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        job = latest_job(self.filed)
        is_under_way = job is not None and not job.is_over
        context = {
            "title": self.page_title,
            "filed": self.filed,
            "kind": self.kind,
            "quarter": self.quarter,
            "build": self.build,
            "job": job if is_under_way or (job and job.state != "done") else None,
            "is_under_way": is_under_way,
            # What changes in a signed claim is a line of the next.
            "has_corrections": not self.kind.funder
            and (self.filed.state == ReturnState.SIGNED or self.filed.follows_a_signed_one),
            "may_build": may(self.staff, Capability.BUILD_RETURNS) and self.filed.state not in LOCKED,
        }
        if self.kind.funder:
            context |= self.about_claim()
        if self.build is not None:
            context |= {
                "groups": groups_of(self.filed, self.kind, self.build, self.front, asked=self.asked_build),
                "builds": [build for build in self.builds if build.known_on is None],
                "chosen_build": self.chosen_build,
                "asked": f"?{self.asked_build}" if self.asked_build else "",
                "headlines": headlines_of(self.front, self.kind, self.targets),
                "charts": self.get_charts(),
                "reads_all": self.reading.reads_all,
                "reads_double_counts": self.reading.is_whole(DOUBLE_COUNTS),
            }
        return super().get_context_data(**context, **kwargs)


class LinePage(WithCharts, FragmentOrPage, WithBuild, TemplateView):
    """One line with its definition, its trend and its breakdowns; htmx gets the breakdowns alone."""

    template_name = "reporting/line.html"
    fragment_name = "reporting/_breakdowns.html"

    @cached_property
    def indicator(self) -> Indicator:
        indicator = self.kind.indicator(self.kwargs["line"])
        if indicator is None:
            raise Http404
        return indicator

    def get_charts(self) -> dict[str, Chart]:
        trend = trend_chart(self.reading, self.filed, self.kind, self.indicator.code)
        return {"trend": trend} if trend is not None else {}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        definition = self.built.definitions.filter(line=self.indicator.code).first() or self.indicator
        context = {
            "title": self.indicator.title,
            # Not "block": inside a block of a template that name is the block itself.
            "shown": block_of(self.staff, self.filed, self.built, self.indicator, asked=self.asked_build),
            "return_title": self.page_title,
            "return_url": self.return_url,
            "facts": [
                Fact("What it counts", definition.counts),
                Fact("Windows", Measured(definition.measured).label),
                Fact("Source", definition.source),
                *([Fact("Note", self.indicator.note)] if self.indicator.note else []),
                Fact("State", stamp_of(self.filed, self.built)),
            ],
        }
        if not self.request.htmx:
            context["charts"] = self.get_charts()
        return super().get_context_data(**context, **kwargs)


def person_cell(row: Any) -> str:
    return ", ".join(part for part in (row.family_name, row.given_name) if part)


def person_link(row: Any) -> str:
    return reverse("caseload:client", args=[row.person_uid])


def table_title(row: Any) -> str:
    return str(table_named(row.table).model._meta.verbose_name).capitalize()


RECORD_COLUMNS = [
    Column("on", "Day", value="on_date", kind="date", sort="on_date"),
    Column("record", "Record", value=table_title),
    Column("reference", "Reference", sort="reference"),
    Column("person", "Person", value=person_cell, link=person_link),
]


class RecordList(WithBuild, TablePage):
    """A list of records of a build: those the reader may open, and how many more there are."""

    can_be_saved = False
    template_name = "reporting/record_list.html"
    subject = "reporting.figure"
    lists = "caseload.client"
    purpose = "Checking a figure"
    default_sort = "on"
    columns = RECORD_COLUMNS
    empty = "None that you may open."

    def all_rows(self) -> QuerySet[Any]:
        raise NotImplementedError

    def get_rows(self) -> QuerySet[Any]:
        return with_people(open_to(self.all_rows(), self.staff, self.named))

    @cached_property
    def named(self) -> Naming:
        return self.naming()

    def person_on(self, row: Any) -> int | None:
        """Return the person whom a row names."""
        found: int | None = row.person_id
        return found

    def people_on(self, table: Table) -> list[int | None]:
        return [self.person_on(row) for row in table.page_rows]

    def naming(self) -> Naming:
        """Return what standing in this list tells of somebody."""
        raise NotImplementedError

    def is_whole(self) -> bool:
        """Tell whether this reader reads the number of all that are in the list."""
        return self.reading.reads_all

    def is_starred(self) -> bool:
        """Tell whether the figure whose records these are is a star to this reader."""
        return False

    def tells_number(self, hidden: int) -> bool:
        """Tell whether the number of those one may not open may be said: it is a count of people like any other."""
        limit = self.built.small_numbers or LEAST_LIMIT
        return self.is_whole() or (hidden > limit and not self.is_starred())

    def export(self, table: Table, filters: FilterForm | None) -> HttpResponse:
        """Write down each person whose name leaves in a file, so that their own trail tells."""
        people = {self.person_on(row) for row in table.all_rows} - {None}
        record_accesses(
            self.request,
            AccessAction.EXPORTED,
            "caseload.client",
            subject_ids=sorted(each for each in people if each),
            purpose="Checking a figure",
        )
        return super().export(table, filters)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        hidden = number_hidden(self.all_rows(), self.staff, self.named)
        record_access(self.request, AccessAction.VIEWED, self.subject, detail=self.trail(), purpose="Checking a figure")
        context = {
            "title": self.title,
            "filed": self.filed,
            "return_title": self.page_title,
            "return_url": self.return_url,
            "build": self.built,
            "hidden": hidden if self.tells_number(hidden) else 0,
            "may_hide": (hidden or self.is_starred()) and not self.tells_number(hidden),
        }
        return super().get_context_data(**{**context, **kwargs})

    def trail(self) -> dict[str, str]:
        return {"return": self.page_title}


class FigurePage(RecordList):
    """The records behind one figure, with its rule in words and its source."""

    template_name = "reporting/figure.html"

    @cached_property
    def indicator(self) -> Indicator:
        indicator = self.kind.indicator(self.request.GET.get("line", ""))
        if indicator is None:
            raise Http404
        return indicator

    @cached_property
    def figure(self) -> Figure:
        asked = self.request.GET
        names = ("line", "measure", "window", "dimension", "member", "area_kind", "area")
        figure = Figure(**{name: asked.get(name, "") for name in names})
        measures = [measure.name for measure in self.indicator.shown_measures]
        if figure.measure not in measures or figure.window not in self.indicator.windows:
            raise Http404
        return figure

    def naming(self) -> Naming:
        return naming_of(self.figure, self.counted[1])

    def is_whole(self) -> bool:
        return self.reading.is_whole(self.indicator.code)

    def is_starred(self) -> bool:
        return str(getattr(self.line, self.figure.window)) == STAR

    @cached_property
    def counted(self) -> tuple[Figure, Indicator]:
        """The figure and the line whose records stand behind this one."""
        return borrowed(self.figure, self.indicator, {each.code: each for each in self.kind.indicators})

    @cached_property
    def line(self) -> ReturnLine:
        figure = self.figure
        found = ReturnLine.objects.filter(
            build=self.built,
            line=figure.line,
            measure=figure.measure,
            dimension=figure.dimension,
            member=figure.member,
            area_kind=figure.area_kind,
            area=figure.area,
        ).first()
        if found is None:
            raise Http404
        return as_read(found, self.reading, self.built)

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"{self.indicator.title}: {self.number}"

    @property
    def number(self) -> str:
        text = getattr(self.line, self.figure.window)
        style = styles_of(self.indicator)[self.figure.measure]
        return shown(text, style) or "no figure"

    def all_rows(self) -> QuerySet[ReturnMember]:
        rows = members_of(self.built, *self.counted)
        return side(rows, self.indicator, self.sides, self.chosen) if self.sides and self.chosen else rows

    @cached_property
    def sides(self) -> tuple[str, str] | None:
        return sides_of(self.indicator, self.figure.measure)

    @property
    def chosen(self) -> str:
        """Which side of a share is listed: those in it, the rest, or both."""
        asked = self.request.GET.get("side", "")
        return asked if asked in {IN, REST} else ""

    def tells_number(self, hidden: int) -> bool:
        """Tell it of one side alone to nobody who does not read the whole: it is a figure that nobody judged."""
        return super().tells_number(hidden) and (not self.chosen or self.is_whole())

    def get_tabs(self) -> list[Link]:
        if not self.sides:
            return []
        over, under = (MEASURE_TITLES.get(name, name) for name in self.sides)
        titles = {"": f"All {under}", IN: over.capitalize(), REST: f"Not {over}"}
        return [Link(title, self.address_of(side), is_here=side == self.chosen) for side, title in titles.items()]

    def address_of(self, side: str) -> str:
        asked = {name: value for name, value in asdict(self.figure).items() if value}
        if self.chosen_build:
            asked["build"] = str(self.chosen_build.uid)
        return f"?{urlencode({**asked, 'side': side} if side else asked)}"

    def get_rows(self) -> QuerySet[Any]:
        return with_details(super().get_rows(), self.counted[1].table)

    def get_columns(self) -> list[Column]:
        """Return what the records of this line have to tell; groups, which tell health, to who sees every client."""
        indicator = self.counted[1]
        dimensions = {dimension.name for dimension in indicator.dimensions}
        model = table_named(indicator.table).model
        names = {field.name for field in model._meta.concrete_fields}
        columns = [column for column in RECORD_COLUMNS if column.key != "person" or indicator.tells.people]
        kind = kind_of(model)
        if kind is not None and may(self.staff, kind.capability) and not indicator.tells.people:
            columns.append(
                Column(
                    "open",
                    "Open",
                    value=lambda _: "Open the record",
                    is_exported=False,
                    link=partial(record_link, kind),
                )
            )
        if "target_group" in dimensions and may(self.staff, Capability.SEE_ALL_CLIENTS):
            groups = Labels(["target_group"])
            columns.append(
                Column(
                    "group",
                    "Target group",
                    value=lambda row: ", ".join(
                        groups.of("target_group", code) for code in member_of(row, "target_group")
                    ),
                )
            )
        for dimension in [name for name in ("ward", "lsoa") if name in dimensions]:
            title = DIMENSION_TITLES[dimension]
            columns.append(
                Column(dimension, title[:1].upper() + title[1:], value=partial(first_member, dimension=dimension))
            )
        if indicator.table == "employers" or "employer" in names:
            columns.append(Column("employer", "Employer", value="employer_name", sort="employer_name"))
        if indicator.tells.people:
            columns.append(Column("adviser", "Adviser", value="adviser", sort="adviser"))
        if "amount" in names:
            columns.append(Column("amount", "Amount", value="amount", kind="money", sort="amount"))
        return columns

    def trail(self) -> dict[str, str]:
        return {**super().trail(), "line": name_of(self.figure.line), "window": WINDOW_TITLES[self.figure.window]}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            facts=self.facts(),
            number=self.number,
            line_code=self.indicator.code,
            form=KnownForm(initial={"line": self.indicator.code}) if self.may_ask else None,
            has_two_sides=lists_two_sides(self.indicator, self.figure.measure),
            **kwargs,
        )

    @property
    def may_ask(self) -> bool:
        return may(self.staff, Capability.BUILD_RETURNS) and self.kind.funder is None

    def facts(self) -> list[Fact]:
        figure = self.figure
        definition = self.built.definitions.filter(line=self.indicator.code).first() or self.indicator
        facts = [
            Fact("What it counts", definition.counts),
            Fact("Window", f"{WINDOW_TITLES[figure.window]}, up to {self.quarter.end:%-d %B %Y}"),
            Fact("Source", definition.source),
            Fact("State", f"{stamp_of(self.filed, self.built)}, from one state of the records"),
        ]
        measure = MEASURE_TITLES.get(figure.measure, figure.measure)
        if measure:
            facts.insert(0, Fact("Measure", measure.capitalize()))
        if figure.dimension:
            name = Labels([figure.dimension]).of(figure.dimension, figure.member)
            area = f", {figure.area}" if figure.area else ""
            facts.insert(0, Fact(DIMENSION_TITLES.get(figure.dimension, figure.dimension).capitalize(), name + area))
        return facts


def record_link(kind: RecordKind, row: Any) -> str:
    return kind.address("record", row.record_uid)


def first_member(row: Any, *, dimension: str) -> str:
    return next((Labels([]).of(dimension, member) for member in member_of(row, dimension)), "")


class DoubleCounts(RecordList):
    """Jobs that are in no figure because they repeat a counted one (contract KPIS.md, "Counted job")."""

    title = "Jobs counted once only"
    lead = (
        "These jobs start 28 days or less after a counted job of the same person with the same employer."
        " They are in no figure of the return."
    )
    columns = [
        *RECORD_COLUMNS,
        Column("with", "Repeats", value=lambda row: row.members[0].removeprefix("with=") if row.members else ""),
    ]

    def all_rows(self) -> QuerySet[ReturnMember]:
        return double_counts_of(self.built)

    def naming(self) -> Naming:
        return Naming()

    def is_whole(self) -> bool:
        return self.reading.is_whole(DOUBLE_COUNTS)

    def is_starred(self) -> bool:
        return not self.is_whole()


class Changes(RecordList):
    """What changed since the build before: figures that differ, and the records that came, left or moved."""

    title = "What changed since the build before"
    template_name = "reporting/changes.html"
    columns = [
        Column("line", "Line", cell=lambda row: name_of(row.line), sort=("line", "on_date")),
        Column("why", "Why", value=lambda row: ChangeKind(row.change).label, sort="change"),
        *RECORD_COLUMNS,
    ]
    default_sort = "line"
    empty = "No record came, left or moved since the build before."

    def all_rows(self) -> QuerySet[ReturnChange]:
        line = self.request.GET.get("line", "")
        if line and self.kind.indicator(line) is None:
            raise Http404
        return changes_of(self.built, line)

    def naming(self) -> Naming:
        return naming_of_changes(self.kind)

    def is_starred(self) -> bool:
        return not self.is_whole()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        counts = changes_of(self.built, "").values("change").annotate(number=Count("id")).order_by("change")
        # How many came and left between two builds would tell the small ones of either.
        reasons = [(ChangeKind(each["change"]).label, each["number"]) for each in counts] if self.is_whole() else []
        return super().get_context_data(
            differing=differing_figures(self.staff, self.filed, self.built, self.kind),
            reasons=reasons,
            **kwargs,
        )


def windows_in_words(bits: int) -> str:
    found = [title for window, title in WINDOW_TITLES.items() if bits & BITS[window]]
    return ", ".join(found) or "Not counted"


class Corrections(Changes):
    """What is known now of signed returns and was not when they were signed: in no figure, and in no return's CSV.

    For a signed return its own; for another, those of the signed returns before it.
    """

    title = "What changed in signed returns"
    template_name = "reporting/corrections.html"
    columns = [
        Column("return", "Return", value=lambda row: Quarter.parse(row.quarter).name, sort=("quarter", "line")),
        Column("line", "Line", cell=lambda row: name_of(row.line), sort=("line", "on_date")),
        Column("was", "As signed", value=lambda row: windows_in_words(row.windows_was)),
        Column("now", "As known now", value=lambda row: windows_in_words(row.windows_now)),
        Column("why", "Why", value=lambda row: ChangeKind(row.change).label, sort="change"),
        *RECORD_COLUMNS,
    ]
    default_sort = "return"
    empty = "No record came, left or moved since."

    @cached_property
    def recounts(self) -> list[ReturnBuild]:
        if not self.is_signed:
            return recounts_of(list(signed_before(self.filed)))
        since = [build for build in self.builds if build.known_on is None and build.pk > self.filed.signed_build_id]
        return since[:1]

    @property
    def is_signed(self) -> bool:
        return bool(self.filed.state == ReturnState.SIGNED)

    def all_rows(self) -> QuerySet[ReturnChange]:
        line = self.request.GET.get("line", "")
        if line and self.kind.indicator(line) is None:
            raise Http404
        return corrections_of(self.recounts, line)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        counts = corrections_of(self.recounts, "").values("change").annotate(number=Count("id")).order_by("change")
        reasons = [(ChangeKind(each["change"]).label, each["number"]) for each in counts] if self.is_whole() else []
        recount = self.recounts[0] if self.is_signed and self.recounts else None
        return RecordList.get_context_data(
            self,
            recounts=self.recounts,
            recount=recount,
            differing=differing_figures(self.staff, self.filed, recount, self.kind) if recount else [],
            reasons=reasons,
            is_signed=self.is_signed,
            may_recount=self.is_signed and may(self.staff, Capability.BUILD_RETURNS),
            form=KnownForm() if self.is_signed and may(self.staff, Capability.BUILD_RETURNS) else None,
            **kwargs,
        )


class CountAgain(OneReturn):
    """The button that counts a signed return's quarter as it is known now."""

    capability = Capability.BUILD_RETURNS
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        filed = self.get_return()
        try:
            ask_for_recount(filed, by=self.staff)
        except CaseloadError as refusal:
            messages.error(request, refusal.message)
        else:
            messages.info(request, "The quarter is being counted as it is known now. Open this page again in a moment.")
        return redirect("reporting:corrections", filed.uid)


def differing_figures(staff: StaffMember, filed: Return, build: ReturnBuild, kind: Kind) -> list[dict[str, Any]]:
    """Return the total figures that differ from those of the build before, with both values, as they are read."""
    if build.compared_with is None:
        return []
    found: dict[tuple[str, str], dict[str, Any]] = {}
    totals = [
        line
        for each in (build.compared_with, build)
        for line in lines_read(
            staff, filed, each, ReturnLine.objects.filter(build=each, dimension="").order_by("line", "id")
        )
    ]
    for line in totals:
        entry = found.setdefault((line.line, line.measure), {"title": line.title, "now": None, "before": None})
        entry["now" if line.build_id == build.pk else "before"] = line
    order = {indicator.code: place for place, indicator in enumerate(kind.indicators)}
    rows = []
    for (code, measure), entry in sorted(found.items(), key=lambda item: (order.get(item[0][0], 99), item[0][1])):
        now, before = entry["now"], entry["before"]
        pairs = [(figure_text(before, window), figure_text(now, window)) for window in WINDOW_TITLES]
        if any(then != new for then, new in pairs):
            rows.append({"code": code, "title": entry["title"], "measure": measure, "pairs": pairs})
    return rows


def figure_text(line: ReturnLine | None, window: str) -> str:
    return "" if line is None else str(getattr(line, window))


class Download(WithBuild):
    """The return as a file, as its reader reads it: its newest build, or what was signed. Each is written down."""

    chosen_build = None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        form = self.kwargs["form"]
        if not self.lines:
            raise Http404
        body = self.body(form)
        if body is None:
            return redirect("reporting:pdf", self.filed.uid)
        record_access(
            request,
            AccessAction.EXPORTED,
            "reporting.return",
            subject_id=self.filed.pk,
            detail={"rows": len(self.lines), "format": form},
            purpose="Work on a return",
        )
        draft = "" if self.filed.state == ReturnState.SIGNED else "-DRAFT"
        name = f"{self.consortium.slug}-{self.filed.kind}-{self.filed.quarter}{draft}.{form}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse(body, content_type=FILE_TYPES[form], headers=headers)

    def body(self, form: str) -> bytes | None:
        """Return the file that was signed, or its reduced copy, where this reader reads one of the two.

        None of a PDF that is still to be made.
        """
        money = reads_spend(self.staff, self.filed)
        reads_whole = self.reading.reads_all and (money or form == "csv")
        if reads_whole or self.reading.organisation is None or form != "csv":
            signed = signed_copy(self.filed, form, whole=reads_whole)
            if signed is not None:
                return signed
        if form == "csv":
            return as_csv(self.lines)
        if form == "pdf":
            return pdf_called(digest_for(self.staff, self.filed, self.built))
        return render_xlsx(content_for(self.staff, self.filed, self.built))


def as_csv(lines: list[ReturnLine]) -> bytes:
    text = io.StringIO(newline="")
    write_csv([stored_row(line) for line in lines], text)
    return text.getvalue().encode()
