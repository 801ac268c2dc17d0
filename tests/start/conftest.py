"""The start-up helpers are no package of the product; here they are made importable."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "script"))

from startup.places import Places


@pytest.fixture
def where() -> Iterator[Places]:
    """Places of a copy of its own, near the root: paths of sockets must be short, and root's servers run as nobody."""
    folder = Path(tempfile.mkdtemp(prefix="caseload-t", dir="/tmp"))
    folder.chmod(0o711)
    state = folder / "a state"
    state.mkdir()
    programs = Path(os.environ["CASELOAD_STATE_DIR"]) / "servers"
    if programs.exists():  # root's copy of the servers' files
        (state / "servers").symlink_to(programs)
    yield Places("test", state, folder / "s").made()
    shutil.rmtree(folder)
