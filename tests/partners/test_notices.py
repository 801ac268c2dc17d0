"""Notices: told once to each, read by their reader alone, cleared when they are old."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from partners.enums import Role
from partners.models import Notice, Organisation, StaffMember
from partners.permissions import Capability
from partners.services.notices import clear_old_notices, people_who_answer, tell
from tests.conftest import signed_in
from tests.factories.partners import NoticeFactory, OrganisationFactory, StaffFactory

PARTIAL = {"HTTP_HX_REQUEST": "true"}
LINK = "/caseload/referrals/"


def told(*people: StaffMember) -> list[list[str]]:
    return [list(Notice.objects.of(person).values_list("words", flat=True)) for person in people]


def test_each_person_who_is_still_here_is_told_once(adviser: StaffMember, manager: StaffMember) -> None:
    left = StaffFactory(organisation=adviser.organisation, left_at=timezone.now())

    for _ in range(2):
        tell([adviser, manager, adviser, left], words="C-1 is handed back.", link=LINK, about="referral 1")
    tell([adviser], words="C-2 is handed back.", link=LINK, about="referral 2")

    assert told(adviser, manager, left) == [
        ["C-2 is handed back.", "C-1 is handed back."],
        ["C-1 is handed back."],
        [],
    ]


def test_what_happens_again_after_it_was_read_is_told_again(adviser: StaffMember) -> None:
    tell([adviser], words="C-1 is handed back.", link=LINK, about="referral 1")
    signed_in(adviser).get(reverse("partners:notice", args=[Notice.objects.get().uid]))

    tell([adviser], words="C-1 is handed back.", link=LINK, about="referral 1")

    assert [bool(each.read_at) for each in Notice.objects.of(adviser)] == [False, True]


@pytest.mark.parametrize("link", ["https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere", "", "x"])
def test_a_notice_leads_nowhere_else(adviser: StaffMember, link: str) -> None:
    with pytest.raises(ValueError, match="page of ours"):
        tell([adviser], words="C-1 is handed back.", link=link)


def test_whoever_answers_for_the_work_is_told_or_else_everybody_who_does_it(organisation: Organisation) -> None:
    elsewhere = OrganisationFactory()
    tracker = StaffFactory(organisation=organisation, role=Role.TRACKING_TEAM)
    manager = StaffFactory(organisation=organisation, role=Role.PROJECT_MANAGER)
    StaffFactory(organisation=organisation, role=Role.PROJECT_MANAGER, left_at=timezone.now())
    StaffFactory(organisation=organisation, role=Role.PROJECT_MANAGER, user=None, email="never@example.org")
    StaffFactory(organisation=organisation, role=Role.ADVISER)
    StaffFactory(organisation=organisation, role=Role.VIEWER)
    only = StaffFactory.create_batch(2, organisation=elsewhere, role=Role.ADVISER)

    assert set(people_who_answer(organisation.pk, Capability.ANSWER_REFERRALS)) == {tracker, manager}
    assert set(people_who_answer(elsewhere.pk, Capability.ANSWER_REFERRALS)) == set(only)


def test_the_bell_and_today_show_what_is_not_read(adviser: StaffMember, manager: StaffMember) -> None:
    NoticeFactory(staff=adviser, words="C-1 is handed back.", read_at=timezone.now())
    newest = [NoticeFactory(staff=adviser, words=f"C-{number} is declined.") for number in range(2, 9)][-1]
    NoticeFactory(staff=manager, words="C-99 is declined.")
    browser = signed_in(adviser)

    bell = browser.get(reverse("partners:waiting"), **PARTIAL).content.decode()
    today = browser.get(reverse("home")).content.decode()

    assert "<strong>7</strong> notices to read" in bell
    assert reverse("partners:notice", args=[newest.uid]) in today
    assert [f"C-{number} " in today for number in (1, 3, 4, 8, 99)] == [False, False, True, True, False]


def test_opening_what_a_notice_is_about_marks_it_read(adviser: StaffMember) -> None:
    first, second = NoticeFactory.create_batch(2, staff=adviser, link="/caseload/referrals/?show=sent")

    answer = signed_in(adviser).get(reverse("partners:notice", args=[first.uid]))

    assert answer.headers["Location"] == "/caseload/referrals/?show=sent"
    assert list(Notice.objects.of(adviser).unread()) == [second]


def test_nobody_elses_notice_opens(adviser: StaffMember, manager: StaffMember) -> None:
    theirs = NoticeFactory(staff=manager)
    browser = signed_in(adviser)

    answers = [
        browser.get(reverse("partners:notice", args=[theirs.uid])),
        browser.post(reverse("partners:notices-read", args=[theirs.uid])),
    ]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert Notice.objects.of(manager).unread().exists()


def test_mark_all_read_leaves_what_came_after_the_page_was_opened(adviser: StaffMember, manager: StaffMember) -> None:
    seen = NoticeFactory.create_batch(3, staff=adviser)
    theirs = NoticeFactory(staff=manager)
    page = signed_in(adviser).get(reverse("partners:notices")).content.decode()
    mark_all = reverse("partners:notices-read", args=[seen[-1].uid])
    assert mark_all in page
    after = NoticeFactory(staff=adviser)

    signed_in(adviser).post(mark_all)

    assert set(Notice.objects.unread()) == {after, theirs}


def test_the_list_is_paged_and_says_when_it_is_empty(
    adviser: StaffMember, django_assert_max_num_queries: object
) -> None:
    browser = signed_in(adviser)
    assert "Nothing has been told yet" in browser.get(reverse("partners:notices")).content.decode()
    NoticeFactory.create_batch(30, staff=adviser)

    first, second = (browser.get(reverse("partners:notices"), {"page": page}).content.decode() for page in (1, 2))

    assert [page.count("app-diary__row") for page in (first, second)] == [25, 5]
    browser.post(reverse("partners:notices-read", args=[Notice.objects.of(adviser)[0].uid]))
    assert "You have read everything" in browser.get(f"{reverse('partners:notices')}?show=unread").content.decode()


def test_old_notices_are_cleared(adviser: StaffMember) -> None:
    now = timezone.now()
    NoticeFactory(staff=adviser, words="read long ago", read_at=now - timedelta(days=91))
    NoticeFactory(staff=adviser, words="never read", made_at=now - timedelta(days=400))
    NoticeFactory(staff=adviser, words="read lately", made_at=now - timedelta(days=400), read_at=now)
    NoticeFactory(staff=adviser, words="not read yet", made_at=now - timedelta(days=300))

    clear_old_notices(now=now)

    assert set(Notice.objects.values_list("words", flat=True)) == {"read lately", "not read yet"}
