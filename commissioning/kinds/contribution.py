"""Money put into the joint commissioning pot, year by year (COM-02, COM-03)."""

from datetime import date
from typing import Any

from commissioning.enums import ContributionStatus
from commissioning.exchange import days_to_come, twice
from commissioning.kinds.words import BEGINS, KEEP, VIEW, WORK, in_sight
from commissioning.models import Contribution
from commissioning.services.money_keeping import MoneyKeeper
from partners.errors import CaseloadError
from partners.models import StaffMember
from partners.permissions import Capability
from partners.platform.exchange.columns import money as money_column
from partners.platform.exchange.columns import shaped
from partners.platform.exchange.declarations import RowRule, Table
from partners.platform.exchange.shapes import FINANCIAL_YEAR, is_financial_year
from partners.platform.frame.tags import money
from partners.platform.records.keeping import Keeps
from partners.platform.records.kinds import RecordKind
from partners.platform.records.lookalikes import LookAlike
from partners.platform.records.waiting import Waiting


def a_financial_year(contribution: Contribution) -> None:
    if not is_financial_year(contribution.financial_year):
        raise CaseloadError("Enter a financial year like 2007-08.", field="financial_year")


def agreed_with_its_day(contribution: Contribution) -> None:
    if contribution.status == ContributionStatus.AGREED and contribution.agreed_on is None:
        said = "Enter the day it was agreed: without it, an agreed contribution is in no figure."
        raise CaseloadError(said, field="agreed_on")


def the_same_sum(contribution: Contribution, staff: StaffMember) -> list[LookAlike]:
    same = Contribution.objects.filter(
        funding_stream=contribution.funding_stream,
        organisation=contribution.organisation,
        financial_year=contribution.financial_year,
        amount=contribution.amount,
    ).exclude(pk=contribution.pk)
    return [
        LookAlike(
            "contribution",
            str(each.uid),
            f"the {money(each.amount)} of {each.organisation} for {each.financial_year}",
            KIND.address("record", each.uid),
        )
        for each in same.select_related("organisation").order_by("pk")[:3]
    ]


def proposed(contributions: Any, staff: StaffMember, today: date) -> Any:
    return contributions.filter(status=ContributionStatus.PROPOSED)


KIND = RecordKind(
    model=Contribution,
    slug="contributions",
    title="Contributions",
    one="Contribution of",
    whose=("organisation",),
    singular="contribution",
    what="financial_year",
    about="Money put into the joint commissioning pot.",
    shown=("organisation", "funding_stream", "financial_year", "amount", "status", "agreed_on", "objective"),
    called={"organisation": "From", "funding_stream": "Into the stream"},
    capability=VIEW,
    within=in_sight,
    money=("amount",),
    tones={"status": {"agreed": "good", "proposed": "waiting", "withdrawn": "quiet"}},
    day="agreed_on",
    order=("-financial_year", "organisation__name", "id"),
    searched=("organisation__name", "funding_stream__name", "objective"),
    searches="A word of the organisation, of the stream or of the objective.",
    filters=("status", "financial_year", "funding_stream", "organisation"),
    begins=BEGINS,
    list_page="commissioning:contributions",
    parent="funding_stream",
    parts=WORK,
    today=(
        Waiting(
            name="proposed",
            one="contribution proposed and not agreed",
            many="contributions proposed and not agreed",
            rows=proposed,
            capability=Capability.SEE_ALL_CONTRACTS,
            order=41,
        ),
    ),
    keeps=Keeps(
        fields=("organisation", "funding_stream", "financial_year", "amount", "status", "agreed_on", "objective"),
        may=KEEP,
        keeper=MoneyKeeper,
        past=("agreed_on",),
        rules=(a_financial_year, agreed_with_its_day),
        alike=the_same_sum,
        hints={"financial_year": "For example 2007-08."},
    ),
    exchange=Table(
        name="contributions",
        model=Contribution,
        title="Money put into the joint commissioning pot (the resource plan)",
        after="funding_streams",
        holds=(
            "funding_stream_id",
            "organisation_id",
            shaped("financial_year", FINANCIAL_YEAR),
            money_column("amount"),
            "status",
            "agreed_on",
            "objective",
        ),
        row_rules=(
            RowRule(
                ("agreed_on", "status"),
                "{status} = 'agreed' AND {agreed_on} IS NULL",
                "An agreed contribution without its day is in no figure.",
                only_warns=True,
            ),
            days_to_come("agreed_on"),
        ),
        set_rules=(
            twice(
                "contributions",
                *("funding_stream_id", "organisation_id", "financial_year", "amount", "status", "objective"),
                reported="amount",
                reason="Another row has this stream, organisation, year, amount and objective.",
            ),
        ),
    ),
)
