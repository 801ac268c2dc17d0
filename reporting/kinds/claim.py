"""Signed claims, and the lines they ask money for (contract KPIS.md, "The claim"; exchange/FIELDS.md)."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse

from partners.errors import CaseloadError
from partners.models import Consortium, StaffMember
from partners.permissions import Capability
from partners.platform.dates import long_date
from partners.platform.exchange.columns import A_SUM, coded, shaped
from partners.platform.exchange.declarations import SetRule, Table
from partners.platform.frame.tags import money
from partners.platform.records.changing import refuse_before
from partners.platform.records.keeping import Keeps, Verb
from partners.platform.records.kinds import RecordKind
from partners.platform.records.lookalikes import LookAlike
from partners.platform.records.waiting import Waiting
from partners.platform.tenancy.scope import current_consortium_id
from reporting.exchange import QUARTER, as_signed_here, nothing_added_to_it, one_claim_of_a_quarter
from reporting.indicators.kinds import known_kinds
from reporting.models import Claim, ClaimLine, ClaimPayment, Return

SIGNED_LINE = ("claim_id", "contract_id", "item", "job_id", "expenditure_id", "client_id", "amount", "corrects_id")


def kinds_of_claim() -> list[tuple[str, str]]:
    """Return the kinds of claim of the consortium in hand, by code, with their titles."""
    consortium = Consortium.objects.get(pk=current_consortium_id())
    return [(kind.code, kind.title) for kind in known_kinds(consortium) if kind.funder]


def codes_of_claims() -> list[str]:
    return [code for code, _ in kinds_of_claim()]


def rejected_after_signing(line: ClaimLine) -> None:
    if line.rejected_on and line.rejected_on < line.claim.signed_on:
        raise CaseloadError("The funder cannot reject it before it was signed.", field="rejected_on")


def paid_after_signing(payment: ClaimPayment) -> None:
    refuse_before(payment.paid_on, payment.claim.signed_on, "paid_on", what="the day the claim was signed")


def paid_already(payment: ClaimPayment, staff: StaffMember) -> list[LookAlike]:
    same: Any = ClaimPayment.objects.filter(claim=payment.claim, amount=payment.amount).exclude(pk=payment.pk)
    return [
        LookAlike(
            "payment",
            str(each.uid),
            f"the {money(each.amount)} of {long_date(each.paid_on)} on this claim",
            PAYMENT.address("record", each.uid),
        )
        for each in same.order_by("pk")[:3]
    ]


def its_return(filed: Return | None) -> str:
    return reverse("reporting:return", args=[filed.uid]) if filed else ""


def unpaid(rows: Any, staff: StaffMember, today: date) -> Any:
    """Return the claims on which nothing was paid yet, as far as anybody recorded."""
    return rows.filter(~Exists(ClaimPayment.objects.filter(claim=OuterRef("pk"))))


def of_contracts_in_sight(rows: Any, staff: Any) -> Any:
    return rows.visible_to(staff)


KIND = RecordKind(
    model=Claim,
    slug="claims",
    title="Signed claims",
    singular="signed claim",
    about="What was asked of funders, quarter by quarter: signed here, or brought in with a package.",
    shown=("quarter", "kind", "signed_on", "filed"),
    called={"signed_on": "Signed on", "filed": "Signed here as"},
    capability=Capability.SEE_ALL_CONTRACTS,
    day="signed_on",
    order=("-quarter", "kind", "id"),
    filters=("kind",),
    codes={"kind": kinds_of_claim},
    said={"kind": lambda claim: claim.called},
    searched=("quarter",),
    searches="A quarter, such as 2007-08-Q1.",
    begins="A claim is here once it is signed, or brought with an exchange package.",
    links={"filed": its_return},
    today=(
        Waiting(
            name="unpaid",
            one="signed claim without a payment",
            many="signed claims without a payment",
            rows=unpaid,
            capability=Capability.KEEP_MONEY,
            order=35,
        ),
    ),
    exchange=Table(
        name="claims",
        model=Claim,
        title="Signed claims",
        since="1.1",
        holds=(coded("kind", also=codes_of_claims), shaped("quarter", QUARTER), "signed_on"),
        set_rules=(
            SetRule(("claims",), one_claim_of_a_quarter),
            as_signed_here("claims", ("kind", "quarter", "signed_on"), "m.filed_id IS NOT NULL"),
        ),
    ),
)
PAYMENT = RecordKind(
    model=ClaimPayment,
    slug="claim-payments",
    title="Payments of claims",
    singular="payment of a claim",
    about="What funders paid on signed claims, and what went back to them.",
    shown=("paid_on", "claim", "amount", "reference"),
    called={"paid_on": "Paid on"},
    capability=Capability.SEE_ALL_CONTRACTS,
    day="paid_on",
    order=("-paid_on", "id"),
    filters=("claim",),
    searched=("claim__quarter", "reference"),
    searches="A quarter, or the reference of the payment.",
    begins="Add the first one when the funder has paid.",
    money=("amount",),
    one="Payment of",
    whose=("claim",),
    what="amount",
    parent="claim",
    parts="Work on a claim",
    keeps=Keeps(
        fields=("claim", "paid_on", "amount", "reference"),
        may=dict.fromkeys((Verb.ADD, Verb.CHANGE, Verb.REMOVE), Capability.KEEP_MONEY),
        past=("paid_on",),
        rules=(paid_after_signing,),
        alike=paid_already,
        asks_why=True,
        hints={"amount": "A part of it is a payment too. What went back to the funder is written with a minus."},
    ),
)
LINE = RecordKind(
    model=ClaimLine,
    slug="claim-lines",
    title="Lines of claims",
    singular="line of a claim",
    about="What signed claims asked money for, item by item, and what the funder rejected.",
    shown=("claim", "contract", "item", "job.external_id", "expenditure.external_id", "amount", "rejected_on"),
    called={"job.external_id": "Job", "expenditure.external_id": "Spend", "rejected_on": "Rejected on"},
    capability=Capability.VIEW_CONTRACTS,
    within=of_contracts_in_sight,
    order=("-claim__quarter", "contract__title", "item", "id"),
    filters=("claim", "item", "contract"),
    searched=("contract__title", "claim__quarter", "job__external_id", "expenditure__invoice_ref"),
    searches="A word of the contract, a quarter, the reference of a job or an invoice.",
    begins="They come with a claim that is signed, or with an exchange package.",
    money=("amount",),
    one="Line of a claim on",
    parts="Work on a claim",
    whose=("contract",),
    what="item",
    keeps=Keeps(
        fields=("rejected_on",),
        may={Verb.CHANGE: Capability.KEEP_MONEY},
        past=("rejected_on",),
        rules=(rejected_after_signing,),
        asks_why=True,
        hints={"rejected_on": "The day of the funder's letter. The next claim takes the money back."},
    ),
    exchange=Table(
        name="claim_lines",
        model=ClaimLine,
        title="What a signed claim asked money for, item by item",
        since="1.1",
        holds=(
            *("claim_id", "contract_id", "item", "job_id", "expenditure_id", "client_id"),
            shaped("amount", A_SUM),
            *("corrects_id", "rejected_on"),
        ),
        set_rules=(
            as_signed_here(
                "claim_lines",
                SIGNED_LINE,
                "EXISTS (SELECT FROM reporting_claim signed WHERE signed.id = m.claim_id"
                " AND signed.filed_id IS NOT NULL)",
            ),
            SetRule(("claim_lines",), nothing_added_to_it),
        ),
    ),
)
