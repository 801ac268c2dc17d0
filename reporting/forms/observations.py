from typing import Any

from django import forms

from partners.forms.fields import PlainDateField
from partners.forms.plain import PlainWords
from reporting.enums import AreaKind
from reporting.models import Observation


class ObservationForm(PlainWords, forms.ModelForm):  # type: ignore[type-arg]
    """A measure taken from an outside source."""

    nouns = {"as_at": "the day it was measured"}

    as_at = PlainDateField(label="As at", not_after_today=True, help_text="For example 3 Jul 2007 or 3/7/07.")

    class Meta:
        model = Observation
        fields = ("indicator", "area_kind", "area", "group", "as_at", "value", "source")
        labels = {
            "indicator": "Indicator",
            "area_kind": "Kind of area",
            "area": "Area",
            "group": "Group",
            "value": "Value",
            "source": "Source",
        }
        help_texts = {
            "indicator": "A code such as kpi_8, or one of your own that begins local_, such as local_childcare_places.",
            "area": "The name of the ward or district, or the code of the LSOA. Empty for the whole consortium.",
            "group": "Empty for everybody.",
            "source": "Where the number was published, and when.",
        }
        error_messages = {
            "indicator": {"required": "Enter the code of the indicator."},
            "value": {"required": "Enter the value.", "invalid": "Enter a number, such as 1250 or 3.4."},
            "source": {"required": "Enter the source."},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area_kind"].initial = AreaKind.CONSORTIUM
        # A number box drops what it can't read, so that nobody could be told what was wrong with it.
        self.fields["value"].widget = forms.TextInput({"class": "govuk-input--width-10", "inputmode": "decimal"})

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        kind, area = data.get("area_kind"), data.get("area", "").strip()
        if kind and kind != AreaKind.CONSORTIUM and not area:
            self.add_error("area", "Name the area.")
        if kind == AreaKind.LSOA and area and not is_lsoa(area):
            self.add_error("area", "Enter the code of the LSOA: E01 and six digits.")
        return data


def is_lsoa(code: str) -> bool:
    return len(code) == 9 and code.startswith("E01") and code[3:].isascii() and code[3:].isdigit()
