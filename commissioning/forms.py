"""The filters of the money lists."""

from typing import Any

from django import forms

from commissioning.enums import ContributionStatus
from commissioning.models import FundingStream
from partners.models import Organisation
from partners.tables import FilterForm


class ContractFilters(FilterForm):
    running = forms.BooleanField(label="Running today")
    provider: Any = forms.ModelChoiceField(None, label="Provider", empty_label="Any")
    funding_stream: Any = forms.ModelChoiceField(None, label="Funding stream", empty_label="Any")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        providers = Organisation.objects.filter(contracts__isnull=False).distinct().order_by("name")
        self.fields["provider"].queryset = providers  # type: ignore[attr-defined]
        self.fields["funding_stream"].queryset = FundingStream.objects.order_by("name")  # type: ignore[attr-defined]


class ContributionFilters(FilterForm):
    status = forms.ChoiceField(choices=(("", "Any"), *ContributionStatus.choices), label="Status")
    financial_year = forms.CharField(label="Financial year", max_length=7, help_text="For example 2007-08.")
