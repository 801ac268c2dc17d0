"""A record is typed by its name where there are too many for a list; names repeat."""

import pytest
from django.urls import reverse

from employers.models import EmployerEvent
from partners.enums import Role
from partners.models import Centre, StaffMember
from partners.platform.records import fields
from tests.conftest import signed_in
from tests.factories.partners import CentreFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("scope")
ADD = reverse("employers:record-add", args=["events"])


@pytest.fixture
def centres(monkeypatch: pytest.MonkeyPatch) -> list[Centre]:
    monkeypatch.setattr(fields, "MOST_TO_CHOOSE_FROM", 0)
    CentreFactory(name="The Hall (annexe)", ward="Abbey")
    return [CentreFactory(name="The Hall (old)", ward=ward) for ward in ("Abbey", "Charnwood", "Charnwood")]


@pytest.mark.parametrize("chosen", [0, 1, 2])
def test_of_several_of_one_name_each_can_be_chosen(manager: StaffMember, centres: list[Centre], chosen: int) -> None:
    browser = signed_in(StaffFactory(organisation=manager.organisation, role=Role.ACCOUNT_MANAGER))
    typed = {"title": "Open morning", "held_on": "today"}

    asked = browser.post(ADD, {**typed, "centre": "the hall (old)"})
    offered = asked.context["form"].fields["centre"].widget.words
    told = browser.post(ADD, {**typed, "centre": offered[chosen]})

    assert "Choose one of these" in str(asked.context["form"].errors["centre"])
    assert len(set(offered)) == 3
    assert f'<option value="{offered[chosen]}">' in asked.content.decode()
    assert told.status_code == 302
    assert EmployerEvent.objects.get().centre == centres[chosen]


def test_the_ward_tells_two_of_one_name_apart(manager: StaffMember, centres: list[Centre]) -> None:
    centres[2].delete()
    browser = signed_in(StaffFactory(organisation=manager.organisation, role=Role.ACCOUNT_MANAGER))

    asked = browser.post(ADD, {"title": "Open morning", "held_on": "today", "centre": "The Hall (old)"})
    wrong = browser.post(ADD, {"title": "Open morning", "held_on": "today", "centre": "The Hall (old) (Castle)"})

    abbey, charnwood = sorted(asked.context["form"].fields["centre"].widget.words)
    assert ("Abbey" in abbey, "Charnwood" in charnwood) == (True, True)
    assert "nothing here has this name" in str(wrong.context["form"].errors["centre"])
