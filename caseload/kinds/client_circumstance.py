"""Benefits and statuses, as dated spells."""

from caseload.kinds.sight import known, personal, tells
from caseload.models import ClientCircumstance
from partners.platform.exchange.declarations import Table
from partners.platform.exchange.rules import one_spell_at_a_time

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
