from collections.abc import Callable
from pathlib import Path

import pytest

from partners.exchange.findings import Finding
from partners.exchange.importing import Outcome
from partners.models import Consortium
from tests.exchange.packages import ROWS, load, write

Load = Callable[..., tuple[Outcome, list[Finding]]]


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """A package with a row in every table."""
    return write(tmp_path / "whole", dict(ROWS))


@pytest.fixture
def settled(scope: Consortium, whole: Path) -> Consortium:
    """A consortium that holds the whole package."""
    outcome, _ = load(whole)
    assert outcome.loaded
    return scope


@pytest.fixture
def send(tmp_path: Path) -> Load:
    """Send tables, given as text, to the consortium in scope."""
    sent = iter(range(1000))

    def send_tables(*, dry_run: bool = False, **tables: str | bytes) -> tuple[Outcome, list[Finding]]:
        return load(write(tmp_path / f"sent{next(sent)}", tables), dry_run=dry_run)

    return send_tables
