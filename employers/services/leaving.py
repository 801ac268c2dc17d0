"""Employers whose account manager goes: counted before, handed on one by one or in bulk, with undo (EMP-02)."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, Self

from django.db import transaction
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone

from employers.models import AccountManager, Employer
from employers.queries.follow_ups import follow_ups_of
from partners.enums import Role
from partners.errors import CaseloadError
from partners.judging import may_give_power, require_right
from partners.leaving import Held, Kind, add_kind
from partners.models import StaffMember
from partners.permissions import ROLES, Capability, may
from partners.services.notices import ANSWERING, Message, tell_each

MANAGING_ROLES = tuple(role for role in Role if Capability.MANAGE_EMPLOYERS in ROLES[role])


@dataclass(frozen=True)
class Handover:
    """What one employer's change of account manager consists of: enough to take it back.

    ``begun`` is the new spell, None where a spell that began on the same day was given to somebody else; ``spell`` is
    that one, or the one that ended on the day before and would have gone on to ``to_date``.
    """

    spell: int
    staff_before: int
    to_date: str | None
    begun: int | None

    def as_stored(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_stored(cls, stored: dict[str, Any]) -> Self:
        return cls(**stored)


def may_hand_accounts_on(by: StaffMember) -> bool:
    """Who manages employers, and who answers for an organisation's work, hands employers on."""
    return may(by, Capability.MANAGE_EMPLOYERS) or (by.role in ANSWERING and may(by, Capability.VIEW_EMPLOYERS))


def managing() -> QuerySet[StaffMember]:
    """Return who may look after employers."""
    people = StaffMember.objects.at_work().filter(role__in=MANAGING_ROLES)
    found: QuerySet[StaffMember] = people.select_related("organisation").order_by("name")
    return found


def left_employers(staff: StaffMember, *, today: date) -> QuerySet[Any]:
    """Return the ids of employers whose account manager has left or no longer manages any, as a subquery.

    Those of one's own organisation's people; of everybody's, for the accountable body.
    """
    spells = AccountManager.objects.in_force(on=today)
    gone = spells.exclude(staff__left_at__isnull=True, staff__role__in=MANAGING_ROLES)
    if not staff.organisation.accountable_body:
        gone = gone.filter(staff__organisation=staff.organisation_id)
    found: QuerySet[Any] = gone.values("employer_id")
    return found


@transaction.atomic
def hand_employers_over(employers: QuerySet[Employer], *, staff: StaffMember, by: StaffMember) -> list[Handover]:
    """Give employers one account manager from today, all of them or none; who has them already is left alone.

    As many statements for however many. Both account managers are told. Raises :class:`CaseloadError`.
    """
    require_right(held=may_hand_accounts_on(by))
    if staff.left_at is not None or staff.role not in MANAGING_ROLES:
        raise CaseloadError("Choose an account manager who still works here.", field="staff")
    today = timezone.localdate()
    chosen = list(employers.order_by().values_list("pk", flat=True))
    spells = _locked(AccountManager.objects.filter(employer__in=chosen), today).exclude(staff=staff)
    made = _move(list(spells), staff, today=today, without=chosen)
    _tell(made, staff=staff, by=by)
    return made


@transaction.atomic
def take_back(handovers: Iterable[Handover]) -> int:
    """Give employers back to the account manager before; return how many. Who got yet another one since stays there."""
    made = list(handovers)
    begun = {each.begun for each in made if each.begun is not None}
    today = timezone.localdate()
    still = AccountManager.objects.filter(pk__in=begun).exclude(to_date__lt=today)
    standing = set(still.values_list("pk", flat=True))
    back = [each for each in made if each.begun is None or each.begun in standing]
    AccountManager.objects.filter(pk__in=standing).delete()
    spells = AccountManager.objects.select_for_update().in_bulk([each.spell for each in back if each.spell])
    for each in back:
        if each.spell in spells:
            spell = spells[each.spell]
            spell.staff_id = each.staff_before
            spell.to_date = date.fromisoformat(each.to_date) if each.to_date else None
            spell.version += 1
    AccountManager.objects.bulk_update(spells.values(), ["staff", "to_date", "version"])
    return len(back)


def accounts_held(person: StaffMember) -> Held | None:
    number = AccountManager.objects.in_force(on=timezone.localdate()).filter(staff=person).count()
    return Held(number, f"{number} employer{'' if number == 1 else 's'} they look after") if number else None


