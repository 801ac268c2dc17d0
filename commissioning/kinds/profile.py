"""Planned spend and outputs of a contract, month by month (COM-09)."""

from datetime import date
from typing import Any

from commissioning.enums import ProfileKind
from commissioning.exchange import more_than_the_contract, outside_contract, twice
from commissioning.kinds.words import BEGINS, KEEP, LINKS, VIEW, WORK, in_sight
from commissioning.models import ContractProfile
from commissioning.queries.outputs import outputs
from commissioning.services.profile_keeping import ProfileKeeper
from partners.errors import CaseloadError
from partners.models import StaffMember
from partners.platform.dates import long_date
from partners.platform.exchange.columns import A_SUM, PENCE, shaped
from partners.platform.exchange.declarations import RowRule, Table
from partners.platform.exchange.shapes import FIRST_OF_MONTH
from partners.platform.records.fields import KindForm
from partners.platform.records.keeping import Keeps
from partners.platform.records.kinds import RecordKind
from partners.platform.records.lookalikes import LookAlike


class ProfileForm(KindForm):
    def clean_month(self) -> date | None:
        """Any day of a month means the month."""
        month: date | None = self.cleaned_data["month"]
        return month.replace(day=1) if month else None


def output_with_its_indicator(profile: ContractProfile) -> None:
    if profile.kind == ProfileKind.OUTPUT and not profile.indicator:
        raise CaseloadError("Choose the indicator of the output.", field="indicator")


def while_the_contract_runs(profile: ContractProfile) -> None:
    first, last = profile.contract.starts_on, profile.contract.ends_on
    if not first.replace(day=1) <= profile.month <= last:
        said = f"Enter a month in which the contract runs: {long_date(first)} to {long_date(last)}."
        raise CaseloadError(said, field="month")


def planned_already(profile: ContractProfile, staff: StaffMember) -> list[LookAlike]:
    """Return what plans the same month: both would be added up."""
    same: Any = ContractProfile.objects.filter(
        contract=profile.contract, month=profile.month, kind=profile.kind, indicator=profile.indicator
    ).exclude(pk=profile.pk)
    return [
        LookAlike(
            "profile",
            str(each.uid),
            f"the {each.planned:,} planned for {each.month:%B %Y}",
            KIND.address("record", each.uid),
        )
        for each in same.order_by("pk")[:3]
    ]


def begun(staff: StaffMember) -> dict[str, Any]:
    return {"kind": ProfileKind.SPEND}


KIND = RecordKind(
    model=ContractProfile,
    slug="profiles",
    title="Profiles",
    singular="planned figure",
    about="Planned spend and outputs, month by month.",
    shown=("month", "contract", "kind", "indicator", "planned"),
    called={"kind": "What is planned", "planned": "Planned"},
    capability=VIEW,
    day="month",
    searched=("contract__title", "indicator"),
    searches="A word of the contract's title, or the indicator.",
    begins=BEGINS,
    one="Planned figure of",
    whose=("contract",),
    within=in_sight,
    what="kind",
    codes={"indicator": outputs},
    filters=("kind", "contract", "indicator"),
    links=LINKS,
    list_page="commissioning:profiles",
    parent="contract",
    parts=WORK,
    keeps=Keeps(
        fields=("contract", "month", "kind", "indicator", "planned"),
        may=KEEP,
        keeper=ProfileKeeper,
        rules=(output_with_its_indicator, while_the_contract_runs),
        alike=planned_already,
        initial=begun,
        hints={
            "month": "Any day of the month, such as 1/4/2026.",
            "indicator": "What an output counts; spend may name what it pays for.",
            "planned": "Pounds for spend, a number for outputs.",
        },
        form=ProfileForm,
    ),
    exchange=Table(
        name="contract_profiles",
        model=ContractProfile,
        title="Planned spend and outputs of a contract, month by month",
        after="contracts",
        holds=("contract_id", shaped("month", FIRST_OF_MONTH), "kind", "indicator", shaped("planned", A_SUM)),
        row_rules=(
            RowRule(
                ("planned", "kind"),
                "{kind} = 'spend' AND {planned} <> round({planned}, 2)",
                PENCE.reason,
                only_warns=True,
            ),
        ),
        set_rules=(
            twice(
                "contract_profiles",
                *("contract_id", "month", "kind", "indicator"),
                reported="month",
                reason="Another row plans this month of the contract; both are added up.",
            ),
            outside_contract(
                "contract_profiles",
                "month",
                only="date_trunc('month', {starts})::date",
                reason="The contract does not run in this month.",
            ),
            more_than_the_contract(
                *("contract_profiles", "planned", "month"),
                extra="kind",
                where="kind = 'spend'",
                reason="With this more spend is planned than the contract is worth.",
            ),
        ),
    ),
)
