from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from django import forms

from partners.platform.forms.fields import MoneyField, NumberField
from partners.platform.forms.plain import PlainForm
from reporting.counting.windows import Quarter
from reporting.indicators.kinds import Kind
from reporting.queries.report import ForecastLine
from reporting.queries.streams import StreamPlan
from reporting.services.forecasts import MAY_BE_BELOW_ZERO

Forecastable = ForecastLine | StreamPlan


class BuildForm(PlainForm):
    """Which return to build."""

    kind = forms.ChoiceField(
        label="Return", error_messages={"invalid_choice": "Choose one of the returns in the list."}
    )
    quarter = forms.ChoiceField(
        label="Quarter", error_messages={"invalid_choice": "Choose one of the quarters in the list."}
    )

    def __init__(self, *args: Any, kinds: list[Kind], quarters: list[Quarter], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.code, kind.title) for kind in kinds]  # type: ignore[attr-defined]
        self.fields["quarter"].choices = [  # type: ignore[attr-defined]
            (year, [(str(quarter), quarter_in_words(quarter, today=today)) for quarter in of_year])
            for year, of_year in groupby(quarters, key=lambda quarter: quarter.financial_year)
        ]


def quarter_in_words(quarter: Quarter, *, today: date) -> str:
    text = f"{quarter.name} ({quarter.in_words})"
    return text if quarter.end < today else f"{text}, not over yet"


class ForecastsForm(PlainForm):
    """One field for each line, and what it showed when the page was opened."""

    number: type[NumberField] = NumberField

    def __init__(
        self,
        *args: Any,
        lines: Sequence[ForecastLine | StreamPlan],
        stored: Mapping[str, Decimal],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            now = _typed(stored.get(line.code))
            self.fields[line.code] = self.number(
                label=line.title,
                required=False,
                initial=now,
                min_value=None if line.code in MAY_BE_BELOW_ZERO else 0,
                **self.shown_as(),
                error_messages={
                    "invalid": "Enter a number, such as 120 or 62.5.",
                    "min_value": "Enter a forecast of 0 or more.",
                },
            )
            self.fields[f"seen-{line.code}"] = NumberField(required=False, initial=now, widget=forms.HiddenInput)

    def shown_as(self) -> dict[str, Any]:
        return {"widget": forms.TextInput({"class": "govuk-input--width-5", "inputmode": "decimal"})}

    @property
    def rows(self) -> list[tuple[Forecastable, Any, Any]]:
        return [(line, self[line.code], self[f"seen-{line.code}"]) for line in self.lines]

    def over(self, stored: Mapping[str, Decimal]) -> "ForecastsForm":
        """Return the form over what is stored now, its errors kept: what was left alone shows what is stored."""
        data = dict(self.data.items())
        for line in self.lines:
            name, seen = line.code, f"seen-{line.code}"
            if name in self.cleaned_data and self.cleaned_data[name] == self.cleaned_data.get(seen):
                data[name] = _typed(stored.get(line.code))
            data[seen] = _typed(stored.get(line.code))
        again = type(self)(data, lines=self.lines, stored={})
        known = set(again.errors)
        for name, errors in self.errors.as_data().items():
            if name not in known:
                again.add_error(name if name in again.fields else None, errors)
        return again

    def values(self) -> dict[str, Decimal | None]:
        return {line.code: self.cleaned_data[line.code] for line in self.lines}

    def seen(self) -> dict[str, Decimal | None]:
        return {line.code: self.cleaned_data[f"seen-{line.code}"] for line in self.lines}


class SpendForecastsForm(ForecastsForm):
    """The same of streams, in pounds and pence."""

    number = MoneyField

    def shown_as(self) -> dict[str, Any]:
        return {}


def _typed(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}"
