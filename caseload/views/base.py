"""What every page about a client has in common."""

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property

from caseload.models import Client
from caseload.models.client import is_led
from caseload.queries.sight import Sight, ground_of, sight_of
from caseload.queries.writing import may_write_seen
from caseload.services.journey import require_working
from partners.enums import AccessAction
from partners.errors import NotAllowed
from partners.permissions import Capability, may
from partners.platform.frame.pages import StaffPage
from partners.platform.records.forms import RecordForm
from partners.platform.trail.looking import record_access


def client_url(client: Client) -> str:
    return reverse("caseload:client", args=[client.uid])


class AboutClient(StaffPage):
    """A page about one client within this person's sight: anybody else's is not there."""

    capability = Capability.VIEW_CLIENTS

    @cached_property
    def client(self) -> Client:
        seen = Client.objects.visible_to(self.staff).select_related("organisation", "adviser__organisation")
        seen = seen.annotate(is_led=is_led())
        found: Client | None = seen.filter(uid=self.kwargs["uid"]).first()
        if found is None:
            raise Http404
        return found

    @cached_property
    def sight(self) -> Sight:
        """What this person may know of the client's special categories."""
        return sight_of(self.staff, self.client)

    @property
    def purpose(self) -> str:
        return ground_of(self.staff, self.client)

    @cached_property
    def may_record(self) -> bool:
        return may_write_seen(self.staff, self.sight)


class ClientForm(AboutClient, RecordForm):
    """A form about one client, going back to the client's page. It shows what is recorded: opening it is a look."""

    capability = Capability.RECORD_JOURNEY

    def check_access(self, request: HttpRequest) -> None:
        """Open no form to who sees the client and does not work with them. What is sent, the service refuses in it."""
        super().check_access(request)
        if request.method == "POST":
            return
        try:
            sees_all = may(self.staff, Capability.SEE_ALL_CLIENTS)
            require_working(self.client, self.staff.organisation_id, sees_all=sees_all)
        except NotAllowed as refusal:
            raise PermissionDenied(refusal.message) from refusal

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().get(request, *args, **kwargs)
        record_access(request, AccessAction.VIEWED, "caseload.client", subject_id=self.client.pk, purpose=self.purpose)
        return response

    def get_back(self) -> str:
        return client_url(self.client)

    def get_success_url(self) -> str:
        return client_url(self.client)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"caption": str(self.client), "client": self.client, **kwargs})


def with_query(url: str, **parts: Any) -> str:
    kept = {name: value for name, value in parts.items() if value not in (None, "")}
    return f"{url}?{urlencode(kept)}" if kept else url
