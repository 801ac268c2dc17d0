"""Learning: enrolments and achievements (CAS-13)."""

from caseload.kinds.sight import personal
from caseload.models import Qualification
from partners.platform.exchange.declarations import Table

KIND = personal(
    model=Qualification,
    slug="qualifications",
    title="Learning",
    about="Enrolments and achievements.",
    shown=("type", "client", "level", "enrolled_on", "achieved_on", "accredited"),
    day="achieved_on",
    one="Learning of",
    filters=("type", "level"),
    exchange=Table(
        name="qualifications",
        model=Qualification,
        title="Learning: enrolments and achievements",
        after="plan_actions",
        before="employers",
        holds=(
            "client_id",
            "type",
            "level",
            "enrolled_on",
            "achieved_on",
            "first_at_level",
            "accredited",
            "contract_id",
        ),
    ),
)
