"""The books of the pots: double entry, only ever added to (Leicester plan, section 4; COM-03, COM-13).

Money of a stream goes ``funder → pot → allocated → paid``; what funders have sent is kept beside it, because claims are
paid afterwards and work is paid before. Pounds with two decimals; an account's balance is the sum of its entries. What
must hold whoever writes is the database's: each transaction sums to nought, nothing is changed or taken out, and by an
act here no account in :data:`GUARDED` falls below nought, also when two people spend the last pound at once.
"""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone

from commissioning.enums import AccountKind, Origin, PostingKind
from commissioning.models.contract import Contract
from partners.models import StaffMember
from partners.permissions import Capability, may
from partners.platform.fields import ExactDecimalField
from partners.platform.tenancy.append_only import only_added
from partners.platform.tenancy.constraints import one_of
from partners.platform.tenancy.ids import uuid7
from partners.platform.tenancy.models import TenantForeignKey, TenantManager, TenantModel

# From which account to which a positive amount goes.
SIDES = {
    PostingKind.PROMISE: (AccountKind.FUNDER, AccountKind.PROMISED),
    PostingKind.ALIGN: (AccountKind.FUNDER, AccountKind.POT),
    PostingKind.COMMIT: (AccountKind.POT, AccountKind.ALLOCATED),
    PostingKind.ALLOCATE: (AccountKind.POT, AccountKind.ALLOCATED),
    PostingKind.RELEASE: (AccountKind.ALLOCATED, AccountKind.POT),
    PostingKind.PAY: (AccountKind.ALLOCATED, AccountKind.PAID),
    PostingKind.RECEIVE: (AccountKind.SENT, AccountKind.RECEIVED),
}
OF_CONTRACT = (AccountKind.ALLOCATED, AccountKind.PAID)
GUARDED = (AccountKind.POT, AccountKind.ALLOCATED, AccountKind.PAID, AccountKind.RECEIVED)
OVERSPENT = "commissioning_ledger_overspent"
UNBALANCED = "commissioning_ledger_unbalanced"
NOT_APPROVED = "commissioning_ledger_not_approved"


def _sums(key: str) -> list[pgtrigger.Trigger]:
    """Judge a whole transaction when the work commits; its consortium is in scope for the look, whatever was since."""
    return [
        pgtrigger.Trigger(
            name="sums_to_nought",
            level=pgtrigger.Row,
            when=pgtrigger.After,
            operation=pgtrigger.Insert,
            timing=pgtrigger.Deferred,
            declare=[("whole", "record"), ("scope", "text")],
            func=f"""
                scope := coalesce(current_setting('app.consortium_id', true), '');
                PERFORM set_config('app.consortium_id', NEW.consortium_id::text, true);
                SELECT t.amount, t.entries, count(e.id) AS found, coalesce(sum(e.amount), 0) AS total,
                       coalesce(sum(abs(e.amount)), 0) AS moved, coalesce(max(act.state), 'done') AS state INTO whole
                  FROM commissioning_ledgertransaction t
                  LEFT JOIN commissioning_ledgeract act
                    ON act.consortium_id = t.consortium_id AND act.id = t.act_id
                  LEFT JOIN commissioning_ledgerentry e
                    ON e.consortium_id = t.consortium_id AND e.transaction_id = t.id
                 WHERE t.consortium_id = NEW.consortium_id AND t.id = NEW.{key} GROUP BY t.id;
                PERFORM set_config('app.consortium_id', scope, true);
                IF whole.total <> 0 OR whole.found <> whole.entries OR whole.moved <> 2 * abs(whole.amount) THEN
                    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = '{UNBALANCED}',
                        MESSAGE = 'The entries of a transaction sum to nought and are all there.';
                END IF;
                IF whole.state <> 'done' THEN
                    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = '{NOT_APPROVED}',
                        MESSAGE = 'An act is posted once it is approved.';
                END IF;
                RETURN NULL;
            """,  # noqa: S608  our own names
        )
    ]


class LedgerAccount(TenantModel):
    """An account of a stream, or of a contract in it. Only the entries move ``balance``: nobody has the right to.

    Stream and contract are numbers, as everywhere in the books: these outlive a record whose package was undone.
    """

    kind = models.CharField(choices=AccountKind)
    stream_key = models.BigIntegerField()
    contract_key = models.BigIntegerField(null=True)
    balance = models.DecimalField(max_digits=20, decimal_places=2, default=0, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["consortium", "stream_key", "kind", "contract_key"],
                nulls_distinct=False,
                name="commissioning_ledgeraccount_once",
            ),
            one_of("kind", AccountKind),
            models.CheckConstraint(
                condition=Q(kind__in=OF_CONTRACT, contract_key__isnull=False)
                | (~Q(kind__in=OF_CONTRACT) & Q(contract_key__isnull=True)),
                name="commissioning_ledgeraccount_of_contract",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="append_only",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func="""
                    IF TG_OP = 'UPDATE' AND pg_trigger_depth() > 1
                        AND to_jsonb(OLD) - 'balance' = to_jsonb(NEW) - 'balance' THEN RETURN NEW; END IF;
                    RAISE EXCEPTION 'An account is moved by its entries alone.';
                """,
            ),
            pgtrigger.Trigger(
                name="begins_empty",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__balance__gt=0) | pgtrigger.Q(new__balance__lt=0),
                func="RAISE EXCEPTION 'An account begins empty.';",
            ),
        ]


