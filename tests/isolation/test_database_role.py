"""A deployment refuses to start as a role that row-level security does not hold."""

from typing import Any

import pytest
from django.core.checks import run_checks
from django.db import connection

from partners.platform.tenancy.checks import is_plain_role, refuse_bypassing_role


@pytest.fixture
def deployed(db: None, settings: Any) -> None:
    settings.REQUIRE_PLAIN_DATABASE_ROLE = True


def become_the_owner() -> None:
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


def test_the_application_starts_as_its_own_role(deployed: None) -> None:
    refuse_bypassing_role()


def test_the_application_refuses_to_start_as_the_owner(deployed: None, capsys: pytest.CaptureFixture[str]) -> None:
    become_the_owner()

    with pytest.raises(SystemExit) as refusal:
        refuse_bypassing_role()

    assert refusal.value.code == 3
    assert "Set it to the application's role" in capsys.readouterr().err


def test_migrations_are_the_owners_and_run_again(deployed: None) -> None:
    become_the_owner()

    assert [found for found in run_checks(databases=["default"]) if found.id == "tenancy.E004"] == []


def test_development_and_tests_may_be_the_owner(db: None) -> None:
    become_the_owner()

    refuse_bypassing_role()

    assert not is_plain_role()
