"""What the account manager's work puts on the Today page."""

from datetime import date

from django.urls import reverse
from django.utils.text import Truncator

from employers.queries.follow_ups import follow_ups_of
from employers.services.leaving import left_employers, may_hand_accounts_on
from partners.models import StaffMember
from partners.permissions import Capability, may
from partners.platform.frame.tags import ago
from partners.platform.frame.today import Count, Group, Row, TodayList, today_count, today_list

ROWS = 12
TONES = {"Overdue": "late", "Due today": "warning", "Coming": "quiet"}


@today_count(order=30, capability=Capability.VIEW_EMPLOYERS)
def account_manager_has_left(staff: StaffMember, today: date) -> Count | None:
    """Tell those who can hand them on whose account manager has left."""
    if not may_hand_accounts_on(staff):
        return None
    number = left_employers(staff, today=today).count()
    if not number:
        return None
    text = "employer whose account manager has left" if number == 1 else "employers whose account manager has left"
    return Count(number, text, f"{reverse('employers:employers')}?left=on", "late")


@today_list(order=30, capability=Capability.LOG_EMPLOYERS)
def employers_to_follow_up(staff: StaffMember, today: date) -> TodayList | None:
    """Tell account managers always, others when they have somebody to get in touch with."""
    rows: dict[str, list[Row]] = {title: [] for title in TONES}
    for contact in follow_ups_of(staff, today=today)[:ROWS]:
        due = contact.follow_up_on or today
        title = "Overdue" if due < today else "Due today" if due == today else "Coming"
        about = (
            f"About “{Truncator(contact.summary).chars(90)}”"
            if contact.summary
            else f"After your contact {ago(contact.occurred_on)}"
        )
        rows[title].append(
            Row(contact.employer.name, reverse("employers:employer", args=[contact.employer.uid]), about, ago(due))
        )
    if not any(rows.values()) and not may(staff, Capability.MANAGE_EMPLOYERS):
        return None
    return TodayList(
        "Employers to get in touch with again",
        [Group(title, rows[title], tone) for title, tone in TONES.items() if rows[title]],
        *_more(staff),
        "Nobody waits for you. The day to get in touch again, recorded with a contact, brings an employer here.",
    )


def _more(staff: StaffMember) -> tuple[str, str]:
    here = reverse("employers:employers")
    manages = may(staff, Capability.MANAGE_EMPLOYERS)
    return (f"{here}?mine=on", "Employers I look after") if manages else (here, "Employers")
