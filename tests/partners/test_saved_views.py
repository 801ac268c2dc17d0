"""A list kept under a name, as a tab over it."""

from typing import Any

import pytest
from django.urls import reverse

from partners.models import SavedView, StaffMember
from partners.services.saved_views import MOST_VIEWS, forget_those_who_left
from tests.conftest import signed_in
from tests.factories.partners import SavedViewFactory, StaffFactory

LISTS = [reverse("caseload:caseload"), reverse("caseload:record-list", args=["activities"])]


def save(person: StaffMember, **said: str) -> Any:
    return signed_in(person).post(reverse("partners:save-view"), {"path": "/caseload/", **said}, follow=True)


def bar(person: StaffMember, address: str) -> Any:
    return signed_in(person).get(address).context["table"].saved


@pytest.mark.parametrize("path", LISTS)
def test_a_list_saved_under_a_name_is_a_tab_over_it(adviser: StaffMember, path: str) -> None:
    now = bar(adviser, f"{path}?sort=-contact&page=2&kind=contact&stage=&export=")

    page = save(adviser, path=path, query=now.query, name="By last contact")

    tabs = page.context["table"].saved.tabs
    assert [(tab.title, tab.is_here) for tab in tabs] == [("Whole list", False), ("By last contact", True)]
    assert "sort=-contact" in tabs[1].url
    assert "page" not in tabs[1].url
    assert "Your views of this list" in page.content.decode()


def test_nothing_is_offered_to_save_where_nothing_is_narrowed_or_ordered(adviser: StaffMember) -> None:
    assert bar(adviser, "/caseload/").query == ""
    assert bar(adviser, "/caseload/?whose=organisation&sort=name&stage=").query == ""
    assert bar(adviser, "/caseload/?stage=engaged").query == "stage=engaged&whose=mine"


def test_words_searched_for_among_people_are_not_kept(adviser: StaffMember) -> None:
    assert bar(adviser, "/caseload/?q=QQ123456C&stage=engaged").query == "stage=engaged&whose=mine"
    assert bar(adviser, "/caseload/?q=QQ123456C").query == ""


def test_nobody_else_sees_or_touches_a_view(adviser: StaffMember) -> None:
    view = SavedViewFactory(owner=StaffFactory(organisation=adviser.organisation), name="Hers")
    browser = signed_in(adviser)

    assert "Hers" not in browser.get("/caseload/").content.decode()
    for name in ("rename-view", "delete-view"):
        address = reverse(f"partners:{name}", args=[view.uid])
        assert browser.get(address).status_code == 404
        assert browser.post(address, {"name": "Mine"}).status_code == 404
    assert SavedView.objects.get().name == "Hers"


def test_a_view_is_renamed(adviser: StaffMember) -> None:
    view = SavedViewFactory(owner=adviser)

    page = signed_in(adviser).post(reverse("partners:rename-view", args=[view.uid]), {"name": "New"}, follow=True)

    assert [tab.title for tab in page.context["table"].saved.tabs] == ["Whole list", "New"]


def test_a_view_is_deleted_after_a_question(adviser: StaffMember) -> None:
    view = SavedViewFactory(owner=adviser, name="Old")
    browser = signed_in(adviser)
    address = reverse("partners:delete-view", args=[view.uid])

    assert "The records it lists stay" in browser.get(address).content.decode()
    page = browser.post(address, follow=True)

    assert page.redirect_chain == [("/caseload/", 302)]
    assert "The view Old is deleted." in page.content.decode()
    assert not SavedView.objects.exists()


def test_a_name_that_is_taken_is_said_and_what_was_typed_stays(adviser: StaffMember) -> None:
    SavedViewFactory(owner=adviser, name="Mine")

    text = save(adviser, query="stage=assessed", name="Mine").content.decode()

    assert "You have a view named Mine on this list. Enter another name." in text
    assert 'value="stage=assessed"' in text
    assert 'value="Mine"' in text


def test_a_view_cannot_take_the_name_of_another(adviser: StaffMember) -> None:
    SavedViewFactory(owner=adviser, name="Mine")
    other = SavedViewFactory(owner=adviser)

    page = signed_in(adviser).post(reverse("partners:rename-view", args=[other.uid]), {"name": "Mine"})

    assert "Enter another name" in page.content.decode()


def test_saving_twice_keeps_one(adviser: StaffMember) -> None:
    for _ in range(2):
        save(adviser, query="stage=assessed", name="Twice")

    assert SavedView.objects.count() == 1


def test_a_list_has_only_as_many_views_as_one_finds(adviser: StaffMember) -> None:
    SavedViewFactory.create_batch(MOST_VIEWS, owner=adviser)

    assert "Delete one to save another" in save(adviser, query="stage=assessed", name="More").content.decode()


@pytest.mark.parametrize("path", ["//elsewhere.example/", "/help/", "/nowhere/", "https://elsewhere.example/"])
def test_only_lists_are_kept(adviser: StaffMember, path: str) -> None:
    assert save(adviser, path=path, query="a=b", name="Trap").status_code == 404


@pytest.mark.parametrize("name", ["", "x" * 61, "turned \u202e round"])
def test_a_name_that_cannot_be_kept_is_refused_beside_its_field(adviser: StaffMember, name: str) -> None:
    page = save(adviser, query="stage=assessed", name=name)

    assert page.context["form"].errors["name"]
    assert not SavedView.objects.exists()


def test_views_go_with_their_owner(adviser: StaffMember) -> None:
    SavedViewFactory(owner=StaffFactory(left_at="2007-07-03T10:00Z"))
    stays = SavedViewFactory(owner=adviser)

    forget_those_who_left()

    assert list(SavedView.objects.all()) == [stays]
