"""Addresses: where clients lived and when."""

from typing import Any

from caseload.enums import TimelineGroup
from caseload.exchange import POSTCODE
from caseload.kinds.sentences import day, said
from caseload.kinds.sight import personal
from caseload.models import ClientAddress
from partners.platform.exchange.columns import shaped
from partners.platform.exchange.declarations import Table
from partners.platform.exchange.rules import one_spell_at_a_time
from partners.platform.exchange.shapes import LSOA
from partners.platform.records.told import Sentence, Told


def sentence(facts: dict[str, Any]) -> Sentence:
    place = ", ".join(said(facts["postcode"], facts["ward"], facts["district"])) or "address not known"
    return Sentence(f"Lives at {place}", facts=said(day(facts["to_date"], "until ")))


KIND = personal(
    model=ClientAddress,
    slug="addresses",
    title="Addresses",
    about="Where clients lived and when.",
    shown=("postcode", "client", "ward", "lsoa", "from_date", "to_date"),
    day="from_date",
    one="Address of",
    timeline=Told(
        name="address",
        group=TimelineGroup.FACTS,
        facts={"postcode": "postcode", "ward": "ward", "district": "district", "to_date": "to_date"},
        sentence=sentence,
    ),
    exchange=Table(
        name="client_addresses",
        model=ClientAddress,
        title="Where a client lived and when: a client who moves gets a new row",
        after="clients",
        holds=(
            "client_id",
            "from_date",
            "to_date",
            shaped("postcode", POSTCODE),
            shaped("lsoa", LSOA),
            "ward",
            "district",
        ),
        set_rules=(
            one_spell_at_a_time(
                "client_addresses",
                "client_id",
                reason="This client has another address on one of these days.",
                only_warns=True,
            ),
        ),
    ),
)
