"""The filters of the money lists that are no column."""

from typing import Any

from django import forms

from commissioning.queries.contracts import years_of_contributions
from partners.models import StaffMember
from partners.platform.lists.tables import FilterForm


class StreamFilters(FilterForm):
    year = forms.ChoiceField(
        label="Financial year", help_text="What was agreed for it, and the contracts that begin in it."
    )
    over = forms.BooleanField(label="Contracted beyond what is agreed")

    def __init__(self, *args: Any, staff: StaffMember, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years: Any = self.fields["year"]
        years.choices = [("", "Any"), *((year, year) for year in years_of_contributions(staff))]
