"""Posting to the books of the pots: one door for acts here, for records kept in the browser and for packages.

Leicester plan, section 4 (the accountable body answers for payments); COM-03, COM-13. What a record says is posted and
never refused, even beyond a balance: it has happened. What is done here is refused where the database finds less in an
account than is taken out. Pounds; postings are rounded to pence, half away from nought.
"""

from collections.abc import Collection
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import IntegrityError, connection, transaction

from commissioning.enums import AccountKind, Origin, PostingKind
from commissioning.models import Expenditure, LedgerAccount, LedgerAct, LedgerTransaction
from commissioning.models.ledger import OF_CONTRACT, OVERSPENT, SIDES
from partners.errors import CaseloadError, NotAllowed
from partners.models import StaffMember
from partners.permissions import Capability, require
from partners.platform.sql_files import sql
from partners.platform.tenancy.scope import current_consortium_id

LOCK = 1_807  # the first number of the books' advisory lock; the second is the consortium
TABLES = ("contributions", "contracts", "expenditure")
PENNY = Decimal("0.01")
OF_STREAM = [each.value for each in AccountKind if each not in OF_CONTRACT]


class Overspent(CaseloadError):
    code = "overspent"
    message = "There is less left than that. Nothing was posted."


def in_pence(amount: Decimal) -> Decimal:
    """Return pounds as they are posted: two decimals, half away from nought."""
    return amount.quantize(PENNY, rounding=ROUND_HALF_UP)


def financial_year(day: date) -> str:
    """Return the year from April to March in which a day lies, as ``2007-08``."""
    first = day.year if day.month >= 4 else day.year - 1
    return f"{first}-{(first + 1) % 100:02}"


def follow_records(tables: Collection[str], records: Collection[int] | None = None, *, by: StaffMember | None) -> int:
    """Bring the books to what records say; of ``records`` by their keys, or of all. Return the number of postings.

    One statement a table: what changed is reversed and posted anew, what is gone is reversed, the rest is left alone.
    """
    followed = [table for table in TABLES if table in tables]
    if not followed:
        return 0
    _hold_books(alone=records is None)
    _open_accounts(streams=None, contracts=None)
    posted = 0
    for table in followed:
        given = {**_sides(), "tables": [table], "records": None if records is None else list(records)}
        ((number, moved),) = _run("follow_records", {**given, "by": by.pk if by else None})
        if moved != 2 * number:
            raise RuntimeError("An account is missing in the books.")
        posted += number
    return int(posted)


def pot_overspent(stream: int) -> Decimal:
    """Return by how many pounds more of a stream is allocated than was agreed; nought where it is not."""
    pot = LedgerAccount.objects.filter(kind=AccountKind.POT, stream_key=stream, balance__lt=0).first()
    return -pot.balance if pot else Decimal(0)


def is_paid_by_act(spend: int) -> bool:
    """Tell whether a line of spend was paid by an approval here that stands."""
    paid = LedgerTransaction.objects.filter(record_table="expenditure", record_id=spend, act__isnull=False)
    return bool(paid.filter(reverses__isnull=True, reversals__isnull=True).exists())


def post(act: LedgerAct, *, by: StaffMember) -> int:
    """Post an act that is approved, and return the key of its transaction; the caller's block undoes what is refused.

    :raises Overspent: an account would fall below nought
    """
    record = act.expenditure
    return _post_one(
        kind=act.kind,
        stream=act.stream_id,
        contract=act.contract_id,
        day=act.booked_on,
        year=act.contribution.financial_year if act.contribution else financial_year(act.booked_on),
        given=act.amount,
        amount=in_pence(act.amount),
        table="expenditure" if record else "",
        record=record.pk if record else None,
        reference=record.external_id if record else "",
        act=act.pk,
        reverses=None,
        reason="",
        by=by.pk,
    )


