"""The clauses that each contract should have, and whether it keeps them (COM-08)."""

from commissioning.kinds.words import KEEP, LINKS, VIEW, WORK, in_sight
from commissioning.models import ContractClause
from partners.platform.exchange.declarations import Table
from partners.platform.records.keeping import Keeps
from partners.platform.records.kinds import RecordKind

KIND = RecordKind(
    model=ContractClause,
    slug="clauses",
    title="Clauses of contracts",
    singular="clause of a contract",
    about="What each contract should say: whether it does, or need not.",
    shown=("clause", "contract", "state", "note"),
    capability=VIEW,
    within=in_sight,
    tones={"state": {"met": "good", "not_met": "bad", "not_needed": "quiet"}},
    one="Clause of",
    whose=("contract",),
    what="clause",
    order=("contract__title", "id"),
    searched=("contract__title", "note"),
    searches="A word of the contract's title, or of the note.",
    filters=("clause", "state", "contract"),
    begins="Add the first one here, or bring them with an exchange package.",
    links=LINKS,
    parent="contract",
    parts=WORK,
    keeps=Keeps(
        fields=("contract", "clause", "state", "note"),
        may=KEEP,
        hints={"note": "Where it stands in the contract, or what is missing."},
    ),
    exchange=Table(
        name="contract_clauses",
        model=ContractClause,
        title="Clauses that a contract should have, and whether it keeps them",
        after="contract_facts",
        holds=("contract_id", "clause", "state", "note"),
        is_extra=True,
    ),
)
