"""The audit trail is marked by the database: nobody adds, alters, takes out or swaps a line of it unnoticed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction

from caseload.models import Client
from partners.enums import AccessAction
from partners.models import AccessEntry, Consortium
from partners.platform.tenancy.scope import in_consortium
from partners.platform.trail.verifying import faults
from tests.factories.caseload import ClientFactory

HISTORY = "caseload_clienthistory"


@pytest.fixture
def trail(scope: Consortium) -> list[Client]:
    clients = [ClientFactory(family_name=name) for name in ("Adeyemi", "Brown", "Chowdhury")]
    Client.objects.update(family_name="Davies")  # one statement, several lines
    for purpose in ("Review", "Audit"):
        AccessEntry(action=AccessAction.VIEWED, subject="caseload.client", purpose=purpose).save()
    return clients


@contextmanager
def owner_at_work(*tables: str) -> Iterator[Any]:
    """Do as somebody with the owner's rights could: turn the triggers off and write what they like."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SELECT current_user")
        (role,) = cursor.fetchone()
        cursor.execute("RESET ROLE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield cursor
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute(f'SET ROLE "{role}"')


def keys(table: str = HISTORY, key: str = "pgh_id") -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {key} FROM {table} ORDER BY {key}")
        return [found for (found,) in cursor.fetchall()]


def test_a_trail_nobody_touched_is_whole(trail: list[Client]) -> None:
    assert len(keys()) == 6
    assert list(faults()) == []


@pytest.mark.parametrize("table", [HISTORY, "partners_trailmark"])
def test_the_applications_role_invents_no_line(trail: list[Client], table: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic(), connection.cursor() as at:
        at.execute(f"INSERT INTO {table} SELECT * FROM {table} LIMIT 1")


@pytest.mark.parametrize("like", ["pgtrigger_insert_insert%", "trail_mark_pgh%"])
def test_no_table_of_ones_own_is_led_into_the_trail(trail: list[Client], like: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT proname FROM pg_proc WHERE proname LIKE %s LIMIT 1", [like])
        (function,) = cursor.fetchone()
        cursor.execute(f"CREATE TEMPORARY TABLE mine (LIKE {HISTORY})")
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            cursor.execute(f"CREATE TRIGGER t AFTER INSERT ON mine FOR EACH STATEMENT EXECUTE FUNCTION {function}()")


def test_a_letter_altered_is_named(trail: list[Client]) -> None:
    line = keys()[1]
    with owner_at_work(HISTORY) as cursor:
        cursor.execute(f"UPDATE {HISTORY} SET family_name = 'brown' WHERE pgh_id = %s", [line])

    (told,) = faults()

    assert told.startswith(f"Audit trail, {HISTORY}, lines {{[{line},{line + 1})}}")
    assert told.endswith("altered since it was written.")


def test_the_purpose_of_a_look_altered_is_named(trail: list[Client]) -> None:
    table = "partners_accessentry"
    with owner_at_work(table) as cursor:
        cursor.execute(f"UPDATE {table} SET purpose = 'Other' WHERE id = %s", [keys(table, "id")[0]])

    assert [each.split(",")[1] for each in faults()] == [f" {table}"]


def test_the_last_line_taken_out_is_missed(trail: list[Client]) -> None:
    with owner_at_work(HISTORY) as cursor:
        cursor.execute(f"DELETE FROM {HISTORY} WHERE pgh_id = %s", [keys()[-1]])

    (told,) = faults()

    assert told.endswith("1 of its 3 lines gone.")


def test_a_line_put_in_is_named(trail: list[Client]) -> None:
    with owner_at_work(HISTORY) as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE invented AS SELECT * FROM {HISTORY} LIMIT 1")
        cursor.execute("UPDATE invented SET pgh_id = nextval(pg_get_serial_sequence(%s, 'pgh_id'))", [HISTORY])
        cursor.execute(f"INSERT INTO {HISTORY} OVERRIDING SYSTEM VALUE SELECT * FROM invented RETURNING pgh_id")
        (line,) = cursor.fetchone()
        cursor.execute("DROP TABLE invented")

    assert list(faults()) == [f"Audit trail, {HISTORY}, line {line}: no mark; the application did not write it."]


def test_two_lines_that_change_places_are_named(trail: list[Client]) -> None:
    one, other = keys()[:2]
    with owner_at_work(HISTORY) as cursor:
        for old, new in ((one, -1), (other, one), (-1, other)):
            cursor.execute(f"UPDATE {HISTORY} SET pgh_id = %s WHERE pgh_id = %s", [new, old])

    assert len(list(faults())) == 2


def test_a_mark_taken_out_with_its_lines_breaks_the_chain(trail: list[Client]) -> None:
    with owner_at_work(HISTORY, "partners_trailmark") as cursor:
        cursor.execute(f"DELETE FROM {HISTORY} WHERE pgh_id = %s", [keys()[1]])
        cursor.execute(
            'DELETE FROM partners_trailmark WHERE "table" = %s AND lines @> %s::bigint', [HISTORY, keys()[0] + 1]
        )

    told = list(faults())

    assert told
    assert "is gone" in told[0]


def test_a_mark_rewritten_breaks_the_chain(trail: list[Client]) -> None:
    with owner_at_work("partners_trailmark") as cursor:
        cursor.execute(
            "UPDATE partners_trailmark SET digest = sha256('') WHERE id = (SELECT min(id) FROM partners_trailmark)"
        )

    assert "its hash is not that of what it says" in next(faults())


def test_each_consortium_has_a_trail_of_its_own(trail: list[Client], other_consortium: Consortium) -> None:
    with in_consortium(other_consortium.pk):
        ClientFactory()
        assert list(faults()) == []
    assert list(faults()) == []
