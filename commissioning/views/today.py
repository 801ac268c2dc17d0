"""What money puts on the Today page: contracts away from their plan, invoices and pledges that wait."""

from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count as Number
from django.db.models import Q
from django.urls import reverse

from commissioning.enums import ContributionStatus
from commissioning.models import Contract, Contribution, Expenditure
from commissioning.queries.contracts import contracts, overcommitted, running, streams
from commissioning.views.contracts import standing
from partners.models import StaffMember
from partners.permissions import Capability
from partners.platform.dates import short_date
from partners.platform.frame.tags import money
from partners.platform.frame.today import Count, Group, Row, TodayList, register_count, register_list

UNPAID_DAYS, ENDS_DAYS = 30, 60
ROWS = 8
SOON_OVER = "Soon over"
TONES = {"Above profile": "late", "Spend without a profile": "late", "Below profile": "warning", SOON_OVER: "quiet"}


@register_count(order=40, capability=Capability.VIEW_CONTRACTS)
def invoices_unpaid(staff: StaffMember, today: date) -> Count | None:
    number, unjudged = _invoices(staff, today)
    if not number:
        return None
    text = "invoice unpaid for a month or longer" if number == 1 else "invoices unpaid for a month or longer"
    note = f"{unjudged} not judged eligible or not" if unjudged else ""
    return Count(number, text, reverse("commissioning:spend"), "warning", note)


def _invoices(staff: StaffMember, today: date) -> tuple[int, int]:
    unpaid = Q(defrayed_on__isnull=True, incurred_on__lte=today - timedelta(days=UNPAID_DAYS), amount__gt=0)
    found = Expenditure.objects.visible_to(staff).aggregate(
        unpaid=Number("pk", filter=unpaid), unjudged=Number("pk", filter=Q(eligible__isnull=True))
    )
    return found["unpaid"], found["unjudged"]


@register_count(order=41, capability=Capability.SEE_ALL_CONTRACTS)
def contributions_to_agree(staff: StaffMember, today: date) -> Count | None:
    number = Contribution.objects.visible_to(staff).filter(status=ContributionStatus.PROPOSED).count()
    if not number:
        return None
    text = "contribution proposed and not agreed" if number == 1 else "contributions proposed and not agreed"
    return Count(number, text, f"{reverse('commissioning:contributions')}?status=proposed", "new")


@register_count(order=42, capability=Capability.SEE_ALL_CONTRACTS)
def streams_contracted_beyond(staff: StaffMember, today: date) -> Count | None:
    number = overcommitted(streams(staff)).count()
    if not number:
        return None
    text = f"funding stream{'' if number == 1 else 's'} contracted beyond what is agreed"
    return Count(number, text, f"{reverse('commissioning:streams')}?over=on", "late")


@register_list(order=40, capability=Capability.VIEW_CONTRACTS)
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
