"""Benefits and statuses, as dated spells."""

from typing import Any

from caseload.enums import PART_OF_CODE, CircumstanceCode, TimelineGroup
from caseload.kinds.sentences import day, said, word
from caseload.kinds.sight import known, personal, tells
from caseload.models import ClientCircumstance
from caseload.queries.sight import Sight
from partners.platform.exchange.declarations import Table
from partners.platform.exchange.rules import one_spell_at_a_time
from partners.platform.records.told import Entry, Sentence, Told


def sentence(facts: dict[str, Any]) -> Sentence:
    return Sentence(f"{word(CircumstanceCode, facts['code'])} begins", facts=said(day(facts["to_date"], "until ")))


def of_anothers(entry: Entry, sight: Sight) -> bool:
    """Tell whether a spell belongs to a special category that this reader may not know."""
    facts = entry.facts
    part = PART_OF_CODE.get(facts["code"])
    return not sight.reads(part, record=facts["record"], recorded_by=facts["organisation_id"])


KIND = personal(
    model=ClientCircumstance,
    slug="circumstances",
    title="Benefits and statuses",
    about="Dated spells of benefits and statuses.",
    shown=("code", "client", "kind", "from_date", "to_date"),
    day="from_date",
    one="Benefit or status of",
    filters=("kind", "code"),
    within=known,
    tells=tells,
    timeline=Told(
        name="circumstance",
        group=TimelineGroup.FACTS,
        facts={"code": "code", "to_date": "to_date", "organisation_id": "organisation_id"},
        sentence=sentence,
        hides=of_anothers,
    ),
    exchange=Table(
        name="client_circumstances",
        model=ClientCircumstance,
        title="Benefits claimed and statuses held, as dated spells",
        after="client_addresses",
        holds=("client_id", "kind", "code", "from_date", "to_date"),
        set_rules=(
            one_spell_at_a_time(
                "client_circumstances",
                "client_id",
                "code",
                reason="This client has another spell of the same on one of these days.",
                only_warns=True,
            ),
        ),
    ),
)
