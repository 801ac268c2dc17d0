"""The start-up helpers are no package of the product; here they are made importable."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "script"))

from startup.places import Places


@pytest.fixture
def where(tmp_path: Path) -> Places:
    """Places of a copy of its own. Sockets lie near the root, because their paths must be short."""
    return Places("main", tmp_path / "state", tmp_path / "s").made()
