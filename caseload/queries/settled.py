"""Which moments a reader by time may rely on (API.md, ``updated_since`` loses nothing).

A change is stamped when it is written and seen when its transaction commits. A caller who stored the newest moment it
was shown would pass by what an open transaction had stamped before. So no moment is shown that is later than the
beginning of any open transaction that has written: what changes after it is answered again, and nothing is passed by.
In a list that is read page by page the moment of the first page holds for all, carried in the cursor.
"""

from datetime import datetime
from typing import Any

from django.db import connection

from partners.platform.tenancy.scope import current_consortium_id

_SETTLED = "SELECT caseload_settled(%s)"
_STAMP = "SELECT least(updated_at, caseload_settled(%s)) FROM caseload_referral WHERE consortium_id = %s AND id = %s"


def settled_at() -> datetime:
    """Return the moment before which every change of a referral or client can be seen; ask before reading them."""
    with connection.cursor() as cursor:
        cursor.execute(_SETTLED, [current_consortium_id()])
        moment: datetime = cursor.fetchone()[0]
        return moment


def stamp_of(referral_id: int) -> tuple[str, list[Any]]:
    """Return the statement that gives a new referral's moment, as it may be shown."""
    return _STAMP, [current_consortium_id(), current_consortium_id(), referral_id]
