"""People placed with an employer, a piece of the employer's page: numbers for all, names for those who may see them."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from caseload.queries.placed import placed_with
from employers.models import Employer
from partners.permissions import Capability, may
from partners.views.base import StaffPage


class PeoplePlaced(StaffPage):
    capability = Capability.VIEW_EMPLOYERS

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        employer = Employer.objects.filter(uid=kwargs["uid"]).first()
        if employer is None:
            raise Http404
        placed = placed_with(employer, self.staff, with_names=may(self.staff, Capability.VIEW_CLIENTS))
        template = "caseload/people_placed.html" if self.request.htmx else "caseload/people_placed_page.html"
        return render(
            request, template, {"title": f"People placed with {employer}", "employer": employer, "placed": placed}
        )
