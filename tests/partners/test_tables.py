"""Lists: their order, pages and files."""

import csv
import io

import pytest
from openpyxl import load_workbook

from partners.enums import AccessAction
from partners.models import AccessEntry, StaffMember
from partners.platform.frame.spreadsheets import as_csv
from tests.conftest import signed_in
from tests.factories.partners import OrganisationFactory

ADDRESS = "/organisations/"


def names(page: object) -> list[str]:
    return [line.name for line in page.context["table"].lines]  # type: ignore[attr-defined]


def test_a_list_is_ordered_by_a_heading(adviser: StaffMember) -> None:
    OrganisationFactory(name="Aardvark Training")

    assert names(signed_in(adviser).get(f"{ADDRESS}?sort=-name"))[-1] == "Aardvark Training"


def test_an_unknown_order_is_passed_over(adviser: StaffMember) -> None:
    assert signed_in(adviser).get(f"{ADDRESS}?sort=user__password&page=x").status_code == 200


def test_pages_keep_filters_and_order(adviser: StaffMember) -> None:
    for number in range(60):
        OrganisationFactory(name=f"Place {number:02}")

    page = signed_in(adviser).get(f"{ADDRESS}?q=Place&sort=-name&page=2")

    assert names(page)[0] == "Place 09"
    assert "q=Place&amp;sort=-name&amp;page=1" in page.content.decode()


def test_htmx_gets_the_list_alone(adviser: StaffMember) -> None:
    page = signed_in(adviser).get(ADDRESS, headers={"HX-Request": "true"})

    assert "<html" not in page.content.decode()


def test_an_expired_sign_in_sends_the_whole_window_away(client: object, db: None) -> None:
    answer = client.get(ADDRESS, headers={"HX-Request": "true"})  # type: ignore[attr-defined]

    assert answer["HX-Redirect"].startswith("/account/login/")


def test_a_file_has_every_row_of_the_filtered_list_and_is_written_down(adviser: StaffMember) -> None:
    OrganisationFactory(name="Place")

    answer = signed_in(adviser).get(f"{ADDRESS}?q=Place&export=csv")

    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row[0] for row in rows] == ["Name", "Place"]
    entry = AccessEntry.objects.get(action=AccessAction.EXPORTED)
    assert entry.detail == {"rows": 1, "format": "csv", "filters": ["q"]}


def test_a_list_too_long_for_a_file_is_refused_rather_than_cut(
    adviser: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("partners.platform.lists.tables.MOST_EXPORTED", 1)
    OrganisationFactory(name="Place")

    page = signed_in(adviser).get(f"{ADDRESS}?sort=-name&export=csv", follow=True)

    assert page.redirect_chain == [(f"{ADDRESS}?sort=-name", 302)]
    assert "Narrow it with a filter first." in page.content.decode()
    assert not AccessEntry.objects.filter(action=AccessAction.EXPORTED).exists()


def test_a_workbook_opens(adviser: StaffMember) -> None:
    answer = signed_in(adviser).get(f"{ADDRESS}?export=xlsx")

    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet["A1"].value == "Name"


@pytest.mark.parametrize("typed", ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1"])
def test_what_somebody_typed_never_becomes_a_formula(typed: str) -> None:
    assert f"'{typed}" in as_csv(["x"], [[typed]]).decode()


def test_a_number_stays_a_number() -> None:
    assert as_csv(["x"], [[-1]]).decode().splitlines()[1] == "-1"
