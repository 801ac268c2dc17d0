"""What the page of a built return shows, made of its stored lines in one pass."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal
from urllib.parse import urlencode

from django.db.models import Count, F, Max, Q, QuerySet
from django.db.models.functions import TruncQuarter
from django.urls import reverse
from django.utils.functional import cached_property

from caseload.enums import CircumstanceCode, QualificationLevel, SupportedPerson, TrainingResult
from caseload.models import TargetGroup
from commissioning.models import Contract, FundingStream
from employers.enums import Ownership, SizeBand
from partners.models import Centre, StaffMember
from partners.platform.frame.charts import (
    STAR,
    Bar,
    BarChart,
    Chart,
    Funnel,
    LineChart,
    Series,
    in_words,
    is_told,
    plain,
)
from partners.platform.frame.tags import words
from reporting.counting.declarations import Count as CountOf
from reporting.counting.declarations import Indicator, Measured
from reporting.counting.members import BITS
from reporting.counting.numbers import Style
from reporting.counting.sheet import Row
from reporting.counting.windows import WINDOW_TITLES, WINDOWS, Quarter
from reporting.enums import LeftOut
from reporting.indicators.kinds import Kind
from reporting.indicators.names import name_of, short_name
from reporting.models import Return, ReturnBuild, ReturnLine, ReturnMember
from reporting.queries.readers import Reading, as_read, has_star, lines_read, number_in
from reporting.queries.targets import HEADLINES, Place

DIMENSION_TITLES = {
    "target_group": "target group",
    "sector": "sector",
    "size_band": "size",
    "ownership": "ownership",
    "level": "level",
    "result": "result",
    "person": "employee or manager",
    "benefit": "benefit",
    "ward": "ward",
    "lsoa": "small area (LSOA)",
    "centre": "centre",
    "funding_stream": "funding stream",
    "indicator": "indicator",
    "contract": "contract",
    "reason": "reason",
}
LABELS: dict[str, dict[str, str]] = {
    "size_band": dict(SizeBand.choices),
    "ownership": dict(Ownership.choices),
    "level": dict(QualificationLevel.choices),
    "result": dict(TrainingResult.choices),
    "person": {**dict(SupportedPerson.choices)},
    "benefit": dict(CircumstanceCode.choices),
    "reason": dict(LeftOut.choices),
    "lsoa": {"elsewhere": "Elsewhere, or not known"},
}
STOCK_TITLES = {"quarter": "New this quarter", "year": "New this year", "all": "In force"}
STOCK_NOTES = {"quarter": "new", "year": "new", "all": "in force"}
MEASURE_TITLES = {
    "value": "",
    "success_rate": "success rate",
    "in_work": "in work",
    "cost_per_output": "cost per output",
    "mean_change": "mean change",
    "percent": "per cent",
}


@dataclass(frozen=True)
class Cell:
    """One figure on the page. No text: the line has no such window, or there is nothing to divide by.

    ``label`` names the column where the row is one under another; ``note`` says what a stock's figure is.
    """

    text: str = ""
    url: str = ""
    label: str = ""
    note: str = ""


@dataclass(frozen=True)
class FigureRow:
    title: str
    measure: str
    cells: tuple[Cell, ...]
    target: str = ""
    distance: "Distance | None" = None
    forecast: str = ""


@dataclass(frozen=True)
class Distance:
    """How far a figure is from its target, in words; ``bar`` its length in per cent, where a bar can be drawn."""

    words: str
    bar: int | None = None


@dataclass
class Breakdown:
    title: str
    head: str = ""
    rows: list[FigureRow] = field(default_factory=list)


@dataclass
class LineBlock:
    """One line of the page; ``url`` is where its breakdowns are."""

    indicator: Indicator
    is_recorded: bool
    url: str
    has_breakdowns: bool = False
    totals: list[FigureRow] = field(default_factory=list)
    breakdowns: dict[str, Breakdown] = field(default_factory=dict)

    @property
    def short_name(self) -> str:
        return short_name(self.indicator.code)

    @property
    def is_stock(self) -> bool:
        return self.indicator.measured == Measured.STOCK

    @property
    def breakdown_words(self) -> str:
        names = [DIMENSION_TITLES[dimension.name] for dimension in self.indicator.dimensions]
        return f"By {', '.join(names)}"


@dataclass
class Group:
    title: str
    lines: list[LineBlock]


@dataclass(frozen=True)
class Headline:
    """What the plan prints for the city beside what its small areas add up to (REP-04)."""

    title: str
    printed: Decimal | None
    areas: Decimal | None
    counted: str

    @property
    def difference(self) -> Decimal | None:
        return None if self.printed is None or self.areas is None else self.areas - self.printed

    @property
    def difference_in_words(self) -> str:
        return "" if self.difference is None else signed(self.difference)


class Labels:
    """The names of breakdown members; those that are records are read once, when first asked for."""

    def __init__(self, dimensions: Iterable[str]) -> None:
        self.names: dict[str, dict[str, str]] = dict(LABELS)
        wanted = set(dimensions)
        if "target_group" in wanted:
            groups = TargetGroup.objects.order_by("position", "code").values_list("code", "title")
            self.names["target_group"] = dict(groups)
        if "centre" in wanted:
            self.names["centre"] = dict(Centre.objects.values_list("external_id", "name"))
        if "contract" in wanted:
            self.names["contract"] = dict(Contract.objects.values_list("external_id", "title"))
        if "funding_stream" in wanted:
            self.names["funding_stream"] = dict(FundingStream.objects.values_list("external_id", "name"))

    def of(self, dimension: str, member: str) -> str:
        known = self.names.get(dimension, {}).get(member)
        if known is None and dimension == "indicator":
            return name_of(member)
        return (words(member) if dimension == "sector" else member) if known is None else known

    def order(self, dimension: str, member: str) -> tuple[int, str]:
        known = list(self.names.get(dimension, {}))
        return (known.index(member) if member in known else len(known), member)


def signed(difference: Decimal | int) -> str:
    """Write a difference with its sign, a minus as wide as a plus."""
    return f"{difference:+,}".replace("-", "\N{MINUS SIGN}")


def builds_of(filed: Return) -> QuerySet[ReturnBuild]:
    """Return every finished count of a return, the newest first."""
    builds: QuerySet[ReturnBuild] = filed.builds.finished().select_related("built_by", "compared_with")
    return builds.order_by("-id")


def is_shown(filed: Return, build: ReturnBuild) -> bool:
    """Tell of a finished build what :meth:`reporting.models.filed.BuildQuerySet.shown` asks the database."""
    return build.known_on is None and filed.signed_build_id in {None, build.pk}


def newest_build(filed: Return) -> ReturnBuild | None:
    builds: QuerySet[ReturnBuild] = filed.builds.shown()
    return builds.select_related("built_by", "compared_with").order_by("-id").first()


def shown(text: str, style: Style) -> str:
    """Write a figure for people: thousands apart, pounds and per cent with their sign."""
    if not text or text == STAR:
        return text
    number = Decimal(text)
    if style == Style.MONEY:
        return f"£{number:,}" if number >= 0 else f"\N{MINUS SIGN}£{-number:,}"
    if style == Style.PERCENT:
        return f"{number:,}%"
    return f"{number:,}"


def front_lines(staff: StaffMember, filed: Return, build: ReturnBuild) -> list[ReturnLine]:
    """Return the totals of a build, and its headline by small area, for the front page of the return."""
    lines = ReturnLine.objects.filter(build=build).order_by("id")
    front = lines.filter(Q(dimension="") | Q(line="headline_total", dimension="lsoa"))
    return lines_read(staff, filed, build, front)


def groups_of(
    filed: Return, kind: Kind, build: ReturnBuild, lines: list[ReturnLine], *, asked: str = ""
) -> list[Group]:
    """Return the totals of a build under their headings; each figure has the address of its records.

    ``asked`` names the build in addresses, where it is not the one that is shown by itself.
    """
    reader = Reader(filed, build, Labels([]), asked)
    totals: dict[str, list[ReturnLine]] = defaultdict(list)
    for line in lines:
        if not line.dimension:
            totals[line.line].append(line)
    return [
        Group(
            heading,
            [
                reader.block(each, totals[each.code], has_breakdowns=bool(each.dimensions))
                for each in kind.indicators
                if each.heading == heading
            ],
        )
        for heading in kind.headings
    ]


def block_of(
    staff: StaffMember, filed: Return, build: ReturnBuild, indicator: Indicator, *, asked: str = ""
) -> LineBlock:
    """Return one line with its breakdowns."""
    own = ReturnLine.objects.filter(build=build, line=indicator.code).order_by("id")
    lines = lines_read(staff, filed, build, own)
    return Reader(filed, build, Labels(line.dimension for line in lines), asked).block(indicator, lines)


def styles_of(indicator: Indicator) -> dict[str, Style]:
    return {measure.name: measure.style for measure in indicator.shown_measures}


@dataclass
class Reader:
    """Makes the lines of one build readable."""

    filed: Return
    build: ReturnBuild
    labels: Labels
    asked: str = ""

    @cached_property
    def page(self) -> str:
        """Return the address of the records behind a figure."""
        return reverse("reporting:figure", args=[self.filed.uid])

    def block(self, indicator: Indicator, lines: list[ReturnLine], *, has_breakdowns: bool = True) -> LineBlock:
        is_known = is_recorded(indicator, self.build)
        block = LineBlock(
            indicator,
            is_recorded=is_known,
            url=reverse("reporting:line", args=[self.filed.uid, indicator.code])
            + (f"?{self.asked}" if self.asked else ""),
            has_breakdowns=has_breakdowns,
        )
        if not is_known:
            return block
        order = {measure.name: place for place, measure in enumerate(indicator.shown_measures)}
        for line in sorted(lines, key=lambda line: (*self.place(line), order[line.measure])):
            row = self.row(indicator, line)
            if not line.dimension:
                block.totals.append(row)
            else:
                name = DIMENSION_TITLES[line.dimension]
                head = name[:1].upper() + name[1:]
                block.breakdowns.setdefault(line.dimension, Breakdown(f"By {name}", head)).rows.append(row)
        return block

    def place(self, line: ReturnLine) -> tuple[str, int, str, str]:
        return (line.dimension, *self.labels.order(line.dimension, line.member), line.area)

    def row(self, indicator: Indicator, line: ReturnLine) -> FigureRow:
        style = styles_of(indicator)[line.measure]
        figures = zip(WINDOWS, (line.quarter, line.year, line.all), strict=True)
        is_stock = indicator.measured == Measured.STOCK
        # Builds of before 2026-12 repeat both beside every measure.
        is_aimed_at = line.measure == indicator.aimed_at
        target, forecast = (line.target, line.forecast) if is_aimed_at else ("", "")
        return FigureRow(
            title=self.labels.of(line.dimension, line.member) + (f", {line.area}" if line.area else ""),
            measure=MEASURE_TITLES.get(line.measure, line.measure),
            cells=tuple(
                Cell(
                    shown(text, style),
                    address(self.page, line, window, self.asked) if text else "",
                    (STOCK_TITLES if is_stock else WINDOW_TITLES)[window],
                    STOCK_NOTES[window] if is_stock and text else "",
                )
                for window, text in figures
            ),
            target=shown(target, style if style in {Style.MONEY, Style.PERCENT} else Style.AS_GIVEN),
            distance=distance_of(indicator, line) if is_aimed_at else None,
            forecast=shown(forecast, style if style in {Style.MONEY, Style.PERCENT} else Style.AS_GIVEN),
        )


def distance_of(indicator: Indicator, line: ReturnLine | Row) -> Distance | None:
    """Return what is still to go to a line's target, in the window that the target is about.

    A stock stands against its target as it is, the headline outcomes as they are since the start, because their targets
    are of the whole programme; anything else by the year so far. Percentages are apart by percentage points.
    """
    is_stock = indicator.measured == Measured.STOCK
    is_whole = is_stock or indicator.code.startswith("headline_") or indicator.windows == ("all",)
    text = line.all if is_whole else line.year
    if not line.target or not text or text == STAR:
        return None
    value, goal = Decimal(text), Decimal(line.target)
    style = styles_of(indicator)[line.measure]
    window = "in force" if is_stock else WINDOW_TITLES["all" if is_whole else "year"].lower()
    left = value - goal if indicator.lower_is_better else goal - value
    bar = None
    if style != Style.PERCENT and not indicator.lower_is_better and goal > 0:
        bar = max(min(int(100 * value / goal), 100), 0)
    if left <= 0:
        return Distance(f"reached, {window}", bar)
    apart = f"{left:,} points" if style == Style.PERCENT else shown(str(left), style)
    return Distance(f"{apart} {'too high' if indicator.lower_is_better else 'to go'}, {window}", bar)


def address(page: str, line: ReturnLine, window: str, asked: str = "") -> str:
    parts = {
        "line": line.line,
        "measure": line.measure,
        "dimension": line.dimension,
        "member": line.member,
        "area_kind": line.area_kind,
        "area": line.area,
        "window": window,
    }
    question = urlencode({name: value for name, value in parts.items() if value})
    return f"{page}?{question}&{asked}" if asked else f"{page}?{question}"


def is_recorded(indicator: Indicator, build: ReturnBuild) -> bool:
    """Tell whether anything a line counts is recorded in the consortium at all: if not, it is not zero but unknown."""
    return not all(table in build.empty_tables for table in indicator.record_tables)


def headlines_of(lines: list[ReturnLine], kind: Kind, targets: dict[Place, Decimal]) -> list[Headline]:
    """Return the headline targets beside the sum of their areas; none where the consortium has no headline targets."""
    counted = {line.line: shown(line.all, Style.COUNT) for line in lines if not line.dimension}
    found = []
    for code in (*HEADLINES, "headline_total"):
        indicator = kind.indicator(code)
        areas = [value for (line, dimension, _), value in targets.items() if line == code and dimension]
        if indicator is not None and areas:
            printed = targets.get((code, "", ""))
            found.append(Headline(indicator.title, printed, sum(areas, Decimal(0)), counted.get(code, "")))
    return found


def charts_of(
    reading: Reading, filed: Return, kind: Kind, lines: list[ReturnLine], targets: dict[Place, Decimal]
) -> dict[str, Chart]:
    """Return the pictures of the lines as somebody reads them."""
    charts: dict[str, Chart | None] = {
        "funnel": funnel_of(lines) if kind.code == "journey" else None,
        "areas": areas_chart(lines, targets) if kind.indicator("headline_total") else None,
        "trend": trend_chart(reading, filed, kind, trend_line(kind)),
    }
    return {name: chart for name, chart in charts.items() if chart is not None}


FUNNEL = {
    "journey_engaged": "Engaged",
    "journey_assessed": "Assessed",
    "journey_plan_agreed": "Plan agreed",
    "journey_job_ready": "Ready for work",
    "journey_job_started": "Job started",
    "journey_sustained_13w": "In work at 13 weeks",
    "journey_sustained_26w": "In work at 26 weeks",
    "journey_sustained_52w": "In work at 52 weeks",
}


def funnel_of(lines: list[ReturnLine]) -> Funnel:
    totals = {line.line: number_in(line, "all") for line in lines if not line.dimension}
    steps = {code: whole(totals.get(code)) for code in FUNNEL}
    begun, sustained = (in_words(steps[f"journey_{code}"], plain) for code in ("job_started", "sustained_13w"))
    return Funnel(
        title=f"{begun} people started a job, {sustained} were in work 13 weeks later",
        steps=[(title, steps[code]) for code, title in FUNNEL.items()],
        name="funnel",
    )


def whole(number: Decimal | Literal["*"] | None) -> int | Literal["*"]:
    return STAR if number == STAR else int(number or 0)


def areas_chart(lines: list[ReturnLine], targets: dict[Place, Decimal]) -> BarChart | None:
    """Return the small areas against their targets of the whole programme (Leicester business plan, Table 15)."""
    goals = {place[2]: goal for place, goal in targets.items() if place[:2] == ("headline_total", "lsoa")}
    if not goals:
        return None
    counted = {
        line.member: number_in(line, "all") for line in lines if line.line == "headline_total" and line.dimension
    }
    bars = [Bar(area, counted.get(area) or 0, goal) for area, goal in sorted(goals.items())]
    reached = sum(1 for bar in bars if is_told(bar.value) and bar.target is not None and bar.value >= bar.target)
    # Whether a star reached its target would tell of it.
    finding = "Small areas against their targets" if has_star(bar.value for bar in bars) else None
    return BarChart(
        title=finding or f"{reached} of {len(bars)} small areas have reached their target",
        bars=bars,
        name="areas",
        label="Small area",
        measure="People into work",
    )


TREND = {"leap": "headline_total", "journey": "journey_job_started"}


def trend_line(kind: Kind) -> str:
    return "claim_total" if kind.funder else TREND[kind.code]


MOST_QUARTERS = 12


def trend_chart(reading: Reading, filed: Return, kind: Kind, code: str) -> LineChart | None:
    """Return a line's total over the last quarters, up to this one, each at its true place in time.

    A quarter that was built stands as it was built, others as the records of this return's newest build say; they are
    a gap for whoever does not read the line whole, because nobody judged their small numbers. One alone is no trend.
    """
    indicator = kind.indicator(code)
    if indicator is None or not indicator.output or "quarter" not in indicator.windows:
        return None
    same_kind = ReturnBuild.objects.shown().filter(filed__kind=filed.kind, filed__quarter__lte=filed.quarter)
    newest = same_kind.values("filed").annotate(newest=Max("id")).values("newest")
    lines = ReturnLine.objects.filter(build__in=newest, line=code, measure=indicator.output, dimension="")
    known: dict[Quarter, Decimal | Literal["*"] | None] = {}
    own: ReturnBuild | None = None
    for line in lines.select_related("build__filed"):
        known[Quarter.parse(line.build.filed.quarter)] = number_in(
            as_read(line, reading.of(line.build), line.build), "quarter"
        )
        own = line.build if line.build.filed_id == filed.pk else own
    if own is not None and reading.of(own).is_whole(code):
        known = {**counted_back(own, indicator), **known}
    quarters = quarters_between(known)
    if len(quarters) < 2:
        return None
    return LineChart(
        title=f"{indicator.title}, quarter by quarter",
        periods=[quarter.name for quarter in quarters],
        series=[Series(f"{indicator.unit.capitalize()} in the quarter", [known.get(each) for each in quarters])],
        name="trend",
    )


def quarters_between(known: Collection[Quarter]) -> list[Quarter]:
    """Return every quarter from the first known to the last, the last dozen of them."""
    found = [max(known)] if known else []
    while found and found[0] > min(known) and len(found) < MOST_QUARTERS:
        found.insert(0, found[0].before)
    return found


def counted_back(build: ReturnBuild, indicator: Indicator) -> dict[Quarter, Decimal | Literal["*"] | None]:
    """Count a flow's earlier quarters from the records of a build; nothing for a line that counts in another way."""
    measure = indicator.measure(indicator.output)
    is_plain = isinstance(measure, CountOf) and indicator.measured == Measured.FLOW and not indicator.own_key
    if not is_plain or not build.has_members:
        return {}
    bit = 1 << [each.name for each in indicator.shown_measures].index(indicator.output)
    rows = ReturnMember.objects.filter(build_id=build.pk, line=indicator.code, on_date__isnull=False).annotate(
        has_measure=F("measures").bitand(bit), in_all=F("windows").bitand(BITS["all"]), start=TruncQuarter("on_date")
    )
    number = Count("person_id", distinct=True) if indicator.people else Count("pk")
    counted = rows.filter(has_measure__gt=0, in_all__gt=0).order_by().values("start").annotate(number=number)
    found = {Quarter.of(each["start"]): Decimal(each["number"]) for each in counted}
    # A quarter between two that have records and that has none itself had nobody.
    return {each: found.get(each, Decimal(0)) for each in quarters_between(found)}