class OfBooks(models.QuerySet["LedgerTransaction"]):
    def visible_to(self, staff: StaffMember) -> "OfBooks":
        """Return what this person may see: of their own organisation's contracts; all, for the accountable body."""
        if may(staff, Capability.SEE_ALL_CONTRACTS):
            return self
        return self.filter(contract_key__in=Contract.objects.visible_to(staff).values("pk"))


class LedgerTransaction(TenantModel):
    """One movement of money in a stream: ``amount`` pounds from the first to the second account of its kind.

    ``given`` is the amount as it was given, to any precision: it is posted rounded half away from nought. ``origin`` is
    an act here, or a record that a package or a form brought: ``record_table`` is its exchange table, ``reference`` its
    id there, ``turn`` tells one posting of the record from the next. A correction ``reverses`` another transaction,
    whole and once, with its ``reason``.
    """

    uid = models.UUIDField(default=uuid7, editable=False)
    kind = models.CharField(choices=PostingKind)
    origin = models.CharField(choices=Origin)
    stream_key = models.BigIntegerField()
    contract_key = models.BigIntegerField(null=True)
    booked_on = models.DateField()
    financial_year = models.CharField(max_length=7)
    given = ExactDecimalField()
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    entries = models.PositiveSmallIntegerField(default=2)
    record_table = models.CharField(max_length=40, blank=True)
    record_id = models.BigIntegerField(null=True)
    reference = models.CharField(db_collation="C", blank=True)
    turn = models.PositiveIntegerField(null=True)
    act = TenantForeignKey("commissioning.LedgerAct", null=True, related_name="transactions")
    reverses = TenantForeignKey("commissioning.LedgerTransaction", null=True, related_name="reversals")
    reason = models.CharField(max_length=500, blank=True)
    posted_by = TenantForeignKey("partners.StaffMember", null=True, related_name="+")
    posted_at = models.DateTimeField(default=timezone.now)

    objects = TenantManager.from_queryset(OfBooks)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consortium", "uid"], name="commissioning_ledgertransaction_uid"),
            models.UniqueConstraint(fields=["consortium", "reverses"], name="commissioning_ledgertransaction_reversed"),
            models.UniqueConstraint(
                fields=["consortium", "act"],
                condition=Q(reverses__isnull=True),
                name="commissioning_ledgertransaction_act_once",
            ),
            models.UniqueConstraint(
                fields=["consortium", "record_table", "record_id", "turn"],
                name="commissioning_ledgertransaction_record_once",
            ),
            one_of("kind", PostingKind),
            one_of("origin", Origin),
            models.CheckConstraint(
                condition=Q(origin=Origin.RECORD, record_id__isnull=False) | Q(origin=Origin.ACT, act__isnull=False),
                name="commissioning_ledgertransaction_origin_told",
            ),
            models.CheckConstraint(
                condition=Q(reverses__isnull=True) | ~Q(reason=""), name="commissioning_ledgertransaction_reason"
            ),
            models.CheckConstraint(condition=~Q(amount=0), name="commissioning_ledgertransaction_some"),
        ]
        indexes = [
            models.Index(fields=["consortium", "stream_key", "-booked_on", "-id"], name="commissioning_books_stream"),
            models.Index(fields=["consortium", "contract_key", "-booked_on"], name="commissioning_books_contract"),
        ]
        triggers = [*only_added(), *_sums("id")]


class LedgerEntry(TenantModel):
    """One side of a transaction; what leaves an account is negative."""

    transaction = TenantForeignKey("commissioning.LedgerTransaction", related_name="sides")
    account = TenantForeignKey("commissioning.LedgerAccount", related_name="entries")
    amount = models.DecimalField(max_digits=14, decimal_places=2)

    class Meta:
        triggers = [
            *only_added(),
            *_sums("transaction_id"),
            pgtrigger.Trigger(
                # With the owner's rights (partners.platform.tenancy.marking). Locked no harder than moving them needs:
                # each entry has looked its account up before, and two who hold that look would wait for each other.
                name="balances",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="fresh"),
                func=f"""
                    PERFORM FROM commissioning_ledgeraccount a
                      WHERE a.id IN (SELECT account_id FROM fresh) ORDER BY a.id FOR NO KEY UPDATE;
                    UPDATE commissioning_ledgeraccount a SET balance = a.balance + moved.amount
                      FROM (SELECT consortium_id, account_id, sum(amount) AS amount FROM fresh GROUP BY 1, 2) moved
                     WHERE a.consortium_id = moved.consortium_id AND a.id = moved.account_id;
                    IF EXISTS (
                        SELECT FROM fresh e
                          JOIN commissioning_ledgertransaction t
                            ON t.consortium_id = e.consortium_id AND t.id = e.transaction_id AND t.origin = 'act'
                          JOIN commissioning_ledgeraccount a
                            ON a.consortium_id = e.consortium_id AND a.id = e.account_id
                         WHERE e.amount < 0 AND a.balance < 0
                           AND a.kind IN ({", ".join(f"'{each.value}'" for each in GUARDED)})
                    ) THEN
                        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = '{OVERSPENT}',
                            MESSAGE = 'There is not so much in the account.';
                    END IF;
                    RETURN NULL;
                """,  # noqa: S608  our own names
            ),
        ]
