"""Who leads, who works with a client for a service, and where both go when something ends. Several of everything."""

import datetime as dt

import pytest
from django.utils import timezone

from caseload.models import Client, Referral, ServiceWorker
from caseload.queries.caseload import clients_of
from caseload.services.facts import give_adviser
from caseload.services.leading import name_worker
from caseload.services.merging import merge_clients, unmerge_client
from caseload.services.referrals import (
    accept_referral,
    complete_referral,
    decline_referral,
    return_referral,
    start_referral,
    withdraw_referral,
)
from caseload.services.sending import send_referral
from caseload.services.sharing import record_consent, withdraw_consent
from caseload.services.upkeep import follow_package, let_a_day_pass
from partners.errors import CaseloadError, NotAllowed
from partners.models import Notice, Organisation, StaffMember
from tests.factories.caseload import ClientFactory, ConsentFactory
from tests.factories.partners import OrganisationFactory, StaffFactory

TODAY = timezone.localdate()


@pytest.fixture
def lead(organisation: Organisation) -> StaffMember:
    return StaffFactory(organisation=organisation, name="Lena Lead")


@pytest.fixture
def worker(scope: object) -> StaffMember:
    return StaffFactory(organisation=OrganisationFactory(name="Skills Centre"), name="Wim Worker")


@pytest.fixture
def third(scope: object) -> StaffMember:
    return StaffFactory(organisation=OrganisationFactory(name="Health Trust"), name="Theo Third")


def client_of(lead: StaffMember | None, organisation: Organisation | None = None) -> Client:
    """Make a client with consent to share with every partner; with a lead they have since registration."""
    client: Client = ClientFactory(organisation=organisation or lead.organisation)  # type: ignore[union-attr]
    ConsentFactory(client=client)
    if lead is not None:
        give_adviser(client, adviser=lead, on=client.registered_on, by=lead)
    return client


def sent(client: Client, to: StaffMember, by: StaffMember) -> Referral:
    return send_referral(client, to_organisation=to.organisation, made_on=TODAY, by=by)


def taken_on(client: Client, by: StaffMember, sender: StaffMember) -> Referral:
    return accept_referral(sent(client, by, sender), by=by, on=TODAY)


def now(staff: StaffMember) -> StaffMember:
    """Return somebody as their next request finds them, with their organisation's group."""
    found: StaffMember = StaffMember.objects.select_related("organisation").get(pk=staff.pk)
    return found


def mine(staff: StaffMember) -> set[Client]:
    return set(clients_of(now(staff), "mine"))


def without(staff: StaffMember) -> set[Client]:
    return set(clients_of(now(staff), "unassigned"))


def told(staff: StaffMember) -> list[str]:
    return list(Notice.objects.of(staff).values_list("words", flat=True))


def works(client: Client) -> list[tuple[str, str]]:
    rows = ServiceWorker.objects.filter(referral__client=client).order_by("pk").select_related("staff")
    return [(each.staff.name if each.staff else "", each.end_reason) for each in rows]


def lead_of(client: Client) -> StaffMember | None:
    client.refresh_from_db()
    return client.adviser  # type: ignore[no-any-return]


def test_accepting_adds_a_worker_and_the_lead_stays(lead: StaffMember, worker: StaffMember, third: StaffMember) -> None:
    client, other = client_of(lead), client_of(lead)

    taken_on(client, worker, lead)
    taken_on(client, third, lead)

    assert lead_of(client) == lead
    assert works(client) == [("Wim Worker", ""), ("Theo Third", "")]
    assert (mine(lead), mine(worker), mine(third)) == ({client, other}, {client}, {client})
    assert told(lead) == [
        f"Health Trust accepted the referral of {client.external_id}.",
        f"Skills Centre accepted the referral of {client.external_id}.",
    ]


@pytest.mark.parametrize("why", ["nobody", "left", "may not open it", "cannot lead"])
def test_where_nobody_leads_who_accepts_takes_the_lead(
    lead: StaffMember, worker: StaffMember, third: StaffMember, manager: StaffMember, why: str
) -> None:
    client, other = client_of(lead), client_of(lead)
    referral = sent(client, worker, lead)
    if why == "nobody":
        Client.objects.filter(pk=client.pk).update(adviser=None)
    elif why == "left":
        StaffMember.objects.filter(pk=lead.pk).update(left_at=timezone.now())
    elif why == "may not open it":
        Client.objects.filter(pk=client.pk).update(adviser=third)
    else:
        StaffMember.objects.filter(pk=lead.pk).update(role="viewer")
    assert client in without(manager)

    accept_referral(referral, by=worker, on=TODAY)

    assert lead_of(client) == worker
    assert lead_of(other) == lead
    assert client not in without(manager)
    assert f"Wim Worker of Skills Centre now leads {client.external_id}." in told(manager)


