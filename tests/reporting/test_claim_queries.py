"""Whoever checks a claim asks about its items; it goes no further before somebody who may answers."""

import pytest
from django.db import InternalError, transaction
from django.urls import reverse

from caseload.models import Client
from commissioning.models import Contract
from partners.enums import JobState, Role
from partners.errors import CaseloadError, NotAllowed
from partners.models import StaffMember
from partners.platform.frame.today import counts_for
from partners.platform.signoff.engine import send_back
from partners.platform.signoff.standing import standing_of
from reporting.models import ClaimEntry, ClaimQuery, Return
from reporting.services.claim_queries import answer, ask
from tests.conftest import signed_in
from tests.factories.partners import StaffFactory
from tests.reporting.test_claim_signing import TODAY, act, build, no_progress, people, run

__all__ = ["no_progress", "people"]


@pytest.fixture
def filed(people: list[StaffMember]) -> Return:
    made = build(people[0], "2007-08-Q1")
    act(made, people[0])
    return made


@pytest.fixture
def provider(people: list[StaffMember], filed: Return) -> StaffMember:
    return StaffFactory(organisation=Contract.objects.get(external_id="t2").provider, role=Role.PROJECT_MANAGER)


def entry_of(filed: Return, job: str) -> ClaimEntry:
    return ClaimEntry.objects.get(build_id=filed.builds.get().pk, reference=job, reason="")


def asked(filed: Return, by: StaffMember, job: str = "j1") -> ClaimQuery:
    return ask(filed, entry_of(filed, job), question="Which payslip?", by=by, today=TODAY)


def test_an_open_query_holds_the_claim_and_its_answer_lets_it_go(
    filed: Return, people: list[StaffMember], provider: StaffMember
) -> None:
    query, other = asked(filed, people[1]), asked(filed, people[1], "j2")

    with pytest.raises(CaseloadError, match="2 queries about it wait for an answer"):
        act(filed, people[1])
    answer(query, words="The one of April.", by=provider)
    answer(other, words="That of May.", by=people[0])
    for person in people[1:-1]:
        act(filed, person)
    third = asked(filed, people[-1])
    with pytest.raises(CaseloadError, match="1 query about it"):
        act(filed, people[-1])
    answer(third, words="Both.", by=provider)
    assert run(act(filed, people[-1])).state == JobState.DONE
    for change in ({"answer": "Another"}, {"question": "Another"}):
        with pytest.raises(InternalError, match="stays as it is"), transaction.atomic():
            ClaimQuery.objects.filter(pk=query.pk).update(**change)


def test_a_claim_with_an_open_query_is_sent_back_all_the_same(filed: Return, people: list[StaffMember]) -> None:
    asked(filed, people[1])
    standing = standing_of(filed, people[1], today=TODAY)
    assert standing is not None

    send_back(filed, by=people[1], to=1, reason="No proof", seen=standing.version, today=TODAY)

    filed.refresh_from_db()
    assert filed.state == "sent_back"


def test_only_who_has_the_step_asks_and_only_others_who_know_answer(
    filed: Return, people: list[StaffMember], provider: StaffMember
) -> None:
    for person in (people[0], people[2], provider):
        with pytest.raises(NotAllowed):
            asked(filed, person)
    query = asked(filed, people[1])
    rival = StaffFactory(role=Role.PROJECT_MANAGER)
    for person in (people[1], people[2], rival, StaffFactory(organisation=provider.organisation, role=Role.ADVISER)):
        with pytest.raises(NotAllowed):
            answer(query, words="Mine", by=person)
    address = reverse("reporting:claim-query", args=[query.uid])
    assert signed_in(rival).get(address).status_code == 404
    for person, waits in ((provider, True), (people[0], True), (rival, False), (people[1], False)):
        texts = [count.text for count in counts_for(person, today=TODAY)]
        assert ("query on a claim to answer" in texts) is waits, person.role


def test_who_checks_lists_every_item_and_names_only_whom_they_may_open(
    filed: Return, people: list[StaffMember]
) -> None:
    """A finance officer opens no person's record: the outputs stand there without whose they are."""
    Client.objects.update(family_name="Hiddenworth")
    items = reverse("reporting:claim-items", args=[filed.uid])
    asks = {
        job: reverse("reporting:ask-about", args=[filed.uid, entry_of(filed, job).pk]) for job in ("j1", "j2", "x1")
    }
    before = signed_in(people[2]).get(items).content.decode()
    assert "Job start" not in before.split("<tbody", 1)[-1]
    act(filed, people[1])

    page = signed_in(people[2]).get(items).content.decode()
    file = signed_in(people[2]).get(f"{items}?format=csv").content.decode()

    assert [job for job, url in asks.items() if url in page] == ["j1", "j2", "x1"]
    for shown in (page, file):
        assert "Hiddenworth" not in shown
        assert ">j1<" not in shown
        assert ",j1," not in shown
    assert "£500.00" in page
    assert "Hiddenworth" in signed_in(people[0]).get(items).content.decode()


def test_it_is_asked_and_answered_in_the_browser(
    filed: Return, people: list[StaffMember], provider: StaffMember
) -> None:
    act(filed, people[1])
    checker = signed_in(people[2])  # finance opens lines of spend
    ask_url = reverse("reporting:ask-about", args=[filed.uid, entry_of(filed, "x1").pk])
    assert ask_url in checker.get(reverse("reporting:claim-items", args=[filed.uid])).content.decode()
    assert ask_url not in signed_in(people[3]).get(reverse("reporting:claim-items", args=[filed.uid])).content.decode()

    assert checker.post(ask_url, {"question": ""}).status_code == 200
    assert checker.post(ask_url, {"question": "Which payslip?"}).status_code == 302

    query = ClaimQuery.objects.get()
    browser = signed_in(provider)
    page = browser.get(reverse("reporting:claim-query", args=[query.uid])).content.decode()
    answer_url = reverse("reporting:answer-query", args=[query.uid])
    assert answer_url in page
    assert reverse("reporting:claim-items", args=[filed.uid]) not in page
    assert browser.post(answer_url, {"words": "The one of April"}).status_code == 302
    shown = checker.get(reverse("reporting:return", args=[filed.uid])).content.decode()
    assert "Answered" in shown
    assert str(query.uid) in shown
