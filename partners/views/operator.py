"""The operator's pages: consortia of the installation, by name only, and making one."""

from typing import Any

from django import forms
from django.contrib import messages
from django.urls import reverse
from django.views.generic import FormView, TemplateView

from partners.models import Consortium
from partners.packs import packs
from partners.services.people import invite_first_administrator
from partners.tenancy.scope import in_consortium
from partners.views.base import ErrorToForm, OperatorPage
from partners.views.people import link_for


class Operator(OperatorPage, TemplateView):
    template_name = "partners/operator.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, consortia=Consortium.objects.order_by("name"))


class ConsortiumForm(forms.Form):
    pack = forms.ChoiceField(
        label="Pack", help_text="Gives it its target groups, indicators, targets, streams and sign-off chains."
    )
    name = forms.CharField(label="Name", max_length=200)
    slug = forms.SlugField(label="Short name", help_text="Small letters, digits and hyphens; used by commands.")
    administrator = forms.CharField(label="Name of the first administrator", max_length=200)
    email = forms.EmailField(label="Their e-mail address", help_text="An invitation goes there.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pack"].choices = [("", "Choose"), *packs().choices()]  # type: ignore[attr-defined]


class NewConsortium(ErrorToForm, OperatorPage, FormView):  # type: ignore[type-arg]
    """Make a consortium from a pack and invite its first administrator; from then on it is theirs."""

    template_name = "components/form_page.html"
    form_class = ConsortiumForm
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
