"""Checks of financial health and viability, with the day they are made again (COM-15)."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef

from commissioning.kinds.words import OVERSEE, OVERSIGHT, WORK
from commissioning.models import FinancialCheck
from partners.models import StaffMember
from partners.permissions import Capability
from partners.platform.records.keeping import Keeps
from partners.platform.records.kinds import RecordKind
from partners.platform.records.waiting import Waiting

HEALTH = {"sound": "good", "watch": "warning", "weak": "bad"}


def to_repeat(checks: Any, staff: StaffMember, today: date) -> Any:
    """Those whose day has come, unless the provider was checked again since."""
    later = FinancialCheck.objects.filter(provider=OuterRef("provider"), checked_on__gt=OuterRef("checked_on"))
    return checks.filter(~Exists(later), review_on__lte=today)


KIND = RecordKind(
    model=FinancialCheck,
    slug="financial-checks",
    title="Financial health",
    singular="financial check",
    about="Whether contractors are sound enough to be relied on, and when to look again.",
    one="Financial check of",
    whose=("provider",),
    what="health",
    shown=("checked_on", "provider", "health", "turnover", "accounts_to", "review_on"),
    capability=OVERSIGHT,
    money=("turnover",),
    day="checked_on",
    tones={"health": HEALTH},
    searched=("provider__name", "note"),
    searches="A word of the provider or of the note.",
    filters=("provider", "health"),
    begins="Add the first one here.",
    parts=WORK,
    today=(
        Waiting(
            name="repeat",
            one="financial check to make again",
            many="financial checks to make again",
            rows=to_repeat,
            capability=Capability.KEEP_OVERSIGHT,
            order=49,
        ),
    ),
    keeps=Keeps(
        fields=("provider", "checked_on", "accounts_to", "turnover", "health", "note", "review_on"),
        may=OVERSEE,
        past=("checked_on", "accounts_to"),
        hints={"turnover": "Pounds a year, from the accounts. Empty where it is not known."},
    ),
)
