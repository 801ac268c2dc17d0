"""Views of the contracts that were kept before their filter was renamed still show what runs today."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from partners.enums import Role
from partners.models import Consortium, Organisation, SavedView
from partners.platform.tenancy.scope import in_consortium
from tests.conftest import signed_in
from tests.factories.commissioning import ContractFactory
from tests.factories.partners import SavedViewFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("scope")


def test_a_kept_view_of_what_runs_today_shows_only_that(
    city_council: Organisation, other_consortium: Consortium
) -> None:
    path, today = reverse("commissioning:contracts"), timezone.localdate()
    for last in (today, today - timedelta(days=1)):
        contract = ContractFactory(starts_on=today - timedelta(days=400), ends_on=last)
    running = type(contract).objects.get(ends_on=today)
    reader = StaffFactory(organisation=city_council, role=Role.FINANCE_OFFICER)
    views = {
        name: SavedViewFactory(owner=reader, path=where, name=name, query=query)
        for name, where, query in (
            ("Ours", path, f"provider={running.provider.uid}&running=on&sort=-value"),
            ("Long", path, "q=long-running%3Don"),
            ("Elsewhere", reverse("caseload:caseload"), "running=on"),
        )
    }
    with in_consortium(other_consortium.pk):
        theirs = SavedViewFactory(path=path, query="running=on")

    import_module("commissioning.migrations.0002_contracts_current").rename_filter(apps, connection.schema_editor())

    with in_consortium(other_consortium.pk):
        assert SavedView.objects.get(pk=theirs.pk).query == "current=on"
    with in_consortium(city_council.consortium_id):
        now = {name: SavedView.objects.get(pk=view.pk).query for name, view in views.items()}
    assert now["Ours"] == f"current=on&provider={running.provider.uid}&sort=-value"
    assert (now["Long"], now["Elsewhere"]) == ("q=long-running%3Don", "running=on")
    table = signed_in(reader).get(f"{path}?{now['Ours']}").context["table"]
    assert [row.pk for row in table.page_rows] == [running.pk]
    assert [tab.title for tab in table.saved.tabs if tab.is_here] == ["Ours"]
