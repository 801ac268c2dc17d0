"""Referrals: hand-overs between organisations. They are sent and answered by services of their own."""

from caseload.exchange import BY_COMMAND, KNOWN_CLIENT
from caseload.judging import may_refer
from caseload.kinds.sight import of_referrals, personal
from caseload.models import Referral
from partners.platform.exchange.declarations import Guard, Table

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
