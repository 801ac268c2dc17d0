"""The area of administrators, auditors and data leads: its front page and the row of pages under it."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from partners.models import StaffMember
from partners.permissions import Capability, may
from partners.platform.frame.pages import StaffPage
from partners.platform.frame.pieces import Link

PAGES = (
    ("People", "partners:people", Capability.MANAGE_PEOPLE),
    ("Who may do what", "partners:roles", Capability.MANAGE_PEOPLE),
    ("Clocks", "partners:clocks", Capability.MANAGE_PEOPLE),
    ("Partner keys", "partners:keys", Capability.MANAGE_KEYS),
    ("Restricted people", "caseload:restricted", Capability.RESTRICT_RECORDS),
    ("Looked at", "partners:audit", Capability.VIEW_AUDIT),
    ("Changed", "partners:audit-changes", Capability.VIEW_AUDIT),
)


def pages_for(staff: StaffMember, *, here: str = "") -> list[Link]:
    """Return the pages of the area that a person may open; ``here`` is the URL name of the one they are on."""
    return [
        Link(title, reverse(name), is_here=name == here) for title, name, capability in PAGES if may(staff, capability)
    ]


class Admin(StaffPage):
    capability = Capability.VIEW_AUDIT

    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect(pages_for(self.staff)[0].url)
