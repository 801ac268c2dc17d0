"""Notes with their history, and things to do that stand on the Today page of whoever does them."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from caseload.models import Client
from caseload.services.sharing import bring_shares_up_to_date
from partners.enums import Role
from partners.models import AccessEntry, Action, Note, Notice, StaffMember
from partners.platform.documents.own_actions import actions_of
from partners.platform.frame.today import counts_for, lists_for
from tests.conftest import signed_in
from tests.factories import caseload as make
from tests.factories.partners import StaffFactory


@pytest.fixture
def colleague(adviser: StaffMember) -> StaffMember:
    return StaffFactory(organisation=adviser.organisation, role=Role.ADVISER, name="Casey Colleague")


def add(what: str, client: Client) -> str:
    return reverse(f"partners:{what}-add", args=["caseload.client", client.uid])


def page_of(name: str, part: Any) -> str:
    return reverse(f"partners:{name}", args=[part.uid])


def on_today(staff: StaffMember) -> dict[str, list[str]]:
    fresh = StaffMember.objects.get(pk=staff.pk)
    found = [each for each in lists_for(fresh, today=timezone.localdate()) if each.title == "Your to-do list"]
    return {group.title: [row.title for row in group.rows] for each in found for group in each.groups}


def kept(client: Client, by: StaffMember, **more: Any) -> Action:
    return make.ActionFactory(client=client, recorded_by=by, **more)


def test_a_note_stands_on_the_page_with_its_author(client: Client, adviser: StaffMember) -> None:
    browser = signed_in(adviser)

    browser.post(add("note", client), {"text": "Call after 3.\nNever on Fridays <b>"})

    where = reverse("partners:parts", args=["caseload.client", client.uid])
    said = browser.get(where, headers={"HX-Request": "true"}).content.decode()
    assert "Call after 3.<br>Never on Fridays &lt;b&gt;" in said
    assert Note.objects.get().recorded_by == adviser


@pytest.mark.parametrize("text", ["", "x" * 10_001, "a\u202eb"])
def test_a_note_that_cannot_be_kept_is_said_beside_its_field(client: Client, adviser: StaffMember, text: str) -> None:
    answer = signed_in(adviser).post(add("note", client), {"text": text})

    assert answer.context["form"].errors["text"]
    assert not Note.objects.exists()


def test_a_corrected_note_keeps_what_it_said(client: Client, adviser: StaffMember) -> None:
    note = make.NoteFactory(client=client, recorded_by=adviser, text="Call after 3.")
    browser, path = signed_in(adviser), page_of("note-change", note)
    browser.post(path, {"text": "Call after 4.", "version": 1})

    second = browser.post(path, {"text": "Call after 5.", "version": 1}).content.decode()

    assert "Saved now: <strong>Call after 4.</strong>" in second
    history = browser.get(page_of("note", note)).content.decode()
    assert "Before: Call after 3.<br>Now: Call after 4." in history
    assert f"Changed, by {adviser.name}" in history


def test_a_note_of_another_organisation_is_read_and_not_corrected(
    client: Client, adviser: StaffMember, outsider: StaffMember, monitoring_officer: StaffMember
) -> None:
    note = make.NoteFactory(client=client, recorded_by=adviser)
    reader = signed_in(monitoring_officer)

    assert reader.get(page_of("note", note)).status_code == 200
    assert reader.post(page_of("note-change", note), {"text": "x", "version": 1}).status_code == 403
    assert signed_in(outsider).get(page_of("note", note)).status_code == 404


def test_what_a_note_said_in_another_category_stays_there(
    client: Client, adviser: StaffMember, outsider: StaffMember
) -> None:
    note = make.NoteFactory(client=client, recorded_by=adviser, text="Was ill.", category="health")
    make.ReferralFactory(client=client, to_organisation=outsider.organisation, status="accepted")
    make.ConsentFactory(client=client, parts=[])
    bring_shares_up_to_date(today=timezone.localdate())
    signed_in(adviser).post(page_of("note-change", note), {"text": "Call after 3.", "category": "", "version": 1})

    said = signed_in(outsider).get(page_of("note", note)).content.decode()

    assert "Call after 3." in said
    assert "Was ill." not in said
    assert "Before: Was ill." in signed_in(adviser).get(page_of("note", note)).content.decode()


def test_an_action_stands_on_the_today_page_of_whoever_does_it(
    client: Client, adviser: StaffMember, colleague: StaffMember
) -> None:
    browser = signed_in(adviser)

    browser.post(add("action", client), {"title": "Send the form", "due_on": "today", "owner": colleague.uid})

    assert on_today(colleague) == {"Due today": ["Send the form"]}
    assert on_today(adviser) == {}
    told = Notice.objects.get(staff=colleague)
    assert f"{adviser.name} gave you something to do" in told.words
    assert str(client) not in told.words
    assert "Send the form" in signed_in(colleague).get(reverse("home")).content.decode()


def test_today_groups_by_why_and_leaves_out_what_is_far_off(client: Client, adviser: StaffMember) -> None:
    today = timezone.localdate()
    for title, days in (("late", -3), ("now", 0), ("soon", 7), ("far", 8)):
        kept(client, adviser, title=title, due_on=today + timedelta(days=days))

    assert on_today(adviser) == {"Overdue": ["late"], "Due today": ["now"], "Due this week": ["soon"]}
    count = next(each for each in counts_for(adviser, today=today) if "to do today" in each.text)
    assert (count.number, count.text, count.note) == (2, "things to do today", "1 overdue")
    assert "far" in signed_in(adviser).get(reverse("partners:own-actions")).content.decode()


def test_what_is_done_is_struck_out_until_tomorrow_and_can_be_opened_again(
    client: Client, adviser: StaffMember
) -> None:
    action = kept(client, adviser)
    browser = signed_in(adviser)

    browser.post(page_of("action-done", action))

    assert on_today(adviser) == {"Done today": ["Send the form"]}
    Action.objects.update(recorded_at=timezone.now() - timedelta(days=9), done_at=timezone.now() - timedelta(days=1))
    assert on_today(adviser) == {}
    browser.post(page_of("action-open", action))
    assert on_today(adviser) == {"Overdue": ["Send the form"]}
    history = browser.get(page_of("action", action)).content.decode()
    assert [each in history for each in ("Done, by", "Opened again, by")] == [True, True]


def test_an_action_is_handed_to_a_colleague(client: Client, adviser: StaffMember, colleague: StaffMember) -> None:
    action = kept(client, adviser)
    typed = {"title": action.title, "due_on": "14/5/2007", "owner": colleague.uid, "version": 1}

    signed_in(adviser).post(page_of("action-change", action), typed)

    assert (on_today(adviser), on_today(colleague)) == ({}, {"Overdue": ["Send the form"]})


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 301}, "title"),
        ({"due_on": "someday"}, "due_on"),
        ({"due_on": ""}, "due_on"),
        ({"owner": "nobody"}, "owner"),
    ],
)
def test_a_wrong_action_is_said_beside_its_field_and_nothing_is_lost(
    client: Client, adviser: StaffMember, typed: dict[str, str], field: str
) -> None:
    answer = signed_in(adviser).post(
        add("action", client), {"title": "Send it", "due_on": "today", "owner": adviser.uid, **typed}
    )

    assert list(answer.context["form"].errors) == [field]
    assert not Action.objects.exists()


def test_nobody_is_given_what_they_may_not_open(client: Client, adviser: StaffMember, colleague: StaffMember) -> None:
    make.restrict_to(client, adviser)

    answer = signed_in(adviser).post(
        add("action", client), {"title": "Send it", "due_on": "today", "owner": colleague.uid}
    )

    assert answer.context["form"].errors["owner"] == [
        "Choose who does it among those who may open this: Casey Colleague may not."
    ]


def test_what_one_may_not_open_any_more_leaves_ones_list(
    client: Client, adviser: StaffMember, colleague: StaffMember
) -> None:
    own = make.ClientFactory(organisation=adviser.organisation)
    action = kept(client, colleague)
    kept(own, colleague, title="Call them")

    make.restrict_to(client, adviser)

    assert on_today(colleague) == {"Overdue": ["Call them"]}
    browser = signed_in(colleague)
    assert "Send the form" not in browser.get(reverse("partners:own-actions")).content.decode()
    assert browser.get(page_of("action", action)).status_code == 404
    assert browser.post(page_of("action-done", action)).status_code == 404


def test_whom_ones_list_names_stands_in_the_trail(client: Client, adviser: StaffMember) -> None:
    kept(client, adviser)

    signed_in(adviser).get(reverse("partners:own-actions"))

    line = AccessEntry.objects.get(subject="caseload.client")
    assert (line.action, line.subject_ids) == ("listed", [client.pk])


@pytest.mark.parametrize("number", [1, 3])
def test_ones_list_asks_no_more_for_more(
    client: Client, adviser: StaffMember, number: int, django_assert_num_queries: Any
) -> None:
    for _ in range(number):
        kept(make.ClientFactory(organisation=adviser.organisation), adviser)
    fresh = StaffMember.objects.select_related("organisation").get(pk=adviser.pk)

    with django_assert_num_queries(4):
        assert len(actions_of(fresh, today=timezone.localdate(), most=9)) == number