def reverse(posted: LedgerTransaction, *, reason: str, by: StaffMember) -> int:
    """Take an act back whole, once, with a reason; return the key of the transaction that does it.

    A line of spend that was paid by it is unpaid again. What a record brought follows its record, and is taken back by
    changing that.

    :raises CaseloadError: it was reversed already, is a reversal, or came with a record
    :raises Overspent: what it brought is spent by now
    """
    require(by, Capability.KEEP_MONEY)
    if not LedgerTransaction.objects.visible_to(by).filter(pk=posted.pk).exists():
        raise NotAllowed
    if not reason.strip():
        raise CaseloadError("Enter the reason.", field="reason")
    if posted.reverses_id is not None:
        raise CaseloadError("This takes another transaction back. Post the act again instead.")
    if posted.origin == Origin.RECORD:
        raise CaseloadError("This follows a record. Change the record, and the books follow.")
    try:
        with transaction.atomic():
            _unpay(posted)
            return _post_one(
                kind=posted.kind,
                stream=posted.stream_key,
                contract=posted.contract_key,
                day=posted.booked_on,
                year=posted.financial_year,
                given=-posted.given,
                amount=-posted.amount,
                table=posted.record_table,
                record=posted.record_id,
                reference=posted.reference,
                act=posted.act_id,
                reverses=posted.pk,
                reason=reason.strip(),
                by=by.pk,
            )
    except IntegrityError as twice:
        if "commissioning_ledgertransaction_reversed" not in str(twice):
            raise
        raise CaseloadError("This was taken back already. It is taken back once.") from twice


def _unpay(posted: LedgerTransaction) -> None:
    spend: Any = Expenditure.objects.filter(acts=posted.act).select_for_update(of=("self",)).first()
    if spend is not None and spend.defrayed_on is not None:
        spend.defrayed_on, spend.version = None, spend.version + 1
        spend.save(update_fields=["defrayed_on", "version"])


def _post_one(*, kind: str, stream: int, contract: int | None, **facts: Any) -> int:
    """Post one transaction; a refusal leaves the caller's block to be rolled back."""
    out, to = SIDES[PostingKind(kind)]
    of_contract = [each.value for each in OF_CONTRACT]
    given = {**facts, "kind": kind, "stream": stream, "contract": contract, "of_contract": of_contract}
    given |= {"consortium": current_consortium_id(), "out": out.value, "to": to.value}
    _hold_books(alone=False)
    try:
        rows = _run("post_one", given)
        if not rows:
            _open_accounts(streams=[stream], contracts=[contract] if contract else [])
            rows = _run("post_one", given)
    except IntegrityError as refused:
        if _constraint(refused) == OVERSPENT:
            raise Overspent from refused
        raise
    return int(rows[0][0])


def _hold_books(*, alone: bool) -> None:
    """Let sets wait for acts and acts for sets, so that neither takes accounts across the other's order."""
    lock = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {lock}(%s, %s)", [LOCK, current_consortium_id()])


def _open_accounts(*, streams: Collection[int] | None, contracts: Collection[int] | None) -> None:
    given: dict[str, Any] = {
        "consortium": current_consortium_id(),
        "of_stream": OF_STREAM,
        "of_contract": [each.value for each in OF_CONTRACT],
        "streams": None if streams is None else list(streams),
        "contracts": None if contracts is None else list(contracts),
    }
    with connection.cursor() as cursor:
        cursor.execute(sql("commissioning", "open_accounts"), given)


def _sides() -> dict[str, Any]:
    rows = [
        (kind.value, account.value, sign)
        for kind, pair in SIDES.items()
        for account, sign in zip(pair, (-1, 1), strict=True)
    ]
    kinds, accounts, signs = (list(column) for column in zip(*rows, strict=True))
    of_contract = [each.value for each in OF_CONTRACT]
    return {
        "consortium": current_consortium_id(),
        "kinds": kinds,
        "accounts": accounts,
        "signs": signs,
        "of_contract": of_contract,
    }


def _run(name: str, given: dict[str, Any]) -> list[Any]:
    statements = {
        "follow_records": sql("commissioning", "follow_records"),
        "post_one": sql("commissioning", "post_one"),
    }
    with connection.cursor() as cursor:
        cursor.execute(statements[name], given)
        return list(cursor.fetchall())


def _constraint(refused: IntegrityError) -> str:
    return str(getattr(getattr(refused.__cause__, "diag", None), "constraint_name", ""))
