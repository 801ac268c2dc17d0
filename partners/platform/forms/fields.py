"""Form fields that several apps share."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.models import ModelChoiceIterator
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from partners.platform.dates import Lean, UnclearDate, long_date, parse_date
from partners.platform.forms.reading import decimal_number, tidy_email

SELECTED = SafeString(" selected")
LARGEST_INTEGER = 2**31 - 1  # what a column of whole numbers holds


class PlainDateInput(forms.TextInput):
    """One text box for a date, shown back as ``3/7/2007``."""

    template_name = "django/forms/widgets/plain_date.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": "govuk-input--width-10", "autocomplete": "off", **(attrs or {})})

    def format_value(self, value: Any) -> str | None:
        return f"{value.day}/{value.month}/{value.year}" if isinstance(value, date) else value


class PlainDateField(forms.Field):
    """A date in the words people use: ``3/7/07``, ``3 jul``, ``3 Jul 2007``, ``2007-07-03``, ``today``, ``tuesday``.

    ``lean`` says which way a date without a year goes: the last such day (journeys), the next (reviews), or that it is
    a birth, whose year is asked for and may lie in the century before.
    ``not_after_today`` refuses days to come, ``not_before`` days too early. ``called`` is its name in its form.
    """

    widget = PlainDateInput

    def __init__(
        self,
        *,
        lean: Lean = Lean.PAST,
        not_after_today: bool = False,
        not_before: date | None = None,
        **kwargs: Any,
    ) -> None:
        self.lean, self.not_after_today, self.not_before = lean, not_after_today, not_before
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values or isinstance(value, date):
            return value or None
        try:
            return parse_date(str(value), today=timezone.localdate(), lean=self.lean)
        except UnclearDate as unclear:
            said = unclear.message.replace("a date", self.called)
            raise forms.ValidationError(said, code="unclear_date") from unclear

    def validate(self, value: Any) -> None:
        if value is None and self.required:
            raise forms.ValidationError(f"Enter {self.called}, such as 3 Jul 2007, 3/7/07 or today.", code="required")
        if value is None:
            return
        if self.not_after_today and value > timezone.localdate():
            raise forms.ValidationError(
                f"Enter {self.called}, today or earlier: {long_date(value)} is still to come.", code="in_the_future"
            )
        if self.not_before and value < self.not_before:
            raise forms.ValidationError(
                f"Enter {self.called}, on or after {self.not_before:%-d %B %Y}.", code="too_early"
            )

    @property
    def called(self) -> str:
        return str(getattr(self, "noun", "a date"))

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(initial) != self.to_python(data))
        except forms.ValidationError:
            return True


class NumberField(forms.DecimalField):
    """A number as people write it: digits, a point, commas between thousands. ``1E+99`` and ``12,50`` are none."""

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values or isinstance(value, Decimal):
            return None if value in self.empty_values else value
        number = decimal_number(str(value))
        if number is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return number


class WholeNumberField(forms.IntegerField):
    """A whole number in plain digits, with commas between thousands or without."""

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values or isinstance(value, int):
            return None if value in self.empty_values else value
        number = decimal_number(str(value))
        if number is None or number % 1 or abs(number) > LARGEST_INTEGER:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return int(number)


class MoneyInput(forms.TextInput):
    template_name = "django/forms/widgets/money.html"


class MoneyField(NumberField):
    """Pounds and pence; ``£12,300.50`` is understood, and ``12,50`` is refused: it is not twelve hundred and fifty."""

    widget = MoneyInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs = {"max_digits": 14, "decimal_places": 2, **kwargs}
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = value.strip().removeprefix("£").strip()
            if "," in value and decimal_number(value) is None:
                raise forms.ValidationError(
                    "Enter pounds and pence with a point between them, such as 12.50.", code="comma"
                )
        return super().to_python(value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"class": "govuk-input--width-10", "inputmode": "decimal"}


class PlainEmailField(forms.EmailField):
    """An e-mail address, without what came along when it was copied: ``Ana <ana@x.org>``, ``mailto:``, a last ``;``."""

    def to_python(self, value: Any) -> str | None:
        return super().to_python(tidy_email(value) if isinstance(value, str) else value)


class NamesOnly(ModelChoiceIterator):  # type: ignore[type-arg]
    """The choices of a :class:`NamedRecordField`: two columns, no record."""

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        key = self.field.to_field_name or "pk"
        for value, name in self.queryset.values_list(key, "name").iterator():
            yield str(value), name


class SuggestedInput(forms.TextInput):
    """A text box that offers words in use, so that one thing is called one name."""

    template_name = "django/forms/widgets/suggested.html"

    def __init__(self, words: Sequence[str]) -> None:
        self.words = words
        super().__init__({"autocomplete": "off"})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        key = f"{context['widget']['attrs'].get('id', name)}_list"
        context["widget"]["attrs"]["list"] = key
        return {**context, "list_id": key, "words": self.words}


class LongSelect(forms.Select):
    """A select of hundreds of options, written in one go: Django makes each with a template of its own."""

    def use_required_attribute(self, initial: Any) -> bool:
        return False

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        return []

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        chosen = set(context["widget"]["value"])
        context["widget"]["options"] = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((key, SELECTED if str(key) in chosen else "", title) for key, title in self.choices),
        )
        return context


class NamedRecordField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of many records that are shown by their ``name``, as the advisers of an organisation."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"to_field_name": "uid", **kwargs})

    widget = LongSelect
    iterator = NamesOnly
