"""Referrals: hand-overs between organisations. They are sent and answered by services of their own."""

from typing import Any

from caseload.enums import ReferralStatus, TimelineGroup
from caseload.exchange import BY_COMMAND, KNOWN_CLIENT
from caseload.judging import may_refer
from caseload.kinds.sentences import day, said, word
from caseload.kinds.sight import of_referrals, personal
from caseload.models import Referral
from partners.platform.exchange.declarations import Guard, Table
from partners.platform.records.told import Sentence, Told


def sentence(facts: dict[str, Any]) -> Sentence:
    state = word(ReferralStatus, facts["status"]).lower()
    below = said(day(facts["status_on"], f"{state} on "), facts["status_reason"] or "", facts["service"] or "")
    return Sentence(f"Referral from {facts['from']} to {facts['to']}", facts["reason"], below, by=facts["by"] or "")


KIND = personal(
    model=Referral,
    slug="referrals",
    title="Referrals",
    about="Hand-overs between organisations.",
    shown=("status", "client", "from_organisation", "to_organisation", "made_on", "answer_by"),
    day="made_on",
    one="Referral of",
    filters=("status",),
    within=of_referrals,
    links={},
    timeline=Told(
        name="referral",
        group=TimelineGroup.REFERRALS,
        mark="document",
        facts={
            "from": "from_organisation__name",
            "to": "to_organisation__name",
            "status": "status",
            "status_on": "status_on",
            "reason": "reason",
            "status_reason": "status_reason",
            "service": "service__name",
            "by": "made_by__name",
        },
        sentence=sentence,
    ),
    exchange=Table(
        name="referrals",
        model=Referral,
        title="Hand-overs between organisations",
        after="consents",
        holds=(
            "client_id",
            "from_organisation_id",
            "to_organisation_id",
            "service_id",
            "made_on",
            "status",
            "status_on",
            "reason",
        ),
        guards=(
            Guard(
                ("client_id", "from_organisation_id", "to_organisation_id", "status"),
                may_refer,
                f"A referral opens a client's record to its receiver. {BY_COMMAND}",
                new=KNOWN_CLIENT,
            ),
        ),
    ),
)
