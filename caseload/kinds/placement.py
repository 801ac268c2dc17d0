"""Work placements, trials, apprenticeships and funded jobs."""

from caseload.exchange import not_before_registration
from caseload.kinds.sight import personal
from caseload.models import Placement
from partners.platform.exchange.declarations import Table

KIND = personal(
    model=Placement,
    slug="placements",
    title="Placements",
    about="Work placements, trials, apprenticeships and funded jobs.",
    shown=("kind", "client", "employer", "started_on", "ended_on", "result"),
    day="started_on",
    one="Placement of",
    filters=("kind", "result"),
    exchange=Table(
        name="placements",
        model=Placement,
        title="Work placements, work trials, apprenticeships and funded jobs",
        after="vacancies",
        holds=("client_id", "employer_id", "kind", "started_on", "ended_on", "contract_id", "result"),
        set_rules=(not_before_registration("placements", "started_on"),),
    ),
)
