"""Actual spend of contracts (COM-10); a credit is negative."""

from datetime import date, timedelta
from typing import Any

from django.db.models.functions import Lower, Trim

from commissioning.exchange import days_to_come, invoices_again, more_than_the_contract, outside_contract
from commissioning.kinds.words import BEGINS, KEEP, LINKS, VIEW, WORK, in_sight
from commissioning.models import Expenditure
from commissioning.queries.contracts import categories
from commissioning.queries.outputs import outputs
from commissioning.services.money_keeping import MoneyKeeper
from partners.models import StaffMember
from partners.permissions import Capability
from partners.platform.dates import long_date
from partners.platform.exchange.columns import money as money_column
from partners.platform.exchange.declarations import RowRule, SetRule, Table
from partners.platform.forms.fields import SuggestedInput
from partners.platform.frame.tags import money
from partners.platform.records.changing import refuse_before
from partners.platform.records.fields import KindForm
from partners.platform.records.keeping import Keeps
from partners.platform.records.kinds import RecordKind
from partners.platform.records.lookalikes import LookAlike
from partners.platform.records.waiting import Waiting


class SpendForm(KindForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].widget = SuggestedInput(categories(self.staff))


def once_the_contract_began(spend: Expenditure) -> None:
    refuse_before(spend.incurred_on, spend.contract.starts_on, "incurred_on", what="the day the contract starts")


def invoiced_already(spend: Expenditure, staff: StaffMember) -> list[LookAlike]:
    """Return the same invoice of the provider with the same sum; without an invoice, all of it the same."""
    same: Any = Expenditure.objects.filter(amount=spend.amount).exclude(pk=spend.pk)
    if spend.invoice_ref:
        same = same.filter(contract__provider=spend.contract.provider_id).annotate(invoice=Lower(Trim("invoice_ref")))
        same = same.filter(invoice=spend.invoice_ref.strip().lower())
    else:
        same = same.filter(contract=spend.contract, incurred_on=spend.incurred_on, category__iexact=spend.category)
        same = same.filter(invoice_ref="", indicator__iexact=spend.indicator)
    return [
        LookAlike(
            "spend",
            str(each.uid),
            f"the {money(each.amount)} of {long_date(each.incurred_on)} on {each.contract}",
            KIND.address("record", each.uid),
        )
        for each in same.select_related("contract").order_by("pk")[:3]
    ]


UNPAID_DAYS = 30


def unpaid(spend: Any, staff: StaffMember, today: date) -> Any:
    """Invoices that were not paid out for a month or longer; a credit is never paid out."""
    return spend.filter(defrayed_on__isnull=True, incurred_on__lte=today - timedelta(days=UNPAID_DAYS), amount__gt=0)


def not_judged(spend: Any, staff: StaffMember, today: date) -> Any:
    return spend.filter(eligible__isnull=True)


KIND = RecordKind(
    model=Expenditure,
    slug="spend",
    title="Spend",
    singular="line of spend",
    about="Actual spend; a credit is negative.",
    shown=("incurred_on", "contract", "amount", "category", "invoice_ref", "defrayed_on", "eligible"),
    called={"incurred_on": "Incurred on", "invoice_ref": "Invoice", "defrayed_on": "Paid on", "indicator": "Paid for"},
    capability=VIEW,
    day="incurred_on",
    searched=("contract__title", "invoice_ref", "category"),
    searches="A word of the contract, of the category or of the invoice reference.",
    begins=BEGINS,
    money=("amount",),
    one="Spend on",
    whose=("contract",),
    what="category",
    worded=("category",),
    codes={"indicator": outputs},
    within=in_sight,
    filters=("contract", "eligible", "indicator"),
    links=LINKS,
    list_page="commissioning:spend",
    parent="contract",
    parts=WORK,
    today=(
        Waiting(
            name="unpaid",
            one="invoice unpaid for a month or longer",
            many="invoices unpaid for a month or longer",
            rows=unpaid,
            capability=VIEW,
            order=40,
            tone="warning",
        ),
        Waiting(
            name="not-judged",
            one="line of spend not judged eligible or not",
            many="lines of spend not judged eligible or not",
            rows=not_judged,
            capability=Capability.KEEP_MONEY,
            order=40,
        ),
    ),
    keeps=Keeps(
        fields=("contract", "incurred_on", "amount", "category", "indicator", "invoice_ref", "eligible"),
        may=KEEP,
        keeper=MoneyKeeper,
        past=("incurred_on",),
        rules=(once_the_contract_began,),
        alike=invoiced_already,
        hints={"amount": "A credit is recorded with its charge; a payment is asked for in the books."},
        form=SpendForm,
    ),
    exchange=Table(
        name="expenditure",
        model=Expenditure,
        title="Actual spend",
        after="contract_profiles",
        holds=(
            "contract_id",
            "incurred_on",
            money_column("amount"),
            "indicator",
            "category",
            "invoice_ref",
            "defrayed_on",
            "eligible",
        ),
        row_rules=(
            RowRule(
                ("defrayed_on", "incurred_on"),
                "{defrayed_on} < {incurred_on}",
                "This was paid before the day it was incurred.",
                only_warns=True,
            ),
            days_to_come("incurred_on"),
            days_to_come("defrayed_on"),
        ),
        set_rules=(
            outside_contract(
                "expenditure", "incurred_on", only="{starts}", reason="The contract does not run on this day."
            ),
            more_than_the_contract(
                *("expenditure", "amount", "incurred_on"),
                where="eligible IS NOT false",
                extra="eligible",
                reason="With this more is spent than the contract is worth.",
            ),
            SetRule(("expenditure",), invoices_again),
        ),
    ),
)
