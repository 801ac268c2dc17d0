from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from partners.platform.forms.fields import NumberField, PlainDateField
from partners.platform.forms.plain import PlainWords
from reporting.enums import AreaKind
from reporting.indicators.kinds import KINDS
from reporting.indicators.names import name_of
from reporting.models import Observation
from reporting.queries.areas import is_known, known_areas, meant

EACH_LOCAL = "kpi_12"  # this line counts every code that begins local_; it is none itself
MOST_CODES = 200
RIGHT_AREA = "area_is_right"


class ListedInput(forms.TextInput):
    """A text box that offers known codes by their names, and takes others as well."""

    template_name = "django/forms/widgets/listed.html"
    options: Sequence[tuple[str, str]] = ()

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, {**(attrs or {}), "list": f"{name}-known"})
        context["widget"]["options"] = self.options
        return context


def known_codes() -> list[tuple[str, str]]:
    """Return what has been observed here before, and the lines that are counted from observations, by name."""
    observed = Observation.objects.order_by("indicator").values_list("indicator", flat=True).distinct()[:MOST_CODES]
    counted = (each.code for kind in KINDS.values() for each in kind.indicators if each.table == "observations")
    codes = {*observed, *(code for code in counted if code != EACH_LOCAL)}
    return sorted(((code, name_of(code)) for code in codes), key=lambda each: each[1])


class ObservationForm(PlainWords, forms.ModelForm):  # type: ignore[type-arg]
    """A measure taken from an outside source."""

    nouns = {"as_at": "the day it was measured"}

    as_at = PlainDateField(label="As at", not_after_today=True, help_text="For example 3 Jul 2007 or 3/7/07.")

    class Meta:
        model = Observation
        fields = ("indicator", "area_kind", "area", "group", "as_at", "value", "source")
        field_classes = {"value": NumberField}
        labels = {
            "indicator": "Indicator",
            "area_kind": "Kind of area",
            "area": "Area",
            "group": "Group",
            "value": "Value",
            "source": "Source",
        }
        widgets: ClassVar[dict[str, forms.Widget]] = {"indicator": ListedInput({"autocomplete": "off"})}
        help_texts = {
            "indicator": "Choose a code from the list, or begin one of your own with local_: local_childcare_places.",
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
        self.fields["indicator"].widget.options = known_codes()
        self.fields["area_kind"].initial = AreaKind.CONSORTIUM
        # A number box drops what it can't read, so that nobody could be told what was wrong with it.
        self.fields["value"].widget = forms.TextInput({"class": "govuk-input--width-10", "inputmode": "decimal"})

    def clean_indicator(self) -> str:
        """Refuse a code that no line counts: the number would stand nowhere, and nobody would learn of it."""
        code: str = self.cleaned_data["indicator"].strip()
        if code not in dict(known_codes()) and not code.startswith("local_"):
            raise ValidationError("Choose the indicator from the list, or begin a code of your own with local_.")
        return code

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        kind, area = data.get("area_kind"), data.get("area", "").strip()
        if kind and kind != AreaKind.CONSORTIUM and not area:
            self.add_error("area", "Name the area.")
        if kind == AreaKind.LSOA and area and not is_lsoa(area):
            self.add_error("area", "Enter the code of the LSOA: E01 and six digits.")
        if kind == AreaKind.CONSORTIUM and area:
            self.add_error("area", "Leave the area empty, or choose what kind of area it is.")
        elif kind and area and "area" not in self.errors:
            self.ask_about_area(str(kind), area)
        return data

    def ask_about_area(self, kind: str, area: str) -> None:
        """Ask about an area that nothing here names; a tick says that it is right."""
        known = [] if is_known(kind, area) else known_areas(kind)
        if not known:
            return
        self.fields[RIGHT_AREA] = forms.BooleanField(required=False, label=f"“{area}” is right: record it")
        if self.data.get(self.add_prefix(RIGHT_AREA)) != "on":
            near = meant(area, known)
            hint = f" Did you mean {' or '.join(near)}?" if near else " Look how it is spelled."
            called = dict(AreaKind.choices)[kind]
            called = called if kind == AreaKind.LSOA else called.lower()
            said = f"We know no {called} “{area}”.{hint} If it is right, tick that below."
            self.add_error("area", said)


class CorrectionForm(ObservationForm):
    """The same, of an observation that stands already, with why it is changed."""

    reason = forms.CharField(
        label="Why it is corrected", max_length=500, help_text="It stands beside the earlier value in its history."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields([name for name in self.fields if name != "reason"])


def is_lsoa(code: str) -> bool:
    return len(code) == 9 and code.startswith("E01") and code[3:].isascii() and code[3:].isdigit()
