from typing import Any

from django.contrib import messages
from django.urls import reverse, reverse_lazy
from django.views.generic import FormView, TemplateView

from partners.forms.consortium import NewConsortiumForm
from partners.models import Consortium
from partners.packs import packs
from partners.views.base import ErrorToForm, OperatorPage


class Operator(OperatorPage, TemplateView):
    """The installation's consortia, by name only."""

    template_name = "partners/operator.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, consortia=Consortium.objects.order_by("name"))


class NewConsortium(ErrorToForm, OperatorPage, FormView):  # type: ignore[type-arg]
    """Make a consortium from a pack, as ``create_consortium`` does."""

    form_class = NewConsortiumForm
    template_name = "components/form_page.html"
    success_url = reverse_lazy("partners:operator")

    def act(self, form: NewConsortiumForm) -> None:
        made = packs().create(**form.cleaned_data)
        messages.success(self.request, f"Made {made.name}.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = {
            "title": "New consortium",
            "lead": "It gets its own walls: nobody of another consortium sees anything of it.",
            "submit": "Make the consortium",
            "back": reverse("partners:operator"),
        }
        return super().get_context_data(**{**words, **kwargs})
