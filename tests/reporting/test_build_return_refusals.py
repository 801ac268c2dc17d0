"""What build_return is asked for wrongly, or cannot write."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from partners.errors import CaseloadError
from partners.models import Consortium
from reporting.management.commands.build_return import whole_file
from tests.exchange.test_containers import deny


def test_a_consortium_that_is_not_there_is_wrong_usage(consortium: Consortium) -> None:
    with pytest.raises(CommandError, match=r"There is no consortium 'nowhere'. Consortia here: leicester.") as refusal:
        call_command("build_return", consortium="nowhere", kind="leap", quarter="2007-08-Q1")

    assert refusal.value.returncode == 2


def test_an_output_that_cannot_be_written_is_named_as_it_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "open", deny)
    target = tmp_path / "leap.csv"

    with pytest.raises(CaseloadError, match=f"{target} cannot be written: Permission denied."):
        write_one(target)

    assert list(tmp_path.iterdir()) == []


def write_one(target: Path) -> None:
    with whole_file(str(target)) as path, path.open("w") as file:
        file.write("line\n")
