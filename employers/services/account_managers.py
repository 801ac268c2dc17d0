"""Who is an employer's one point of contact: handed over from a day on, also one ahead; put right (EMP-02)."""

from datetime import date, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from employers.models import AccountManager, Employer
from employers.services.leaving import MANAGING_ROLES
from partners.errors import CaseloadError
from partners.models import StaffMember
from partners.permissions import Capability, require
from partners.platform.dates import long_date
from partners.platform.records.changing import change, keep
from partners.services.notices import Message, tell_each

FURTHEST_AHEAD = timedelta(days=366)


@transaction.atomic
def give_account_manager(
    employer: Employer, *, staff: StaffMember, on: date, by: StaffMember, until: date | None = None
) -> AccountManager:
    """Make somebody the employer's one point of contact from a day on; who it was before ends the day before.

    One that began, or was to begin, on that very day was a mistake: it is given to the other. One that is planned for
    later stays planned. Both people are told.
    """
    require(by, Capability.MANAGE_EMPLOYERS)
    today = timezone.localdate()
    if on > today + FURTHEST_AHEAD:
        raise CaseloadError("Enter a day within a year from now.", field="from_date")
    if staff.left_at is not None or staff.role not in MANAGING_ROLES:
        raise CaseloadError("Choose an account manager who still works here.", field="staff")
    spells = list(
        AccountManager.objects.select_for_update(of=("self",)).filter(employer=employer).select_related("staff")
    )
    if any(on < spell.from_date <= today for spell in spells):
        raise CaseloadError(
            "Somebody began later than this day. Enter a later one, or change theirs.", field="from_date"
        )
    planned = min((spell.from_date for spell in spells if spell.from_date > on), default=None)
    for spell in spells:
        if spell.from_date < on and (spell.to_date is None or spell.to_date >= on):
            change(spell, version=spell.version, values={"to_date": on - timedelta(days=1)})
    begun = next((spell for spell in spells if spell.from_date == on), None)
    _tell(employer, staff=staff, on=on, before=[spell.staff for spell in spells if _runs(spell, on)], by=by)
    if begun is not None:
        return change(begun, version=begun.version, values={"staff": staff, "to_date": until or begun.to_date})
    last = until or (planned - timedelta(days=1) if planned else None)
    return keep(AccountManager(employer=employer, staff=staff, from_date=on, to_date=last))


def correct_account_manager(spell: AccountManager, *, before: StaffMember, by: StaffMember) -> None:
    """Tell whom a correction concerns: who was written down by mistake, and who it is."""
    if spell.staff_id != before.pk:
        _tell(spell.employer, staff=spell.staff, on=spell.from_date, before=[before], by=by)


def _runs(spell: AccountManager, on: date) -> bool:
    return spell.from_date <= on and (spell.to_date is None or spell.to_date >= on)


def _tell(employer: Employer, *, staff: StaffMember, on: date, before: list[StaffMember], by: StaffMember) -> None:
    page = reverse("employers:employer", args=[employer.uid])
    since = f"from {long_date(on)}"
    messages = []
    if staff.pk != by.pk:
        messages.append(Message(staff, f"{by.name} made you the account manager of {employer} {since}.", page))
    messages += [
        Message(each, f"{staff.name} looks after {employer} {since}.", page)
        for each in before
        if each.pk not in {by.pk, staff.pk}
    ]
    tell_each(messages, many=page)
