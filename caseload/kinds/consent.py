"""Consents: what clients agreed to."""

from caseload.kinds.sight import personal
from caseload.models import Consent

KIND = personal(
    model=Consent,
    slug="consents",
    title="Consents",
    about="What clients agreed to.",
    shown=("purpose", "client", "organisation", "parts", "given_on", "expires_on", "withdrawn_on"),
    day="given_on",
    one="Consent of",
    filters=("purpose", "method"),
)
