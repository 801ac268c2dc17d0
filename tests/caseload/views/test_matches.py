import datetime as dt
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from caseload.enums import MatchReason
from caseload.models import Client, PossibleMatch
from partners.enums import AccessAction, Role
from partners.models import AccessEntry, Consortium, Organisation, StaffMember
from partners.platform.frame.today import counts_for
from partners.platform.tenancy.scope import in_consortium
from tests.conftest import signed_in
from tests.factories.caseload import ClientAddressFactory, ClientFactory, PossibleMatchFactory
from tests.factories.partners import OrganisationFactory, StaffFactory

LIST = "caseload:matches"
WHY = [MatchReason.SAME_BIRTH_DATE.value, MatchReason.SIMILAR_NAME.value, MatchReason.OTHER_SEX.value]


@pytest.fixture
def tracker(city_council: Organisation) -> StaffMember:
    return StaffFactory(organisation=city_council, role=Role.TRACKING_TEAM)


@pytest.fixture
def match(adviser: StaffMember, outsider: StaffMember) -> PossibleMatch:
    """A client of the adviser, and one of the outsider's organisation who looks like them."""
    born = dt.date(1980, 4, 1)
    older = ClientFactory(
        given_name="Jon",
        family_name="Invented",
        date_of_birth=born,
        nino="QQ123456C",
        nino_index="a" * 32,
        sex="male",
        organisation=adviser.organisation,
        adviser=adviser,
    )
    newer = ClientFactory(
        given_name="John",
        family_name="Invented",
        date_of_birth=born,
        sex="female",
        organisation=outsider.organisation,
    )
    ClientAddressFactory(client=older, postcode="LE5 3GH")
    return PossibleMatchFactory(client=newer, other=older, reasons=WHY)


def page(match: PossibleMatch, name: str = "match") -> str:
    return reverse(f"caseload:{name}", args=[match.uid])


def test_the_list_has_what_waits_before_what_is_decided(match: PossibleMatch, tracker: StaffMember) -> None:
    PossibleMatchFactory(
        client__given_name="Earlier", decided_on=timezone.localdate(), same_person=False, decided_by=tracker
    )
    later = PossibleMatchFactory(client__given_name="Later")

    text = signed_in(tracker).get(reverse(LIST)).content.decode()

    assert "Same date of birth; Same or similar name; Different sex recorded" in text
    assert text.index("Jon Invented and John Invented") < text.index(str(later.uid)) < text.index("Earlier")
    assert "Two people" in text


def test_the_page_compares_the_two_records(match: PossibleMatch, tracker: StaffMember) -> None:
    text = signed_in(tracker).get(page(match)).content.decode()

    for said in ("1 Apr 1980", "LE5 3GH", "Employment Support Unit", "Elsewhere Training", "Similar", "Not recorded"):
        assert said in text
    assert match.other.adviser.name in text
    assert "ends in 56C" in text
    assert "QQ123456C" not in text
    assert "Against it" in text


def test_opening_a_pair_is_written_down_for_both(match: PossibleMatch, tracker: StaffMember) -> None:
    signed_in(tracker).get(page(match))

    seen = AccessEntry.objects.filter(action=AccessAction.VIEWED, subject="caseload.client", staff_member=tracker)
    assert set(seen.values_list("subject_id", flat=True)) == {match.client_id, match.other_id}


@pytest.mark.parametrize("name", ["match", "match-merge", "match-two-people"])
def test_an_adviser_is_refused_and_a_stranger_finds_nothing(
    match: PossibleMatch, adviser: StaffMember, other_consortium: Consortium, name: str
) -> None:
    with in_consortium(other_consortium.pk):
        body = OrganisationFactory(accountable_body=True)
        foreigner = StaffFactory(organisation=body, role=Role.TRACKING_TEAM)
    act = "post" if name == "match-two-people" else "get"

    assert getattr(signed_in(adviser), act)(page(match, name)).status_code == 403
    assert getattr(signed_in(foreigner), act)(page(match, name)).status_code == 404


def test_one_record_out_of_sight_hides_the_pair(
    match: PossibleMatch, tracker: StaffMember, organisation: Organisation
) -> None:
    partner = StaffFactory(organisation=organisation, role=Role.TRACKING_TEAM)
    before = signed_in(tracker).get(page(match)).status_code
    Client.objects.filter(pk=match.client_id).update(restricted=True)

    for person in (partner, tracker):
        browser = signed_in(person)
        assert browser.get(page(match)).status_code == 404
        assert browser.post(page(match, "match-merge"), {"reason": "same"}).status_code == 404
        assert browser.post(page(match, "match-two-people")).status_code == 404
        assert "Invented" not in browser.get(reverse(LIST)).content.decode()
        assert not [count for count in counts_for(person, today=timezone.localdate()) if "match" in count.text]
    assert before == 200


def test_a_survivor_out_of_sight_hides_the_pair(match: PossibleMatch, tracker: StaffMember) -> None:
    Client.objects.filter(pk=match.client_id).update(merged_into=ClientFactory(restricted=True))

    assert signed_in(tracker).get(page(match)).status_code == 404


def test_a_merge_says_what_it_does_and_keeps_the_older_record(match: PossibleMatch, tracker: StaffMember) -> None:
    browser = signed_in(tracker)

    asked = browser.get(page(match, "match-merge")).content.decode()
    without = browser.post(page(match, "match-merge"), {"reason": ""})
    undecided = not PossibleMatch.objects.get().decided_on
    merged = browser.post(page(match, "match-merge"), {"reason": "Both have the same telephone"}, follow=True)

    assert "“John Invented” of Elsewhere Training" in asked
    assert "Both organisations keep sight of the person" in asked
    assert "stays with each of them" in asked
    assert without.status_code == 200
    assert undecided
    assert "John Invented is merged into Jon Invented." in merged.content.decode()
    assert Client.objects.get(pk=match.client_id).merged_into == match.other
    assert "One person, merged" in merged.content.decode()


