"""The operator's pages: consortia of the installation, by name only, and making one."""

from typing import Any

from django.contrib import messages
from django.urls import reverse
from django.views.generic import FormView, TemplateView

from partners.forms.consortium import NewConsortiumForm
from partners.models import Consortium
from partners.packs import packs
from partners.queries.trail import sign_ins_of_nobody
from partners.services.people import invite_first_administrator
from partners.tenancy.scope import in_consortium
from partners.views.base import ErrorToForm, OperatorPage
from partners.views.people import link_for

EVENTS_SHOWN = 50


class Operator(OperatorPage, TemplateView):
    template_name = "partners/operator.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **kwargs, consortia=Consortium.objects.order_by("name"), events=sign_ins_of_nobody()[:EVENTS_SHOWN]
        )


class NewConsortium(ErrorToForm, OperatorPage, FormView):  # type: ignore[type-arg]
    """Make a consortium from a pack and invite its first administrator; from then on it is theirs."""

    template_name = "components/form_page.html"
    form_class = NewConsortiumForm
    extra_context = {"title": "Make a consortium", "submit": "Make it and send the invitation", "back": "/operator/"}

    def act(self, form: Any) -> None:
        facts = form.cleaned_data
        made = packs().create(pack=facts["pack"], slug=facts["slug"], name=facts["name"])
        with in_consortium(made.pk):
            invite_first_administrator(
                name=facts["administrator"], email=facts["email"], link_for=link_for(self.request)
            )
        messages.success(self.request, f"{made.name} is made. The invitation is on its way to {facts['email']}.")

    def get_success_url(self) -> str:
        return reverse("partners:operator")
