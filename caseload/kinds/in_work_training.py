"""Training taken up by people in work."""

from caseload.exchange import not_before_registration
from caseload.kinds.sight import personal
from caseload.models import InWorkTraining
from partners.platform.exchange.declarations import Table

KIND = personal(
    model=InWorkTraining,
    slug="in-work-training",
    title="Training in work",
    about="Training taken up by people in work.",
    shown=("started_on", "client", "employer", "completed_on", "result"),
    day="started_on",
    one="Training of",
    filters=("result",),
    exchange=Table(
        name="in_work_training",
        model=InWorkTraining,
        title="Training taken up by people in work",
        after="employment_checks",
        holds=("client_id", "employer_id", "started_on", "completed_on", "result"),
        set_rules=(not_before_registration("in_work_training", "started_on"),),
    ),
)
