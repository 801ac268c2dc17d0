"""A migrated database that test databases are copied from.

Migrating takes a quarter of a minute and would be done anew for each process of each run; a copy takes a moment.
Every copy is migrated once more, so what the template lacks is added: it is only made anew when something changes
that has been applied to it.
"""

import hashlib
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

ROOT = Path(__file__).parents[1]
PREFIX = "caseload_template_"
APPLIED = ("*/migrations/*.py", "partners/platform/tenancy/*.py", "partners/platform/fields.py", "requirements.txt")
KEPT = 3  # for going back and forth between branches


def name_of_template() -> str:
    digest = hashlib.sha256()
    for path in sorted(path for pattern in APPLIED for path in ROOT.glob(pattern)):
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return PREFIX + digest.hexdigest()[:16]


def ready_template(connection: BaseDatabaseWrapper) -> str:
    """Return the name of the template, making it first if need be; other processes wait for it."""
    name = name_of_template()
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [PREFIX])
        if name not in (known := templates(cursor)):
            make_database(connection, f"{name}_new")
            cursor.execute(f"ALTER DATABASE {name}_new RENAME TO {name}")
            for old in known[: 1 - KEPT]:
                cursor.execute(f"DROP DATABASE IF EXISTS {old}")
    return name


def templates(cursor: CursorWrapper) -> list[str]:
    """Name the templates, the oldest first, and what a killed run left of one."""
    cursor.execute(
        "SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY NOT datname LIKE '%%\\_new', oid",
        [PREFIX],
    )
    return [name for (name,) in cursor.fetchall()]


def make_database(connection: BaseDatabaseWrapper, name: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(connection.settings_dict["TEST"], "NAME", name)
        patch.setitem(connection.settings_dict, "NAME", connection.settings_dict["NAME"])
        patch.setitem(settings.DATABASES[connection.alias], "NAME", settings.DATABASES[connection.alias]["NAME"])
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        connection.close()


def copy_from_template(alias: str = "default") -> None:
    """Have the test database of this process, where it is not there yet, made as a copy."""
    connection = connections[alias]
    connection.settings_dict["TEST"]["TEMPLATE"] = ready_template(connection)