def test_a_system_that_accepts_names_nobody(lead: StaffMember, worker: StaffMember) -> None:
    client = client_of(lead)
    referral = sent(client, worker, lead)
    Referral.objects.filter(pk=referral.pk).update(status="accepted")

    follow_package(today=TODAY)

    assert works(client) == [("", "")]
    assert lead_of(client) == lead


def test_what_a_package_took_on_is_worked_on_by_who_leads_there(lead: StaffMember, worker: StaffMember) -> None:
    theirs, elsewhere = client_of(worker), client_of(lead)
    ConsentFactory(client=theirs, organisation=worker.organisation)
    for client in (theirs, elsewhere):
        referral = Referral(
            client=client,
            from_organisation=lead.organisation,
            to_organisation=worker.organisation,
            made_on=TODAY,
            status="accepted",
            status_on=TODAY,
        )
        referral.save()

    follow_package(today=TODAY)

    assert works(theirs) == [("Wim Worker", "")]
    assert works(elsewhere) == [("", "")]


ENDS = {
    "completed": "Work completed",
    "returned": "Handed back",
    "consent withdrawn": "Consent withdrawn",
    "consent ended": "Consent ended",
}


def end(how: str, referral: Referral, *, worker: StaffMember, lead: StaffMember) -> None:
    consent = referral.client.consents.get()
    if how == "completed":
        complete_referral(start_referral(referral, by=worker, on=TODAY), by=worker, on=TODAY)
    elif how == "returned":
        return_referral(referral, by=worker, on=TODAY, reason="Moved away")
    elif how == "consent withdrawn":
        withdraw_consent(consent, on=TODAY, by=lead, today=TODAY)
    else:
        referral.client.consents.update(expires_on=TODAY - dt.timedelta(days=1))
        let_a_day_pass(today=TODAY)


@pytest.mark.parametrize("how", ENDS)
def test_whatever_ends_returns_to_the_lead_who_is_told(lead: StaffMember, worker: StaffMember, how: str) -> None:
    client, other = client_of(lead), client_of(lead)
    referral = taken_on(client, worker, lead)
    taken_on(other, worker, lead)
    Notice.objects.all().delete()

    end(how, referral, worker=worker, lead=lead)

    assert works(client) == [("Wim Worker", ENDS[how])]
    assert mine(worker) == {other}
    assert lead_of(client) == lead
    assert any(client.external_id in words for words in told(lead))
    assert not any(other.external_id in words for words in told(lead))


@pytest.mark.parametrize("how", ENDS)
def test_a_lead_that_went_along_returns_to_the_last_one_who_is_still_here(
    lead: StaffMember, worker: StaffMember, manager: StaffMember, how: str
) -> None:
    first = StaffFactory(organisation=lead.organisation)
    returns, goes_nowhere = client_of(first), client_of(lead)
    give_adviser(returns, adviser=lead, on=TODAY - dt.timedelta(days=9), by=lead)
    referrals = [sent(client, worker, lead) for client in (returns, goes_nowhere)]
    Client.objects.update(adviser=None)
    for referral in referrals:
        accept_referral(referral, by=worker, on=TODAY)
    StaffMember.objects.filter(pk=lead.pk).update(left_at=timezone.now())

    for referral in referrals:
        end(how, Referral.objects.get(pk=referral.pk), worker=worker, lead=first)

    assert lead_of(returns) == first
    assert lead_of(goes_nowhere) is None
    assert without(manager) == {goes_nowhere}
    assert mine(worker) == set()
    assert f"You lead {returns.external_id} again, after Skills Centre." in told(first)
    assert f"{goes_nowhere.external_id} came back from Skills Centre and is without an adviser." in told(manager)


def test_a_lead_stays_while_other_work_goes_on(lead: StaffMember, worker: StaffMember) -> None:
    client = client_of(lead)
    one, two = (sent(client, worker, lead) for _ in range(2))
    Client.objects.update(adviser=None)
    for referral in (one, two):
        accept_referral(referral, by=worker, on=TODAY)

    return_referral(one, by=worker, on=TODAY, reason="The wrong service")

    assert lead_of(client) == worker
    assert works(client) == [("Wim Worker", "Handed back"), ("Wim Worker", "")]


