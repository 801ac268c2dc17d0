"""The records behind one figure of a built return."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, F, Max, OuterRef, Q, QuerySet, Subquery, When

from caseload.enums import PART_OF_CODE
from caseload.models import Client, TargetGroup
from caseload.queries.sight import EVERY_PART, known_to, parts_told_by
from commissioning.models import Contribution, Expenditure
from partners.models import StaffMember
from partners.permissions import Capability, may
from partners.platform.exchange.declarations import table_named
from reporting.counting.declarations import Count as Counts
from reporting.counting.declarations import Indicator, OutputsOf, Ratio
from reporting.counting.members import BITS, DOUBLE_COUNTS, FOR, TELLS, measure_bit
from reporting.indicators.kinds import Kind
from reporting.models import ClaimLine, Return, ReturnBuild, ReturnChange, ReturnMember

IN, REST = "in", "rest"
# Records that name no person and are not for everybody who reads the return.
MONEY: dict[str, Any] = {"contributions": Contribution, "expenditure": Expenditure, "claim_lines": ClaimLine}


@dataclass(frozen=True)
class Figure:
    """Which figure: a line's measure, one of its members or its total, in one window."""

    line: str
    measure: str
    window: str
    dimension: str = ""
    member: str = ""
    area_kind: str = ""
    area: str = ""

    @property
    def breakdown_value(self) -> str:
        value = f"{self.dimension}={self.member}"
        return f"{value}|{self.area_kind}|{self.area}" if self.area_kind else value


def members_of(build: ReturnBuild, figure: Figure, indicator: Indicator) -> QuerySet[ReturnMember]:
    """Return the records that the figure was added up from.

    Unit costs divide by what another line counted: their outputs list that line's records (see :func:`borrowed`).
    """
    measures = [measure.name for measure in indicator.shown_measures]
    members: QuerySet[ReturnMember] = ReturnMember.objects.filter(
        build_id=build.pk,
        line=indicator.code,
        windows__in=holding(BITS[figure.window], among=len(BITS)),
        measures__in=holding(measure_bit(measures, figure.measure), among=len(measures)),
    )
    return members.filter(members__contains=[figure.breakdown_value]) if figure.dimension else members


def holding(bit: int, *, among: int) -> list[int]:
    """Return the numbers that have a bit: a list the index can be asked for."""
    return [number for number in range(1 << among) if number & bit]


def borrowed(figure: Figure, indicator: Indicator, lines: dict[str, Indicator]) -> tuple[Figure, Indicator]:
    """Return the figure whose records stand behind this one: for outputs, the total row of the line they name."""
    other = lines.get(figure.member)
    if not isinstance(indicator.measure(figure.measure), OutputsOf) or other is None:
        return figure, indicator
    return Figure(other.code, other.output, figure.window), other


def double_counts_of(build: ReturnBuild) -> QuerySet[ReturnMember]:
    members: QuerySet[ReturnMember] = ReturnMember.objects.filter(build_id=build.pk, line=DOUBLE_COUNTS)
    return members


def changes_of(build: ReturnBuild, line: str) -> QuerySet[ReturnChange]:
    changes: QuerySet[ReturnChange] = ReturnChange.objects.filter(build_id=build.pk)
    return changes.filter(line=line) if line else changes


def recounts_of(signed: Collection[Return]) -> list[ReturnBuild]:
    """Return the newest count of each signed return since it was signed; of one never counted again, none."""
    since = ReturnBuild.objects.own().filter(filed__in=signed, pk__gt=F("filed__signed_build"))
    newest = since.order_by().values("filed").annotate(newest=Max("pk")).values("newest")
    return list(ReturnBuild.objects.filter(pk__in=newest).select_related("filed", "compared_with").order_by("pk"))


def corrections_of(recounts: Collection[ReturnBuild], line: str) -> QuerySet[ReturnChange]:
    """Return what differs from what was signed, each with the quarter it is about."""
    of_build = ReturnBuild.objects.filter(pk=OuterRef("build_id"))
    changes: QuerySet[ReturnChange] = ReturnChange.objects.filter(build_id__in=[build.pk for build in recounts])
    found = changes.annotate(quarter=Subquery(of_build.values("filed__quarter")[:1]))
    return found.filter(line=line) if line else found


