"""The key of the encrypted fields: a wrong one is noticed at the start, not on a client's page."""

from collections.abc import Iterator
from typing import Any

import pytest

from config.starting import refuse_unsafe_start
from partners.models import Consortium
from partners.platform import fields
from partners.platform.tenancy.scope import in_consortium
from tests.factories.caseload import ClientFactory


@pytest.fixture
def stored(consortium: Consortium, other_consortium: Consortium) -> None:
    with in_consortium(consortium.pk):
        ClientFactory(nino="")
    with in_consortium(other_consortium.pk):
        ClientFactory(nino="QQ123456C")


@pytest.fixture
def another_key(settings: Any) -> Iterator[None]:
    settings.FIELD_KEY = b"x" * 32
    fields._cipher.cache_clear()
    yield
    fields._cipher.cache_clear()


def test_the_key_of_the_stored_records_starts(stored: None) -> None:
    refuse_unsafe_start()


def test_another_key_is_refused(stored: None, another_key: None, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refusal:
        refuse_unsafe_start()

    assert refusal.value.code == 3
    assert "CASELOAD_FIELD_KEY is not the key that the stored records were encrypted with" in capsys.readouterr().err


def test_any_key_will_do_while_nothing_is_stored(consortium: Consortium, another_key: None) -> None:
    refuse_unsafe_start()
