"""What the document of a return says: read once, written as a workbook and as a PDF."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from django.utils import timezone

from partners.models import Consortium
from partners.platform.frame.charts import STAR, Chart
from reporting.counting.declarations import Indicator, Measured
from reporting.counting.members import DOUBLE_COUNTS
from reporting.counting.numbers import Style
from reporting.counting.sheet import Row
from reporting.counting.windows import WINDOW_TITLES, WINDOWS, Quarter
from reporting.documents.around import Around, around_of
from reporting.enums import ReturnState
from reporting.indicators.kinds import Kind, kind_for
from reporting.indicators.names import TITLES, name_of, short_name
from reporting.models import Return, ReturnBuild, ReturnDefinition, ReturnLine
from reporting.queries.filed import (
    DIMENSION_TITLES,
    MEASURE_TITLES,
    STOCK_TITLES,
    Headline,
    Labels,
    charts_of,
    distance_of,
    headlines_of,
    shown,
    styles_of,
)
from reporting.queries.readers import Reading, as_read
from reporting.queries.targets import headline_targets

NOT_FILED = "DRAFT, computed without being filed"
SMALL_NUMBERS = "* stands for a small number of people, and for what would tell one."
WHOLE = Reading(reads_all=True)
REDUCED = Reading(reads_all=False)
Number = Decimal | Literal["*"] | None


@dataclass(frozen=True)
class Signature:
    by: str
    at: datetime


@dataclass(frozen=True)
class Figure:
    """A number with the way it is written; a star where it is not for the reader; None where there is none."""

    number: Number
    style: Style

    @property
    def text(self) -> str:
        return "" if self.number is None else shown(str(self.number), self.style)


@dataclass(frozen=True)
class Entry:
    """One row of a document: what it is of, its figures in the three windows, and how they stand to the plan."""

    title: str
    measure: str
    figures: tuple[Figure, ...]
    target: Figure
    distance: str
    forecast: Figure


@dataclass(frozen=True)
class Table:
    """A breakdown of a line. ``head`` names its first column."""

    title: str
    head: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Matrix:
    """A line that is read across: a row for each member, a column for each measure in each window."""

    head: str
    windows: tuple[str, ...]
    measures: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Figure, ...]], ...]


@dataclass(frozen=True)
class Line:
    indicator: Indicator
    is_recorded: bool
    totals: tuple[Entry, ...] = ()
    tables: tuple[Table, ...] = ()
    matrix: Matrix | None = None

    @property
    def title(self) -> str:
        return self.indicator.title

    @property
    def number(self) -> str:
        return short_name(self.indicator.code)

    @property
    def name(self) -> str:
        return f"{self.number}: {self.title}" if self.number else self.title

    @property
    def is_stock(self) -> bool:
        return self.indicator.measured == Measured.STOCK

    @property
    def windows(self) -> tuple[str, ...]:
        """What the three columns of figures are."""
        titles = STOCK_TITLES if self.is_stock else WINDOW_TITLES
        return tuple(titles[window] for window in WINDOWS)

    @property
    def nothing(self) -> str:
        """Say why no figure stands here, where none does."""
        if not self.is_recorded:
            return "Not yet recorded, so not zero but unknown."
        return "" if self.totals or self.tables or self.matrix else "None in this return."


@dataclass(frozen=True)
class Section:
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class ReportContent:
    """All that a return's document says to one reader. ``stamp`` says in one line what its figures are."""

    consortium: Consortium
    kind: Kind
    quarter: Quarter
    stamp: str
    is_draft: bool
    sections: tuple[Section, ...]
    definitions: tuple[Mapping[str, str], ...]
    notes: tuple[str, ...] = ()
    headlines: tuple[Headline, ...] = ()
    charts: tuple[Chart, ...] = ()
    around: Around = field(default_factory=Around)

    @property
    def title(self) -> str:
        return f"{self.kind.title}, {self.quarter.name}"

    @property
    def facts(self) -> list[tuple[str, str]]:
        start = self.consortium.programme_start
        return [
            ("Partnership", self.consortium.name),
            ("State", self.stamp),
            ("Quarter", f"{self.quarter.name} ({self.quarter.in_words})"),
            ("Year to date", f"from {self.quarter.year_start:%-d %B %Y}"),
            ("Since the start", f"from {start:%-d %B %Y}" if start else "from the first record"),
        ]

    @property
    def lines(self) -> list[Line]:
        return [line for section in self.sections for line in section.lines]


