"""Consents: what clients agreed to."""

from caseload.exchange import BY_COMMAND, KNOWN_CLIENT, parts_of_the_form
from caseload.judging import may_record_consent
from caseload.kinds.sight import personal
from caseload.models import Consent
from partners.platform.exchange.declarations import Guard, Table

KIND = personal(
    model=Consent,
    slug="consents",
    title="Consents",
    about="What clients agreed to.",
    shown=("purpose", "client", "organisation", "parts", "given_on", "expires_on", "withdrawn_on"),
    day="given_on",
    one="Consent of",
    filters=("purpose", "method"),
    exchange=Table(
        name="consents",
        model=Consent,
        title="What a client agreed to; blank organisation = every partner of the consortium",
        after="client_circumstances",
        holds=("client_id", "purpose", "organisation_id", "given_on", "expires_on", "withdrawn_on", "method"),
        settled=(("parts", parts_of_the_form),),
        guards=(
            Guard(
                ("client_id", "purpose", "organisation_id", "given_on", "expires_on", "withdrawn_on"),
                may_record_consent,
                f"A consent to share opens a client's record to others. {BY_COMMAND}",
                only="m.purpose = 'sharing' OR s.purpose = 'sharing'",
                new=f"s.purpose = 'sharing' AND {KNOWN_CLIENT}",
            ),
        ),
    ),
)