def test_consent_given_anew_brings_the_same_worker_back(lead: StaffMember, worker: StaffMember) -> None:
    client = client_of(lead)
    taken_on(client, worker, lead)
    withdraw_consent(client.consents.get(), on=TODAY, by=lead, today=TODAY)

    record_consent(client, purpose="sharing", given_on=TODAY, method="paper", by=lead, today=TODAY)

    assert works(client) == [("Wim Worker", "Consent withdrawn"), ("Wim Worker", "")]
    assert mine(worker) == {client}


def test_the_sender_is_told_of_each_step_and_the_receiver_of_a_withdrawal(
    lead: StaffMember, worker: StaffMember, third: StaffMember
) -> None:
    declined, withdrawn = client_of(lead), client_of(lead)
    decline_referral(sent(declined, worker, lead), by=worker, on=TODAY, reason="Full")

    withdraw_referral(sent(withdrawn, third, lead), by=lead, on=TODAY)

    assert told(lead) == [f"Skills Centre declined the referral of {declined.external_id}."]
    expected = f"Employment Support Unit withdrew the referral of {withdrawn.external_id} to Health Trust."
    assert told(third) == [expected]


def test_both_sides_are_told_when_a_referral_expires(lead: StaffMember, worker: StaffMember) -> None:
    client = client_of(lead)
    referral = sent(client, worker, lead)
    sent(client_of(lead), worker, lead)
    Referral.objects.filter(pk=referral.pk).update(answer_by=TODAY - dt.timedelta(days=1))

    for _ in range(2):
        let_a_day_pass(today=TODAY)

    words = f"The referral of {client.external_id} to Skills Centre was not answered in time and has expired."
    assert (told(lead), told(worker)) == ([words], [words])


def test_a_merge_keeps_the_person_in_both_caseloads_and_undoing_it_too(
    lead: StaffMember, worker: StaffMember, city_council: Organisation
) -> None:
    tracker = StaffFactory(organisation=city_council, role="tracking_team")
    ours, theirs = client_of(lead), client_of(worker)

    merge_clients(ours, theirs, by=tracker)
    assert (mine(lead), mine(worker)) == ({ours}, {ours})

    unmerge_client(theirs, by=tracker)
    assert (mine(lead), mine(worker)) == ({ours}, {theirs})


def test_the_receiver_names_and_changes_its_worker(lead: StaffMember, worker: StaffMember) -> None:
    colleague = StaffFactory(organisation=worker.organisation, name="Cora Colleague")
    client, other = client_of(lead), client_of(lead)
    referral = taken_on(client, worker, lead)
    taken_on(other, worker, lead)
    Notice.objects.all().delete()

    name_worker(referral, staff=colleague, on=TODAY, by=worker)

    assert works(client) == [("Wim Worker", "Cora Colleague took over"), ("Cora Colleague", "")]
    assert (mine(worker), mine(colleague)) == ({other}, {client})
    assert told(colleague) == [f"You now work with {client.external_id}."]
    assert told(lead) == [f"Cora Colleague of Skills Centre now works with {client.external_id}."]


def test_only_the_receiver_names_a_worker_of_its_own(lead: StaffMember, worker: StaffMember) -> None:
    referral = taken_on(client_of(lead), worker, lead)

    with pytest.raises(NotAllowed):
        name_worker(referral, staff=lead, on=TODAY, by=lead)
    with pytest.raises(CaseloadError, match="your own organisation"):
        name_worker(referral, staff=lead, on=TODAY, by=worker)


def test_one_side_alone_gives_no_lead_to_another_organisation(lead: StaffMember, worker: StaffMember) -> None:
    client = client_of(lead)
    taken_on(client, worker, lead)

    for by in (lead, worker):
        with pytest.raises(CaseloadError, match="both sides agree"):
            give_adviser(client, adviser=now(worker), on=TODAY, by=now(by))

    assert lead_of(client) == lead


def test_where_nobody_leads_only_those_who_may_open_the_record_take_the_lead(
    lead: StaffMember, worker: StaffMember, third: StaffMember
) -> None:
    client = client_of(None, lead.organisation)
    taken_on(client, worker, lead)
    Client.objects.update(adviser=None)

    with pytest.raises(CaseloadError, match="may not open"):
        give_adviser(client, adviser=now(third), on=TODAY, by=now(third))

    give_adviser(client, adviser=now(worker), on=TODAY, by=now(worker))
    assert lead_of(client) == worker
