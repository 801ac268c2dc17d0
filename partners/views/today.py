"""What everybody's Today page has: what they were told and have not read."""

from datetime import date

from django.db.models import Count as Number
from django.db.models import Window
from django.urls import reverse
from django.utils import timezone

from partners.models import Notice, StaffMember
from partners.permissions import Capability
from partners.platform.frame.tags import ago
from partners.platform.frame.today import Count, Group, Row, TodayList, today_count, today_list
from partners.queries.people import people_to_let_in

ROWS = 5


def unread(staff: StaffMember) -> list[Notice]:
    """Return the newest, each with the ``number`` of all. Count and list of one page ask; it is read once for both."""
    kept: list[Notice] | None = staff.__dict__.get("unread")  # the person of one request
    if kept is None:
        all_of_them = Window(Number("pk"))
        kept = list(Notice.objects.of(staff).unread().annotate(number=all_of_them)[:ROWS])
        staff.__dict__["unread"] = kept
    return kept


@today_count(order=90)
def notices_to_read(staff: StaffMember, today: date) -> Count | None:
    newest = unread(staff)
    if not newest:
        return None
    number: int = newest[0].number  # type: ignore[attr-defined]
    return Count(number, "notice to read" if number == 1 else "notices to read", reverse("partners:notices"), "new")


@today_list(order=5)
def news(staff: StaffMember, today: date) -> TodayList | None:
    newest = unread(staff)
    if not newest:
        return None
    rows = [
        Row(each.words, reverse("partners:notice", args=[each.uid]), "", ago(timezone.localdate(each.made_at)))
        for each in newest
    ]
    return TodayList("News for you", [Group("Not read yet", rows, "new")], reverse("partners:notices"), "All notices")


@today_count(order=80, capability=Capability.MANAGE_PEOPLE)
def people_to_invite(staff: StaffMember, today: date) -> Count | None:
    """Count those who came with a package or by a slip of the hand, and whom nobody has let in yet."""
    number = people_to_let_in(staff).count()
    if not number:
        return None
    text = "person without a sign-in to invite" if number == 1 else "people without a sign-in to invite"
    return Count(number, text, reverse("partners:people"), "new")