@dataclass(frozen=True)
class Naming:
    """What it tells of somebody to be named in a list of records.

    ``parts``: special categories that every row tells. ``groups``: each row stands there for one of the target groups
    it carries (:data:`reporting.counting.members.FOR`), so that it tells what one of them asks. ``own``: special
    categories that single rows tell (:data:`reporting.counting.members.TELLS`). ``lines``: what rows of a line tell.
    """

    parts: frozenset[str] = frozenset()
    groups: bool = False
    own: frozenset[str] = frozenset()
    lines: tuple[tuple[str, frozenset[str]], ...] = ()


def naming_of(figure: Figure, indicator: Indicator) -> Naming:
    """Return what being named behind a figure tells: by its member, and by what its line counts."""
    tells = indicator.tells
    return Naming(parts_told(figure), groups=bool(tells.by), own=tells.parts)


def naming_of_changes(kind: Kind) -> Naming:
    """Return what it tells to have come into a line, or left it; its rows say no more than the line."""
    groups = {group.code: parts_told_by(group) for group in TargetGroup.objects.all()}
    told = {each.code: told_by_line(each, groups) for each in kind.indicators}
    return Naming(lines=tuple((code, parts) for code, parts in told.items() if parts))


def told_by_line(indicator: Indicator, groups: Mapping[str, frozenset[str]]) -> frozenset[str]:
    tells = indicator.tells
    chosen = (groups.get(code, EVERY_PART) for code in tells.among) if tells.among else groups.values()
    return tells.parts.union(*chosen) if tells.by else tells.parts


def parts_told(figure: Figure) -> frozenset[str]:
    """Return the special categories that a figure's member tells of a person: by a group, or a benefit."""
    if figure.dimension == "benefit":
        part = PART_OF_CODE.get(figure.member)
        return frozenset({part.value} if part else ())
    if figure.dimension == "target_group":
        group = TargetGroup.objects.filter(code=figure.member).first()
        return EVERY_PART if group is None else parts_told_by(group)
    return frozenset()


def is_open_to(staff: StaffMember, naming: Naming) -> Q:
    """Return the condition that this reader may open a row: of no person and no rival's money, or of a person in sight.

    Nobody is named where that tells a part of a special category that the reader may not know of them, be it directly
    or because lists differ.
    """
    of_nobody = Q(person_id__isnull=True) & money_open_to(staff)
    if not may(staff, Capability.VIEW_CLIENTS):
        return of_nobody
    may_open = _is_among(staff, naming.parts)
    if may(staff, Capability.SEE_ALL_CLIENTS):
        return of_nobody | may_open
    for part in sorted(naming.own):
        may_open &= ~Q(members__contains=[f"{TELLS}{part}"]) | _is_among(staff, {part})
    if naming.groups:
        may_open &= _stands_for_a_known_group(staff)
    for line, parts in naming.lines:
        may_open &= ~Q(line=line) | _is_among(staff, parts)
    return of_nobody | may_open


def money_open_to(staff: StaffMember) -> Q:
    """Return the condition that a row of no person is none of money, or of a contract or contribution in sight."""
    if may(staff, Capability.SEE_ALL_CONTRACTS):
        return Q()
    others = ~Q(table__in=MONEY)
    if not may(staff, Capability.VIEW_CONTRACTS):
        return others
    for table, model in MONEY.items():
        others |= Q(table=table, record_id__in=model.objects.visible_to(staff).values("pk"))
    return others


def _is_among(staff: StaffMember, parts: Collection[str]) -> Q:
    seen = Client.objects.visible_to(staff).filter(known_to(staff, parts))
    return Q(person_id__in=seen.values("pk"))


