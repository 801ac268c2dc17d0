"""A reader that stores the newest moment it has seen and asks again gets every later change (API.md)."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.utils import timezone

from caseload.api import referrals as api
from caseload.models import Client, ClientAddress, Referral
from caseload.services import referrals as acts
from caseload.services.merging import merge_clients
from caseload.services.sharing import record_consent
from partners.enums import Role, Scope
from partners.models import Consortium, Organisation, StaffMember
from partners.platform.tenancy.scope import in_consortium
from partners.services.api_keys import create_key
from partners.services.organisations import ensure_group
from tests.caseload.api.conftest import Call, calling
from tests.factories.caseload import ClientFactory, ConsentFactory, ReferralFactory
from tests.factories.partners import ConsortiumFactory, OrganisationFactory, StaffFactory

TODAY = timezone.localdate()
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def leicester(transactional_db: None) -> Iterator[Consortium]:
    consortium = ConsortiumFactory(slug="leicester")
    yield consortium
    connections.close_all()


@pytest.fixture
def sender(leicester: Consortium) -> Organisation:
    with in_consortium(leicester.pk):
        return with_group(OrganisationFactory(name="Jobcentre", external_id="jobcentre"))


@pytest.fixture
def receiver(leicester: Consortium) -> Organisation:
    with in_consortium(leicester.pk):
        return with_group(OrganisationFactory(name="Employment Support Unit", external_id="employment-support-unit"))


def with_group(organisation: Organisation) -> Organisation:
    """An organisation that has worked here before: making its group would let others wait, once."""
    ensure_group(organisation)
    return organisation


@pytest.fixture
def organisation(receiver: Organisation) -> Organisation:
    """The receiver of the usual body."""
    return receiver


@pytest.fixture
def adviser(leicester: Consortium, receiver: Organisation) -> StaffMember:
    with in_consortium(leicester.pk):
        return StaffFactory(organisation=receiver, role=Role.ADVISER)


def key_of(organisation: Organisation) -> Call:
    with in_consortium(int(organisation.consortium_id or 0)):
        return calling(create_key(organisation, label="Test", scopes=list(Scope.values))[1])


def sent(sender: Organisation, receiver: Organisation, count: int) -> list[Referral]:
    with in_consortium(int(sender.consortium_id or 0)):
        return [
            ReferralFactory(from_organisation=sender, to_organisation=receiver, client__organisation=sender)
            for _ in range(count)
        ]


@contextmanager
def still_open(consortium: Consortium, act: Callable[[], Any]) -> Iterator[Callable[[], None]]:
    """Do something in a transaction that stays open until the block ends, or what is yielded is called."""
    done, end = threading.Event(), threading.Event()
    failed: list[BaseException] = []

    def work() -> None:
        try:
            with in_consortium(consortium.pk):
                act()
                done.set()
                end.wait(20)
        except BaseException as error:  # noqa: BLE001  raised below
            failed.append(error)
        finally:
            done.set()
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    done.wait(20)

    def finish() -> None:
        end.set()
        thread.join()

    try:
        yield finish
    finally:
        finish()
    if failed:
        raise failed[0]


def read(call: Call, path: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    while path:
        page = call("get", path).json()
        rows += page["results"]
        path = page["next"]
    return rows


def newest(rows: list[dict[str, Any]]) -> str:
    return max(row["updated_at"] for row in rows)


def test_what_long_transactions_change_is_got_after_others_have_committed(
    leicester: Consortium, sender: Organisation, receiver: Organisation, adviser: StaffMember
) -> None:
    held, held_too, *others = sent(sender, receiver, 6)
    call = key_of(receiver)
    path = "/referrals/?direction=received&page_size=2"

    with still_open(leicester, lambda: acts.accept_referral(held, by=adviser, on=TODAY)) as first:
        with still_open(leicester, lambda: acts.decline_referral(held_too, by=adviser, on=TODAY, reason="full")):
            for referral in others:
                assert call("post", f"/referrals/{referral.uid}/accept/", {}).status_code == 200
            while_open = read(call, path)
            since = newest(while_open)
        after_one = read(call, f"{path}&updated_since={since}")
        since = max(since, newest(after_one))
        first()
    after_both = read(call, f"{path}&updated_since={since}")

    assert {row["status"] for row in while_open} == {"sent", "accepted"}
    assert (str(held_too.uid), "declined") in {(row["id"], row["status"]) for row in after_one}
    assert (str(held.uid), "accepted") in {(row["id"], row["status"]) for row in after_both}


def test_what_is_committed_between_two_pages_is_got_the_next_time(
    leicester: Consortium, sender: Organisation, receiver: Organisation, adviser: StaffMember
) -> None:
    held, *others = sent(sender, receiver, 5)
    call = key_of(receiver)

    with still_open(leicester, lambda: acts.accept_referral(held, by=adviser, on=TODAY)) as finish:
        for referral in others:
            call("post", f"/referrals/{referral.uid}/accept/", {})
        first = call("get", "/referrals/?direction=received&page_size=4").json()
        finish()
        rest = read(call, first["next"]) if first["next"] else []
    since = newest([*first["results"], *rest])

    again = read(call, f"/referrals/?direction=received&updated_since={since}")
    assert (str(held.uid), "accepted") in {(row["id"], row["status"]) for row in [*rest, *again]}


def test_a_moment_shown_of_one_referral_passes_nothing_by(
    leicester: Consortium, sender: Organisation, receiver: Organisation, adviser: StaffMember
) -> None:
    held, other = sent(sender, receiver, 2)
    call = key_of(receiver)

    with still_open(leicester, lambda: acts.accept_referral(held, by=adviser, on=TODAY)):
        moved = call("post", f"/referrals/{other.uid}/accept/", {}).json()["updated_at"]
        shown = call("get", f"/referrals/{other.uid}/").json()["updated_at"]

    for since in (moved, shown):
        assert str(held.uid) in {row["id"] for row in read(call, f"/referrals/?updated_since={since}")}


def test_a_quiet_partnership_is_told_exact_moments_once(
    leicester: Consortium, sender: Organisation, receiver: Organisation
) -> None:
    first, second, third = sent(sender, receiver, 3)
    call = key_of(receiver)
    elsewhere = ConsortiumFactory(slug="elsewhere")
    with in_consortium(elsewhere.pk):
        ours, theirs = OrganisationFactory(), OrganisationFactory()

    with still_open(elsewhere, lambda: sent(ours, theirs, 1)):  # holds nothing back here
        rows = read(call, "/referrals/")
        again = read(call, f"/referrals/?updated_since={newest(rows)}")

    assert [row["id"] for row in rows] == [str(each.uid) for each in (first, second, third)]
    assert len({row["updated_at"] for row in rows}) == 3
    assert [row["id"] for row in again] == [str(third.uid)]


def test_clients_whose_facts_change_in_a_long_transaction_are_got(leicester: Consortium, sender: Organisation) -> None:
    with in_consortium(leicester.pk):
        held, other, third = (ClientFactory(organisation=sender) for _ in range(3))
    call = key_of(sender)

    def move() -> None:
        ClientAddress(client=held, from_date=TODAY, postcode="LE1 1AA").save()

    with still_open(leicester, move):
        with in_consortium(leicester.pk):
            Client.objects.filter(pk=other.pk).update(phone="0116 496 0001")
        since = newest(read(call, "/clients/?page_size=1"))

    changed = {row["id"] for row in read(call, f"/clients/?updated_since={since}")}
    assert {str(held.uid), str(other.uid)} <= changed
    assert str(third.uid) in {row["id"] for row in read(call, "/clients/")}


def test_a_client_that_a_consent_opens_is_got_though_its_record_is_old(
    leicester: Consortium, sender: Organisation, receiver: Organisation, adviser: StaffMember
) -> None:
    referrals = sent(sender, receiver, 2)
    call = key_of(receiver)
    since = (timezone.now() + timedelta(0)).isoformat().replace("+00:00", "Z")
    before = read(call, f"/clients/?updated_since={since}")

    with in_consortium(leicester.pk):
        theirs = StaffFactory(organisation=sender, role=Role.ADVISER)
        record_consent(referrals[0].client, purpose="sharing", given_on=TODAY, method="paper", by=theirs, today=TODAY)

    assert before == []
    assert [row["id"] for row in read(call, f"/clients/?updated_since={since}")] == [str(referrals[0].client.uid)]


def test_a_merge_does_not_tell_the_owner_of_the_record_that_goes(
    leicester: Consortium, sender: Organisation, receiver: Organisation
) -> None:
    with in_consortium(leicester.pk):
        tracker = StaffFactory(
            organisation=OrganisationFactory(name="City Council", accountable_body=True), role=Role.TRACKING_TEAM
        )
        gone, kept = ClientFactory(organisation=sender), ClientFactory(organisation=receiver)
        ConsentFactory(client=gone)
    call = key_of(sender)
    before = {row["id"]: row["updated_at"] for row in read(call, "/clients/")}

    with in_consortium(leicester.pk):
        merge_clients(kept, gone, by=tracker)

    assert {row["id"]: row["updated_at"] for row in read(call, "/clients/")} == before


def items_of(body: dict[str, Any], count: int) -> list[dict[str, Any]]:
    return [
        body
        | {
            "external_id": f"R{number}",
            "client": body["client"]
            | {"external_id": f"C{number}", "nino": "", "given_name": "ABCDEFGH"[number] * 5, "family_name": "Bulk"},
        }
        for number in range(count)
    ]


def test_a_bulk_keeps_nobody_waiting(
    sender: Organisation, body: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between two of its items another's referral of the very same person goes through, and what is stored is seen."""
    call, storing = key_of(sender), api.receive_referral
    between: list[Any] = []

    def store(arrival: Any, **given: Any) -> Any:
        if arrival.external_id == "R2" and not between:
            between.append(None)
            single = body | {"external_id": "single", "client": items_of(body, 1)[0]["client"]}
            between[:] = elsewhere(lambda: (call("post", "/referrals/", single), read(call, "/referrals/")))
        return storing(arrival, **given)

    monkeypatch.setattr(api, "receive_referral", store)
    answer = call("post", "/referrals/bulk/", {"referrals": items_of(body, 4)})

    assert [each["status"] for each in answer.json()["results"]] == [201] * 4
    single, seen = between
    assert single.status_code == 201
    assert [row["external_id"] for row in seen] == ["R0", "R1", "single"]


def elsewhere(act: Callable[[], Any]) -> Any:
    """Do something on another connection; it must not take longer than ten seconds."""
    answers: list[Any] = []

    def work() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = '10s'")
        answers.append(act())
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return answers[0]


def test_a_bulk_that_dies_in_the_middle_is_finished_by_its_repeat(
    leicester: Consortium, sender: Organisation, body: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    call, storing = key_of(sender), api.receive_referral
    items = items_of(body, 5)
    for item in items:
        del item["external_id"]

    def die(arrival: Any, **given: Any) -> Any:
        if arrival.client["external_id"] == "C3":
            raise SystemExit
        return storing(arrival, **given)

    with monkeypatch.context() as dying:
        dying.setattr(api, "receive_referral", die)
        with pytest.raises(SystemExit):
            call("post", "/referrals/bulk/", {"referrals": items}, idempotency_key="monday")
    connection.close()
    with in_consortium(leicester.pk):
        stored = Referral.objects.count()

    answer = call("post", "/referrals/bulk/", {"referrals": items}, idempotency_key="monday")

    assert stored == 3
    assert [each["status"] for each in answer.json()["results"]] == [200, 200, 200, 201, 201]
