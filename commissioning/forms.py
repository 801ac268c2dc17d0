"""The filters of the money lists."""

from typing import Any

from django import forms

from commissioning.enums import ContributionStatus
from commissioning.models import Contract, FundingStream
from partners.models import Organisation, StaffMember
from partners.platform.lists.tables import FilterForm


class ContractFilters(FilterForm):
    running = forms.BooleanField(label="Running today")
    provider: Any = forms.ModelChoiceField(None, label="Provider", empty_label="Any")
    funding_stream: Any = forms.ModelChoiceField(None, label="Funding stream", empty_label="Any")

    def __init__(self, *args: Any, staff: StaffMember, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seen = Contract.objects.visible_to(staff)
        providers = Organisation.objects.filter(pk__in=seen.values("provider_id")).order_by("name")
        self.fields["provider"].queryset = providers  # type: ignore[attr-defined]
        self.fields["funding_stream"].queryset = FundingStream.objects.order_by("name")  # type: ignore[attr-defined]


class ContributionFilters(FilterForm):
    status = forms.ChoiceField(choices=(("", "Any"), *ContributionStatus.choices), label="Status")
    financial_year = forms.CharField(label="Financial year", max_length=7, help_text="For example 2007-08.")
