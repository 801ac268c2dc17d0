"""Assessments: scores from 1, furthest from work, to 10."""

from caseload.exchange import not_before_registration
from caseload.kinds.sight import known, personal, tells
from caseload.models import Assessment
from partners.platform.exchange.declarations import Table

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
    exchange=Table(
        name="assessments",
        model=Assessment,
        title="Employment and skills assessments; scores 1 (furthest from work) to 10",
        after="activities",
        holds=("client_id", "assessed_on", "organisation_id", "dimension", "score"),
        set_rules=(not_before_registration("assessments", "assessed_on"),),
    ),
)
