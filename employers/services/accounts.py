"""What an account manager records: employers, contacts, agreements, who looks after whom. One function an act."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from employers.enums import AgreementKind
from employers.models import AccountManager, Employer, EmployerAgreement, EmployerContact, Vacancy
from employers.wages import lowest_wage
from partners.models import StaffMember
from partners.permissions import Capability, require
from partners.platform.dates import long_date
from partners.platform.records.changing import change, keep, refuse_before, refuse_future
from partners.platform.records.lookalikes import LookAlike

MOST_ALIKE = 3


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
    refuse_before(follow_up_on, occurred_on, "follow_up_on", what="the day of the contact")
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
    if kind == AgreementKind.AGENCY_STANDARD and not employer.employment_agency:
        said = (
            f"{employer} is not marked as an employment agency, and only agencies sign this. Change the employer first."
        )
        raise ValidationError({"kind": said})
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
    refuse_future(opened_on, "opened_on", what="it opened")
    lowest = lowest_wage(opened_on)
    if hourly_wage is not None and hourly_wage < lowest:
        said = f"Enter £{lowest} or more: the lowest minimum wage anybody could be paid on {long_date(opened_on)}."
        raise ValidationError({"hourly_wage": said})
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


def agreements_alike(employer: Employer, values: Mapping[str, Any]) -> list[LookAlike]:
    """Return the agreements of this kind that share a day with a new one: both would be counted (KPIS.md, kpi_3)."""
    until = values.get("to_date")
    same = employer.agreements.filter(kind=values["kind"]).filter(
        Q(to_date__isnull=True) | Q(to_date__gte=values["from_date"])
    )
    same = same.filter(from_date__lte=until) if until else same
    return [
        LookAlike(
            "agreement",
            str(each.uid),
            f"the {within(each.get_kind_display())} in force since {long_date(each.from_date)}",
            reverse("employers:record", args=["agreements", each.uid]),
        )
        for each in same.order_by("-from_date")[:MOST_ALIKE]
    ]


def contacts_alike(employer: Employer, values: Mapping[str, Any]) -> list[LookAlike]:
    same = employer.contacts.filter(occurred_on=values["occurred_on"], channel=values["channel"]).select_related(
        "staff"
    )
    return [
        LookAlike(
            "contact",
            str(each.uid),
            f"the {within(each.get_channel_display())} by {each.staff.name} of {long_date(each.occurred_on)}",
            reverse("employers:record", args=["contacts", each.uid]),
        )
        for each in same.order_by("-pk")[:MOST_ALIKE]
    ]


def vacancies_alike(employer: Employer, values: Mapping[str, Any]) -> list[LookAlike]:
    """Return the open vacancies of the same title."""
    same = employer.vacancies.filter(title__iexact=values["title"].strip()).filter(
        Q(closed_on__isnull=True) | Q(closed_on__gte=values["opened_on"])
    )
    return [
        LookAlike(
            "vacancy",
            str(each.uid),
            f"{each.title}, {each.posts} posts, open since {long_date(each.opened_on)}",
            reverse("employers:record", args=["vacancies", each.uid]),
        )
        for each in same.order_by("-opened_on")[:MOST_ALIKE]
    ]


def within(words: str) -> str:
    """Write the words of a choice inside a sentence."""
    return words[:1].lower() + words[1:]


def close_vacancy(vacancy: Vacancy, *, version: int, by: StaffMember) -> Vacancy:
    require(by, Capability.MANAGE_EMPLOYERS)
    return change(vacancy, version=version, values={"closed_on": timezone.localdate()})
