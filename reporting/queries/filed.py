"""What the page of a built return shows, made of its stored lines in one pass."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from urllib.parse import urlencode

from django.db.models import Max, QuerySet
from django.urls import reverse

from caseload.enums import CircumstanceCode, QualificationLevel, SupportedPerson, TrainingResult
from caseload.models import TargetGroup
from commissioning.models import FundingStream
from employers.enums import Ownership, SizeBand
from partners.charts import Bar, BarChart, Chart, Funnel, LineChart, Series
from partners.models import Centre
from reporting.counting.declarations import Indicator, Measured
from reporting.counting.numbers import Style
from reporting.counting.windows import WINDOWS
from reporting.indicators.kinds import Kind
from reporting.models import Return, ReturnBuild, ReturnLine
from reporting.queries.targets import HEADLINES, Place, headline_targets

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
}
LABELS: dict[str, dict[str, str]] = {
    "size_band": dict(SizeBand.choices),
    "ownership": dict(Ownership.choices),
    "level": dict(QualificationLevel.choices),
    "result": dict(TrainingResult.choices),
    "person": {**dict(SupportedPerson.choices)},
    "benefit": dict(CircumstanceCode.choices),
    "lsoa": {"elsewhere": "Elsewhere, or not known"},
}
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
    """One figure on the page. No text: the line has no such window, or there is nothing to divide by."""

    text: str = ""
    url: str = ""


@dataclass(frozen=True)
class FigureRow:
    title: str
    measure: str
    cells: tuple[Cell, ...]
    target: str = ""
    share: int | None = None
    forecast: str = ""

    @property
    def bar(self) -> int:
        return min(self.share or 0, 100)


@dataclass
class Breakdown:
    title: str
    rows: list[FigureRow] = field(default_factory=list)


@dataclass
class LineBlock:
    indicator: Indicator
    is_recorded: bool
    totals: list[FigureRow] = field(default_factory=list)
    breakdowns: dict[str, Breakdown] = field(default_factory=dict)


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
    counted_in_areas: int

    @property
    def difference(self) -> Decimal | None:
        return None if self.printed is None or self.areas is None else self.areas - self.printed

    @property
    def difference_in_words(self) -> str:
        return "" if self.difference is None else f"{self.difference:+,}"


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
        if "funding_stream" in wanted:
            self.names["funding_stream"] = dict(FundingStream.objects.values_list("external_id", "name"))

    def of(self, dimension: str, member: str) -> str:
        return self.names.get(dimension, {}).get(member, member)

    def order(self, dimension: str, member: str) -> tuple[int, str]:
        known = list(self.names.get(dimension, {}))
        return (known.index(member) if member in known else len(known), member)


def newest_build(filed: Return) -> ReturnBuild | None:
    builds: QuerySet[ReturnBuild] = filed.builds.finished()
    return builds.select_related("built_by", "compared_with", "job").order_by("-id").first()


def shown(text: str, style: Style) -> str:
    """Write a figure for people: thousands apart, pounds and per cent with their sign."""
    if not text:
        return ""
    number = Decimal(text)
    if style == Style.MONEY:
        return f"£{number:,}" if number >= 0 else f"\N{MINUS SIGN}£{-number:,}"
    if style == Style.PERCENT:
        return f"{number:,}%"
    return f"{number:,}"


def groups_of(filed: Return, kind: Kind, build: ReturnBuild, lines: list[ReturnLine]) -> list[Group]:
    """Return the lines of a build under their headings, each figure with the address of its records."""
    reader = Reader(build, Labels(line.dimension for line in lines), reverse("reporting:figure", args=[filed.uid]))
    by_line: dict[str, list[ReturnLine]] = defaultdict(list)
    for line in lines:
        by_line[line.line].append(line)
    return [
        Group(
            heading,
            [reader.block(each, by_line[each.code]) for each in kind.indicators if each.heading == heading],
        )
        for heading in kind.headings
    ]


def styles_of(indicator: Indicator) -> dict[str, Style]:
    return {measure.name: measure.style for measure in indicator.shown_measures}


@dataclass(frozen=True)
class Reader:
    """Makes the lines of one build readable; ``page`` is the address of the records behind a figure."""

    build: ReturnBuild
    labels: Labels
    page: str

    def block(self, indicator: Indicator, lines: list[ReturnLine]) -> LineBlock:
        block = LineBlock(indicator, is_recorded=is_recorded(indicator, self.build))
        order = {measure.name: place for place, measure in enumerate(indicator.shown_measures)}
        for line in sorted(lines, key=lambda line: (*self.place(line), order[line.measure])):
            row = self.row(indicator, line)
            if not line.dimension:
                block.totals.append(row)
            else:
                title = f"By {DIMENSION_TITLES[line.dimension]}"
                block.breakdowns.setdefault(line.dimension, Breakdown(title)).rows.append(row)
        return block

    def place(self, line: ReturnLine) -> tuple[str, int, str, str]:
        return (line.dimension, *self.labels.order(line.dimension, line.member), line.area)

    def row(self, indicator: Indicator, line: ReturnLine) -> FigureRow:
        style = styles_of(indicator)[line.measure]
        # A stock stands against its target as it is; the headline targets are of the whole programme.
        is_whole = indicator.measured == Measured.STOCK or indicator.code.startswith("headline_")
        figures = zip(WINDOWS, (line.quarter, line.year, line.all), strict=True)
        return FigureRow(
            title=self.labels.of(line.dimension, line.member) + (f", {line.area}" if line.area else ""),
            measure=MEASURE_TITLES.get(line.measure, line.measure),
            cells=tuple(
                Cell(shown(text, style), address(self.page, line, window) if text else "") for window, text in figures
            ),
            target=shown(line.target, Style.AS_GIVEN),
            share=share_of(line.all_value if is_whole else line.year_value, line.target),
            forecast=line.forecast,
        )


def share_of(value: Decimal | None, target: str) -> int | None:
    goal = Decimal(target) if target else None
    return None if value is None or not goal or goal < 0 else max(int(100 * value / goal), 0)


def address(page: str, line: ReturnLine, window: str) -> str:
    parts = {
        "line": line.line,
        "measure": line.measure,
        "dimension": line.dimension,
        "member": line.member,
        "area_kind": line.area_kind,
        "area": line.area,
        "window": window,
    }
    return f"{page}?{urlencode({name: value for name, value in parts.items() if value})}"


def is_recorded(indicator: Indicator, build: ReturnBuild) -> bool:
    """Tell whether anything a line counts is recorded in the consortium at all: if not, it is not zero but unknown."""
    return not all(table in build.empty_tables for table in indicator.record_tables)


def headlines_of(lines: list[ReturnLine], kind: Kind) -> list[Headline]:
    """Return the headline targets beside the sum of their areas; none where the consortium has no headline targets."""
    targets: dict[Place, Decimal] = headline_targets()
    found = []
    for code in (*HEADLINES, "headline_total"):
        indicator = kind.indicator(code)
        areas = [value for (line, dimension, _), value in targets.items() if line == code and dimension]
        if indicator is None or not areas:
            continue
        total = next((line.all for line in lines if line.line == code and not line.dimension), "")
        listed = [line for line in lines if line.line == code and line.dimension and line.member != "elsewhere"]
        found.append(
            Headline(
                indicator.title,
                targets.get((code, "", "")),
                sum(areas, Decimal(0)),
                total,
                int(sum(line.all_value or 0 for line in listed)),
            )
        )
    return found


def charts_of(filed: Return, kind: Kind, lines: list[ReturnLine]) -> dict[str, Chart]:
    charts: dict[str, Chart] = {}
    if kind.code == "journey":
        charts["funnel"] = funnel_of(kind, lines)
    areas = areas_chart(lines)
    if areas is not None:
        charts["areas"] = areas
    trend = trend_chart(filed, kind)
    if trend is not None:
        charts["trend"] = trend
    return charts


FUNNEL = (
    "journey_engaged",
    "journey_assessed",
    "journey_plan_agreed",
    "journey_job_ready",
    "journey_job_started",
    "journey_sustained_13w",
    "journey_sustained_26w",
    "journey_sustained_52w",
)


def funnel_of(kind: Kind, lines: list[ReturnLine]) -> Funnel:
    totals = {line.line: int(line.all_value or 0) for line in lines if not line.dimension}
    steps = [(indicator.title, totals.get(code, 0)) for code in FUNNEL if (indicator := kind.indicator(code))]
    begun, sustained = totals.get("journey_job_started", 0), totals.get("journey_sustained_13w", 0)
    return Funnel(
        title=f"{begun:,} people started a job, {sustained:,} were in work 13 weeks later",
        steps=[(title.removeprefix("People who reached the stage: ").capitalize(), number) for title, number in steps],
        name="funnel",
    )


def areas_chart(lines: list[ReturnLine]) -> BarChart | None:
    """Return the small areas against their targets of the whole programme (Leicester business plan, Table 15)."""
    goals = {place[2]: goal for place, goal in headline_targets().items() if place[:2] == ("headline_total", "lsoa")}
    if not goals:
        return None
    counted = {line.member: line.all_value for line in lines if line.line == "headline_total" and line.dimension}
    bars = [Bar(area, counted.get(area) or 0, goal) for area, goal in sorted(goals.items())]
    reached = sum(1 for bar in bars if bar.target is not None and (bar.value or 0) >= bar.target)
    return BarChart(
        title=f"{reached} of {len(bars)} small areas have reached their target",
        bars=bars,
        name="areas",
        label="Small area",
        measure="People into work",
    )


TREND = {"leap": "headline_total", "journey": "journey_job_started"}


def trend_chart(filed: Return, kind: Kind) -> LineChart | None:
    """Return the kind's main figure over the quarters built so far; nothing for fewer than two."""
    newest = (
        ReturnBuild.objects.finished()
        .filter(filed__kind=filed.kind)
        .values("filed")
        .annotate(newest=Max("id"))
        .values("newest")
    )
    code = TREND[kind.code]
    points = dict(
        ReturnLine.objects.filter(build__in=newest, line=code, dimension="", build__filed__quarter__lte=filed.quarter)
        .order_by("build__filed__quarter")
        .values_list("build__filed__quarter", "quarter_value")
    )
    indicator = kind.indicator(code)
    if len(points) < 2 or indicator is None:
        return None
    numbers = [None if value is None else int(value) for value in points.values()]
    return LineChart(
        title=f"{indicator.title}: {numbers[-1]:,} in the quarter" if numbers[-1] is not None else indicator.title,
        periods=list(points),
        series=[Series("In the quarter", numbers)],
        name="trend",
    )
