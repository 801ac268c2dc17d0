"""Which money of the plan is meant for which action (COM-02): never more of a cell than stands there."""

from decimal import Decimal

from django.db.models import Sum

from commissioning.enums import InvestmentMark
from commissioning.kinds.words import KEEP, VIEW, WORK
from commissioning.models import ActionFunding, PlannedInvestment
from commissioning.services.held import HeldKeeper
from partners.errors import CaseloadError
from partners.platform.frame.tags import money
from partners.platform.records.keeping import Keeps
from partners.platform.records.kinds import RecordKind


def within_its_cell(funding: ActionFunding) -> None:
    """Refuse more than the cell has beside what other actions have of it; two at once wait for each other."""
    cell = PlannedInvestment.objects.select_for_update(of=("self",)).get(pk=funding.planned_id)
    if cell.mark != InvestmentMark.AMOUNT or cell.amount is None:
        raise CaseloadError("No amount stands in this cell of the plan yet.", field="planned")
    others = ActionFunding.objects.filter(planned=cell).exclude(pk=funding.pk)
    left = cell.amount - (others.aggregate(sum=Sum("amount"))["sum"] or Decimal(0))
    if funding.amount > left:
        raise CaseloadError(
            f"{money(left)} of {money(cell.amount)} is left for actions. Enter that or less.", field="amount"
        )


KIND = RecordKind(
    model=ActionFunding,
    slug="action-funding",
    title="Money for actions",
    singular="sum for an action",
    about="Which money of the investment plan is meant for which action.",
    one="Money for",
    whose=("action",),
    what="planned",
    shown=("action", "planned", "amount"),
    called={"planned": "Money of"},
    capability=VIEW,
    money=("amount",),
    order=("action__title", "planned__financial_year", "id"),
    searched=("action__title", "planned__funding_stream__name", "note"),
    searches="A word of the action or of the stream.",
    filters=("action",),
    begins="Add the first one here.",
    parent="action",
    parts=WORK,
    keeps=Keeps(
        fields=("action", "planned", "amount", "note"),
        may=KEEP,
        keeper=HeldKeeper,
        rules=(within_its_cell,),
        hints={"planned": "The stream and the year.", "amount": "Pounds."},
    ),
)
