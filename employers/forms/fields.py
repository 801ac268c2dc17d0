"""How forms name an employer."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy

from employers.models import Employer
from employers.queries.directory import Found, find_employers
from partners.platform.records.fields import NameField


class EmployerInput(forms.TextInput):
    """A text box with a list of matching employers that fills as one types."""

    template_name = "django/forms/widgets/employer.html"
    suggests: ClassVar[dict[str, Any]] = {
        "hx-get": reverse_lazy("employers:suggest"),
        "hx-trigger": "input changed delay:200ms",
    }

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        key = context["widget"]["attrs"].get("id", name)
        context["widget"]["attrs"].update(
            {
                "list": f"{key}_list",
                "autocomplete": "off",
                "hx-target": f"#{key}_list",
                "hx-sync": "this:replace",
                **self.suggests,
            }
        )
        return context


class EmployerField(NameField):
    """An employer chosen by name; where several have one name, by name and postcode."""

    widget = EmployerInput

    def known(self) -> Any:
        return Employer.objects.current()

    def name_of(self, record: Any) -> str:
        return Found(record).label

    def find(self, text: str) -> Employer:
        found = find_employers(text, limit=6)
        same = [employer for employer in found if employer.is_named(text)]
        if len(same) == 1:
            return same[0].employer
        if len(found) == 1:
            return found[0].employer
        if not found:
            raise ValidationError("No employer of the directory has this name. Check it, or add the employer first.")
        names = "; ".join(employer.label for employer in (same or found))
        raise ValidationError(f"Choose one of these, with its postcode where names repeat: {names}.")
