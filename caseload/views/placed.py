"""Pieces of lower apps' pages that are about people: who was placed with an employer, what a contract delivered."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from caseload.queries.contract_outputs import outputs_of
from caseload.queries.placed import placed_with
from commissioning.models import Contract
from employers.models import Employer
from partners.permissions import Capability, may
from partners.platform.frame.pages import StaffPage
from partners.platform.trail.looking import record_listed


class PeoplePlaced(StaffPage):
    """Numbers for all who use the directory, names for those who may see them."""

    capability = Capability.VIEW_EMPLOYERS

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        employer = Employer.objects.filter(uid=kwargs["uid"]).first()
        if employer is None:
            raise Http404
        placed = placed_with(employer, self.staff, with_names=may(self.staff, Capability.VIEW_CLIENTS))
        record_listed(
            request,
            "caseload.client",
            subject_ids=[client.pk for client in placed.named],
            purpose="Looking whom an employer took on",
        )
        template = "caseload/people_placed.html" if self.request.htmx else "caseload/people_placed_page.html"
        return render(
            request, template, {"title": f"People placed with {employer}", "employer": employer, "placed": placed}
        )


class ContractOutputs(StaffPage):
    """Outputs of a contract against its profile, without a name in them."""

    capability = Capability.VIEW_CONTRACTS

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        contract = Contract.objects.visible_to(self.staff).filter(uid=kwargs["uid"]).first()
        if contract is None:
            raise Http404
        lines = outputs_of(contract, today=timezone.localdate())
        template = "caseload/contract_outputs.html" if self.request.htmx else "caseload/contract_outputs_page.html"
        title = f"Outputs of {contract}"
        return render(request, template, {"title": title, "contract": contract, "lines": lines})
