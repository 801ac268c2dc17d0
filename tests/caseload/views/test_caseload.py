from typing import Any

import pytest
from django.urls import reverse

from partners.enums import AccessAction
from partners.models import AccessEntry, StaffMember
from tests.conftest import signed_in
from tests.factories.caseload import ActivityFactory, ClientFactory, PlanActionFactory, StageEventFactory

SETTINGS = ("set_config", "SAVEPOINT", "django_session", "partners_user")


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(("page", "own"), [("caseload:caseload", 12), ("caseload:worklist", 6)])
def test_a_list_takes_the_same_queries_however_long(
    adviser: StaffMember, number: int, page: str, own: int, django_assert_max_num_queries: Any
) -> None:
    for _ in range(number):
        client = ClientFactory(organisation=adviser.organisation, adviser=adviser)
        ActivityFactory(client=client)
        StageEventFactory(client=client)
        PlanActionFactory(client=client, due_on="2007-05-14")
    browser = signed_in(adviser)

    with django_assert_max_num_queries(30) as counted:
        response = browser.get(reverse(page))

    asked = [q["sql"] for q in counted.captured_queries if not any(word in q["sql"] for word in SETTINGS)]
    assert response.status_code == 200
    assert len(asked) == own


def test_a_search_is_written_down_without_its_words(adviser: StaffMember) -> None:
    signed_in(adviser).get(reverse("caseload:caseload"), {"q": "QQ123456C"})

    entry = AccessEntry.objects.get(action=AccessAction.SEARCHED)
    assert entry.detail == {"by": "nino"}


def test_a_filter_keeps_tab_and_order_and_clearing_takes_only_filters_away(monitoring_officer: StaffMember) -> None:
    ClientFactory(family_name="Elsewhere")
    page = reverse("caseload:caseload")

    text = signed_in(monitoring_officer).get(page, {"whose": "all", "sort": "-name", "stage": "none"}).content.decode()

    assert '<input type="hidden" name="whose" value="all" id="filter_whose">' in text
    assert '<input type="hidden" name="sort" value="-name" form="filters-' in text
    assert text.count('href="?whose=all&amp;sort=-name">Clear all') == 2


def test_a_partners_clients_are_not_listed(adviser: StaffMember, outsider: StaffMember) -> None:
    ClientFactory(family_name="Hidden", organisation=outsider.organisation)

    for whose in ("mine", "organisation", "all"):
        text = signed_in(adviser).get(reverse("caseload:caseload"), {"whose": whose}).content.decode()
        assert "Hidden" not in text


def test_the_file_holds_the_list_and_names_each_record(adviser: StaffMember) -> None:
    clients = [ClientFactory(organisation=adviser.organisation, adviser=adviser) for _ in range(3)]

    response = signed_in(adviser).get(reverse("caseload:caseload"), {"export": "csv"})

    lines = response.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 4
    exported = AccessEntry.objects.filter(action=AccessAction.EXPORTED, subject_id__isnull=False)
    assert set(exported.values_list("subject_id", flat=True)) == {client.pk for client in clients}


def test_roles_without_clients_are_refused(commissioner: StaffMember) -> None:
    browser = signed_in(commissioner)

    for page in ("caseload:caseload", "caseload:worklist", "caseload:referral-inbox", "caseload:register"):
        assert browser.get(reverse(page)).status_code == 403
