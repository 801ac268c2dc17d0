"""Commands find tables of their own version, whoever started what before."""

import pytest

import manage
from config import starting


@pytest.mark.parametrize(
    ("words", "needed"),
    [
        (["create_consortium", "--pack", "blank"], True),
        (["import_package", "somewhere", "--consortium", "leicester"], True),
        (["migrate"], False),
        (["help"], False),
        (["import_package", "--help"], False),
        (["pack", "check", "somewhere"], False),
        ([], False),
    ],
)
def test_what_works_on_records_needs_tables(words: list[str], needed: bool) -> None:
    assert manage.works_on_records(words) is needed


def test_without_the_owner_an_old_database_is_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, "tables_are_of_this_version", lambda: False)

    with pytest.raises(SystemExit, match="run migrate first, as the owner"):
        starting.bring_tables_up_to_date(None)


@pytest.mark.django_db(transaction=True)
def test_the_owner_migrates_before_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    ready = iter([False, False, True])
    ran: list[list[str]] = []

    class Done:
        returncode = 0

    monkeypatch.setattr(starting, "tables_are_of_this_version", lambda: next(ready))
    monkeypatch.setattr(starting.subprocess, "run", lambda command, **_: ran.append(command[2:]) or Done())

    starting.bring_tables_up_to_date("postgres://owner@/caseload")

    assert [command[0] for command in ran] == ["migrate"]
