"""A migration that makemigrations writes protects the tenant tables it creates, and ties the references it adds."""

from typing import Any

import pytest
from django.db import models
from django.db.migrations import AddField, CreateModel, Migration
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ModelState, ProjectState

from partners.platform.tenancy.detecting import walls_of
from partners.platform.tenancy.models import ConsortiumField, TenantForeignKey

VISIT = CreateModel("Visit", [("id", models.BigAutoField(primary_key=True)), ("consortium", ConsortiumField())])
PLAIN = CreateModel("Postcode", [("id", models.BigAutoField(primary_key=True))])
REFERENCE = TenantForeignKey("partners.Organisation", null=True)


def walls(*operations: Operation) -> list[tuple[str, list[Any], dict[str, Any]]]:
    state = ProjectState()
    for name, key in (("visit", "id"), ("visithistory", "pgh_id")):
        state.add_model(ModelState("commissioning", name, [(key, models.BigAutoField(primary_key=True))]))
    migration = Migration("0002_visits", "commissioning")
    vars(migration)["operations"] = list(operations)
    return [each.deconstruct() for each in walls_of("commissioning", migration, state)]


@pytest.mark.parametrize(
    ("operations", "expected"),
    [
        ([VISIT, PLAIN], [("ProtectTenantTables", [], {"names": ["Visit"]})]),
        ([VISIT, AddField("visit", "by", REFERENCE)], [("ProtectTenantTables", [], {"names": ["Visit"]})]),
        ([AddField("visit", "by", REFERENCE)], [("AddTenantReference", ["visit", "by"], {})]),
        ([AddField("visithistory", "by", REFERENCE), AddField("visit", "note", models.TextField())], []),
    ],
)
def test_what_is_new_is_walled(operations: list[Operation], expected: list[Any]) -> None:
    assert walls(*operations) == expected
