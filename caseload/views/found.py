"""Clients in the search over all records: found as the caseload's own box finds them, with the same look."""

from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from caseload.queries.caseload import Asked, caseload_for
from caseload.queries.search import read_search
from caseload.queries.sight import TRACKING
from caseload.views.base import client_url
from partners.enums import AccessAction
from partners.models import StaffMember
from partners.permissions import Capability, may
from partners.platform.frame.tags import family_given, on
from partners.platform.records.finding import SHOWN, Group, Hit, OwnSearch, add_own
from partners.platform.trail.looking import record_access, record_listed


def find_clients(request: HttpRequest, text: str) -> Group | None:
    """Return the first whom the words name, within sight, and write down that they were searched for and shown."""
    staff: StaffMember = request.staff  # type: ignore[attr-defined]
    purpose = TRACKING if may(staff, Capability.SEE_ALL_CLIENTS) else "Work with the organisation's clients"
    detail = {"by": read_search(text).how}
    record_access(request, AccessAction.SEARCHED, "caseload.client", detail=detail, purpose=purpose)
    found = list(caseload_for(staff, Asked(whose="all", text=text), today=timezone.localdate())[: SHOWN + 1])
    shown = found[:SHOWN]
    record_listed(request, "caseload.client", subject_ids=[each.pk for each in shown], purpose=purpose)
    if not found:
        return None
    hits = [Hit(family_given(each), client_url(each), _apart(each)) for each in shown]
    address = f"{reverse('caseload:caseload')}?{urlencode({'q': text})}"
    return Group("Clients", address, hits, has_more=len(found) > SHOWN)


def _apart(client: object) -> str:
    born = on(getattr(client, "date_of_birth", None))
    return " · ".join(filter(None, (f"Born {born}" if born else "", getattr(client, "external_id", ""))))


add_own(
    OwnSearch(
        "Clients",
        "A client by name, reference, National Insurance number or postcode.",
        Capability.VIEW_CLIENTS,
        find_clients,
    )
)
