"""What one person can have now, and why not the rest: the directory's expressions asked of what a reader may know.

Nothing of the special categories that is closed to the reader is a fact here: what would ask for it is not known, the
same whether it holds or not (DESIGN.md "Tenancy and access").
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q

from caseload.enums import BENEFITS, OPEN_REFERRAL, PART_OF_CODE, CircumstanceCode, Disability, HighestQualification
from caseload.models import Client, ClientAddress, ClientCircumstance, TargetGroup
from caseload.queries.clients import may_read
from caseload.queries.sight import Sight, parts_told_by
from caseload.queries.target_groups import groups_of
from commissioning.models import Service
from commissioning.queries.eligibility import Answer, NotUnderstood, Value, Words, evaluate, parse, reasons
from partners.models import PriorityArea

SOON_DAYS = 60
MONTHS = 12
LEVELS: dict[str, int] = {
    HighestQualification.NONE: 0,
    HighestQualification.ENTRY: 0,
    HighestQualification.LEVEL_1: 1,
    HighestQualification.LEVEL_2: 2,
    HighestQualification.LEVEL_3: 3,
    HighestQualification.LEVEL_4: 4,
}


@dataclass(frozen=True)
class Offer:
    """A service with the answer for one person; ``why`` stands in the way of a yes, or is to be found out."""

    service: Service
    answer: Answer
    why: list[str] = field(default_factory=list)
    taken: int = 0
    is_ending: bool = False

    @property
    def left(self) -> int | None:
        """How many places are left; None where nobody said how many there are."""
        return None if self.service.capacity is None else max(self.service.capacity - self.taken, 0)


@dataclass(frozen=True)
class Offers:
    now: list[Offer] = field(default_factory=list)
    full: list[Offer] = field(default_factory=list)
    not_known: list[Offer] = field(default_factory=list)
    no: list[Offer] = field(default_factory=list)


def offers_for(services: Iterable[Service], facts: dict[str, Value], *, today: date) -> Offers:
    """Sort services by what they are for this person."""
    found = Offers()
    for service in services:
        offer = _offer(service, facts, today)
        if offer.answer and offer.left == 0:
            found.full.append(offer)
        else:
            {True: found.now, None: found.not_known, False: found.no}[offer.answer].append(offer)
    return found


def running_services(*, today: date, kind: str = "", words: str = "") -> list[Service]:
    """Return what is on offer today with the places that referrals have taken: one query."""
    rows = Service.objects.select_related("organisation", "centre", "leads_to")
    rows = rows.filter(
        Q(starts_on__isnull=True) | Q(starts_on__lte=today), Q(ends_on__isnull=True) | Q(ends_on__gte=today)
    )
    if kind:
        rows = rows.filter(kind=kind)
    for word in words.split():
        named = Q(name__icontains=word) | Q(organisation__name__icontains=word) | Q(centre__name__icontains=word)
        rows = rows.filter(named | Q(eligibility__icontains=word) | Q(eligibility_rule__icontains=word))
    open_now = Q(referrals__status__in=[each for each in OPEN_REFERRAL if each != "sent"])
    return list(rows.annotate(taken=Count("referrals", filter=open_now)).order_by("name", "pk"))


def _offer(service: Service, facts: dict[str, Value], today: date) -> Offer:
    soon = service.ends_on is not None and service.ends_on <= today + timedelta(days=SOON_DAYS)
    taken = getattr(service, "taken", 0)
    if not service.eligibility_rule.strip():
        said = service.eligibility.strip()
        return Offer(service, None if said else True, [f"For whom: {said}"] if said else [], taken, soon)
    try:
        rule = parse(service.eligibility_rule)
    except NotUnderstood as fault:
        return Offer(service, None, [f"Its expression cannot be read. {fault.message}"], taken, soon)
    return Offer(service, evaluate(rule, facts), reasons(rule, facts), taken, soon)


def facts_known(client: Client, sight: Sight, *, today: date) -> dict[str, Value]:
    """Return what a reader may know of a person, as expressions ask for it: five queries."""
    spells = [each for each in _open(ClientCircumstance, sight, today) if may_read(sight, each)]
    closed = {code for code, part in PART_OF_CODE.items() if part not in sight.parts}
    benefits = [each for each in spells if each.code in BENEFITS]
    codes = {each.code for each in spells}
    return {
        **_of_the_record(client, sight, today),
        **_of_the_place(sight, today),
        "benefit": Words(frozenset(each.code for each in benefits), frozenset(closed) - codes),
        "status": Words(frozenset(codes), frozenset(closed) - codes),
        "months_on_benefit": _months(benefits, today, is_whole=closed.isdisjoint(BENEFITS)),
        "lone_parent": bool(codes & {CircumstanceCode.LONE_PARENT, CircumstanceCode.IS_LONE_PARENT}),
        "group": _groups(client, sight, today),
    }


def _of_the_record(client: Client, sight: Sight, today: date) -> dict[str, Value]:
    age = client.age(on=today)
    level = LEVELS.get(client.highest_qualification)
    is_known = client.disability in {Disability.YES, Disability.NO}
    is_known = is_known and "disability" not in sight.hidden_fields(client.pk)
    children = client.dependent_children
    return {
        "age": None if age is None else Decimal(age),
        "sex": client.sex if client.sex in {"female", "male", "other"} else None,
        "qualification": None if level is None else Decimal(level),
        "children": None if children is None else Decimal(children),
        "disability": client.disability == Disability.YES if is_known else None,
    }


def _of_the_place(sight: Sight, today: date) -> dict[str, Value]:
    home: ClientAddress | None = max(_open(ClientAddress, sight, today), key=_latest, default=None)
    if home is None:
        return {}
    areas = PriorityArea.objects.filter(Q(lsoa=home.lsoa) & ~Q(lsoa="") | Q(ward=home.ward, lsoa="") & ~Q(ward=""))
    is_placed = bool(home.lsoa or home.ward)
    return {
        "ward": home.ward or None,
        "lsoa": home.lsoa or None,
        "district": home.district or None,
        "priority_area": areas.exists() if is_placed else None,
    }


def _latest(address: ClientAddress) -> tuple[date, str]:
    return address.from_date, address.external_id


def _open(model: Any, sight: Sight, today: date) -> list[Any]:
    """Return the person's spells of a model that are open today."""
    rows = model.objects.filter(client__in=sight.records, from_date__lte=today)
    return list(rows.filter(Q(to_date__isnull=True) | Q(to_date__gte=today)))


def _months(spells: list[ClientCircumstance], today: date, *, is_whole: bool) -> Decimal | None:
    """Return the whole months of the longest claim; nothing where a longer one may be closed to the reader."""
    if not is_whole:
        return None
    return Decimal(max((_months_since(each.from_date, today) for each in spells), default=0))


def _months_since(day: date, today: date) -> int:
    return (today.year - day.year) * MONTHS + today.month - day.month - (today.day < day.day)


def _groups(client: Client, sight: Sight, today: date) -> Words:
    has = frozenset(group.code for group in groups_of(client, sight, on=today))
    closed = [each.code for each in TargetGroup.objects.all() if not parts_told_by(each) <= sight.parts]
    return Words(has, frozenset(closed) - has)
