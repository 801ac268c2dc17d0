"""The audit trail can be added to and never changed, not even by a session that silences the triggers."""

import pytest
from django.conf import settings
from django.db import ProgrammingError, connection, transaction

from caseload.models import Client
from partners.enums import AccessAction
from partners.models import AccessEntry, Consortium, SignInEvent
from partners.platform.tenancy.append_only import append_only_tables, take_rights_back
from tests.factories.caseload import ClientFactory


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


def named_in_history(client: Client) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT family_name FROM public.caseload_clienthistory WHERE pgh_obj_id = %s ORDER BY pgh_id", [client.pk]
        )
        return [name for (name,) in cursor.fetchall()]


def test_a_session_that_silences_the_triggers_is_written_down_all_the_same(scope: Consortium) -> None:
    client = ClientFactory(family_name="Before")
    silence_triggers()

    Client.objects.filter(pk=client.pk).update(family_name="After")

    assert named_in_history(client) == ["Before", "After"]


def test_a_temporary_table_takes_no_line_of_a_trail(scope: Consortium) -> None:
    client = ClientFactory(family_name="Before")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE caseload_clienthistory (LIKE public.caseload_clienthistory)")

    Client.objects.filter(pk=client.pk).update(family_name="After")

    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE pg_temp.caseload_clienthistory")
    assert named_in_history(client) == ["Before", "After"]


def test_what_the_operator_reads_of_sign_ins_is_not_rewritten(db: None) -> None:
    SignInEvent(action=AccessAction.SIGN_IN_REFUSED, reason="wrong password").save()

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        SignInEvent.objects.update(reason="")

    assert SignInEvent.objects.get().reason == "wrong password"


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
