"""The ledger of outcomes: a signed claim writes each one down, and no other may count the same person's again.

One person, one outcome of a kind, once under a stream (Leicester business plan, section 4: prevent one result being
counted twice). The count leaves out what stands already; what stands since it was made, in a claim that is signed in
the same second, the database refuses.
"""

from typing import Any

from django.db import IntegrityError, connection, transaction

from partners.errors import CaseloadError
from partners.platform.sql_files import sql
from reporting.counting.claims import Funder
from reporting.enums import ClaimItem, LeftOut
from reporting.models import Claim
from reporting.models.outcome import COUNTED_TWICE

MOST_NAMED = 3
STEPS = ("outcomes_today", "outcomes_free", "outcomes_loosen", "outcomes_keep")


def keep_outcomes(claim: Claim, funder: Funder) -> None:
    """Write the outcomes of a claim that is being signed, and bring those of its kind before it to today's people.

    :raises CaseloadError: an outcome is counted by another claim, which the sentence names; nothing is stored
    """
    try:
        with transaction.atomic():
            for step in STEPS:
                _run(step, claim, is_alone=LeftOut.PERSON_CLAIMED in funder.rules)
            _forget()
    except IntegrityError as twice:
        if COUNTED_TWICE not in str(twice):
            raise
        raise CaseloadError(f"{_who_counted(claim)} Nothing was signed. Send it back, and build it again.") from twice


def _who_counted(claim: Claim) -> str:
    with connection.cursor() as cursor:
        _run("outcomes_today", claim)
        cursor.execute(sql("reporting", "outcomes_counted"), {"consortium": claim.consortium_id})
        found = cursor.fetchall()
    _forget()
    if not found:
        return "Two of its outcomes are the same person's under one stream since it was built."
    named = [_named(*row) for row in found[:MOST_NAMED]]
    more = f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
    return f"Already counted: {'; '.join(named)}{more}."


def _named(item: str, contract: str, provider: str, kind: str, quarter: str) -> str:
    return f"{ClaimItem(item).label} by {contract} ({provider}), {Claim(kind=kind, quarter=quarter)}"


def _run(step: str, claim: Claim, **more: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql("reporting", step), {"consortium": claim.consortium_id, "kind": claim.kind, **more})


def _forget() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE pg_temp.outcomes_today")
