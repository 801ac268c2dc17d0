"""Calls at the same moment, and a process that dies between two steps."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, connections

from caseload.models import Client, Consent, PossibleMatch, Referral, Share
from partners.enums import Scope
from partners.models import ApiKey, Consortium, Organisation
from partners.platform.tenancy.scope import in_consortium
from partners.services.api_keys import create_key
from tests.caseload.api.conftest import Call, calling
from tests.factories.partners import ConsortiumFactory, OrganisationFactory

CALLERS = 50
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def leicester(transactional_db: None) -> Iterator[Consortium]:
    consortium = ConsortiumFactory(slug="leicester")
    yield consortium
    connections.close_all()


@pytest.fixture
def secret(leicester: Consortium) -> str:
    with in_consortium(leicester.pk):
        OrganisationFactory(name="Employment Support Unit", external_id="employment-support-unit")
        jobcentre = OrganisationFactory(name="Jobcentre", external_id="jobcentre")
        return create_key(jobcentre, label="Test", scopes=list(Scope.values))[1]


@pytest.fixture
def organisation() -> None:
    """The body needs the receiver's id alone."""


def at_once(act: Callable[[int], Any], times: int = CALLERS) -> list[Any]:
    """Let threads begin together, each with a connection of its own."""
    begin, answers = threading.Barrier(times), [None] * times

    def run(number: int) -> None:
        begin.wait()
        try:
            answers[number] = act(number)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def post(secret: str, body: dict[str, Any], **headers: str) -> Any:
    return calling(secret)("post", "/referrals/", body, **headers)


def test_fifty_identical_posts_make_one_referral(leicester: Consortium, secret: str, body: dict[str, Any]) -> None:
    answers = at_once(lambda _: post(secret, body))

    assert Counter(answer.status_code for answer in answers) == {201: 1, 200: CALLERS - 1}
    assert len({answer.content for answer in answers}) == 1
    with in_consortium(leicester.pk):
        counts = [model.objects.count() for model in (Referral, Client, Consent, Share)]
    assert counts == [1, 1, 1, 1]


def test_fifty_posts_under_one_key_make_one_referral(leicester: Consortium, secret: str, body: dict[str, Any]) -> None:
    del body["external_id"], body["client"]["external_id"]

    answers = at_once(lambda _: post(secret, body, idempotency_key="once"))

    assert Counter(answer.status_code for answer in answers) == {201: 1, 200: CALLERS - 1}


def test_of_differing_posts_under_one_key_one_wins(leicester: Consortium, secret: str, body: dict[str, Any]) -> None:
    answers = at_once(lambda number: post(secret, body | {"reason": f"reason {number}"}), times=20)

    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 19}


def test_referrals_of_one_person_at_once_make_one_client(
    leicester: Consortium, secret: str, body: dict[str, Any]
) -> None:
    del body["client"]["external_id"]

    answers = at_once(lambda number: post(secret, body | {"external_id": f"R{number}"}), times=20)

    assert {answer.status_code for answer in answers} == {201}
    with in_consortium(leicester.pk):
        assert (Client.objects.count(), Referral.objects.count(), PossibleMatch.objects.count()) == (1, 20, 0)


def test_of_twenty_answers_at_once_one_is_taken(leicester: Consortium, secret: str, body: dict[str, Any]) -> None:
    uid = post(secret, body).json()["id"]
    with in_consortium(leicester.pk):
        unit = Organisation.objects.get(external_id="employment-support-unit")
        _, receiver = create_key(unit, label="Unit", scopes=list(Scope.values))

    answers = at_once(lambda _: calling(receiver)("post", f"/referrals/{uid}/accept/"), times=20)

    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 19}


def test_two_bulks_with_the_same_people_do_not_block_each_other(
    leicester: Consortium, secret: str, body: dict[str, Any]
) -> None:
    items = [body | {"external_id": f"R{number}", "client": person(body, number)} for number in range(12)]

    def act(number: int) -> Any:
        ordered = items if number % 2 else list(reversed(items))
        return calling(secret)("post", "/referrals/bulk/", {"referrals": ordered})

    answers = at_once(act, times=6)

    assert {result["status"] for answer in answers for result in answer.json()["results"]} == {200, 201}
    with in_consortium(leicester.pk):
        assert Referral.objects.count() == 12


def test_the_limit_holds_with_many_callers(leicester: Consortium, secret: str) -> None:
    with in_consortium(leicester.pk):
        ApiKey.objects.update(calls_per_minute=10)

    answers = at_once(lambda _: calling(secret)("get", "/referrals/"), times=30)

    counted = Counter(answer.status_code for answer in answers)
    # Two minutes when the clock turns meanwhile.
    assert counted[200] in {10, 20}


@pytest.mark.parametrize(
    "step",
    [
        "caseload.services.arrivals.find_known",
        "caseload.services.arrivals.note_possible_matches",
        "caseload.services.sending.clock",
        "caseload.services.arrivals.grant_of",
        "caseload.services.sharing.ensure_group",
        "caseload.api.referrals.referral_answer",
    ],
)
def test_a_process_that_dies_between_two_steps_leaves_nothing(
    leicester: Consortium, secret: str, body: dict[str, Any], step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: Any, **__: Any) -> None:
        connection.connection.close()  # as Postgres sees a process that was killed
        raise SystemExit

    monkeypatch.setattr(step, die)
    with pytest.raises((SystemExit, Exception)):
        post(secret, body)
    connection.close()
    monkeypatch.undo()

    with in_consortium(leicester.pk):
        assert [model.objects.count() for model in (Referral, Client, Consent, Share)] == [0, 0, 0, 0]
    assert post(secret, body).status_code == 201


def person(body: dict[str, Any], number: int) -> dict[str, Any]:
    return body["client"] | {
        "external_id": f"C{number}",
        "nino": f"QQ{number:06}A",
        "date_of_birth": f"19{60 + number}-01-01",
        "given_name": "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[number] * 5,
    }


__all__ = ["Call"]
