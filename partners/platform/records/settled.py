"""Which moments of the history a reader by time may rely on.

The history stamps a change with the beginning of its transaction, and the change is seen when that commits. So no
moment is shown that is later than the beginning of any transaction that the application has open: what it changes is
answered again, and nothing is passed by. The second is for a transaction that began just now and is not told of yet.
What the owner of the tables does by hand is not waited for.
"""

from datetime import datetime

from django.db import connection

_SETTLED = """
    SELECT least(clock_timestamp() - interval '1 second', min(xact_start))
      FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


def settled_at() -> datetime:
    """Return the moment before which every change can be seen; ask before reading."""
    with connection.cursor() as cursor:
        cursor.execute(_SETTLED)
        moment: datetime = cursor.fetchone()[0]
        return moment
