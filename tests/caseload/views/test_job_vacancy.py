"""A job start keeps the vacancy of the jobs pool it came from."""

import datetime as dt

import pytest
from django.urls import reverse

from caseload.models import Client, Job
from caseload.services import journey
from employers.models import Employer, Vacancy
from partners.errors import CaseloadError
from partners.models import StaffMember
from tests.conftest import signed_in
from tests.factories.caseload import ClientFactory, JobFactory
from tests.factories.employers import EmployerFactory, VacancyFactory

START = {"started_on": "1/6/2007", "evidence": "payslip", "employer": "Corner Bakery"}


@pytest.fixture
def client(adviser: StaffMember) -> Client:
    return ClientFactory(organisation=adviser.organisation)


@pytest.fixture
def bakery(adviser: StaffMember) -> Employer:
    return EmployerFactory(name="Corner Bakery")


@pytest.fixture
def baker(bakery: Employer) -> Vacancy:
    return VacancyFactory(employer=bakery, title="Night baker", opened_on=dt.date(2007, 5, 14))


def record(client: Client, adviser: StaffMember, **typed: str) -> str:
    page = reverse("caseload:add", args=[client.uid, "job"])
    return signed_in(adviser).post(page, START | typed).content.decode()


@pytest.mark.parametrize("typed", ["Night baker", "night BAKER", "baker", "Night baker (open from 14 May 2007)"])
def test_the_vacancy_named_is_kept(typed: str, client: Client, adviser: StaffMember, baker: Vacancy) -> None:
    record(client, adviser, vacancy=typed)

    assert Job.objects.get().vacancy == baker


def test_without_a_vacancy_the_job_has_none(client: Client, adviser: StaffMember, baker: Vacancy) -> None:
    record(client, adviser, vacancy="")

    assert Job.objects.get().vacancy is None


def test_a_title_that_repeats_is_chosen_by_its_day(client: Client, adviser: StaffMember, baker: Vacancy) -> None:
    later = VacancyFactory(employer=baker.employer, title="Night baker", opened_on=dt.date(2007, 5, 20))

    refused = record(client, adviser, vacancy="Night baker")
    assert "Choose one of the vacancies of Corner Bakery" in refused
    assert not Job.objects.exists()

    record(client, adviser, vacancy="Night baker (open from 20 May 2007)")
    assert Job.objects.get().vacancy == later


def test_another_employers_vacancy_is_none_of_theirs(client: Client, adviser: StaffMember, baker: Vacancy) -> None:
    other = VacancyFactory(title="Driver")

    assert "Night baker (open from 14 May 2007)" in record(client, adviser, vacancy="Driver")
    assert not Job.objects.exists()
    with pytest.raises(CaseloadError):
        journey.check_vacancy(other, baker.employer)


def test_a_correction_keeps_the_vacancy(client: Client, adviser: StaffMember, baker: Vacancy) -> None:
    job = JobFactory(client=client, employer=baker.employer, vacancy=baker)
    page = reverse("caseload:correct", args=[client.uid, "job", job.uid])
    browser = signed_in(adviser)

    shown = browser.get(page).context["form"]["vacancy"].value()
    browser.post(page, START | {"vacancy": shown, "hourly_wage": "7.50", "version": job.version})

    job.refresh_from_db()
    assert (job.vacancy, str(job.hourly_wage)) == (baker, "7.50")


def test_vacancies_are_offered_of_the_employer_beside(adviser: StaffMember, baker: Vacancy) -> None:
    VacancyFactory(title="Night porter")
    page = reverse("employers:suggest-vacancies")

    text = signed_in(adviser).get(page, {"employer": "corner bak", "vacancy": "night"}).content.decode()

    assert "Night baker (open from 14 May 2007)" in text
    assert "porter" not in text
