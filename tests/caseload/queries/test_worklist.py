import datetime as dt
from typing import Any

import pytest

from caseload.models import Client
from caseload.queries.caseload import clients_of
from caseload.queries.worklist import due_for
from partners.models import Consortium, StaffMember
from tests.factories.caseload import (
    ActivityFactory,
    ClientFactory,
    ConsentFactory,
    EmploymentCheckFactory,
    JobFactory,
    PlanActionFactory,
    StageEventFactory,
)

TODAY = dt.date(2007, 9, 3)


def days(number: int) -> dt.date:
    return TODAY + dt.timedelta(days=number)


def client_of(adviser: StaffMember, **facts: Any) -> Client:
    """A client whose last contact was yesterday, so that nothing but the test's own reason holds."""
    client = ClientFactory(organisation=adviser.organisation, adviser=adviser, **facts)
    ActivityFactory(client=client, occurred_on=days(-1))
    return client


def reasons(adviser: StaffMember) -> list[tuple[str, dt.date]]:
    return [(need.reason, need.due) for need in due_for(clients_of(adviser, "mine"), today=TODAY).needs]


def test_a_client_seen_yesterday_needs_nobody(adviser: StaffMember) -> None:
    client_of(adviser)

    assert reasons(adviser) == []


def test_an_open_action_is_due(adviser: StaffMember) -> None:
    client = client_of(adviser)
    PlanActionFactory(client=client, due_on=days(-3))
    PlanActionFactory(client=client, due_on=days(-3), done_on=days(-4))
    PlanActionFactory(client=client, due_on=days(30))

    assert reasons(adviser) == [("action", days(-3))]


def test_a_check_is_due_ninety_one_days_after_the_start(adviser: StaffMember) -> None:
    JobFactory(client=client_of(adviser), started_on=days(-91))

    assert reasons(adviser) == [("check", TODAY)]


def test_a_check_that_was_made_is_not_due(adviser: StaffMember) -> None:
    job = JobFactory(client=client_of(adviser), started_on=days(-91))
    EmploymentCheckFactory(job=job, week=13, checked_on=TODAY)

    assert reasons(adviser) == []


def test_a_job_that_ended_before_needs_no_check(adviser: StaffMember) -> None:
    JobFactory(client=client_of(adviser), started_on=days(-91), ended_on=days(-2))

    assert reasons(adviser) == []


def test_an_appointment_comes(adviser: StaffMember) -> None:
    ActivityFactory(client=client_of(adviser), kind="appointment", occurred_on=days(2))

    assert reasons(adviser) == [("appointment", days(2))]


def test_a_consent_that_ends_is_to_be_renewed(adviser: StaffMember) -> None:
    client = client_of(adviser)
    ConsentFactory(client=client, expires_on=days(10))

    assert reasons(adviser) == [("consent", days(10))]


def test_a_consent_with_a_later_one_is_not(adviser: StaffMember) -> None:
    client = client_of(adviser)
    ConsentFactory(client=client, expires_on=days(10))
    ConsentFactory(client=client, expires_on=days(900))

    assert reasons(adviser) == []


def test_four_weeks_without_a_contact_are_too_long(adviser: StaffMember) -> None:
    client = ClientFactory(organisation=adviser.organisation, adviser=adviser)
    ActivityFactory(client=client, occurred_on=days(-30))

    assert reasons(adviser) == [("contact", days(-2))]


def test_who_left_or_works_is_not_chased(adviser: StaffMember) -> None:
    left, working = (ClientFactory(organisation=adviser.organisation, adviser=adviser) for _ in range(2))
    StageEventFactory(client=left, stage="exited")
    JobFactory(client=working, started_on=days(-10))

    assert reasons(adviser) == []


def test_another_advisers_clients_are_not_mine(adviser: StaffMember, outsider: StaffMember) -> None:
    PlanActionFactory(client=client_of(outsider), due_on=TODAY)

    assert reasons(adviser) == []


@pytest.mark.parametrize("number", [1, 3])
def test_worklist_and_its_counts_take_two_queries(
    adviser: StaffMember, number: int, django_assert_num_queries: Any
) -> None:
    for _ in range(number):
        client = client_of(adviser)
        PlanActionFactory(client=client, due_on=TODAY)
        JobFactory(client=client, started_on=days(-91))
    clients = clients_of(adviser, "mine")

    with django_assert_num_queries(2):
        due = due_for(clients, today=TODAY, rows=2)

    assert len(due.needs) == 2 * min(number, 2)
    assert due.counts == {"check": number, "action": number, "appointment": 0, "next": 0, "contact": 0, "consent": 0}


def merged_into(client: Client) -> Client:
    return ClientFactory(merged_into=client)


@pytest.mark.parametrize(("contact_days", "due"), [(14, [("contact", days(-6))]), (21, [])])
def test_each_partnership_has_its_own_days_without_a_contact(
    contact_days: int, due: list[tuple[str, dt.date]], adviser: StaffMember, consortium: Consortium
) -> None:
    Consortium.objects.filter(pk=consortium.pk).update(contact_days=contact_days)
    client = ClientFactory(organisation=adviser.organisation, adviser=adviser)
    ActivityFactory(client=client, occurred_on=days(-20))

    assert reasons(adviser) == due


def test_a_contact_with_the_merged_record_is_one_with_the_person(adviser: StaffMember) -> None:
    client = ClientFactory(organisation=adviser.organisation, adviser=adviser)
    ActivityFactory(client=client, occurred_on=days(-30))
    merged = merged_into(client)
    ActivityFactory(client=merged, occurred_on=days(-29))
    assert reasons(adviser) == [("contact", days(-1))]

    ActivityFactory(client=merged, occurred_on=days(-3))

    assert reasons(adviser) == []


def test_who_left_or_works_by_the_merged_record_is_not_chased(adviser: StaffMember) -> None:
    left, working = (ClientFactory(organisation=adviser.organisation, adviser=adviser) for _ in range(2))
    StageEventFactory(client=merged_into(left), stage="exited")
    JobFactory(client=merged_into(working), started_on=days(-10))

    assert reasons(adviser) == []


def test_what_is_due_on_the_merged_record_is_due_for_the_person(adviser: StaffMember) -> None:
    client = client_of(adviser)
    merged = merged_into(client)
    PlanActionFactory(client=merged, due_on=days(-3))
    job = JobFactory(client=merged, started_on=days(-91))

    needs = due_for(clients_of(adviser, "mine"), today=TODAY).needs
    assert [(need.reason, need.client) for need in needs] == [("action", client), ("check", client)]
    EmploymentCheckFactory(job=job, week=13, checked_on=TODAY)

    assert reasons(adviser) == [("action", days(-3))]


def test_a_later_consent_of_the_merged_record_counts(adviser: StaffMember) -> None:
    client = client_of(adviser)
    ConsentFactory(client=client, expires_on=days(10))
    merged = merged_into(client)
    assert reasons(adviser) == [("consent", days(10))]

    ConsentFactory(client=merged, expires_on=days(900))

    assert reasons(adviser) == []


def test_a_record_merged_into_one_out_of_sight_stands_for_itself(adviser: StaffMember, outsider: StaffMember) -> None:
    theirs = ClientFactory(organisation=outsider.organisation)
    client = ClientFactory(organisation=adviser.organisation, adviser=adviser, merged_into=theirs)
    ActivityFactory(client=client, occurred_on=days(-30))
    PlanActionFactory(client=client, due_on=days(-3))

    assert reasons(adviser) == [("action", days(-3)), ("contact", days(-2))]
