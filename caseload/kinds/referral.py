"""Referrals: hand-overs between organisations. They are sent and answered by services of their own."""

from caseload.kinds.sight import of_referrals, personal
from caseload.models import Referral

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
)
