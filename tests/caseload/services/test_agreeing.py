"""What another organisation records of a consent is shown to the owner at once; special categories wait for them."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone

from caseload.models import Client, Consent
from caseload.queries.sight import sight_of
from caseload.services.agreeing import answer_parts, take_consent
from caseload.services.merging import merge_clients, unmerge_client
from caseload.services.sharing import bring_shares_up_to_date
from partners.enums import Role
from partners.errors import CaseloadError, NotAllowed
from partners.models import Notice, Organisation, StaffMember
from tests.conftest import signed_in
from tests.factories.caseload import ClientFactory, ConsentFactory, ReferralFactory, restrict_to
from tests.factories.partners import OrganisationFactory, StaffFactory

TODAY = timezone.localdate()


@pytest.fixture
def client(organisation: Organisation, adviser: StaffMember, outsider: StaffMember) -> Client:
    """One of three clients of the adviser, shared with the outsider's organisation without any part."""
    clients = [ClientFactory(organisation=organisation, adviser=adviser) for _ in range(3)]
    for each in clients[:2]:
        ConsentFactory(client=each)
        ReferralFactory(client=each, to_organisation=outsider.organisation, status="started")
    bring_shares_up_to_date(today=TODAY)
    return clients[0]


@pytest.fixture
def widen(client: Client, outsider: StaffMember) -> Callable[..., Consent]:
    def record(by: StaffMember = outsider, parts: tuple[str, ...] = ("health", "offending")) -> Consent:
        return take_consent(
            client, purpose="sharing", given_on=TODAY, method="paper", by=by, today=TODAY, parts=list(parts)
        )

    return record


def parts_of(staff: StaffMember, client: Client) -> set[str]:
    return set(sight_of(StaffMember.objects.select_related("organisation").get(pk=staff.pk), client).parts)


def test_the_receiver_widens_nothing_by_itself_and_the_owner_is_told(
    client: Client, adviser: StaffMember, outsider: StaffMember, widen: Callable[..., Consent]
) -> None:
    consent = widen()

    assert (consent.parts, consent.parts_waiting) == ([], ["health", "offending"])
    assert parts_of(outsider, client) == set()
    notice = Notice.objects.get(staff=adviser)
    assert "Health and offending in it wait for your answer" in notice.words
    assert client.family_name not in notice.words
    browser = signed_in(adviser)
    answer = reverse("caseload:answer-parts", args=[client.uid, consent.uid])
    assert answer in browser.get(reverse("caseload:client", args=[client.uid])).content.decode()
    assert "consent to answer" in browser.get(reverse("home")).content.decode()

    refused = browser.post(answer, {"agrees": "no", "reason": ""})
    assert "Give the reason" in refused.content.decode()
    assert browser.post(answer, {"agrees": "yes"}).status_code == 302
    assert parts_of(outsider, client) == {"health", "offending"}
    assert Notice.objects.filter(staff=outsider, words__contains="agreed that the consent").exists()
    assert browser.post(answer, {"agrees": "yes"}).status_code == 404


def test_the_owner_refuses_with_a_reason(
    client: Client, adviser: StaffMember, outsider: StaffMember, widen: Callable[..., Consent]
) -> None:
    consent = answer_parts(widen(), agrees=False, by=adviser, reason="She said no to us")

    assert (consent.parts, consent.parts_waiting, consent.answer_reason) == ([], [], "She said no to us")
    assert parts_of(outsider, client) == set()
    assert Notice.objects.filter(staff=outsider, words__contains="did not agree").exists()
    with pytest.raises(CaseloadError, match="Nothing"):
        answer_parts(consent, agrees=True, by=adviser)


def test_nobody_but_the_owner_answers(
    client: Client, outsider: StaffMember, widen: Callable[..., Consent], city_council: Organisation
) -> None:
    consent = widen()
    tracker = StaffFactory(organisation=city_council, role=Role.TRACKING_TEAM)
    own_manager = StaffFactory(organisation=client.organisation, role=Role.PROJECT_MANAGER)
    for staff in (outsider, tracker, own_manager):
        with pytest.raises(NotAllowed):
            answer_parts(consent, agrees=True, by=staff)
        page = reverse("caseload:answer-parts", args=[client.uid, consent.uid])
        assert signed_in(staff).post(page, {"agrees": "yes"}).status_code in {403, 404}
    reader = StaffFactory(organisation=client.organisation, role=Role.ADVISER)
    other = StaffFactory(organisation=client.organisation, role=Role.ADVISER)
    restrict_to(client, reader)
    with pytest.raises(NotAllowed):
        answer_parts(consent, agrees=True, by=other)
    answer_parts(consent, agrees=True, by=reader)


def test_the_owners_own_consent_opens_at_once(
    client: Client, adviser: StaffMember, outsider: StaffMember, widen: Callable[..., Consent]
) -> None:
    widen(by=adviser, parts=("health",))
    assert parts_of(outsider, client) == {"health"}
    assert not Notice.objects.filter(words__contains="recorded a consent").exists()


def test_a_consent_of_a_merged_record_waits_for_the_survivors_owner_until_they_are_separated(
    client: Client, adviser: StaffMember, outsider: StaffMember, city_council: Organisation
) -> None:
    """The sender's own form says nothing of what the owner knows of the person."""
    tracker = StaffFactory(organisation=city_council, role=Role.TRACKING_TEAM)
    third = StaffFactory(organisation=OrganisationFactory())
    theirs = ClientFactory(organisation=outsider.organisation)
    consent = ConsentFactory(client=theirs, parts=["health"])
    ReferralFactory(client=theirs, to_organisation=third.organisation, status="started")
    bring_shares_up_to_date(today=TODAY)
    assert parts_of(third, theirs) == {"health"}

    merge_clients(client, theirs, by=tracker)

    assert parts_of(third, client) == set()
    page = signed_in(adviser).get(reverse("caseload:client", args=[client.uid])).content.decode()
    assert reverse("caseload:answer-parts", args=[client.uid, consent.uid]) in page
    unmerge_client(Client.objects.get(pk=theirs.pk), by=tracker)
    assert parts_of(third, Client.objects.get(pk=theirs.pk)) == {"health"}
    merge_clients(client, Client.objects.get(pk=theirs.pk), by=tracker)
    answer_parts(Consent.objects.get(pk=consent.pk), agrees=True, by=adviser)
    assert parts_of(third, client) == {"health"}
