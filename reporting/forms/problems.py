from typing import Any

from django import forms

from partners.models import StaffMember
from partners.permissions import ROLES, Capability
from partners.platform.forms.plain import PlainForm
from reporting.queries.problems import Problem


class HolderForm(PlainForm):
    """Who mends one kind of problem: somebody whose role opens its records."""

    holder: Any = forms.ModelChoiceField(
        None, label="Who has it", required=False, empty_label="Nobody", to_field_name="uid"
    )

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=60)

    def __init__(self, *args: Any, problem: Problem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        needed = {Capability.VIEW_RETURNS, problem.capability}
        roles = [role for role, can in ROLES.items() if needed <= can]
        people = StaffMember.objects.at_work().filter(role__in=roles).select_related("organisation").order_by("name")
        self.fields["holder"].queryset = people  # type: ignore[attr-defined]
        self.fields["holder"].label_from_instance = _person  # type: ignore[attr-defined]


def _person(person: StaffMember) -> str:
    return f"{person.name}, {person.organisation.name}"
