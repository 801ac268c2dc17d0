"""Assessments: scores from 1, furthest from work, to 10."""

from caseload.kinds.sight import known, personal, tells
from caseload.models import Assessment

KIND = personal(
    model=Assessment,
    slug="assessments",
    title="Assessments",
    about="Scores from 1, furthest from work, to 10.",
    shown=("dimension", "client", "score", "assessed_on", "organisation"),
    day="assessed_on",
    one="Assessment of",
    filters=("dimension",),
    within=known,
    tells=tells,
)
