from typing import Any

from django import forms

from partners.platform.forms.fields import NumberField
from partners.platform.forms.plain import PlainForm
from reporting.counting.windows import Quarter
from reporting.indicators.kinds import Kind
from reporting.indicators.names import name_of


class BuildForm(PlainForm):
    """Which return to build."""

    kind = forms.ChoiceField(
        label="Return", error_messages={"invalid_choice": "Choose one of the returns in the list."}
    )
    quarter = forms.ChoiceField(
        label="Quarter", error_messages={"invalid_choice": "Choose one of the quarters in the list."}
    )

    def __init__(self, *args: Any, kinds: list[Kind], quarters: list[Quarter], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.code, kind.title) for kind in kinds]  # type: ignore[attr-defined]
        self.fields["quarter"].choices = [  # type: ignore[attr-defined]
            (str(quarter), f"{quarter.name} ({quarter.in_words})") for quarter in quarters
        ]


class ForecastForm(PlainForm):
    """What a line is expected to reach."""

    line = forms.ChoiceField(label="Line")
    value = NumberField(
        label="Forecast",
        required=False,
        help_text="Leave empty to take a forecast back.",
        widget=forms.TextInput({"class": "govuk-input--width-10", "inputmode": "decimal"}),
        error_messages={"invalid": "Enter a number, such as 120 or 62.5."},
    )

    def __init__(self, *args: Any, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines = [(i.code, name_of(i.code)) for i in kind.indicators if i.has_total]
        self.fields["line"].choices = lines  # type: ignore[attr-defined]
