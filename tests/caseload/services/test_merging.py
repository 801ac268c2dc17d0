"""Two records that are one person, and back."""

from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from caseload.errors import SamePersonAlready
from caseload.models import Client, ClientMerge, Referral, Share
from caseload.queries.sight import parts_opened
from caseload.services.merging import decide_again, decide_match, merge_clients, unmerge_client
from caseload.services.sending import send_referral
from caseload.services.sharing import bring_shares_up_to_date
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
    referral.refresh_from_db(fields=["updated_at"])  # the database's own clock
    before = referral.version, referral.updated_at

    merge_clients(survivor, referral.client, by=tracker)

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


def test_a_consent_goes_back_with_the_referral_it_was_given_for(
    referral: Referral, adviser: StaffMember, tracker: StaffMember
) -> None:
    merged = referral.client
    survivor = ClientFactory(organisation=OrganisationFactory())
    merge_clients(survivor, merged, by=tracker)
    given = ConsentFactory(client=survivor)  # asked for again, and kept with the one record there is
    Referral.objects.filter(pk=referral.pk).update(consent=given)

    unmerge_client(merged, by=tracker)

    given.refresh_from_db()
    assert given.client == merged
    assert seen_by(adviser) == {merged.pk}


def test_a_consent_of_the_survivor_stays_when_a_third_record_is_separated(
    referral: Referral, adviser: StaffMember, tracker: StaffMember
) -> None:
    merged, third = referral.client, ClientFactory(organisation=OrganisationFactory())
    survivor = ClientFactory(organisation=OrganisationFactory())
    for record in (merged, third):
        merge_clients(survivor, record, by=tracker)
    given = ConsentFactory(client=third)
    Referral.objects.filter(pk=referral.pk).update(consent=given)

    unmerge_client(merged, by=tracker)

    given.refresh_from_db()
    assert given.client == third


@pytest.fixture
def pair(adviser: StaffMember, outsider: StaffMember) -> tuple[Client, Client]:
    """The records that two organisations have of one person: the adviser's, which survives, and the outsider's."""
    return ClientFactory(organisation=adviser.organisation), ClientFactory(organisation=outsider.organisation)


def opened(staff: StaffMember, client: Client) -> frozenset[str]:
    return parts_opened([client.pk], staff.organisation_id)[client.pk]


def test_a_merge_takes_sight_from_nobody(
    pair: tuple[Client, Client], adviser: StaffMember, outsider: StaffMember, tracker: StaffMember
) -> None:
    kept, gone = pair

    merge_clients(kept, gone, by=tracker)

    assert seen_by(adviser) == {kept.pk}
    assert seen_by(outsider) == {kept.pk, gone.pk}
    share = Share.objects.get(organisation=outsider.organisation)
    assert (share.basis, share.get_basis_display(), share.merged_record) == ("merge", "Records merged", gone)


def test_a_merge_opens_no_special_category_to_either(
    pair: tuple[Client, Client], adviser: StaffMember, outsider: StaffMember, tracker: StaffMember
) -> None:
    kept, gone = pair
    merge_clients(kept, gone, by=tracker)

    assert (opened(adviser, kept), opened(outsider, kept)) == (frozenset(), frozenset())
    ConsentFactory(client=gone, organisation=adviser.organisation, parts=["health"])
    bring_shares_up_to_date(today=TODAY)

    assert (opened(adviser, kept), opened(outsider, kept)) == ({"health"}, frozenset())


def test_the_share_of_a_merge_ends_with_it(
    pair: tuple[Client, Client], outsider: StaffMember, tracker: StaffMember
) -> None:
    kept, gone = pair
    merge_clients(kept, gone, by=tracker)

    unmerge_client(gone, by=tracker)

    assert seen_by(outsider) == {gone.pk}
    assert set(Share.objects.values_list("end_reason", flat=True)) == {"Merge undone"}
    assert Client.objects.get(pk=gone.pk).merged_by is None


def test_a_share_of_a_merge_goes_with_the_survivor(
    pair: tuple[Client, Client], outsider: StaffMember, tracker: StaffMember
) -> None:
    kept, gone = pair
    third = ClientFactory(organisation=OrganisationFactory())
    merge_clients(kept, gone, by=tracker)

    merge_clients(third, kept, by=tracker)

    assert seen_by(outsider) == {third.pk, gone.pk}


def test_a_sure_match_that_links_itself_opens_nothing_to_its_sender(
    pair: tuple[Client, Client], outsider: StaffMember
) -> None:
    kept, gone = pair
    Client.objects.filter(pk=gone.pk).update(merged_into=kept)

    bring_shares_up_to_date(today=TODAY)

    assert seen_by(outsider) == {gone.pk}
    standing = Client.objects.visible_to(outsider).standing_for(outsider)
    assert list(standing) == [gone]


def test_two_people_can_be_decided_again(scope: object, tracker: StaffMember) -> None:
    match = PossibleMatchFactory()
    decide_match(match, same_person=False, by=tracker, on=TODAY)

    decide_again(match, by=tracker)
    decided = decide_match(match, same_person=True, by=tracker, on=TODAY)

    assert decided.same_person
    with pytest.raises(CaseloadError):
        decide_again(match, by=tracker)


def test_chains_are_one_step_deep(scope: object, tracker: StaffMember) -> None:
    first, second, third = ClientFactory(), ClientFactory(), ClientFactory()

    merge_clients(second, first, by=tracker)
    merge_clients(third, second, by=tracker)

    assert set(Client.objects.filter(merged_into=third)) == {first, second}


