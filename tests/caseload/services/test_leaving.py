"""What somebody leaves: counted before, handed over in the same step or later, marked meanwhile, never lost."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from caseload.models import Client, ServiceWorker
from caseload.queries.caseload import clients_of
from caseload.services.facts import give_adviser
from caseload.services.referrals import accept_referral
from caseload.services.sending import send_referral
from partners.enums import Role
from partners.models import Notice, StaffMember
from tests.conftest import signed_in
from tests.factories.caseload import ClientFactory, ConsentFactory, PlanActionFactory
from tests.factories.partners import OrganisationFactory, StaffFactory

TODAY = timezone.localdate()


@pytest.fixture
def leaver(adviser: StaffMember) -> StaffMember:
    """An adviser with three clients, one of them restricted, one client worked with, and things that wait."""
    partner = StaffFactory(organisation=OrganisationFactory(name="Skills Centre"))
    for number in range(3):
        client = ClientFactory(organisation=adviser.organisation)
        give_adviser(client, adviser=adviser, on=client.registered_on, by=adviser)
        ConsentFactory(client=client)
        PlanActionFactory(client=client, due_on=TODAY + dt.timedelta(days=number * 30))
    Client.objects.filter(pk=client.pk).update(restricted=True)
    send_referral(Client.objects.first(), to_organisation=partner.organisation, made_on=TODAY, by=adviser)
    theirs = ClientFactory(organisation=partner.organisation, adviser=partner)
    ConsentFactory(client=theirs)
    referral = send_referral(theirs, to_organisation=adviser.organisation, made_on=TODAY, by=partner)
    accept_referral(referral, by=adviser, on=TODAY)
    colleague = StaffFactory(organisation=adviser.organisation, name="Cora Colleague")
    give_adviser(ClientFactory(organisation=adviser.organisation), adviser=colleague, on=TODAY, by=colleague)
    return adviser


def end_page(person: StaffMember) -> str:
    return reverse("partners:person-end", args=[person.uid])


def colleague() -> StaffMember:
    found: StaffMember = StaffMember.objects.get(name="Cora Colleague")
    return found


def test_the_page_says_what_somebody_leaves_before_they_do(leaver: StaffMember, administrator: StaffMember) -> None:
    page = signed_in(administrator).get(end_page(leaver)).content.decode()

    for words in (
        "3 clients they lead, 1 of them restricted",
        "1 client they work with for a referral",
        "1 plan action of theirs due",
        "1 referral they sent that waits for an answer",
    ):
        assert words in page


def test_clients_are_handed_over_in_the_same_step(leaver: StaffMember, administrator: StaffMember) -> None:
    heir = colleague()

    signed_in(administrator).post(end_page(leaver), {"reason": "Gone", "heir_clients": heir.uid, "heir_work": heir.uid})

    leaver.refresh_from_db()
    assert leaver.left_at is not None
    # The restricted one stays: the colleague is none of those named to open it.
    assert list(Client.objects.filter(adviser=leaver).values_list("restricted", flat=True)) == [True]
    assert Client.objects.filter(adviser=heir).count() == 3
    assert list(ServiceWorker.objects.now().values_list("staff", flat=True)) == [heir.pk]
    assert f"{administrator.name} made you the lead adviser of 2 clients." in [n.words for n in Notice.objects.of(heir)]


def test_what_nobody_takes_over_is_marked_listed_told_and_handed_on_in_bulk(
    leaver: StaffMember, administrator: StaffMember, manager: StaffMember
) -> None:
    heir, browser = colleague(), signed_in(manager)
    Client.objects.update(restricted=False)

    signed_in(administrator).post(end_page(leaver), {"reason": "Gone"})

    assert "To hand on: 3 clients they lead." in Notice.objects.of(manager).first().words
    assert '<span class="app-tile__number">3</span>' in browser.get(reverse("home")).content.decode()
    everybody = reverse("caseload:reassign") + "?list=left"
    assert "3 clients" in browser.get(everybody).content.decode()
    browser.post(everybody, {"adviser": heir.uid, "on": "today"})
    assert Client.objects.filter(adviser=heir).count() == 4
    browser.post(reverse("caseload:reassign-undo"))
    assert set(clients_of(manager, "left")) == set(Client.objects.filter(adviser=leaver))


def test_a_role_that_leads_no_clients_hands_them_over_too(leaver: StaffMember, administrator: StaffMember) -> None:
    heir, page = colleague(), reverse("partners:person-role", args=[leaver.uid])
    Client.objects.update(restricted=False)
    browser = signed_in(administrator)

    browser.post(page, {"role": Role.TRACKING_TEAM, "reason": "Moved", "heir_clients": heir.uid})
    assert Client.objects.filter(adviser=leaver).count() == 3

    browser.post(page, {"role": Role.VIEWER, "reason": "Moved", "heir_clients": heir.uid})
    assert Client.objects.filter(adviser=heir).count() == 4


def test_an_heir_of_another_organisation_is_not_offered(leaver: StaffMember, administrator: StaffMember) -> None:
    outsider = StaffFactory(organisation=OrganisationFactory())

    answer = signed_in(administrator).post(end_page(leaver), {"reason": "Gone", "heir_clients": outsider.uid})

    assert "from the list" in answer.content.decode()
    leaver.refresh_from_db()
    assert leaver.left_at is None
