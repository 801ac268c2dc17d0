"""What an account manager records: employers, contacts, agreements, who looks after whom. One function an act."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from employers.models import AccountManager, Employer, EmployerAgreement, EmployerContact, Vacancy
from partners.models import StaffMember
from partners.permissions import Capability, require
from partners.services.records import change, keep, refuse_future


def add_employer(*, by: StaffMember, values: Mapping[str, Any]) -> Employer:
    """Add an employer to the directory all partners share (EMP-01)."""
    require(by, Capability.MANAGE_EMPLOYERS)
    return keep(Employer(**values))


def change_employer(employer: Employer, *, version: int, values: Mapping[str, Any], by: StaffMember) -> Employer:
    require(by, Capability.MANAGE_EMPLOYERS)
    return change(employer, version=version, values=values)


def record_contact(
    employer: Employer,
    *,
    occurred_on: date,
    channel: str,
    by: StaffMember,
    summary: str = "",
    follow_up_on: date | None = None,
) -> EmployerContact:
    """Record that this person approached an employer, and about what, so that nobody approaches them twice (EMP-02)."""
    require(by, Capability.MANAGE_EMPLOYERS)
    refuse_future(occurred_on, "occurred_on")
    return keep(
        EmployerContact(
            employer=employer,
            staff=by,
            occurred_on=occurred_on,
            channel=channel,
            summary=summary,
            follow_up_on=follow_up_on,
        )
    )


def add_agreement(
    employer: Employer, *, kind: str, from_date: date, by: StaffMember, to_date: date | None = None
) -> EmployerAgreement:
    """Record what an employer signed up to (EMP-07, EMP-10)."""
    require(by, Capability.MANAGE_EMPLOYERS)
    refuse_future(from_date, "from_date", what="it was signed")
    return keep(EmployerAgreement(employer=employer, kind=kind, from_date=from_date, to_date=to_date))


def end_agreement(agreement: EmployerAgreement, *, on: date, version: int, by: StaffMember) -> EmployerAgreement:
    """End an agreement; its last day still counts."""
    require(by, Capability.MANAGE_EMPLOYERS)
    return change(agreement, version=version, values={"to_date": on})


def give_account_manager(employer: Employer, *, staff: StaffMember, on: date, by: StaffMember) -> AccountManager:
    """Make somebody the employer's one point of contact from a day on; who it was before ends the day before."""
    require(by, Capability.MANAGE_EMPLOYERS)
    refuse_future(on, "on", what="it began")
    if staff.left_at is not None:
        raise ValidationError({"staff": "Choose somebody who still works here."})
    spells = AccountManager.objects.select_for_update().filter(employer=employer)
    if spells.filter(from_date__gte=on).exists():
        raise ValidationError({"on": "Somebody began later than this day. Enter a later one."})
    for spell in spells.filter(to_date__isnull=True):
        change(spell, version=spell.version, values={"to_date": on - timedelta(days=1)})
    return keep(AccountManager(employer=employer, staff=staff, from_date=on))


def open_vacancy(
    employer: Employer,
    *,
    title: str,
    posts: int,
    opened_on: date,
    by: StaffMember,
    closed_on: date | None = None,
    jigs_agreement: EmployerAgreement | None = None,
    hours_per_week: Any = None,
    hourly_wage: Any = None,
) -> Vacancy:
    """Put posts into the jobs pool (EMP-05)."""
    require(by, Capability.MANAGE_EMPLOYERS)
    return keep(
        Vacancy(
            employer=employer,
            title=title,
            posts=posts,
            opened_on=opened_on,
            closed_on=closed_on,
            jigs_agreement=jigs_agreement,
            hours_per_week=hours_per_week,
            hourly_wage=hourly_wage,
        )
    )


def close_vacancy(vacancy: Vacancy, *, version: int, by: StaffMember) -> Vacancy:
    require(by, Capability.MANAGE_EMPLOYERS)
    return change(vacancy, version=version, values={"closed_on": timezone.localdate()})
