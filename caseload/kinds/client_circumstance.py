"""Benefits and statuses, as dated spells."""

from caseload.kinds.sight import known, personal, tells
from caseload.models import ClientCircumstance

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
)
