from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from partners.platform.exchange.shapes import PERIOD
from partners.platform.records.fields import KindForm
from reporting.enums import AreaKind
from reporting.indicators.kinds import KINDS
from reporting.indicators.names import name_of
from reporting.models import Observation, Target
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


class MeasureForm(KindForm):
    """A number by indicator, area and group."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        widget = ListedInput({"autocomplete": "off"})
        widget.options = self.codes()
        self.fields["indicator"].widget = widget
        self.fields["area_kind"].initial = AreaKind.CONSORTIUM

    def codes(self) -> list[tuple[str, str]]:
        return known_codes()

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        kind, area = data.get("area_kind"), str(data.get("area", "")).strip()
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


class ObservationForm(MeasureForm):
    """A measure taken from an outside source."""

    nouns = {"as_at": "the day it was measured", "indicator": "the code of the indicator"}

    def clean_indicator(self) -> str:
        """Refuse a code that no line counts: the number would stand nowhere, and nobody would learn of it."""
        code: str = self.cleaned_data["indicator"].strip()
        if code not in dict(known_codes()) and not code.startswith("local_"):
            raise ValidationError("Choose the indicator from the list, or begin a code of your own with local_.")
        return code


class TargetForm(MeasureForm):
    """A value sought for a year or a quarter."""

    nouns = {"indicator": "the code of the indicator", "value": "the target"}

    def codes(self) -> list[tuple[str, str]]:
        """Return every line of every kind of return, with the codes that have targets here already."""
        counted = {each.code for kind in KINDS.values() for each in kind.indicators}
        aimed = Target.objects.order_by("indicator").values_list("indicator", flat=True).distinct()[:MOST_CODES]
        return sorted(((code, name_of(code)) for code in {*counted, *aimed}), key=lambda each: each[1])

    def clean_indicator(self) -> str:
        code: str = self.cleaned_data["indicator"].strip()
        if code not in dict(self.codes()) and not code.startswith("local_"):
            raise ValidationError("Choose the indicator from the list, or a code of your own that begins with local_.")
        return code

    def clean_period(self) -> str:
        period: str = self.cleaned_data["period"].strip()
        if not PERIOD.accepts(period):
            raise ValidationError("Enter a financial year like 2007-08 or a quarter like 2007-08-Q1.")
        return period


def is_lsoa(code: str) -> bool:
    return len(code) == 9 and code.startswith("E01") and code[3:].isascii() and code[3:].isdigit()
