"""Two records that are one person, and back."""

import pytest
from django.utils import timezone

from caseload.errors import SamePersonAlready
from caseload.models import Client, Referral
from caseload.services.merging import decide_match, merge_clients, unmerge_client
from caseload.services.referrals import send_referral
from partners.enums import Role
from partners.errors import CaseloadError, NotAllowed
from partners.models import Organisation, StaffMember
from tests.factories.caseload import ClientFactory, ConsentFactory, PossibleMatchFactory
from tests.factories.partners import OrganisationFactory, StaffFactory

TODAY = timezone.localdate()


@pytest.fixture
def tracker(city_council: Organisation) -> StaffMember:
    return StaffFactory(organisation=city_council, role=Role.TRACKING_TEAM)


@pytest.fixture
def referral(outsider: StaffMember, organisation: Organisation) -> Referral:
    client = ClientFactory(organisation=outsider.organisation)
    ConsentFactory(client=client)
    return send_referral(client, to_organisation=organisation, made_on=TODAY, by=outsider)


def seen_by(staff: StaffMember) -> set[int]:
    now = StaffMember.objects.get(pk=staff.pk)
    return set(Client.objects.visible_to(now).values_list("pk", flat=True))


def test_a_merge_takes_referrals_and_what_they_opened_along(
    referral: Referral, adviser: StaffMember, tracker: StaffMember
) -> None:
    survivor = ClientFactory(organisation=OrganisationFactory())

    merge_clients(survivor, referral.client, by=tracker)

    before = referral.version, referral.updated_at
    referral.refresh_from_db()
    assert (referral.client, referral.sent_record.merged_into) == (survivor, survivor)
    assert (referral.version, referral.updated_at) == before
    assert seen_by(adviser) == {survivor.pk}


def test_a_merge_undone_is_as_before(referral: Referral, adviser: StaffMember, tracker: StaffMember) -> None:
    merged = referral.client
    survivor = ClientFactory(organisation=OrganisationFactory())
    merge_clients(survivor, merged, by=tracker)

    unmerge_client(merged, by=tracker)

    referral.refresh_from_db()
    assert (referral.client, Client.objects.get(pk=merged.pk).merged_into) == (merged, None)
    assert seen_by(adviser) == {merged.pk}


def test_chains_are_one_step_deep(scope: object, tracker: StaffMember) -> None:
    first, second, third = ClientFactory(), ClientFactory(), ClientFactory()

    merge_clients(second, first, by=tracker)
    merge_clients(third, second, by=tracker)

    assert set(Client.objects.filter(merged_into=third)) == {first, second}


def test_what_is_merged_is_not_merged_again(scope: object, tracker: StaffMember) -> None:
    one, two = ClientFactory(), ClientFactory()
    merge_clients(one, two, by=tracker)

    with pytest.raises(SamePersonAlready):
        merge_clients(two, one, by=tracker)


def test_a_likely_match_decided_as_one_person_merges_into_the_older(scope: object, tracker: StaffMember) -> None:
    match = PossibleMatchFactory()

    decided = decide_match(match, same_person=True, by=tracker, on=TODAY)

    older, newer = sorted((match.client, match.other), key=lambda each: each.pk)
    newer.refresh_from_db()
    assert newer.merged_into == older
    assert (decided.same_person, decided.decided_by, decided.decided_on) == (True, tracker, TODAY)


def test_a_likely_match_decided_as_two_people_changes_no_record(scope: object, tracker: StaffMember) -> None:
    match = PossibleMatchFactory()

    decide_match(match, same_person=False, by=tracker, on=TODAY)

    assert not Client.objects.filter(merged_into__isnull=False).exists()
    with pytest.raises(CaseloadError):
        decide_match(match, same_person=True, by=tracker, on=TODAY)


def test_an_adviser_does_not_decide(scope: object, adviser: StaffMember) -> None:
    with pytest.raises(NotAllowed):
        decide_match(PossibleMatchFactory(), same_person=True, by=adviser, on=TODAY)


def test_a_record_by_itself_has_nothing_to_undo(scope: object, tracker: StaffMember) -> None:
    with pytest.raises(CaseloadError):
        unmerge_client(ClientFactory(), by=tracker)
