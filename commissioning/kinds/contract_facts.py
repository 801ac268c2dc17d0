"""Where a contract stands, and whom it serves (COM-08)."""

from commissioning.enums import ContractStatus
from commissioning.exchange import about_known_contracts, contract_of_facts
from commissioning.kinds.words import KEEP, LINKS, VIEW, WORK, in_sight
from commissioning.models import ContractFacts
from partners.errors import CaseloadError
from partners.platform.dates import long_date
from partners.platform.exchange.columns import money
from partners.platform.exchange.declarations import SetRule, Table
from partners.platform.records.keeping import Keeps
from partners.platform.records.kinds import RecordKind


def ended_within_its_days(facts: ContractFacts) -> None:
    """Refuse an early end on a day on which the contract would not have run."""
    contract, day = facts.contract, facts.status_on
    if facts.status == ContractStatus.ENDED_EARLY and day and not contract.starts_on <= day <= contract.ends_on:
        days = f"{long_date(contract.starts_on)} to {long_date(contract.ends_on)}"
        raise CaseloadError(f"Enter a day on which the contract ran: {days}.", field="status_on")


def no_more_than_the_value(facts: ContractFacts) -> None:
    if facts.own_amount is not None and facts.own_amount > facts.contract.value:
        raise CaseloadError("Enter no more than the contract is worth.", field="own_amount")


KIND = RecordKind(
    model=ContractFacts,
    slug="contract-facts",
    title="Status of contracts",
    singular="status of a contract",
    about="Where each contract stands, for whom it is, and how much of it its own stream pays.",
    shown=("contract", "status", "status_on", "areas", "groups", "lots", "delivery", "own_amount"),
    capability=VIEW,
    within=in_sight,
    money=("own_amount",),
    tones={
        "status": {
            "draft": "waiting",
            "signed": "good",
            "running": "good",
            "suspended": "warning",
            "ended_early": "bad",
            "ended": "quiet",
        }
    },
    one="Status of",
    whose=("contract",),
    what="status",
    order=("contract__title", "id"),
    searched=("contract__title", "areas", "groups", "lots", "delivery"),
    searches="A word of the contract's title, or of its areas, groups, lots and models.",
    filters=("status", "contract"),
    begins="Add the first one here, or bring them with an exchange package.",
    links=LINKS,
    parent="contract",
    parts=WORK,
    keeps=Keeps(
        fields=(
            *("contract", "status", "status_on", "status_reason"),
            *("areas", "groups", "lots", "delivery", "own_amount"),
        ),
        may=KEEP,
        past=("status_on",),
        rules=(ended_within_its_days, no_more_than_the_value),
        hints={
            "status_on": "The day since which it stands so. Of one that ended, its last day.",
            "status_reason": "A contract that ended early needs its reason.",
            "areas": "Wards, LSOAs or the city.",
            "own_amount": "Empty: what further streams leave of the value.",
        },
    ),
    exchange=Table(
        name="contract_facts",
        model=ContractFacts,
        title="Where a contract stands, and whom it serves; the id is the contract's",
        holds=(
            *("status", "status_on", "status_reason", "areas", "groups", "lots", "delivery"),
            money("own_amount"),
        ),
        set_rules=(SetRule(("contract_facts",), about_known_contracts),),
        settled=(("contract_id", contract_of_facts),),
        companion_of="contracts",
        companion_field="contract",
        is_extra=True,
    ),
)
