"""The audit trail can be added to and never changed, not even by a session that silences the triggers."""

import pytest
from django.conf import settings
from django.db import ProgrammingError, connection, transaction

from partners.enums import AccessAction
from partners.models import AccessEntry, Consortium
from partners.tenancy.append_only import append_only_tables, take_rights_back


def silence_triggers() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT array_agg(tgname::text) FROM pg_trigger WHERE tgname LIKE 'pgtrigger%'")
        (names,) = cursor.fetchone()
        cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", ["{" + ",".join(names) + "}"])


@pytest.mark.parametrize("act", ["UPDATE partners_accessentry SET purpose = ''", "DELETE FROM partners_accessentry"])
def test_the_access_trail_stands_when_its_trigger_looks_away(scope: Consortium, act: str) -> None:
    AccessEntry(action=AccessAction.VIEWED, subject="caseload.client", purpose="Review").save()
    silence_triggers()

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic(), connection.cursor() as at:
        at.execute(act)

    assert AccessEntry.objects.get().purpose == "Review"


def test_no_trail_can_be_changed_or_emptied(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        tables = ", ".join(append_only_tables())
        cursor.execute(f'GRANT UPDATE, DELETE, TRUNCATE ON {tables} TO "{settings.DATABASE_APP_ROLE}"')
        take_rights_back(using="default")
        cursor.execute(
            "SELECT name FROM unnest(%s) AS name, unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) AS act"
            " WHERE has_table_privilege(%s, name, act)",
            [append_only_tables(), settings.DATABASE_APP_ROLE],
        )

        assert cursor.fetchall() == []
        assert len(append_only_tables()) > 30
