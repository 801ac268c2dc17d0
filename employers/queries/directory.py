"""The employer directory: finding one, the list, and what an employer's page shows."""

from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import OuterRef, Q, QuerySet, Subquery

from employers.models import AccountManager, Employer, EmployerAgreement, EmployerContact, Vacancy
from partners.models import StaffMember
from partners.platform.dates import long_date
from partners.platform.search_keys import as_search_key, spellings

AFTER_ALL = "~"
MOST_VACANCIES = 200


@dataclass(frozen=True)
class Found:
    """An employer as it is offered by name; the postcode stands with it, because names repeat."""

    employer: Employer

    @property
    def label(self) -> str:
        return f"{self.employer.name}, {self.employer.postcode}" if self.employer.postcode else self.employer.name

    def is_named(self, text: str) -> bool:
        key = as_search_key(text)
        return key in {as_search_key(self.label), self.employer.name_key}


def find_employers(text: str, *, limit: int = 10) -> list[Found]:
    """Return employers whose name begins like this, else those with these words; an exact label finds one alone."""
    here = Employer.objects.current()
    found = [Found(employer) for employer in named(here, text).order_by("name_key")[:limit]]
    found = found or [Found(employer) for employer in holding(here, text).order_by("name_key")[:limit]]
    name, _, postcode = text.rpartition(",")
    if not name:
        return found
    same = Employer.objects.current().filter(name_key=as_search_key(name))
    exact = [Found(employer) for employer in same if as_search_key(employer.postcode) == as_search_key(postcode)]
    return exact or found


@dataclass(frozen=True)
class FoundVacancy:
    """A vacancy as it is offered by title; the day it opened stands with it, because titles repeat."""

    vacancy: Vacancy

    @property
    def label(self) -> str:
        return f"{self.vacancy.title} (open from {long_date(self.vacancy.opened_on)})"

    def is_named(self, text: str) -> bool:
        return as_search_key(text) in {as_search_key(self.label), as_search_key(self.vacancy.title)}


def find_vacancies(employer: Employer, text: str = "", *, limit: int = 10) -> list[FoundVacancy]:
    """Return an employer's vacancies whose title holds these words, the newest first; an exact label finds one."""
    newest = Vacancy.objects.filter(employer=employer).order_by("-opened_on", "-id")
    exact = [found for found in map(FoundVacancy, newest[:MOST_VACANCIES]) if text and found.label == text.strip()]
    return exact or [FoundVacancy(each) for each in newest.filter(title__icontains=text.strip())[:limit]]


def the_employer(text: str) -> Employer | None:
    """Return the one employer that a text names, if it names one alone."""
    found = find_employers(text, limit=6)
    same = [each for each in found if each.is_named(text)]
    alone = same if len(same) == 1 else found
    return alone[0].employer if len(alone) == 1 else None


def directory(*, today: date) -> QuerySet[Employer]:
    """Return employers with who looks after them and the last contact, for the list; a page reads 50 of them."""
    manager = AccountManager.objects.in_force(on=today).filter(employer=OuterRef("pk")).order_by("-from_date")
    contact = EmployerContact.objects.filter(employer=OuterRef("pk"), occurred_on__lte=today).order_by(
        "-occurred_on", "-id"
    )
    guarantee = (
        EmployerAgreement.objects.in_force(on=today).filter(employer=OuterRef("pk"), kind="jigs").order_by("-from_date")
    )
    return (
        Employer.objects.current()
        .annotate(
            manager_name=Subquery(manager.values("staff__name")[:1]),
            manager_left=Subquery(manager.values("staff__left_at")[:1]),
            last_contact=Subquery(contact.values("occurred_on")[:1]),
            last_contact_by=Subquery(contact.values("staff__name")[:1]),
            guarantee_from=Subquery(guarantee.values("from_date")[:1]),
        )
        .order_by("name_key", "id")
    )


def holding(employers: QuerySet[Employer], text: str) -> QuerySet[Employer]:
    """Return those whose name holds each of these words, in whatever spelling."""
    for word in text.split():
        keys = [key for spelling in spellings(word) if (key := as_search_key(spelling))]
        if keys:
            employers = employers.filter(reduce(or_, (Q(name_key__contains=key) for key in keys)))
    return employers


def named(employers: QuerySet[Employer], text: str) -> QuerySet[Employer]:
    begun = [_begins(key) for spelling in spellings(text) if (key := as_search_key(spelling))]
    return employers.filter(reduce(or_, begun)) if begun else employers.none()


def looked_after_by(employers: QuerySet[Employer], staff: StaffMember, *, today: date) -> QuerySet[Employer]:
    return employers.filter(pk__in=AccountManager.objects.in_force(on=today).filter(staff=staff).values("employer_id"))


def last_contact(employer: Employer) -> EmployerContact | None:
    """Return the latest contact by whichever partner: what one reads before calling (EMP-02)."""
    return employer.contacts.select_related("staff__organisation").order_by("-occurred_on", "-id").first()


def account_manager(employer: Employer, *, on: date) -> AccountManager | None:
    return (
        AccountManager.objects.in_force(on=on).filter(employer=employer).select_related("staff__organisation").first()
    )


def account_managers(employer: Employer) -> list[AccountManager]:
    """Return everybody who looks, looked or is to look after an employer, the latest first."""
    return list(employer.account_managers.select_related("staff__organisation").order_by("-from_date", "-id"))


def open_vacancies(employer: Employer, *, on: date) -> QuerySet[Vacancy]:
    """Return the vacancies that somebody can apply for on a day, the newest first."""
    begun: QuerySet[Vacancy] = employer.vacancies.filter(opened_on__lte=on)
    return begun.filter(Q(closed_on__isnull=True) | Q(closed_on__gte=on)).order_by("-opened_on", "-id")


def guarantees(employer: Employer, *, on: date) -> QuerySet[EmployerAgreement]:
    """Return the job interview guarantees of an employer in force on a day, the newest first."""
    return (
        EmployerAgreement.objects.in_force(on=on).filter(employer=employer, kind="jigs").order_by("-from_date", "-id")
    )


def _begins(key: str) -> Q:
    return Q(name_key__gte=key, name_key__lt=key + AFTER_ALL)


def sectors() -> list[str]:
    """Return the sectors in use, for choosing among them."""
    return list(Employer.objects.current().order_by("sector").values_list("sector", flat=True).distinct()[:200])