def follow_ups_held(person: StaffMember) -> Held | None:
    number = follow_ups_of(person, today=timezone.localdate()).count()
    words = "employer to get in touch with again" if number == 1 else "employers to get in touch with again"
    return Held(number, f"{number} {words}") if number else None


def heirs_of(person: StaffMember) -> QuerySet[StaffMember]:
    return managing().filter(organisation=person.organisation_id).exclude(pk=person.pk)


@transaction.atomic
def hand_accounts_on(person: StaffMember, heir: StaffMember, by: StaffMember) -> int:
    """Give all employers somebody looks after to a colleague, from today; return how many."""
    require_right(held=may_give_power(by, person.organisation_id))
    if heir.organisation_id != person.organisation_id or heir.role not in MANAGING_ROLES or heir.left_at is not None:
        raise CaseloadError(f"Choose an account manager of {person.organisation} who still works here.")
    today = timezone.localdate()
    made = _move(list(_locked(AccountManager.objects.filter(staff=person), today)), heir, today=today)
    _tell(made, staff=heir, by=by)
    return len(made)


def manages(role: str) -> bool:
    return role in MANAGING_ROLES


def list_of_left() -> str:
    return f"{reverse('employers:employers')}?left=on"


def add_kinds() -> None:
    question = "Who looks after their employers"
    may_read = Capability.VIEW_EMPLOYERS
    add_kind(Kind("employers", accounts_held, manages, question, heirs_of, hand_accounts_on, list_of_left, may_read))
    add_kind(Kind("follow_ups", follow_ups_held, manages))


def _locked(spells: QuerySet[AccountManager], today: date) -> Any:
    return spells.filter(from_date__lte=today).exclude(to_date__lt=today).select_for_update().order_by("pk")


def _move(
    spells: Sequence[AccountManager], staff: StaffMember, *, today: date, without: Iterable[int] = ()
) -> list[Handover]:
    """End spells yesterday and begin others today; a spell that began today is given to the other instead."""
    fresh = [spell for spell in spells if spell.from_date == today]
    older = [spell for spell in spells if spell.from_date < today]
    AccountManager.objects.filter(pk__in=[spell.pk for spell in fresh]).update(staff=staff, version=F("version") + 1)
    AccountManager.objects.filter(pk__in=[spell.pk for spell in older]).update(
        to_date=today - timedelta(days=1), version=F("version") + 1
    )
    in_force = AccountManager.objects.in_force(on=today).filter(employer__in=without)
    taken = {*in_force.values_list("employer", flat=True), *(spell.employer_id for spell in spells)}
    looked_at = [*(spell.employer_id for spell in older), *(each for each in without if each not in taken)]
    later = AccountManager.objects.filter(employer__in=looked_at, from_date__gt=today).order_by("-from_date")
    until = {employer: begins - timedelta(days=1) for employer, begins in later.values_list("employer", "from_date")}
    begun = [
        AccountManager(employer_id=each, staff=staff, from_date=today, to_date=until.get(each)) for each in looked_at
    ]
    for each in begun:
        each.external_id = str(each.uid)
    AccountManager.objects.bulk_create(begun)
    ended = [_handover(spell, new.pk) for spell, new in zip(older, begun, strict=False)]
    given = [_handover(spell, None) for spell in fresh]
    first = [Handover(0, staff.pk, None, new.pk) for new in begun[len(older) :]]
    return [*ended, *given, *first]


def _handover(spell: AccountManager, begun: int | None) -> Handover:
    return Handover(spell.pk, spell.staff_id, spell.to_date.isoformat() if spell.to_date else None, begun)


def _tell(made: Sequence[Handover], *, staff: StaffMember, by: StaffMember) -> None:
    if not made:
        return
    mine = f"{reverse('employers:employers')}?mine=on"
    words = f"{by.name} made you the account manager of {len(made)} employer{'' if len(made) == 1 else 's'}."
    messages = [Message(staff, words, mine)] if staff.pk != by.pk else []
    before: dict[int, int] = {}
    for each in made:
        if each.spell and each.staff_before not in {by.pk, staff.pk}:
            before[each.staff_before] = before.get(each.staff_before, 0) + 1
    people = StaffMember.objects.in_bulk(before)
    messages += [
        Message(people[pk], f"{staff.name} now looks after {number} of your employers.", mine)
        for pk, number in before.items()
    ]
    tell_each(messages, many=mine)
