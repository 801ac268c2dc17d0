"""The operator's pages: consortia of the installation, by name only, and making one."""

from typing import Any

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.generic import FormView, TemplateView

from partners.forms.consortium import FirstAdministratorForm, NewConsortiumForm
from partners.models import Consortium
from partners.packs import packs
from partners.platform.dates import short_date
from partners.platform.frame.pages import ErrorToForm, OperatorPage
from partners.platform.frame.pieces import Fact
from partners.platform.tenancy.scope import in_consortium
from partners.queries.people import first_administrator, has_administrator, how_sent, letter_of
from partners.queries.trail import sign_ins_of_nobody
from partners.services.people import invite_first_administrator
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
        self.made = packs().create(pack=facts["pack"], slug=facts["slug"], name=facts["name"])
        with in_consortium(self.made.pk):
            invite_first_administrator(
                name=facts["administrator"], email=facts["email"], link_for=link_for(self.request)
            )
        messages.success(self.request, f"{self.made.name} is made. {facts['administrator']} is invited.")

    def get_success_url(self) -> str:
        return reverse("partners:consortium", args=[self.made.slug])


class OneConsortium(ErrorToForm, OperatorPage, FormView):  # type: ignore[type-arg]
    """Whether the first administrator was reached, and inviting them again; nothing else of a consortium shows."""

    template_name = "partners/operator_consortium.html"
    form_class = FirstAdministratorForm

    def get_one(self) -> Consortium:
        return get_object_or_404(Consortium, slug=self.kwargs["slug"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        one = self.get_one()
        facts = [Fact("Short name", one.slug), Fact("Pack", one.pack), Fact("Made", short_date(one.created_at.date()))]
        with in_consortium(one.pk):
            has_one = has_administrator()
            person = None if has_one else first_administrator()
            letter = letter_of(person) if person else None
        facts.append(Fact("Administrator", "Has come in" if has_one else "Nobody has come in yet"))
        if letter is not None:
            facts.append(Fact("Invitation", how_sent(letter)))
        words = {"title": one.name, "facts": facts, "has_administrator": has_one, "letter": letter}
        words |= {"submit": "Send the invitation again" if person else "Send the invitation", "back": "/operator/"}
        return super().get_context_data(**words, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        with in_consortium(self.get_one().pk):
            person = first_administrator()
            return {"administrator": person.name, "email": person.email} if person else {}

    def act(self, form: Any) -> None:
        facts = form.cleaned_data
        with in_consortium(self.get_one().pk):
            person = invite_first_administrator(
                name=facts["administrator"], email=facts["email"], link_for=link_for(self.request)
            )
        messages.success(self.request, f"{person.name} is invited. An earlier link no longer works.")

    def get_success_url(self) -> str:
        return reverse("partners:consortium", args=[self.kwargs["slug"]])