def test_two_people_stay_two(match: PossibleMatch, tracker: StaffMember) -> None:
    browser = signed_in(tracker)

    browser.post(page(match, "match-two-people"))
    again = browser.post(page(match, "match-merge"), {"reason": "after all"})

    decided = PossibleMatch.objects.get()
    assert (decided.same_person, decided.decided_by) == (False, tracker)
    assert "Somebody decided this already." in again.content.decode()
    assert not Client.objects.filter(merged_into__isnull=False).exists()


def test_two_people_is_taken_back(match: PossibleMatch, tracker: StaffMember, adviser: StaffMember) -> None:
    browser = signed_in(tracker)
    browser.post(page(match, "match-two-people"))
    again = page(match, "match-decide-again")
    assert again in browser.get(page(match)).content.decode()

    refused = signed_in(adviser).post(again).status_code
    browser.post(again)

    assert refused == 403
    assert PossibleMatch.objects.get().decided_on is None
    assert again not in browser.get(page(match)).content.decode()


def test_a_merge_is_not_taken_back_as_two_people(match: PossibleMatch, tracker: StaffMember) -> None:
    browser = signed_in(tracker)
    browser.post(page(match, "match-merge"), {"reason": "same person"})

    answer = browser.post(page(match, "match-decide-again"), follow=True)

    assert "Only the decision that these are two people can be taken back here." in answer.content.decode()
    assert PossibleMatch.objects.get().same_person


def test_a_pair_is_decided_once(match: PossibleMatch, tracker: StaffMember, monitoring_officer: StaffMember) -> None:
    signed_in(monitoring_officer).post(page(match, "match-merge"), {"reason": "same person"})

    late = signed_in(tracker).post(page(match, "match-two-people"), follow=True)

    assert "Somebody decided this already." in late.content.decode()
    assert PossibleMatch.objects.get().same_person


def test_a_merge_is_undone_from_the_surviving_record(
    match: PossibleMatch, tracker: StaffMember, adviser: StaffMember
) -> None:
    browser = signed_in(tracker)
    browser.post(page(match, "match-merge"), {"reason": "same person"})
    undo = reverse("caseload:separate", args=[match.client.uid])
    survivor = reverse("caseload:client", args=[match.other.uid])

    offered = [undo in browser.get(each).content.decode() for each in (survivor, page(match))]
    hidden = undo in signed_in(adviser).get(survivor).content.decode()
    refused = signed_in(adviser).post(undo, {"reason": "no"}).status_code
    answer = browser.post(undo, {"reason": "Brothers, as their mother says"})

    assert offered == [True, True]
    assert (hidden, refused) == (False, 403)
    assert answer.url == reverse("caseload:client", args=[match.client.uid])
    assert Client.objects.get(pk=match.client_id).merged_into is None
    assert "Two people" in browser.get(page(match)).content.decode()


def test_a_record_by_itself_has_no_merge_to_undo(match: PossibleMatch, tracker: StaffMember) -> None:
    assert signed_in(tracker).get(reverse("caseload:separate", args=[match.client.uid])).status_code == 404


def test_pairs_that_became_one_person_otherwise_do_not_wait(match: PossibleMatch, tracker: StaffMember) -> None:
    Client.objects.filter(pk__in=[match.client_id, match.other_id]).update(merged_into=ClientFactory())

    assert "Invented" not in signed_in(tracker).get(reverse(LIST)).content.decode()


def test_those_who_decide_find_the_way(match: PossibleMatch, tracker: StaffMember, adviser: StaffMember) -> None:
    caseload = reverse("caseload:caseload")

    counts = [count for count in counts_for(tracker, today=timezone.localdate()) if count.url == reverse(LIST)]

    assert [(count.number, count.text) for count in counts] == [(1, "possible match to decide")]
    assert reverse(LIST) in signed_in(tracker).get(caseload).content.decode()
    assert reverse(LIST) not in signed_in(adviser).get(caseload).content.decode()
    assert signed_in(adviser).get(reverse(LIST)).status_code == 403


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_asks_the_same_questions_for_one_and_for_three(
    tracker: StaffMember, number: int, django_assert_num_queries: Any
) -> None:
    for _ in range(number):
        PossibleMatchFactory(reasons=WHY)
    browser = signed_in(tracker)
    browser.get(reverse(LIST))

    with django_assert_num_queries(17):
        browser.get(reverse(LIST))


def test_a_record_linked_to_one_out_of_sight_is_not_separated_by_its_owner(match: PossibleMatch) -> None:
    survivor, own = match.other, match.client
    Client.objects.filter(pk=own.pk).update(merged_into=survivor)  # a sure match; it shares nothing
    neighbour = StaffFactory(organisation=own.organisation, role=Role.TRACKING_TEAM)
    separate = reverse("caseload:separate", args=[own.uid])
    browser = signed_in(neighbour)

    assert browser.get(reverse("caseload:client", args=[own.uid])).status_code == 200
    assert browser.get(separate).status_code == 404
    assert browser.post(separate, {"reason": "It is ours"}).status_code == 404
    assert Client.objects.get(pk=own.pk).merged_into == survivor
