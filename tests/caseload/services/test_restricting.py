"""A restricted record is open to named people only, and always to somebody who is still here."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from caseload.enums import ReferralStatus
from caseload.models import Client, ClientRestriction, RestrictionReader
from caseload.queries.restricted import masked_of, only_read_by, restrictions_kept_by, unread
from caseload.services.merging import merge_clients, unmerge_client
from caseload.services.referrals import accept_referral
from caseload.services.restricting import (
    drop_reader,
    lift_restriction,
    name_reader,
    restrict,
    review_restriction,
    tell_of_restrictions,
)
from caseload.services.sending import send_referral
from caseload.services.upkeep import let_a_day_pass
from partners.enums import Role
from partners.errors import CaseloadError, NotAllowed
from partners.models import AccessEntry, Notice, Organisation, StaffMember
from partners.services.people import change_role, end_access
from tests.factories.caseload import ClientFactory, ConsentFactory, ReferralFactory, restrict_to
from tests.factories.partners import StaffFactory

TODAY = timezone.localdate()
SOON = TODAY + timedelta(days=90)


@pytest.fixture
def colleague(organisation: Organisation) -> StaffMember:
    return StaffFactory(organisation=organisation, role=Role.ADVISER)


@pytest.fixture
def tracker(city_council: Organisation) -> StaffMember:
    return StaffFactory(organisation=city_council, role=Role.TRACKING_TEAM)


@pytest.fixture
def data_lead(city_council: Organisation) -> StaffMember:
    return StaffFactory(organisation=city_council, role=Role.VIEWER, data_lead=True)


@pytest.fixture
def client(organisation: Organisation, adviser: StaffMember) -> Client:
    """One of three clients of the adviser; the others stay open."""
    ClientFactory(organisation=organisation, adviser=adviser)
    ClientFactory(organisation=organisation)
    return ClientFactory(organisation=organisation, adviser=adviser)


def seen_by(staff: StaffMember, client: Client) -> bool:
    staff = StaffMember.objects.select_related("organisation").get(pk=staff.pk)  # as a new request would
    return Client.objects.visible_to(staff).filter(pk=client.pk).exists()


def placed(client: Client, *readers: StaffMember, by: StaffMember) -> ClientRestriction:
    return restrict(client, readers=readers, reason="Threatened", review_on=SOON, by=by, today=TODAY)


def test_only_named_people_open_it_whoever_the_adviser_is(
    client: Client, adviser: StaffMember, colleague: StaffMember, tracker: StaffMember, manager: StaffMember
) -> None:
    placed(client, colleague, by=manager)

    assert [seen_by(staff, client) for staff in (colleague, adviser, tracker, manager)] == [True, False, False, False]
    assert Client.objects.visible_to(adviser).count() == 2
    assert masked_of(adviser, today=TODAY)[0] == 1
    assert masked_of(colleague, today=TODAY)[0] == 0


def test_who_keeps_restrictions(
    client: Client, adviser: StaffMember, outsider: StaffMember, tracker: StaffMember, data_lead: StaffMember
) -> None:
    """The data lead everywhere; a manager and an administrator in their own organisation; nobody else."""
    administrator, monitoring_officer = (
        StaffFactory(organisation=tracker.organisation, role=role)
        for role in (Role.ADMINISTRATOR, Role.MONITORING_OFFICER)
    )
    elsewhere = StaffFactory(organisation=outsider.organisation, role=Role.PROJECT_MANAGER)
    own = StaffFactory(organisation=client.organisation, role=Role.ADMINISTRATOR)
    for staff in (adviser, outsider, tracker, monitoring_officer, administrator, elsewhere):
        with pytest.raises(NotAllowed):
            placed(client, adviser, by=staff)
    restriction = placed(client, adviser, by=data_lead)
    reader = RestrictionReader.objects.get()
    for staff in (adviser, outsider, tracker, monitoring_officer, administrator, elsewhere):
        assert not restrictions_kept_by(staff, today=TODAY).exists()
        for act in (
            lambda by: name_reader(restriction, outsider, reason="x", by=by, today=TODAY),
            lambda by: drop_reader(reader, reason="x", by=by, today=TODAY),
            lambda by: lift_restriction(restriction, reason="x", by=by, today=TODAY),
            lambda by: review_restriction(restriction, reason="x", review_on=SOON, by=by, today=TODAY),
        ):
            with pytest.raises(NotAllowed):
                act(staff)
    assert restrictions_kept_by(own, today=TODAY).get() == restriction
    lift_restriction(restriction, reason="Safe now", by=own, today=TODAY)
    assert seen_by(tracker, client)


def test_the_data_lead_hands_it_on_without_opening_it_and_the_trail_says_so(
    client: Client, adviser: StaffMember, colleague: StaffMember, data_lead: StaffMember, outsider: StaffMember
) -> None:
    restriction = placed(client, adviser, by=data_lead)
    with pytest.raises(CaseloadError, match="could not open"):
        name_reader(restriction, outsider, reason="x", by=data_lead, today=TODAY)

    name_reader(restriction, colleague, reason="Ann is ill", by=data_lead, today=TODAY)

    assert (seen_by(colleague, client), seen_by(data_lead, client)) == (True, False)
    entry = AccessEntry.objects.filter(subject="caseload.client", subject_id=client.pk).latest("pk")
    assert (entry.staff_member, entry.purpose) == (data_lead, "Ann is ill")
    assert all(client.family_name not in notice.words for notice in Notice.objects.all())
    assert Notice.objects.filter(staff=adviser, words__startswith="Somebody else").exists()


def test_the_last_reader_stays(
    client: Client, adviser: StaffMember, colleague: StaffMember, data_lead: StaffMember, administrator: StaffMember
) -> None:
    restriction = placed(client, adviser, by=data_lead)
    with pytest.raises(CaseloadError, match="Nobody would be left"):
        drop_reader(RestrictionReader.objects.get(), reason="x", by=data_lead, today=TODAY)
    with pytest.raises(CaseloadError, match=client.external_id):
        end_access(adviser, by=administrator, reason="Leaves")
    with pytest.raises(CaseloadError, match="last person"):
        change_role(adviser, by=administrator, role=Role.VIEWER, team=None, data_lead=False, reason="Moves")
    assert list(only_read_by(adviser)) == [client]
    # Somebody named until a day does not keep it open.
    name_reader(restriction, colleague, reason="x", by=data_lead, today=TODAY, to_date=SOON)
    with pytest.raises(CaseloadError, match="last person"):
        end_access(adviser, by=administrator, reason="Leaves")

    name_reader(restriction, colleague, reason="x", by=data_lead, today=TODAY)
    end_access(adviser, by=administrator, reason="Leaves")

    assert seen_by(colleague, client)
    assert not unread().exists()


def test_the_keeper_is_told_once_of_reviews_and_of_what_nobody_reads(
    client: Client, adviser: StaffMember, data_lead: StaffMember
) -> None:
    restrict_to(client, adviser)
    StaffMember.objects.filter(pk=adviser.pk).update(left_at=timezone.now())

    for _ in range(2):
        tell_of_restrictions(today=TODAY)
    let_a_day_pass(today=TODAY)

    assert sorted(Notice.objects.filter(staff=data_lead).values_list("words", flat=True)) == [
        f"Nobody who is here may open the restricted record {client.external_id}.",
        f"The restriction of {client.external_id} is due for review.",
    ]


@pytest.mark.parametrize("restricted_survives", [True, False])
def test_a_merge_extends_the_restriction_and_separating_leaves_it_where_it_was(
    client: Client,
    tracker: StaffMember,
    outsider: StaffMember,
    city_council: Organisation,
    *,
    restricted_survives: bool,
) -> None:
    other = ClientFactory(organisation=outsider.organisation, adviser=outsider)
    colleague = StaffFactory(organisation=city_council, role=Role.TRACKING_TEAM)
    restrict_to(client, tracker)
    survivor, merged = (client, other) if restricted_survives else (other, client)
    with pytest.raises(NotAllowed):
        merge_clients(survivor, merged, by=colleague)

    merge_clients(survivor, merged, by=tracker)

    for record in (client, other):
        assert [seen_by(staff, record) for staff in (tracker, outsider, colleague)] == [True, False, False]
    unmerge_client(Client.objects.get(pk=merged.pk), by=tracker)
    assert [seen_by(staff, client) for staff in (tracker, outsider, colleague)] == [True, False, False]
    assert [seen_by(staff, other) for staff in (tracker, outsider, colleague)] == [True, True, True]


def test_a_referral_opens_it_to_nobody_and_only_a_reader_sends_one(
    client: Client, adviser: StaffMember, colleague: StaffMember, outsider: StaffMember
) -> None:
    restrict_to(client, colleague)
    ConsentFactory(client=client)
    with pytest.raises(NotAllowed):
        send_referral(client, to_organisation=outsider.organisation, made_on=TODAY, by=adviser)

    referral = send_referral(client, to_organisation=outsider.organisation, made_on=TODAY, by=colleague)
    accept_referral(referral, by=outsider, on=TODAY)

    assert not seen_by(outsider, client)
    client.refresh_from_db()
    assert client.adviser == adviser
    assert referral.__class__.objects.get(pk=referral.pk).status == ReferralStatus.ACCEPTED


def test_a_reader_of_a_partner_opens_it_as_long_as_it_is_shared(
    client: Client, adviser: StaffMember, data_lead: StaffMember, outsider: StaffMember
) -> None:
    consent = ConsentFactory(client=client)
    ReferralFactory(client=client, to_organisation=outsider.organisation, status="accepted")
    restriction = placed(client, adviser, by=data_lead)
    let_a_day_pass(today=TODAY)
    name_reader(restriction, outsider, reason="Works with them", by=data_lead, today=TODAY)
    assert seen_by(outsider, client)

    consent.withdrawn_on = date(2026, 1, 1)
    consent.save()
    let_a_day_pass(today=TODAY)

    assert not seen_by(outsider, client)
    assert seen_by(adviser, client)
