"""Addresses of before, kept: they lead to the page of the kind of record, with the employer chosen already."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from employers.views.directory import AboutEmployer
from partners.permissions import Capability
from partners.platform.frame.pages import StaffPage


class Add(StaffPage):
    """The form for a new record of a kind; what was typed goes along."""

    capability = Capability.MANAGE_EMPLOYERS
    slug = ""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.lead_on()

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.lead_on()

    def lead_on(self) -> HttpResponse:
        return HttpResponseRedirect(self.get_url(), preserve_request=True)

    def get_url(self) -> str:
        return reverse("employers:record-add", args=[self.slug])


class AddOfEmployer(AboutEmployer, Add):
    capability = Capability.MANAGE_EMPLOYERS

    def get_url(self) -> str:
        given = {**self.request.GET.dict(), "employer": str(self.employer.uid)}
        return f"{super().get_url()}?{urlencode(given)}"


class LogOfEmployer(AddOfEmployer):
    capability = Capability.LOG_EMPLOYERS


class Change(AboutEmployer, Add):
    capability = Capability.MANAGE_EMPLOYERS

    def get_url(self) -> str:
        return reverse("employers:record-change", args=[self.slug, self.employer.uid])


class End(AboutEmployer, Add):
    capability = Capability.MANAGE_EMPLOYERS

    def get_url(self) -> str:
        found = self.employer.agreements.filter(uid=self.kwargs["entry"]).first()
        if found is None:
            raise Http404
        return reverse("employers:record-end", args=[self.slug, found.uid])
