"""What an account manager types twice, too early or too low is asked about or refused beside its field."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from employers.enums import AgreementKind
from employers.models import Employer, EmployerAgreement, EmployerContact, Vacancy
from partners.enums import Role
from tests.conftest import signed_in
from tests.factories.employers import (
    EmployerAgreementFactory,
    EmployerContactFactory,
    EmployerFactory,
    VacancyFactory,
)
from tests.factories.partners import StaffFactory

TODAY = timezone.localdate()
AHEAD = (TODAY + dt.timedelta(days=3)).strftime("%d/%m/%Y")


@pytest.fixture
def browser(city_council: Any) -> Any:
    return signed_in(StaffFactory(organisation=city_council, role=Role.ACCOUNT_MANAGER))


@pytest.fixture
def employer(scope: Any) -> Employer:
    """One of several, each with an agreement, a contact and a vacancy."""
    for made in (EmployerFactory(), EmployerFactory()):
        for kind in AgreementKind:
            EmployerAgreementFactory(employer=made, kind=kind)
        EmployerContactFactory(employer=made, occurred_on=TODAY)
        VacancyFactory(employer=made, title="Cook")
    return EmployerFactory()


def add_url(slug: str, employer: Employer) -> str:
    return f"{reverse('employers:record-add', args=[slug])}?employer={employer.uid}"


def errors_of(answer: Any) -> dict[str, str]:
    return (
        {} if answer.status_code == 302 else {name: str(said) for name, said in answer.context["form"].errors.items()}
    )


@pytest.mark.parametrize(
    ("kind", "is_agency", "to_date", "asked"),
    [
        ("jigs", False, "", True),
        ("jigs", False, "1/6/2007", False),
        ("agency_standard", True, "", True),
        ("fair_employment_standard", False, "", False),
    ],
)
def test_an_overlapping_agreement_of_one_kind_is_asked_about(  # noqa: PLR0917  what a case is made of
    browser: Any, employer: Employer, kind: str, is_agency: bool, to_date: str, asked: bool
) -> None:
    employer.employment_agency = is_agency
    employer.save()
    for each in ("jigs", "agency_standard"):
        EmployerAgreementFactory(employer=employer, kind=each, from_date=dt.date(2007, 7, 1))
    url = add_url("agreements", employer)
    typed = {"employer": employer.name, "kind": kind, "from_date": "1/5/2007", "to_date": to_date}

    first = browser.post(url, typed)
    assert ("another" in errors_of(first)) == asked
    if asked:
        assert "in force since 1 July 2007" in errors_of(first)["another"]
        token = first.context["form"].fields["another"].widget.token
        assert browser.post(url, {**typed, "another": token}).status_code == 302
    assert EmployerAgreement.objects.filter(employer=employer).count() == 3


def test_an_employer_that_is_no_agency_signs_no_agency_standard(browser: Any, employer: Employer) -> None:
    url = add_url("agreements", employer)

    answer = browser.post(url, {"employer": employer.name, "kind": "agency_standard", "from_date": "today"})

    assert "not marked as" in errors_of(answer)["kind"]


def test_a_contact_is_followed_up_after_it_and_asked_about_twice(browser: Any, employer: Employer) -> None:
    url = add_url("contacts", employer)
    typed = {"employer": employer.name, "occurred_on": "today", "channel": "visit", "summary": "a fair"}

    early = browser.post(url, {**typed, "follow_up_on": "1/5/2007"})
    first, again = browser.post(url, typed), browser.post(url, typed)

    assert "on or after" in errors_of(early)["follow_up_on"]
    assert (first.status_code, "another" in errors_of(again)) == (302, True)
    assert EmployerContact.objects.filter(employer=employer).count() == 1


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"opened_on": AHEAD}, "opened_on", "today or earlier"),
        ({"posts": "99999999999"}, "posts", "from 1 to 10,000"),
        ({"posts": "0"}, "posts", "from 1 to 10,000"),
        ({"hourly_wage": "1.50"}, "hourly_wage", "lowest minimum wage"),
        ({"hourly_wage": "7.999"}, "hourly_wage", ""),
    ],
)
def test_a_vacancy_that_cannot_be_is_refused_beside_its_field(
    browser: Any, employer: Employer, typed: dict[str, str], field: str, said: str
) -> None:
    right = {"employer": employer.name, "title": "Cook", "posts": "2", "opened_on": "today"}
    url = add_url("vacancies", employer)

    answer = browser.post(url, {**right, **typed})

    assert said in errors_of(answer)[field]
    assert not Vacancy.objects.filter(employer=employer).exists()
    assert browser.post(url, right).status_code == 302


def test_a_vacancy_of_the_same_title_is_asked_about(browser: Any, employer: Employer) -> None:
    VacancyFactory(employer=employer, title="Cook")
    url = add_url("vacancies", employer)

    answer = browser.post(url, {"employer": employer.name, "title": "cook", "posts": "1", "opened_on": "today"})

    assert "This looks like Cook" in errors_of(answer)["another"]


@pytest.mark.parametrize(("typed", "kept"), [("NOTAPC", None), ("le11aa", "LE1 1AA"), ("", "")])
def test_an_employers_postcode_is_one(browser: Any, scope: Any, typed: str, kept: str | None) -> None:
    right = {"name": "Corner Shop", "sector": "Retail", "size_band": "micro", "ownership": "private"}

    answer = browser.post(reverse("employers:record-add", args=["employers"]), {**right, "postcode": typed})

    assert ("postcode" in errors_of(answer)) == (kept is None)
    assert list(Employer.objects.values_list("postcode", flat=True)) == ([] if kept is None else [kept])


@pytest.mark.parametrize("name", ["TESCO LIMITED", "The Tesco Company", "tesco"])
def test_a_name_that_differs_by_its_form_only_is_asked_about(browser: Any, scope: Any, name: str) -> None:
    EmployerFactory(name="Tesco Ltd", postcode="LE1 1AA")
    EmployerFactory(name="Greggs")
    other = EmployerFactory(name="Corner Shop")
    typed = {"name": name, "sector": "Retail", "size_band": "micro", "ownership": "private", "postcode": "LE11AA"}

    added = browser.post(reverse("employers:record-add", args=["employers"]), typed)
    changed = browser.post(reverse("employers:record-change", args=["employers", other.uid]), {**typed, "version": 1})

    for answer in (added, changed):
        assert "This looks like Tesco Ltd, LE1 1AA." in errors_of(answer)["another"]
