"""What money puts on the Today page: contracts and streams away from their plan."""

from datetime import date, timedelta
from decimal import Decimal

from django.urls import reverse

from commissioning.models import Contract
from commissioning.queries.books import paid_beyond
from commissioning.queries.contracts import contracts, overcommitted, running, streams
from commissioning.services.ledger_acts import to_decide
from commissioning.views.contracts import standing
from partners.models import StaffMember
from partners.permissions import Capability
from partners.platform.dates import short_date
from partners.platform.frame.tags import money
from partners.platform.frame.today import Count, Group, Row, TodayList, today_count, today_list

ENDS_DAYS = 60
ROWS = 8
SOON_OVER = "Soon over"
TONES = {"Above profile": "late", "Spend without a profile": "late", "Below profile": "warning", SOON_OVER: "quiet"}


@today_count(order=42, capability=Capability.SEE_ALL_CONTRACTS)
def streams_contracted_beyond(staff: StaffMember, today: date) -> Count | None:
    number = overcommitted(streams(staff)).count()
    if not number:
        return None
    text = f"funding stream{'' if number == 1 else 's'} contracted beyond what is agreed"
    return Count(number, text, f"{reverse('commissioning:streams')}?over=on", "late")


@today_list(order=40, capability=Capability.VIEW_CONTRACTS)
def contracts_to_look_at(staff: StaffMember, today: date) -> TodayList | None:
    rows: dict[str, list[Row]] = {title: [] for title in TONES}
    for contract in running(contracts(staff, today=today), on=today):
        why = _why(contract, today)
        if why is not None:
            rows[why].append(_row(contract))
    if not any(rows.values()):
        return None
    groups = [Group(title, rows[title][:ROWS], tone) for title, tone in TONES.items() if rows[title]]
    return TodayList("Contracts to look at", groups, reverse("commissioning:contracts"), "All contracts")


def _why(contract: Contract, today: date) -> str | None:
    stands, _ = standing(*_to_date(contract))
    if stands in TONES:
        return stands
    return SOON_OVER if contract.ends_on <= today + timedelta(days=ENDS_DAYS) else None


def _to_date(contract: Contract) -> tuple[Decimal, Decimal]:
    """Return what was planned and what was spent of a contract as the list reads it."""
    return contract.planned_to_date, contract.spent_to_date  # type: ignore[attr-defined]


def _row(contract: Contract) -> Row:
    planned, spent = _to_date(contract)
    said = (
        f"{contract.provider}: {money(spent)} of {money(planned)} planned to date; ends {short_date(contract.ends_on)}"
    )
    return Row(contract.title, reverse("commissioning:contract", args=[contract.uid]), said)


@today_count(order=39, capability=Capability.KEEP_MONEY)
def money_to_decide(staff: StaffMember, today: date) -> Count | None:
    """Allocations and payments that somebody else asked for and this person may approve."""
    number = to_decide(staff).count()
    if not number:
        return None
    text = f"request{'' if number == 1 else 's'} for money to approve or refuse"
    return Count(number, text, f"{reverse('commissioning:acts')}?mine=on")


@today_count(order=42, capability=Capability.SEE_ALL_CONTRACTS)
def contracts_paid_beyond(staff: StaffMember, today: date) -> Count | None:
    number = paid_beyond(contracts(staff, today=today)).count()
    if not number:
        return None
    text = f"contract{'' if number == 1 else 's'} paid beyond what is allocated"
    return Count(number, text, f"{reverse('commissioning:contracts')}?overspent=on", "late")
