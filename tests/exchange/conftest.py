from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from partners.models import Consortium, StaffMember
from partners.platform.exchange.findings import Finding
from partners.platform.exchange.importing import Outcome
from partners.platform.tenancy.scope import in_consortium
from tests.exchange.packages import ROWS, load, write
from tests.factories.partners import ConsortiumFactory
from tests.module_data import shared_rows

Load = Callable[..., tuple[Outcome, list[Finding]]]


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """A package with a row in every table."""
    return write(tmp_path / "whole", dict(ROWS))


@pytest.fixture(scope="module")
def consortium_with_the_package(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Consortium]:
    with shared_rows(django_db_blocker):
        with django_db_blocker.unblock():
            made = ConsortiumFactory(slug="settled")
            with in_consortium(made.pk):
                outcome, _ = load(write(tmp_path_factory.mktemp("settled") / "whole", dict(ROWS)))
        assert outcome.loaded
        yield made


@pytest.fixture
def consortium(request: pytest.FixtureRequest, db: None) -> Consortium:
    if "settled" in request.fixturenames:
        made: Consortium = request.getfixturevalue("consortium_with_the_package")
        return made
    return ConsortiumFactory(slug="leicester")


@pytest.fixture
def settled(consortium_with_the_package: Consortium, scope: Consortium) -> Consortium:
    """A consortium that holds the whole package."""
    return scope


@pytest.fixture
def send(tmp_path: Path) -> Load:
    """Send tables, given as text, to the consortium in scope."""
    sent = iter(range(1000))

    def send_tables(
        *, dry_run: bool = False, by: StaffMember | None = None, **tables: str | bytes
    ) -> tuple[Outcome, list[Finding]]:
        return load(write(tmp_path / f"sent{next(sent)}", tables), dry_run=dry_run, by=by)

    return send_tables
