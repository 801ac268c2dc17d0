"""Consents: what clients agreed to."""

from typing import Any

from caseload.enums import ConsentMethod, ConsentPurpose, TimelineGroup, covered
from caseload.exchange import BY_COMMAND, KNOWN_CLIENT, parts_of_the_form
from caseload.judging import may_record_consent
from caseload.kinds.sentences import day, said, word
from caseload.kinds.sight import personal
from caseload.models import Consent
from partners.platform.exchange.declarations import Guard, Table
from partners.platform.records.told import Sentence, Told


def sentence(facts: dict[str, Any]) -> Sentence:
    whom = facts["organisation"] or "every partner"
    below = said(
        covered(facts["parts"]) if facts["purpose"] == ConsentPurpose.SHARING else "",
        word(ConsentMethod, facts["method"]),
        f"form {facts['form']}" if facts["form"] else "",
        day(facts["expires_on"], "until "),
        day(facts["withdrawn_on"], "withdrawn on "),
    )
    title = f"Consent: {word(ConsentPurpose, facts['purpose']).lower()}, {whom}"
    return Sentence(title, facts=below, by=facts["by"] or "")


KIND = personal(
    model=Consent,
    slug="consents",
    title="Consents",
    about="What clients agreed to.",
    shown=("purpose", "client", "organisation", "parts", "given_on", "expires_on", "withdrawn_on"),
    day="given_on",
    one="Consent of",
    filters=("purpose", "method"),
    timeline=Told(
        name="consent",
        group=TimelineGroup.REFERRALS,
        mark="document",
        facts={
            "purpose": "purpose",
            "organisation": "organisation__name",
            "method": "method",
            "expires_on": "expires_on",
            "withdrawn_on": "withdrawn_on",
            "form": "form_version",
            "parts": "parts",
            "by": "taken_by__name",
        },
        sentence=sentence,
    ),
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
