"""The filters of the caseload list."""

from typing import Any

from django import forms
from django.http import QueryDict

from caseload.queries.caseload import advisers_of, stage_choices
from caseload.queries.worklist import REASONS
from partners.models import StaffMember
from partners.permissions import Capability, may
from partners.platform.forms.fields import NamedRecordField
from partners.platform.lists.tables import FilterForm

ANY = (("", "Any"),)


class CaseloadFilters(FilterForm):
    """A search looks everywhere one may see; the other filters narrow the open list."""

    q = forms.CharField(
        label="Search clients",
        help_text="Name, reference, National Insurance number or postcode, among all clients you may see.",
        max_length=200,
        strip=True,
    )
    need = forms.ChoiceField(
        choices=(*ANY, *((reason.code, reason.title) for reason in REASONS)), label="Who needs somebody for"
    )
    stage = forms.ChoiceField(choices=(*ANY, *stage_choices()), label="Stage")
    adviser: Any = NamedRecordField(None, to_field_name="uid", label="Adviser", empty_label="Any")
    ward = forms.CharField(label="Ward", max_length=200)
    whose = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, staff: StaffMember, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        if may(staff, Capability.SEE_ALL_CLIENTS):  # a city has a thousand advisers: too many to choose from a list
            self.fields["adviser"] = forms.CharField(
                label="Adviser", help_text="Part of the name.", max_length=200, required=False
            )
            return
        self.fields["adviser"].queryset = advisers_of(staff)  # type: ignore[attr-defined]

    @property
    def chosen(self) -> dict[str, Any]:
        return {name: value for name, value in super().chosen.items() if name != "whose"}
