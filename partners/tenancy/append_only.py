"""The audit trail can be added to and never changed, whatever the application's role asks for.

The triggers of django-pgtrigger refuse too, but a session can tell them to look away (``pgtrigger.ignore``). Rights are
the database's own, and only the owner gives them.
"""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections

from partners.tenancy.policies import is_history

ACCESS_TRAIL = "partners_accessentry"


def append_only_tables() -> list[str]:
    """Return the access trail and every history table."""
    trails = {each._meta.db_table for each in apps.get_models() if each._meta.managed and is_history(each)}
    return [ACCESS_TRAIL, *sorted(trails)]


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
        tables = ", ".join(connection.ops.quote_name(name) for (name,) in cursor.fetchall())
        if tables:
            cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {tables} FROM {connection.ops.quote_name(role)}")
