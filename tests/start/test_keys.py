import base64
import stat

import pytest
from startup.failures import StartError
from startup.keys import local_keys
from startup.places import Places


def test_secrets_are_made_once(where: Places) -> None:
    first = local_keys(where.state)

    assert local_keys(where.state) == first
    assert len(base64.b64decode(first["field_key"], validate=True)) == 32


def test_secrets_are_for_their_owner_only(where: Places) -> None:
    local_keys(where.state)

    assert stat.S_IMODE((where.state / "keys.json").stat().st_mode) == 0o600


def test_a_damaged_file_is_never_overwritten(where: Places) -> None:
    (where.state / "keys.json").write_text("{")

    with pytest.raises(StartError, match="damaged"):
        local_keys(where.state)

    assert (where.state / "keys.json").read_text() == "{"
