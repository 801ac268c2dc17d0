import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from employers.models import AccountManager, Employer, EmployerContact
from employers.queries.alike import alike
from employers.queries.directory import find_employers
from employers.services import accounts
from partners.enums import Role
from partners.models import StaffMember
from tests.conftest import signed_in
from tests.factories.caseload import ClientFactory, JobFactory
from tests.factories.employers import (
    AccountManagerFactory,
    EmployerAgreementFactory,
    EmployerContactFactory,
    EmployerFactory,
)
from tests.factories.partners import StaffFactory


@pytest.fixture
def account_manager(city_council: Any) -> StaffMember:
    return StaffFactory(organisation=city_council, role=Role.ACCOUNT_MANAGER, name="Grace Manager")


def test_names_that_repeat_are_told_apart_by_postcode(scope: Any) -> None:
    EmployerFactory(name="Stadium Stores", postcode="LE1 1AA")
    wanted = EmployerFactory(name="Stadium Stores", postcode="LE2 2BB")

    assert [each.employer for each in find_employers("Stadium Stores, LE2 2BB")] == [wanted]


def test_a_likely_double_is_shown_first(scope: Any) -> None:
    known = EmployerFactory(name="Stadium Stores Ltd")
    EmployerFactory(name="Elsewhere")

    assert alike("Stadium Stores") == [known]


def test_a_new_manager_ends_the_one_before_the_day_before(account_manager: StaffMember) -> None:
    before = AccountManagerFactory(from_date=dt.date(2007, 4, 1))

    accounts.give_account_manager(before.employer, staff=account_manager, on=dt.date(2007, 6, 1), by=account_manager)

    before.refresh_from_db()
    assert before.to_date == dt.date(2007, 5, 31)
    assert AccountManager.objects.in_force(on=dt.date(2007, 6, 1)).get().staff == account_manager


def test_each_employer_has_its_own_manager(account_manager: StaffMember) -> None:
    looked_after = [AccountManagerFactory(from_date=dt.date(2007, 4, 1)) for _ in range(3)]
    nobodys = EmployerFactory()

    answer = signed_in(account_manager).post(
        reverse("employers:give-manager", args=[nobodys.uid]), {"staff": account_manager.uid, "on": "today"}
    )

    assert answer.status_code == 302
    assert AccountManager.objects.get(employer=nobodys).staff == account_manager
    assert AccountManager.objects.filter(to_date=None).count() == len(looked_after) + 1


def test_one_employer_has_one_manager_at_a_time(account_manager: StaffMember) -> None:
    AccountManagerFactory(from_date=dt.date(2007, 4, 1))
    known = AccountManagerFactory(from_date=dt.date(2007, 4, 1), to_date=timezone.localdate() + dt.timedelta(days=90))

    answer = signed_in(account_manager).post(
        reverse("employers:give-manager", args=[known.employer.uid]), {"staff": account_manager.uid, "on": "today"}
    )

    assert "already has an account manager on one of these days" in answer.content.decode()
    assert AccountManager.objects.count() == 2


def test_a_manager_before_a_later_one_is_refused(account_manager: StaffMember) -> None:
    later = AccountManagerFactory(from_date=dt.date(2007, 6, 1))

    with pytest.raises(ValidationError):
        accounts.give_account_manager(later.employer, staff=account_manager, on=dt.date(2007, 4, 1), by=account_manager)


def test_who_contacted_last_stands_above_the_form(account_manager: StaffMember) -> None:
    employer = EmployerFactory()
    AccountManagerFactory(employer=employer, staff=account_manager)
    four_days_ago = timezone.localdate() - dt.timedelta(days=4)
    EmployerContactFactory(
        employer=employer, staff__name="Terry Caller", summary="a job fair", occurred_on=four_days_ago
    )

    text = signed_in(account_manager).get(reverse("employers:record-contact", args=[employer.uid])).content.decode()

    assert "Grace Manager" in text
    assert "Terry Caller" in text
    assert "about “a job fair”" in text
    assert "4 days ago" in text


def test_a_contact_is_recorded(account_manager: StaffMember) -> None:
    employer = EmployerFactory()

    response = signed_in(account_manager).post(
        reverse("employers:record-contact", args=[employer.uid]),
        {"occurred_on": "today", "channel": "visit", "summary": "two vacancies soon"},
    )

    assert response.status_code == 302
    assert EmployerContact.objects.get().staff == account_manager


def test_adding_asks_before_making_a_double(account_manager: StaffMember) -> None:
    EmployerFactory(name="Stadium Stores Ltd")
    typed = {"name": "Stadium Stores", "sector": "Retail", "size_band": "small", "ownership": "private"}
    browser = signed_in(account_manager)

    asked = browser.post(reverse("employers:add"), typed)
    tick = asked.context["form"].fields["another"].widget.token
    made = browser.post(reverse("employers:add"), {**typed, "another": tick})

    assert "This looks like Stadium Stores Ltd." in asked.content.decode()
    assert made.status_code == 302
    assert Employer.objects.count() == 2


def test_an_adviser_reads_the_directory_and_changes_nothing(adviser: StaffMember) -> None:
    employer = EmployerFactory()
    browser = signed_in(adviser)

    assert browser.get(reverse("employers:employer", args=[employer.uid])).status_code == 200
    assert browser.get(reverse("employers:record-contact", args=[employer.uid])).status_code == 403


def test_another_consortiums_employer_is_not_there(scope: Any, foreigner: StaffMember) -> None:
    employer = EmployerFactory()

    assert signed_in(foreigner).get(reverse("employers:employer", args=[employer.uid])).status_code == 404


def test_people_placed_are_counted_for_all_and_named_for_few(
    account_manager: StaffMember, adviser: StaffMember
) -> None:
    client = ClientFactory(family_name="Invented", organisation=adviser.organisation)
    job = JobFactory(client=client)
    url = reverse("caseload:people-placed", args=[job.employer.uid])

    numbers = signed_in(account_manager).get(url).content.decode()
    names = signed_in(adviser).get(url).content.decode()

    assert "person has started work here" in numbers
    assert "Invented" not in numbers
    assert "Invented" in names


@pytest.mark.parametrize("number", [1, 3])
def test_the_directory_takes_the_same_queries(
    account_manager: StaffMember, number: int, django_assert_max_num_queries: Any
) -> None:
    for _ in range(number):
        EmployerContactFactory(employer=EmployerAgreementFactory().employer)
    browser = signed_in(account_manager)

    with django_assert_max_num_queries(20) as counted:
        browser.get(reverse("employers:employers"))

    own = [q for q in counted.captured_queries if "employers_employer" in q["sql"]]
    assert len(own) == 3
