"""The audit trail, and what was signed, can be added to and never changed, whatever the application's role asks for.

Rights are the database's own, and only the owner gives them. The triggers that write the history are made so that no
session can silence them (``pgtrigger.ignore``) or lead them to a temporary table of the same name.
"""

from typing import Any

import pgtrigger
from django.apps import apps
from django.conf import settings
from django.db import connections

from partners.platform.tenancy.marking import ACCESS_TRAIL, MARKS, mark_trails
from partners.platform.tenancy.policies import is_history

SIGN_IN_TRAIL = "partners_signinevent"  # the installation's; what is old is deleted, nothing is changed
# As django-pgtrigger makes it, this function asks the session's own settings whether to look away.
# What the installation's own work writes; every other table without a consortium is the owner's alone to change.
WRITTEN = {
    "account_emailaddress": "an invitation accepted",
    "account_emailconfirmation": "allauth's own",
    "auth_group": "a new organisation's",
    "django_session": "signing in and out",
    "mfa_authenticator": "second factors",
    "partners_consortium": "a new partnership",
    "partners_postcode": "load_postcodes",
    SIGN_IN_TRAIL: "adding, and clearing what is old",
    "partners_user": "an invitation accepted, a password changed",
    "throttle_cache": "counting failed sign-ins",
}
OF_NO_CONSORTIUM = """
    SELECT relname FROM pg_class
     WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> ALL(%s)
       AND NOT EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = pg_class.oid AND attname = 'consortium_id')
"""
NEVER_IGNORE = """
CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name name) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN FALSE; END $$
"""
PIN = """
DO $$
DECLARE trigger_function regprocedure;
BEGIN
    FOR trigger_function IN
        SELECT oid FROM pg_proc
         WHERE pronamespace = 'public'::regnamespace AND prorettype = 'trigger'::regtype
           AND pg_has_role(current_user, proowner, 'USAGE')
    LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = public, pg_temp', trigger_function);
    END LOOP;
END $$
"""


def only_added() -> list[pgtrigger.Trigger]:
    """Return the triggers of a model whose rows nobody changes or takes out, whatever role they have."""
    return [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]


def append_only_tables() -> list[str]:
    """Return every history table, and those whose models say so by a trigger ``append_only``."""
    said = {
        each._meta.db_table
        for each in apps.get_models()
        if any(trigger.name == "append_only" for trigger in getattr(each._meta, "triggers", ()))
    }
    trails = {each._meta.db_table for each in apps.get_models() if each._meta.managed and is_history(each)}
    return sorted(said | trails)


def trails() -> list[str]:
    """Return the tables whose lines are marked: the access trail and the histories."""
    histories = {each._meta.db_table for each in apps.get_models() if each._meta.managed and is_history(each)}
    return [ACCESS_TRAIL, *sorted(histories)]


def written_by_database() -> list[str]:
    """Return the tables that triggers alone write: histories and marks."""
    return [MARKS, *(table for table in trails() if table != ACCESS_TRAIL)]


def only_read(cursor: Any) -> list[str]:
    """Return the tables of the installation that the application's role has no business changing."""
    cursor.execute(OF_NO_CONSORTIUM, [list(WRITTEN)])
    return sorted(name for (name,) in cursor.fetchall())


def keep_triggers_at_work(*, using: str, **_: Any) -> None:
    """Let no session turn the triggers off or aside; after every migration, which makes them anew."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT to_regprocedure('_pgtrigger_should_ignore(name)')")
        if cursor.fetchone() == (None,) or not _is_owner(cursor):
            return
        cursor.execute(NEVER_IGNORE)
        cursor.execute(PIN)
        mark_trails(cursor, trails())


def _is_owner(cursor: Any) -> bool:
    cursor.execute(
        "SELECT pg_has_role(current_user, proowner, 'USAGE') FROM pg_proc"
        " WHERE oid = '_pgtrigger_should_ignore(name)'::regprocedure"
    )
    return bool(cursor.fetchone()[0])


def take_rights_back(*, using: str, **_: Any) -> None:
    """Leave the application's role SELECT and INSERT on them; after every migration, when the owner is at work."""
    role = settings.DATABASE_APP_ROLE
    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relname = ANY(%s) AND relnamespace = 'public'::regnamespace"
            " AND pg_has_role(current_user, relowner, 'USAGE') AND current_user <> %s"
            " AND EXISTS (SELECT 1 FROM pg_roles WHERE rolname = %s)",
            [append_only_tables(), role, role],
        )
        found = [name for (name,) in cursor.fetchall()]
        tables = ", ".join(map(connection.ops.quote_name, found))
        if tables:
            read_only = ", ".join(connection.ops.quote_name(name) for name in only_read(cursor))
            cursor.execute(
                f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {read_only} FROM {connection.ops.quote_name(role)}"
            )
            cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {tables} FROM {connection.ops.quote_name(role)}")
            own = ", ".join(connection.ops.quote_name(name) for name in written_by_database() if name in found)
            cursor.execute(f"REVOKE INSERT ON {own} FROM {connection.ops.quote_name(role)}")
            cursor.execute(f"REVOKE UPDATE, TRUNCATE ON {SIGN_IN_TRAIL} FROM {connection.ops.quote_name(role)}")
