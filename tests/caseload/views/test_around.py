"""Who leads and who works with a client, on their page, in the lists and on the referral."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from caseload.models import Client, Referral
from caseload.services.referrals import accept_referral, return_referral
from caseload.services.sending import send_referral
from partners.enums import Role
from partners.models import Notice, StaffMember
from tests.conftest import signed_in
from tests.factories.caseload import ClientFactory, ConsentFactory
from tests.factories.partners import OrganisationFactory, StaffFactory

TODAY = timezone.localdate()


@pytest.fixture
def worker(scope: object) -> StaffMember:
    return StaffFactory(organisation=OrganisationFactory(name="Skills Centre"), name="Wim Worker")


@pytest.fixture
def client(adviser: StaffMember) -> Client:
    client: Client = ClientFactory(organisation=adviser.organisation, adviser=adviser)
    ConsentFactory(client=client)
    return client


@pytest.fixture
def referral(client: Client, adviser: StaffMember, worker: StaffMember) -> Referral:
    made = send_referral(client, to_organisation=worker.organisation, made_on=TODAY, by=adviser)
    return accept_referral(made, by=worker, on=TODAY)


def test_both_sides_see_who_leads_and_who_works(
    referral: Referral, client: Client, adviser: StaffMember, worker: StaffMember
) -> None:
    for reader in (adviser, worker):
        page = signed_in(reader).get(reverse("caseload:client", args=[client.uid])).content.decode()
        assert f"Adviser: {adviser.name}, {adviser.organisation}" in page
        assert "Wim Worker" in page
        lists = signed_in(reader).get(reverse("caseload:caseload")).content.decode()
        assert client.family_name in lists
        assert "with Wim Worker, Skills Centre" in lists


def test_the_receiver_changes_its_worker_in_the_browser(
    referral: Referral, client: Client, adviser: StaffMember, worker: StaffMember
) -> None:
    colleague = StaffFactory(organisation=worker.organisation, name="Cora Colleague")
    browser, page = signed_in(worker), reverse("caseload:name-worker", args=[referral.uid])
    assert browser.get(page).status_code == 200
    assert signed_in(adviser).get(page).status_code == 404

    strange = browser.post(page, {"staff": adviser.uid, "on": "today"})
    browser.post(page, {"staff": colleague.uid, "on": "today"})

    assert "Choose who works with them from the list." in strange.content.decode()
    shown = browser.get(reverse("caseload:referral", args=[referral.uid])).content.decode()
    assert "Cora Colleague took over" in shown
    assert Notice.objects.of(colleague).exists()


def test_an_adviser_who_has_left_is_marked_and_listed(
    client: Client, adviser: StaffMember, manager: StaffMember
) -> None:
    StaffMember.objects.filter(pk=adviser.pk).update(left_at=timezone.now())
    other = ClientFactory(organisation=manager.organisation)
    browser = signed_in(manager)

    left, unled = (browser.get(f"{reverse('caseload:caseload')}?whose={whose}") for whose in ("left", "unassigned"))

    assert f"{adviser.name} (has left)" in left.content.decode()
    assert [row.pk for row in left.context["table"].rows] == [client.pk]
    assert {row.pk for row in unled.context["table"].rows} == {client.pk, other.pk}
    assert "(has left)" in browser.get(reverse("caseload:client", args=[client.uid])).content.decode()


def lead_links(reader: StaffMember, client: Client) -> tuple[bool, bool]:
    """Return whether changing the lead, and proposing another, stand on the client's page."""
    page = signed_in(reader).get(reverse("caseload:client", args=[client.uid])).content.decode()
    return tuple(reverse(f"caseload:{name}", args=[client.uid]) in page for name in ("change-adviser", "propose-lead"))  # type: ignore[return-value]


def test_only_what_this_person_may_do_about_the_lead_is_offered(
    client: Client, adviser: StaffMember, manager: StaffMember, worker: StaffMember
) -> None:
    colleague = StaffFactory(organisation=adviser.organisation)
    made = send_referral(client, to_organisation=worker.organisation, made_on=TODAY, by=adviser)

    assert lead_links(worker, client) == (False, False)  # nothing is theirs before they accept
    accept_referral(made, by=worker, on=TODAY)

    assert lead_links(worker, client) == (False, True)
    assert lead_links(colleague, client) == (True, False)
    for reader in (adviser, manager):
        assert lead_links(reader, client) == (True, True)


def test_who_asks_for_the_lead_is_offered_only_whom_they_may_propose(
    referral: Referral, client: Client, worker: StaffMember
) -> None:
    colleague = StaffFactory(organisation=worker.organisation, name="Cora Colleague")
    chief = StaffFactory(organisation=worker.organisation, role=Role.PROJECT_MANAGER)
    page = reverse("caseload:propose-lead", args=[client.uid])

    for reader, offered in ((worker, {worker}), (chief, {worker, colleague, chief})):
        choices = signed_in(reader).get(page).context["form"].fields["staff"].queryset
        assert set(choices) == offered


def test_earlier_work_is_counted(referral: Referral, client: Client, adviser: StaffMember) -> None:
    return_referral(referral, by=referral.workers.get().staff, on=TODAY, reason="Not for us")

    page = signed_in(adviser).get(reverse("caseload:client", args=[client.uid])).content.decode()

    assert "Earlier (1)" in page


def test_a_reader_of_the_worklist_is_led_to_no_form_that_is_closed_to_them(
    client: Client, adviser: StaffMember, manager: StaffMember
) -> None:
    client.consents.update(expires_on=TODAY + timedelta(days=3))
    page = f"{reverse('caseload:worklist')}?whose=organisation&why=consent"

    assert b"/add/consent/" in signed_in(adviser).get(page).content
    assert b"/add/" not in (seen := signed_in(manager).get(page).content)
    assert b"Open the record" in seen
