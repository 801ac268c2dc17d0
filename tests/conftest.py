"""The cast and the scope. Tests run as the application's database role, behind the wall."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client as Browser

from partners.enums import Role
from partners.models import Consortium, Organisation, StaffMember
from partners.platform.jobs import broker
from partners.platform.tenancy.append_only import SIGN_IN_TRAIL, append_only_tables, only_read, written_by_database
from partners.platform.tenancy.scope import in_consortium
from tests.emptying import quick_emptying, wait_for_others
from tests.factories.partners import ConsortiumFactory, OrganisationFactory, StaffFactory
from tests.shown import as_shown
from tests.template import copy_from_template

__all__ = ["quick_emptying"]


@pytest.fixture(scope="session", autouse=True)
def white_space_as_shown() -> Iterator[None]:
    """Let tests read pages as people do: how a template is laid out is no part of what a user gets."""
    ask = Browser.request

    def request(browser: Browser, **asked: Any) -> Any:
        response = ask(browser, **asked)
        if not response.streaming and response.headers.get("Content-Type", "").startswith("text/html"):
            response.content = as_shown(response.content.decode()).encode()
        return response

    with patch.object(Browser, "request", request):
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None, django_db_blocker: pytest.Item) -> None:
    """Copy the databases of all processes from one, where the server is ours to keep it (script/test, script/env)."""
    if "CASELOAD_TEST_TEMPLATE" in os.environ:
        with django_db_blocker.unblock():
            copy_from_template()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest.Item) -> Iterator[None]:
    """Build the database as its owner, then run every test as the application's role."""
    connection = connections["default"]
    role = settings.DATABASE_APP_ROLE
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            cursor.execute(f'GRANT USAGE ON SCHEMA public TO "{role}"')
            cursor.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA public TO "{role}"')
            cursor.execute(f'REVOKE UPDATE, DELETE ON {", ".join(append_only_tables())} FROM "{role}"')
            cursor.execute(f'REVOKE INSERT ON {", ".join(written_by_database())} FROM "{role}"')
            cursor.execute(f'REVOKE UPDATE ON {SIGN_IN_TRAIL} FROM "{role}"')
            cursor.execute(f'REVOKE INSERT, UPDATE, DELETE ON {", ".join(only_read(cursor))} FROM "{role}"')
            cursor.execute(f'GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO "{role}"')
        connection.close()
        connection.settings_dict["OPTIONS"]["assume_role"] = role
        # Emptying the tables after a browser test sends post_migrate again; the triggers are there already.
        settings.PGTRIGGER_INSTALL_ON_MIGRATE = False
        yield
        connection.close()
        connection.settings_dict["OPTIONS"].pop("assume_role")
        wait_for_others()
        connection.close()


@pytest.fixture(scope="session", autouse=True)
def folder_of_documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keep the files of all tests in a folder that goes with them."""
    settings.DOCUMENTS_ROOT = tmp_path_factory.mktemp("documents")
    return Path(settings.DOCUMENTS_ROOT)


@pytest.fixture(autouse=True)
def broker_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test go without the broker because an earlier one found it away a moment ago."""
    monkeypatch.setattr(broker, "_last", None)


@pytest.fixture
def consortium(db: None) -> Consortium:
    return ConsortiumFactory(slug="leicester")


@pytest.fixture
def scope(consortium: Consortium) -> Iterator[Consortium]:
    """Enter the consortium for the whole test."""
    with in_consortium(consortium.pk):
        yield consortium


@pytest.fixture
def organisation(scope: Consortium) -> Organisation:
    return OrganisationFactory(name="Employment Support Unit", external_id="employment-support-unit")


@pytest.fixture
def city_council(scope: Consortium) -> Organisation:
    return OrganisationFactory(name="City Council", external_id="city-council", accountable_body=True)


@pytest.fixture
def adviser(organisation: Organisation) -> StaffMember:
    return StaffFactory(organisation=organisation, role=Role.ADVISER)


@pytest.fixture
def manager(organisation: Organisation) -> StaffMember:
    return StaffFactory(organisation=organisation, role=Role.PROJECT_MANAGER)


@pytest.fixture
def monitoring_officer(city_council: Organisation) -> StaffMember:
    return StaffFactory(organisation=city_council, role=Role.MONITORING_OFFICER)


@pytest.fixture
def commissioner(city_council: Organisation) -> StaffMember:
    return StaffFactory(organisation=city_council, role=Role.COMMISSIONER)


@pytest.fixture
def administrator(city_council: Organisation) -> StaffMember:
    return StaffFactory(organisation=city_council, role=Role.ADMINISTRATOR)


@pytest.fixture
def outsider(scope: Consortium) -> StaffMember:
    """An adviser of another organisation of the same consortium."""
    return StaffFactory(organisation=OrganisationFactory(name="Elsewhere Training"), role=Role.ADVISER)


@pytest.fixture
def other_consortium(db: None) -> Consortium:
    return ConsortiumFactory(slug="elsewhere")


@pytest.fixture
def foreigner(other_consortium: Consortium) -> StaffMember:
    """An adviser of another consortium."""
    with in_consortium(other_consortium.pk):
        return StaffFactory(organisation=OrganisationFactory(), role=Role.ADVISER)


def signed_in(staff: StaffMember) -> Browser:
    """Return a test browser in which this person has signed in."""
    browser = Browser()
    browser.force_login(staff.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return browser