def content_of(
    filed: Return,
    build: ReturnBuild,
    reading: Reading = WHOLE,
    *,
    with_money: bool | None = None,
    signed: Signature | None = None,
) -> ReportContent:
    """Return what a build says to a reader; whole for the signed file, :data:`REDUCED` for the copy beside it.

    The money of all contracts is in it for whoever reads the people, unless said. ``signed`` is who signs it, when: at
    the moment of signing, and for a return that is signed what its document says.
    """
    consortium = filed.consortium
    kind = kind_for(consortium, filed.kind)
    lines = [as_read(line, reading, build) for line in ReturnLine.objects.filter(build=build).order_by("id")]
    targets = headline_targets() if kind.indicator("headline_total") else {}
    return ReportContent(
        consortium=consortium,
        kind=kind,
        quarter=Quarter.parse(filed.quarter),
        stamp=f"Signed {said(signed.at)} by {signed.by}. {built(build)}" if signed else stamp_of(filed, build),
        is_draft=signed is None and filed.state != ReturnState.SIGNED,
        sections=sections_of(kind, map(stored_row, lines), build.empty_tables),
        definitions=definitions_of(kind, {each.line: each for each in build.definitions.all()}),
        notes=tuple(notes_of(build, kind, reading)),
        headlines=tuple(headlines_of(lines, kind, targets)),
        charts=tuple(charts_of(reading, filed, kind, lines, targets).values()),
        # What stands around a quarterly report is the plan's (REP-07); a claim is its figures.
        around=Around()
        if kind.funder
        else around_of(
            filed,
            with_money=reading.reads_all if with_money is None else with_money,
            with_figures=reading.reads_all,
        ),
    )


def content_counted(
    consortium: Consortium, kind: Kind, quarter: Quarter, rows: Iterable[Row], *, known_on: date | None = None
) -> ReportContent:
    """Return what a return says that was computed without being filed, of the records as known on a day, or now."""
    known = f" as known on {known_on:%-d %B %Y}" if known_on else ""
    return ReportContent(
        consortium=consortium,
        kind=kind,
        quarter=quarter,
        stamp=f"{NOT_FILED}. Counted {said(timezone.now())}{known}",
        is_draft=True,
        sections=sections_of(kind, rows, ()),
        definitions=definitions_of(kind, {}),
    )


def definitions_of(kind: Kind, built: Mapping[str, ReturnDefinition]) -> tuple[Mapping[str, str], ...]:
    """Return what each line counts, in the words of the build where it kept them."""
    return tuple(definition_of(built.get(each.code, each), each.note) for each in kind.indicators)


def sections_of(kind: Kind, rows: Iterable[Row], empty_tables: Sequence[str]) -> tuple[Section, ...]:
    """Return the lines under the plan's headings, in the plan's order."""
    by_line: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_line[row.line].append(row)
    labels = Labels({row.dimension for own in by_line.values() for row in own if row.dimension})
    lines = [line_of(indicator, by_line[indicator.code], labels, empty_tables) for indicator in kind.indicators]
    return tuple(
        Section(heading, tuple(line for line in lines if line.indicator.heading == heading))
        for heading in kind.headings
    )


def line_of(indicator: Indicator, rows: Sequence[Row], labels: Labels, empty_tables: Sequence[str]) -> Line:
    if all(table in empty_tables for table in indicator.record_tables):
        return Line(indicator, is_recorded=False)
    order = {measure.name: place for place, measure in enumerate(indicator.shown_measures)}
    plan = list(TITLES)

    def place(row: Row) -> tuple[int, str, str, int]:
        known = row.dimension == "indicator" and row.member in TITLES
        first, member = (plan.index(row.member), "") if known else labels.order(row.dimension, row.member)
        return first, member, row.area, order[row.measure]

    ordered = sorted(rows, key=place)
    if not indicator.has_total and len(order) > 1:
        return Line(indicator, is_recorded=True, matrix=matrix_of(indicator, ordered, labels))
    return Line(
        indicator,
        is_recorded=True,
        totals=tuple(entry_of(indicator, row, labels) for row in ordered if not row.dimension),
        tables=tuple(tables_of(indicator, ordered, labels)),
    )


