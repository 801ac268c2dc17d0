"""What an indicator is: one small declaration, of which the engine makes figure, breakdowns, windows, list and trace.

``query`` yields one row for each counted record:

``record_id``, ``reference``  the record and its id in the exchange package
``on_date``                   the day that decides the windows of a flow; the first day of the spell of a stock
``person_id``                 the surviving client, where the record has one
``key``                       what is counted once, where it is neither the person nor the record
``in_quarter``, ``in_year``, ``in_all``   only for an indicator that decides its windows itself
and the columns that its measures and dimensions name.

It reads the tables of the application, the shared tables of :mod:`reporting.counting.sources` and the parameters
``q_start``, ``y_start``, ``a_start`` and ``q_end``.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

from django.db.models import TextChoices

from reporting.counting.numbers import Style
from reporting.counting.windows import WINDOWS


class Measured(TextChoices):
    """How the windows are decided (contract KPIS.md, "Words")."""

    FLOW = "flow", "What happened inside the window"
    STOCK = "stock", "What is in force on the last day of the quarter"
    OWN = "own", "By a rule of its own"


@dataclass(frozen=True)
class Tells:
    """What being counted in a line tells of somebody, so that nobody is listed to whoever may not know it.

    ``people``: its counts are of people or of what single people did, so that small ones are not for everybody.
    ``all_of_it``: every figure of the line that is not nought tells of them, sums of money too, so that none is for
    everybody.
    ``by`` names the column of the target groups (of ``among`` alone, where given) for which a record is counted: who
    is listed is in one of them, which tells what the group's rule asks about.
    ``part`` is the SQL of the special category that a record tells by itself, out of ``parts``.
    """

    people: bool = True
    all_of_it: bool = False
    by: str = ""
    among: tuple[str, ...] = ()
    part: str = ""
    parts: frozenset[str] = frozenset()


NOBODY = Tells(people=False)
PEOPLE = Tells()


@dataclass(frozen=True)
class Count:
    """How many are counted: people, employers or records; of those for which ``where`` holds.

    ``within`` names the measure of which these are some. ``of_people`` is said where it is not as the line's.
    """

    name: str = "value"
    where: str = ""
    within: str = ""
    of_people: bool | None = None
    style: Style = Style.COUNT
    shown: bool = True


@dataclass(frozen=True)
class Sum:
    column: str
    name: str = "value"
    where: str = ""
    of_people: bool = False
    style: Style = Style.COUNT
    shown: bool = True


@dataclass(frozen=True)
class Median:
    column: str
    name: str = "value"
    where: str = ""
    style: Style = Style.MEDIAN
    shown: bool = True


@dataclass(frozen=True)
class Ratio:
    """One measure over another; nothing where the other is 0. It lists the records of both."""

    over: str
    under: str
    name: str = "value"
    factor: Fraction = Fraction(100)
    style: Style = Style.PERCENT
    shown: bool = True


@dataclass(frozen=True)
class OutputsOf:
    """The total row of the line that the member names, in the same window (contract KPIS.md, kpi_25)."""

    name: str = "outputs"
    style: Style = Style.AS_GIVEN
    shown: bool = True


Counted = Count | Sum | Median
Measure = Counted | Ratio | OutputsOf


@dataclass(frozen=True)
class Dimension:
    """A breakdown. ``members`` are those it always shows; without them it shows those with a figure that is not zero.

    ``many`` says that the column holds several members of one record; ``area`` that the record brings its own area;
    ``shows_nought`` that a member with records stands there although its figures are zero.
    """

    name: str
    column: str = ""
    members: tuple[str, ...] | Callable[[], tuple[str, ...]] | None = None
    many: bool = False
    area: bool = False
    shows_nought: bool = False

    @property
    def sql(self) -> str:
        return self.column or self.name

    def known_members(self) -> tuple[str, ...] | None:
        return self.members() if callable(self.members) else self.members


@dataclass(frozen=True)
class Traced:
    """What of a line its trace lists, where that is not everything: measures, windows, and breakdowns or the total."""

    measures: tuple[str, ...] = ()
    windows: tuple[str, ...] = WINDOWS
    dimensions: tuple[str, ...] = ()
    total: bool = True


@dataclass(frozen=True)
class Indicator:
    """One line of a return.

    ``counts`` says in words what is counted, ``source`` who defined it, ``table`` where its records are.
    ``reads`` names the shared tables of its query. ``distinct`` says that rows with one key are counted once;
    ``people`` that the key is the person, ``own_key`` that it is other columns. ``output`` is the measure that unit
    costs divide by; without one, the line has no total row. ``tables`` names the exchange tables without which there
    is nothing to count, where that is not ``table``. ``lower_is_better``: the target is not to be exceeded.
    ``note`` is what its figure has to be read with.
    ``tells`` is what being counted tells of somebody; ``part_of`` names the line of whose records these are some,
    ``made_from`` the lines whose counts a mean or share of this line is made from.
    """

    code: str
    title: str
    counts: str
    source: str
    table: str
    query: str
    tells: Tells
    measured: Measured = Measured.FLOW
    unit: str = "people"
    measures: tuple[Measure, ...] = (Count(),)
    dimensions: tuple[Dimension, ...] = ()
    reads: tuple[str, ...] = ()
    people: bool = False
    distinct: bool = False
    own_key: str = ""
    windows: tuple[str, ...] = WINDOWS
    output: str = "value"
    heading: str = ""
    lower_is_better: bool = False
    note: str = ""
    tables: tuple[str, ...] = field(default=())
    part_of: str = ""
    made_from: tuple[str, ...] = ()
    traced: Traced | None = None

    @property
    def key(self) -> str:
        return self.own_key or ("person_id" if self.people else "record_id")

    @property
    def has_total(self) -> bool:
        return bool(self.output)

    @property
    def shown_measures(self) -> tuple[Measure, ...]:
        return tuple(measure for measure in self.measures if measure.shown)

    @property
    def aimed_at(self) -> str:
        """The measure that the line's target and forecast are about (contract KPIS.md, "Output of a return").

        Its percentage, where the line has one, else the first shown. A success rate beside the number of activities is
        no such percentage: Table 16 sets its target in activities.
        """
        names = [measure.name for measure in self.shown_measures]
        return "percent" if "percent" in names else names[0]

    @property
    def record_tables(self) -> tuple[str, ...]:
        """The exchange tables whose records this line counts: with none of them there is nothing recorded yet."""
        return self.tables or (self.table,)

    def counts_people(self, measure: Measure) -> bool:
        """Tell whether a measure is a number of people, or of what single people did."""
        if isinstance(measure, Count):
            return self.tells.people if measure.of_people is None else measure.of_people
        return isinstance(measure, Sum) and measure.of_people

    def measure(self, name: str) -> Measure:
        return next(measure for measure in self.measures if measure.name == name)
