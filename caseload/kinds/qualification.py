"""Learning: enrolments and achievements (CAS-13)."""

from caseload.kinds.sight import personal
from caseload.models import Qualification

KIND = personal(
    model=Qualification,
    slug="qualifications",
    title="Learning",
    about="Enrolments and achievements.",
    shown=("type", "client", "level", "enrolled_on", "achieved_on", "accredited"),
    day="achieved_on",
    one="Learning of",
    filters=("type", "level"),
)
