"""What of the directory one client can have now, and why not the rest (COM-04)."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView

from caseload.queries.provision import Offer, facts_known, offers_for, running_services
from caseload.queries.sight import EVERY_PART
from caseload.views.base import AboutClient
from commissioning.enums import ServiceKind
from partners.enums import AccessAction
from partners.permissions import Capability, may
from partners.platform.lists.tables import FilterForm
from partners.platform.trail.looking import record_access


class ProvisionFilters(FilterForm):
    q = forms.CharField(label="A word of the service, of its place or of whom it is for")
    kind = forms.ChoiceField(label="What is needed", choices=[("", "Any"), *ServiceKind.choices])


class ProvisionFor(AboutClient, TemplateView):
    """The running services of the directory, sorted by the answers of their expressions for one client."""

    template_name = "caseload/provision.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        record_access(request, AccessAction.VIEWED, "caseload.client", subject_id=self.client.pk, purpose=self.purpose)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = timezone.localdate()
        filters = ProvisionFilters(self.request.GET)
        chosen = filters.chosen
        services = running_services(today=today, kind=chosen.get("kind", ""), words=chosen.get("q", ""))
        found = offers_for(services, facts_known(self.client, self.sight, today=today), today=today)
        refers = may(self.staff, Capability.ANSWER_REFERRALS)
        return super().get_context_data(
            **kwargs,
            title=f"What {self.client} can have now",
            client=self.client,
            filters=filters,
            groups=[
                ("They can have now", "now", "good", [_shown(each) for each in found.now]),
                ("They could have, but every place is taken", "full", "waiting", [_shown(each) for each in found.full]),
                ("Not known yet", "unknown", "warning", [_shown(each) for each in found.not_known]),
                ("Not for them", "no", "quiet", [_shown(each) for each in found.no]),
            ],
            is_narrowed=bool(chosen),
            has_services=bool(services),
            is_partly_closed=self.sight.parts != EVERY_PART,
            refer_url=reverse("caseload:send-referral", args=[self.client.uid]) if refers else "",
        )


def _shown(offer: Offer) -> dict[str, Any]:
    service = offer.service
    return {
        "service": service,
        "url": reverse("commissioning:record", args=["services", service.uid]),
        "why": offer.why,
        "places": _places(offer),
        "is_ending": offer.is_ending,
    }


def _places(offer: Offer) -> str:
    service = offer.service
    said = [f"{offer.left} of {service.capacity} places left"] if service.capacity is not None else []
    if service.waiting:
        said.append(f"{service.waiting} waiting")
    return ", ".join(said)