def _stands_for_a_known_group(staff: StaffMember) -> Q:
    """Return the condition that one of a row's groups tells nothing but what the reader may know of the person."""
    groups: dict[frozenset[str], list[str]] = defaultdict(list)
    for group in TargetGroup.objects.all():
        groups[parts_told_by(group)].append(f"{FOR}{group.code}")
    found = Q(pk__in=[])
    for parts, codes in groups.items():
        found |= Q(members__overlap=codes) & _is_among(staff, parts)
    return found


def open_to(rows: QuerySet[Any], staff: StaffMember, naming: Naming) -> QuerySet[Any]:
    return rows.filter(is_open_to(staff, naming))


def number_hidden(rows: QuerySet[Any], staff: StaffMember, naming: Naming) -> int:
    """Return how many rows this reader may not open."""
    hidden: int = rows.aggregate(hidden=Count("pk", filter=~is_open_to(staff, naming)))["hidden"]
    return hidden


def with_known_people(rows: QuerySet[Any], staff: StaffMember, naming: Naming) -> QuerySet[Any]:
    """Add the person of those rows that this reader may open, as ``known_id`` and by name; the others name nobody."""
    known = Case(When(is_open_to(staff, naming), then=F("person_id")))
    is_known = Case(When(is_open_to(staff, naming), then=True), default=False)
    return with_people(rows.annotate(known_id=known, is_known=is_known), of="known_id")


def with_people(rows: QuerySet[Any], *, of: str = "person_id") -> QuerySet[Any]:
    """Add each row's person by name and address. For rows that were kept by :func:`open_to` only."""
    person = Client.objects.filter(pk=OuterRef(of))
    named: QuerySet[Any] = rows.annotate(
        family_name=Subquery(person.values("family_name")[:1]),
        given_name=Subquery(person.values("given_name")[:1]),
        person_uid=Subquery(person.values("uid")[:1]),
    )
    return named


def with_details(rows: QuerySet[Any], table: str) -> QuerySet[Any]:
    """Add what the records of a table have of their own to tell: employer, amount, and the adviser of the person."""
    model = table_named(table).model
    record = model._default_manager.filter(pk=OuterRef("record_id"))
    names = {field.name for field in model._meta.concrete_fields}
    details: dict[str, Any] = {
        "adviser": Subquery(Client.objects.filter(pk=OuterRef("person_id")).values("adviser__name")[:1])
    }
    own = {"record_uid": "uid"} if "uid" in names else {}
    if table == "employers" or "employer" in names:
        own["employer_name"] = "name" if table == "employers" else "employer__name"
    if "amount" in names:
        own["amount"] = "amount"
    # A line may count records of a second table, which have other keys.
    details |= {name: Case(When(table=table, then=Subquery(record.values(path)[:1]))) for name, path in own.items()}
    found: QuerySet[Any] = rows.annotate(**details)
    return found


def member_of(row: Any, dimension: str) -> list[str]:
    """Return the members of a breakdown that a record was counted under."""
    start = f"{dimension}="
    return [value.removeprefix(start) for value in row.members if value.startswith(start)]


def sides_of(indicator: Indicator, measure: str) -> tuple[str, str] | None:
    """Return the two measures of a share whose one set lies within the other, such as those in work of those due."""
    found = indicator.measure(measure)
    if not isinstance(found, Ratio):
        return None
    over, under = indicator.measure(found.over), indicator.measure(found.under)
    is_within = isinstance(over, Counts) and over.within == under.name
    return (over.name, under.name) if is_within and over.shown and under.shown else None


def side(rows: QuerySet[ReturnMember], indicator: Indicator, sides: tuple[str, str], chosen: str) -> Any:
    """Return the records of one side of a share: those that are in it, or the rest."""
    measures = [measure.name for measure in indicator.shown_measures]
    over, under = (measure_bit(measures, name) for name in sides)
    numbers = range(1 << len(measures))
    wanted = [each for each in numbers if each & under and bool(each & over) == (chosen == IN)]
    return rows.filter(measures__in=wanted)


def lists_two_sides(indicator: Indicator, measure: str) -> bool:
    """Tell whether a figure is a ratio, which lists the records of both its sides."""
    return isinstance(indicator.measure(measure), Ratio)
