"""What a process or a command looks at before it takes work; a process is refused by one sentence and the status 3."""

import os
import subprocess
import sys

from django.db import DatabaseError, connection

from config import env
from partners.platform.tenancy.checks import refuse_bypassing_role
from partners.queries.readiness import field_key_fits, tables_are_of_this_version


def refuse_unsafe_start() -> None:
    """Called by web, worker and scheduler. Without its tables or its database a process starts and is not ready."""
    refuse_bypassing_role()
    try:
        fits = field_key_fits()
    except DatabaseError:
        return
    if not fits:
        env.stop(
            "CASELOAD_FIELD_KEY is not the key that the stored records were encrypted with: put that one back, or "
            "nobody can read them."
        )


MIGRATING = 7_219_004_411  # names the lock that one of several commands holds while it brings the tables up to date


def bring_tables_up_to_date(owner_url: str | None) -> None:
    """Migrate before a command, as a fresh clone or a new version needs; without the owner's address say what to do.

    Of several commands that come at once, one migrates and the others wait for it.

    :raises django.db.OperationalError: when the database is away
    """
    if tables_are_of_this_version():
        return
    if owner_url is None:
        sys.exit("The tables are of another version than this program: run migrate first, as the owner.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATING])
        try:
            if not tables_are_of_this_version():
                migrate = [sys.executable, sys.argv[0], "migrate", "--no-input", "--verbosity", "0"]
                done = subprocess.run(  # noqa: S603  our own program
                    migrate,
                    env=os.environ | {"DATABASE_OWNER_URL": owner_url, "CASELOAD_WORK": "migration"},
                    check=False,
                )
                if done.returncode:
                    sys.exit(done.returncode)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATING])