def tables_of(indicator: Indicator, rows: Sequence[Row], labels: Labels) -> Iterator[Table]:
    for dimension in indicator.dimensions:
        own = tuple(entry_of(indicator, row, labels) for row in rows if row.dimension == dimension.name)
        if own:
            title = DIMENSION_TITLES[dimension.name]
            yield Table(f"By {title}", title[:1].upper() + title[1:], own)


def entry_of(indicator: Indicator, row: Row, labels: Labels) -> Entry:
    style = styles_of(indicator)[row.measure]
    is_aimed_at = row.measure == indicator.aimed_at
    set_in = style if style in {Style.MONEY, Style.PERCENT} else Style.AS_GIVEN
    distance = distance_of(indicator, row) if is_aimed_at else None
    title = labels.of(row.dimension, row.member) if row.dimension else indicator.title
    return Entry(
        title=f"{title}, {row.area}" if row.area else title,
        measure=measure_title(row.measure),
        figures=tuple(Figure(number(getattr(row, window)), style) for window in WINDOWS),
        target=Figure(number(row.target) if is_aimed_at else None, set_in),
        distance=distance.words if distance else "",
        forecast=Figure(number(row.forecast) if is_aimed_at else None, set_in),
    )


def matrix_of(indicator: Indicator, rows: Sequence[Row], labels: Labels) -> Matrix | None:
    styles = styles_of(indicator)
    cells: dict[str, dict[tuple[str, str], Figure]] = {}
    for row in rows:
        own = cells.setdefault(labels.of(row.dimension, row.member), {})
        own |= {(w, row.measure): Figure(number(getattr(row, w)), styles[row.measure]) for w in indicator.windows}
    columns = [(window, measure) for window in indicator.windows for measure in styles]
    if not rows:
        return None
    return Matrix(
        head=DIMENSION_TITLES[rows[0].dimension].capitalize(),
        windows=tuple(WINDOW_TITLES[window] for window in indicator.windows),
        measures=tuple(measure_title(measure) for measure in styles),
        rows=tuple((title, tuple(own[column] for column in columns)) for title, own in cells.items()),
    )


def measure_title(measure: str) -> str:
    return MEASURE_TITLES.get(measure, measure).capitalize()


def number(text: str) -> Number:
    if text == STAR:
        return STAR
    return Decimal(text) if text else None


def stored_row(line: ReturnLine) -> Row:
    return Row(**{name: getattr(line, name) for name in Row.__dataclass_fields__})


def stamp_of(filed: Return, build: ReturnBuild) -> str:
    """Say in one line what a printed figure has to be read with: its state, when it was built and by whom."""
    state = "DRAFT, not signed"
    if build.known_on:
        state = f"As known on {build.known_on:%-d %B %Y}, not signed"
    elif filed.state == ReturnState.SIGNED and build.pk == filed.signed_build_id:
        state = f"Signed {said(filed.signed_at)}" if filed.signed_at else "Signed"
    return f"{state}. {built(build)}"


def built(build: ReturnBuild) -> str:
    by = f" by {build.built_by.name}" if build.built_by else ""
    return f"Built {said(build.snapshot_at)}{by}"


def said(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%-d %B %Y, %H:%M}"


def notes_of(build: ReturnBuild, kind: Kind, reading: Reading) -> list[str]:
    """Return what a reader of the document should know of the count."""
    double_counts = build.double_counts if reading.is_whole(DOUBLE_COUNTS) or not build.double_counts else STAR
    notes = [f"Jobs that repeat a counted one, and are in no figure: {double_counts}"]
    if not reading.reads_all:
        notes.append(SMALL_NUMBERS)
    missing = [
        name_of(indicator.code)
        for indicator in kind.indicators
        if all(table in build.empty_tables for table in indicator.record_tables)
    ]
    return [*notes, f"Not yet recorded, so not zero but unknown: {', '.join(missing)}"] if missing else notes


def definition_of(definition: Indicator | ReturnDefinition, note: str = "") -> Mapping[str, str]:
    """Return what stands under a line's name among the definitions."""
    code = definition.code if isinstance(definition, Indicator) else definition.line
    return {
        "Line": short_name(code) or definition.title,
        "Title": definition.title,
        "What it counts": definition.counts,
        "Windows": Measured(definition.measured).label,
        "Unit": definition.unit,
        "Source": definition.source,
        "Note": note,
    }
