"""One adviser for many clients at once, and back."""

import datetime as dt
from typing import Any

import pytest

from caseload.models import AdviserAssignment, Client
from caseload.services.facts import give_adviser
from caseload.services.reassigning import reassign_clients, take_back
from partners.errors import CaseloadError, NotAllowed
from partners.models import Notice, StaffMember
from tests.factories.caseload import ClientFactory
from tests.factories.partners import StaffFactory

MAY_14, JULY_2, JULY_3, JULY_4 = (dt.date(2007, *day) for day in ((5, 14), (7, 2), (7, 3), (7, 4)))


@pytest.fixture
def colleague(adviser: StaffMember) -> StaffMember:
    return StaffFactory(organisation=adviser.organisation, role="adviser")


@pytest.fixture
def clients(adviser: StaffMember) -> Any:
    for _ in range(3):
        give_adviser(ClientFactory(organisation=adviser.organisation), adviser=adviser, on=MAY_14, by=adviser)
    return Client.objects.visible_to(adviser)


def told(staff: StaffMember) -> list[str]:
    return list(Notice.objects.of(staff).values_list("words", flat=True))


def spells(client: Client) -> list[tuple[int, dt.date, dt.date | None]]:
    rows = AdviserAssignment.objects.filter(client=client).order_by("from_date", "id")
    return list(rows.values_list("adviser_id", "from_date", "to_date"))


def test_all_get_the_new_adviser_and_the_one_before_stays_in_the_history(
    clients: Any, adviser: StaffMember, colleague: StaffMember
) -> None:
    reassign_clients(clients, adviser=colleague, on=JULY_3, by=adviser)

    for client in Client.objects.all():
        assert client.adviser_id == colleague.pk
        assert client.version == 3
        assert spells(client) == [(adviser.pk, MAY_14, JULY_3), (colleague.pk, JULY_3, None)]


@pytest.mark.parametrize("number", [1, 3])
def test_many_take_as_many_statements_as_one(
    clients: Any, adviser: StaffMember, colleague: StaffMember, number: int, django_assert_num_queries: Any
) -> None:
    some = Client.objects.filter(pk__in=list(clients.values_list("pk", flat=True)[:number]))

    with django_assert_num_queries(10):  # of which two are the savepoint's
        reassign_clients(some, adviser=colleague, on=JULY_3, by=adviser)


def test_who_has_the_adviser_already_is_left_alone(clients: Any, adviser: StaffMember, colleague: StaffMember) -> None:
    give_adviser(clients.first(), adviser=colleague, on=JULY_2, by=adviser)

    made = reassign_clients(clients, adviser=colleague, on=JULY_3, by=adviser)

    assert len(made) == 2
    assert AdviserAssignment.objects.filter(adviser=colleague, from_date=JULY_2, to_date=None).count() == 1


def test_taken_back_all_is_as_before(clients: Any, adviser: StaffMember, colleague: StaffMember) -> None:
    nobodys = ClientFactory(organisation=adviser.organisation)
    made = reassign_clients(clients.all(), adviser=colleague, on=JULY_3, by=adviser)

    number = take_back(made, by=adviser)

    assert number == 4
    assert spells(nobodys) == []
    assert Client.objects.get(pk=nobodys.pk).adviser_id is None
    for client in Client.objects.exclude(pk=nobodys.pk):
        assert client.adviser_id == adviser.pk
        assert spells(client) == [(adviser.pk, MAY_14, None)]


def test_who_got_another_adviser_since_stays_with_them(
    clients: Any, adviser: StaffMember, colleague: StaffMember
) -> None:
    third = StaffFactory(organisation=adviser.organisation, role="adviser")
    made = reassign_clients(clients.all(), adviser=colleague, on=JULY_2, by=adviser)
    moved, returned = (Client.objects.get(pk=handover.client) for handover in made[:2])
    give_adviser(moved, adviser=third, on=JULY_3, by=adviser)
    give_adviser(returned, adviser=third, on=JULY_3, by=adviser)
    give_adviser(returned, adviser=colleague, on=JULY_4, by=adviser)

    number = take_back(made, by=adviser)

    assert number == 1
    assert Client.objects.get(pk=moved.pk).adviser_id == third.pk
    assert Client.objects.get(pk=returned.pk).adviser_id == colleague.pk


def test_an_adviser_of_a_third_organisation_is_refused(
    clients: Any, adviser: StaffMember, outsider: StaffMember
) -> None:
    with pytest.raises(CaseloadError) as refusal:
        reassign_clients(clients, adviser=outsider, on=JULY_3, by=adviser)

    assert list(refusal.value.fields) == ["adviser"]
    assert not AdviserAssignment.objects.filter(adviser=outsider).exists()


def test_a_day_before_one_of_them_was_born_is_refused(
    clients: Any, adviser: StaffMember, colleague: StaffMember
) -> None:
    ClientFactory(organisation=adviser.organisation, date_of_birth=MAY_14)

    with pytest.raises(CaseloadError) as refusal:
        reassign_clients(clients.all(), adviser=colleague, on=dt.date(2007, 5, 13), by=adviser)

    assert list(refusal.value.fields) == ["on"]


def test_a_day_ahead_is_refused(clients: Any, adviser: StaffMember, colleague: StaffMember) -> None:
    with pytest.raises(CaseloadError) as refusal:
        reassign_clients(clients, adviser=colleague, on=dt.date(2099, 1, 1), by=adviser)

    assert list(refusal.value.fields) == ["on"]


def test_an_adviser_who_left_is_refused(clients: Any, adviser: StaffMember) -> None:
    gone = StaffFactory(
        organisation=adviser.organisation, role="adviser", left_at=dt.datetime(2007, 7, 1, tzinfo=dt.UTC)
    )

    with pytest.raises(CaseloadError, match="still works here"):
        reassign_clients(clients, adviser=gone, on=JULY_3, by=adviser)


def test_who_only_reads_reassigns_nobody(clients: Any, adviser: StaffMember, colleague: StaffMember) -> None:
    reader = StaffFactory(organisation=adviser.organisation, role="monitoring_officer")

    with pytest.raises(NotAllowed):
        reassign_clients(clients, adviser=colleague, on=JULY_3, by=reader)
    with pytest.raises(NotAllowed):
        take_back([], by=reader)


def test_a_manager_hands_clients_on(clients: Any, manager: StaffMember, colleague: StaffMember) -> None:
    assert len(reassign_clients(clients, adviser=colleague, on=JULY_3, by=manager)) == 3


def test_both_advisers_are_told_how_many(
    clients: Any, adviser: StaffMember, manager: StaffMember, colleague: StaffMember
) -> None:
    reassign_clients(clients, adviser=colleague, on=JULY_3, by=manager)

    assert [told(each) for each in (adviser, colleague, manager)] == [
        [f"{colleague.name} now leads 3 of your clients."],
        [f"{manager.name} made you the lead adviser of 3 clients."],
        [],
    ]
