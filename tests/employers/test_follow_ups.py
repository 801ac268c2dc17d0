"""The account manager's Today page (EMP-02): whom they meant to get in touch with again."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from employers.models import EmployerContact
from employers.queries.follow_ups import follow_ups_of
from employers.views.today import employers_to_follow_up
from partners.enums import Role
from partners.models import StaffMember
from tests.conftest import signed_in
from tests.factories.employers import AccountManagerFactory, EmployerContactFactory, EmployerFactory
from tests.factories.partners import StaffFactory

TODAY = date(2026, 11, 23)


@pytest.fixture
def manager(organisation: Any) -> StaffMember:
    found: StaffMember = StaffFactory(organisation=organisation, role=Role.ACCOUNT_MANAGER)
    return found


def meant(staff: StaffMember, days: int, **more: Any) -> EmployerContact:
    made: EmployerContact = EmployerContactFactory(
        staff=staff, occurred_on=TODAY - timedelta(days=40), follow_up_on=TODAY + timedelta(days=days), **more
    )
    return made


def test_a_follow_up_waits_from_a_week_before_its_day(manager: StaffMember) -> None:
    late, near = meant(manager, -3), meant(manager, 7)
    meant(manager, 8)

    assert list(follow_ups_of(manager, today=TODAY)) == [late, near]


def test_a_contact_since_by_anybody_settles_it(manager: StaffMember, adviser: StaffMember) -> None:
    settled = meant(manager, -3)
    EmployerContactFactory(employer=settled.employer, staff=adviser, occurred_on=TODAY)
    same_day = meant(manager, -2)
    EmployerContactFactory(employer=same_day.employer, staff=manager, occurred_on=same_day.occurred_on)

    assert not follow_ups_of(manager, today=TODAY).exists()


def test_others_follow_up_their_own(manager: StaffMember, adviser: StaffMember) -> None:
    meant(adviser, -3)

    assert not employers_to_follow_up(manager, TODAY).has_rows
    assert employers_to_follow_up(adviser, TODAY).has_rows
    assert employers_to_follow_up(StaffFactory(organisation=adviser.organisation), TODAY) is None


def test_after_a_hand_over_they_are_the_new_managers(manager: StaffMember, adviser: StaffMember) -> None:
    former = StaffFactory(organisation=manager.organisation, role=Role.ACCOUNT_MANAGER)
    handed, kept = meant(former, -3), meant(former, -2)
    by_adviser = meant(adviser, -1, employer=handed.employer)
    EmployerContact.objects.filter(pk=by_adviser.pk).update(occurred_on=TODAY - timedelta(days=60))
    for contact in (handed, kept):
        until = TODAY - timedelta(days=1) if contact == handed else None
        AccountManagerFactory(
            employer=contact.employer, staff=former, from_date=TODAY - timedelta(days=90), to_date=until
        )
    AccountManagerFactory(employer=handed.employer, staff=manager, from_date=TODAY)

    assert list(follow_ups_of(manager, today=TODAY)) == [handed]
    assert list(follow_ups_of(former, today=TODAY)) == [kept]


@pytest.mark.parametrize("number", [1, 3])
def test_today_groups_them_by_why_in_one_query(
    number: int, manager: StaffMember, django_assert_num_queries: Any
) -> None:
    for _ in range(number):
        meant(manager, -3, summary="Vacancies in spring")
        meant(manager, 0)
        meant(manager, 2)

    with django_assert_num_queries(1):
        groups = employers_to_follow_up(manager, TODAY).groups

    assert [(group.title, len(group.rows)) for group in groups] == [
        ("Overdue", number),
        ("Due today", number),
        ("Coming", number),
    ]
    assert groups[0].rows[0].detail == "About “Vacancies in spring”"


def test_the_page_leads_to_the_employer(manager: StaffMember) -> None:
    employer = EmployerFactory(name="Invented Hosiery")
    today = timezone.localdate()
    EmployerContactFactory(employer=employer, staff=manager, occurred_on=today, follow_up_on=today)

    page = signed_in(manager).get("/").content.decode()

    assert f'href="/employers/{employer.uid}/"' in page
    assert "Invented Hosiery" in page