def undone_in(
    order: str, scope: object, tracker: StaffMember, outsider: StaffMember, unit: Organisation
) -> list[Client]:
    """A merged into B, B into C, then separated in this order; A came with a referral."""
    owners = (outsider.organisation, OrganisationFactory(), OrganisationFactory())
    a, b, c = records = [ClientFactory(organisation=owner) for owner in owners]
    ConsentFactory(client=a)
    send_referral(a, to_organisation=unit, made_on=TODAY, by=outsider)
    merge_clients(b, a, by=tracker)
    merge_clients(Client.objects.get(pk=c.pk), Client.objects.get(pk=b.pk), by=tracker)
    for name in order:
        unmerge_client({"a": a, "b": b}[name], by=tracker)
    for record in records:
        record.refresh_from_db()
    return records


def stands(referral: Referral) -> tuple[int, set[int]]:
    """Return the record a referral is on, and those that its live share opens."""
    return referral.client_id, set(
        Share.objects.filter(ended_at=None, basis="referral").values_list("client", flat=True)
    )


def test_a_chain_undone_in_the_middle_leaves_the_rest(
    scope: object, tracker: StaffMember, outsider: StaffMember, organisation: Organisation, adviser: StaffMember
) -> None:
    a, b, c = undone_in("b", scope, tracker, outsider, organisation)

    assert (a.merged_into, a.merged_by, b.merged_into, c.merged_into) == (b, tracker, None, None)
    assert stands(Referral.objects.get()) == (b.pk, {b.pk})
    assert not Share.objects.filter(client=c, ended_at=None).exists()
    assert seen_by(adviser) == {b.pk}


@pytest.mark.parametrize("order", ["ba", "ab"])
def test_a_chain_undone_in_either_order_is_as_before(
    scope: object, tracker: StaffMember, outsider: StaffMember, organisation: Organisation, order: str
) -> None:
    a, b, c = undone_in(order, scope, tracker, outsider, organisation)

    assert [record.merged_into for record in (a, b, c)] == [None, None, None]
    assert stands(Referral.objects.get()) == (a.pk, {a.pk})
    assert set(Share.objects.filter(ended_at=None).values_list("client", flat=True)) == {a.pk}


def test_the_decision_of_a_merge_waits_again_when_it_is_undone(scope: object, tracker: StaffMember) -> None:
    match, other = PossibleMatchFactory(), PossibleMatchFactory()
    decide_match(other, same_person=True, by=tracker, on=TODAY)
    decide_match(match, same_person=True, by=tracker, on=TODAY)
    merged = ClientMerge.objects.standing().get(record__in=[match.client, match.other])

    unmerge_client(merged.record, by=tracker)

    match.refresh_from_db()
    other.refresh_from_db()
    assert (match.same_person, match.decided_on, match.decided_by, other.same_person) == (None, None, None, True)
    decide_match(match, same_person=False, by=tracker, on=TODAY)


def test_what_was_linked_without_an_act_is_undone_too(scope: object, tracker: StaffMember) -> None:
    survivor, third = ClientFactory(), ClientFactory()
    linked = [ClientFactory(merged_into=survivor) for _ in range(2)]
    merge_clients(third, survivor, by=tracker)

    unmerge_client(survivor, by=tracker)
    unmerge_client(linked[0], by=tracker)

    pointers = Client.objects.order_by("pk").values_list("merged_into", flat=True)
    assert list(pointers) == [None, None, None, survivor.pk]


STEPS = st.lists(st.tuples(st.sampled_from(["merge", "separate"]), st.integers(0, 4), st.integers(0, 4)), max_size=12)


@pytest.mark.slow
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
@example(steps=[("merge", 0, 1), ("merge", 1, 2), ("merge", 3, 2), ("separate", 1, 0), ("separate", 3, 0)])
def test_every_merge_is_undone_by_itself_in_any_order(
    scope: object, tracker: StaffMember, outsider: StaffMember, organisation: Organisation, steps: list[Any]
) -> None:
    with transaction.atomic():
        records = [ClientFactory(organisation=outsider.organisation) for _ in range(5)]
        for record in records:
            ConsentFactory(client=record)
            send_referral(record, to_organisation=organisation, made_on=TODAY, by=outsider)
        parents: dict[int, int] = {}

        def root(number: int) -> int:
            return root(parents[number]) if number in parents else number

        for what, one, other in [*steps, *(("separate", number, 0) for number in range(5))]:
            gone, kept = root(one), root(other)
            if what == "separate" and one in parents:
                unmerge_client(records[one], by=tracker)
                del parents[one]
            elif what == "merge" and gone != kept:
                merge_clients(*(Client.objects.get(pk=records[each].pk) for each in (kept, gone)), by=tracker)
                parents[gone] = kept
            roots = [records[root(number)].pk for number in range(5)]
            people = Client.objects.order_by("pk").filter(pk__in=[each.pk for each in records])
            assert [each.merged_into_id or each.pk for each in people] == roots
            referrals = Referral.objects.filter(client__in=people).order_by("pk")
            assert [each.client_id for each in referrals] == roots
            shared = Share.objects.filter(referral__in=referrals, ended_at=None).order_by("referral")
            assert list(shared.values_list("client", flat=True)) == roots
        transaction.set_rollback(True)


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
