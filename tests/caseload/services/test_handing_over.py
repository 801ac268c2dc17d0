"""The lead goes to another organisation only when both sides agree."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from caseload.enums import LeadProposalState as State
from caseload.models import Client, LeadProposal
from caseload.services.facts import give_adviser
from caseload.services.handing_over import agree, decline, propose_lead, withdraw
from caseload.services.referrals import accept_referral, return_referral
from caseload.services.sending import send_referral
from caseload.services.upkeep import let_a_day_pass
from partners.errors import CaseloadError, NotAllowed
from partners.models import Notice, Organisation, StaffMember
from tests.conftest import signed_in
from tests.factories.caseload import ClientFactory, ConsentFactory
from tests.factories.partners import OrganisationFactory, StaffFactory

TODAY = timezone.localdate()
SOON = TODAY + dt.timedelta(days=7)


@pytest.fixture
def lead(organisation: Organisation) -> StaffMember:
    return StaffFactory(organisation=organisation, name="Lena Lead")


@pytest.fixture
def worker(scope: object) -> StaffMember:
    return StaffFactory(organisation=OrganisationFactory(name="Skills Centre"), name="Wim Worker")


@pytest.fixture
def clients(lead: StaffMember, worker: StaffMember) -> list[Client]:
    """Two clients of the lead, with both of whom the worker works."""
    made = []
    for _ in range(2):
        client = ClientFactory(organisation=lead.organisation)
        ConsentFactory(client=client)
        give_adviser(client, adviser=lead, on=client.registered_on, by=lead)
        referral = send_referral(client, to_organisation=worker.organisation, made_on=TODAY, by=lead)
        accept_referral(referral, by=worker, on=TODAY)
        made.append(client)
    Notice.objects.all().delete()
    return made


def now(staff: StaffMember) -> StaffMember:
    found: StaffMember = StaffMember.objects.select_related("organisation").get(pk=staff.pk)
    return found


def proposed(client: Client, worker: StaffMember, by: StaffMember, on: dt.date = TODAY) -> LeadProposal:
    return propose_lead(client, staff=now(worker), on=on, reason="Closer to home", by=now(by))


def leads(clients: list[Client]) -> list[str]:
    return [Client.objects.get(pk=client.pk).adviser.name for client in clients]


def told(staff: StaffMember) -> list[str]:
    return list(Notice.objects.of(staff).values_list("words", flat=True))


def test_agreed_to_by_the_other_side_the_lead_goes_over(
    clients: list[Client], lead: StaffMember, worker: StaffMember
) -> None:
    proposal = proposed(clients[0], worker, by=lead)
    assert leads(clients) == ["Lena Lead", "Lena Lead"]

    agree(proposal, by=now(worker))

    assert leads(clients) == ["Wim Worker", "Lena Lead"]
    assert f"Wim Worker of Skills Centre now leads {clients[0].external_id}." in told(lead)


def test_the_other_side_may_ask_and_the_lead_agrees(
    clients: list[Client], lead: StaffMember, worker: StaffMember
) -> None:
    proposal = proposed(clients[0], worker, by=worker)

    with pytest.raises(NotAllowed):
        agree(proposal, by=now(worker))
    agree(proposal, by=now(lead))

    assert leads(clients) == ["Wim Worker", "Lena Lead"]


def test_whoever_answers_for_a_side_may_speak_for_it_and_nobody_else(
    clients: list[Client], lead: StaffMember, worker: StaffMember, manager: StaffMember
) -> None:
    colleague = StaffFactory(organisation=worker.organisation)
    proposal = proposed(clients[0], worker, by=manager)

    for stranger in (lead, manager, colleague, StaffFactory()):
        with pytest.raises(NotAllowed):
            agree(proposal, by=now(stranger))
        with pytest.raises(NotAllowed):
            decline(proposal, by=now(stranger), reason="No")


def test_declined_or_withdrawn_the_lead_stays_and_the_other_reads_why(
    clients: list[Client], lead: StaffMember, worker: StaffMember
) -> None:
    first, second = (proposed(client, worker, by=lead) for client in clients)

    with pytest.raises(CaseloadError, match="reason"):
        decline(first, by=now(worker), reason=" ")
    declined = decline(first, by=now(worker), reason="Full")
    withdrawn = withdraw(second, by=now(lead))

    assert (declined.state, declined.answer, withdrawn.state) == (State.DECLINED, "Full", State.WITHDRAWN)
    assert leads(clients) == ["Lena Lead", "Lena Lead"]
    assert f"Wim Worker declined that Wim Worker leads {clients[0].external_id}." in told(lead)


def test_an_agreement_waits_for_its_day(clients: list[Client], lead: StaffMember, worker: StaffMember) -> None:
    agree(proposed(clients[0], worker, by=lead, on=SOON), by=now(worker))
    proposed(clients[1], worker, by=lead, on=SOON)

    let_a_day_pass(today=SOON - dt.timedelta(days=1))
    assert leads(clients) == ["Lena Lead", "Lena Lead"]
    let_a_day_pass(today=SOON)
    assert leads(clients) == ["Wim Worker", "Lena Lead"]


@pytest.mark.parametrize("why", ["handed back", "another lead", "left", "not answered"])
def test_what_no_longer_stands_expires(clients: list[Client], lead: StaffMember, worker: StaffMember, why: str) -> None:
    proposal = proposed(clients[0], worker, by=lead)
    stands = proposed(clients[1], worker, by=lead, on=SOON)
    day = TODAY
    if why == "handed back":
        referral = clients[0].referrals.get()
        return_referral(referral, by=worker, on=TODAY, reason="Moved")
    elif why == "another lead":
        colleague = StaffFactory(organisation=lead.organisation)
        give_adviser(Client.objects.get(pk=clients[0].pk), adviser=now(colleague), on=TODAY, by=now(lead))
    elif why == "left":
        StaffMember.objects.filter(pk=worker.pk).update(left_at=timezone.now())
    else:
        day = TODAY + dt.timedelta(days=15)
    if why != "not answered":
        with pytest.raises((CaseloadError, NotAllowed)):
            agree(proposal, by=now(worker))

    let_a_day_pass(today=day)

    proposal.refresh_from_db()
    stands.refresh_from_db()
    assert proposal.state == State.EXPIRED
    assert stands.state == (State.EXPIRED if why == "left" else State.PROPOSED)


@pytest.mark.parametrize(
    ("changed", "match"),
    [
        ({"on": TODAY - dt.timedelta(days=1)}, "within the coming year"),
        ({"on": TODAY + dt.timedelta(days=400)}, "within the coming year"),
        ({"reason": "  "}, "Enter the reason"),
        ({"staff": "colleague"}, "of another organisation"),
        ({"staff": "stranger"}, "may open this record"),
    ],
)
def test_a_proposal_that_cannot_be_is_refused(
    clients: list[Client], lead: StaffMember, worker: StaffMember, changed: dict[str, object], match: str
) -> None:
    said = {"staff": worker, "on": TODAY, "reason": "Closer", **changed}
    if said["staff"] == "colleague":
        said["staff"] = StaffFactory(organisation=lead.organisation)
    elif said["staff"] == "stranger":
        said["staff"] = StaffFactory(organisation=OrganisationFactory())
    said["staff"] = now(said["staff"])  # type: ignore[arg-type]

    with pytest.raises(CaseloadError, match=match):
        propose_lead(clients[0], by=now(lead), **said)  # type: ignore[arg-type]

    assert not LeadProposal.objects.exists()


def test_one_hand_over_of_a_client_at_a_time(clients: list[Client], lead: StaffMember, worker: StaffMember) -> None:
    proposed(clients[0], worker, by=lead)

    with pytest.raises(CaseloadError, match="waits already"):
        proposed(clients[0], worker, by=worker)


def test_the_whole_way_in_the_browser(clients: list[Client], lead: StaffMember, worker: StaffMember) -> None:
    client = clients[0]
    ours, theirs = signed_in(lead), signed_in(worker)
    page = reverse("caseload:client", args=[client.uid])
    propose = reverse("caseload:propose-lead", args=[client.uid])
    assert propose in ours.get(page).content.decode()

    bad = ours.post(propose, {"staff": worker.uid, "on": "yesterday", "reason": "Closer to home"}).content.decode()
    ours.post(propose, {"staff": worker.uid, "on": "today", "reason": "Closer to home"})

    assert "within the coming year" in bad
    assert "Closer to home" in bad
    answer = reverse("caseload:answer-lead", args=[client.uid, "accept"])
    assert answer in theirs.get(page).content.decode()
    assert answer not in ours.get(page).content.decode()
    assert "Closer to home" in theirs.get(answer).content.decode()
    theirs.post(answer)
    assert leads(clients) == ["Wim Worker", "Lena Lead"]
    assert theirs.get(answer).status_code == 404
