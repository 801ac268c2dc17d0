"""Fields of an adviser's forms: vacancies by title, yes or no or not known, scores, places."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy

from caseload.enums import SharePart
from caseload.validators import as_email, as_lsoa, as_nino, as_phone, as_postcode
from employers.forms.fields import EmployerInput
from employers.models import Employer, Vacancy
from employers.queries.directory import FoundVacancy, find_vacancies
from partners.platform.forms.fields import WholeNumberField
from partners.platform.forms.reading import tidy_email, tidy_phone, without_hidden

YES_NO = (("true", "Yes"), ("false", "No"), ("", "Not known"))


class VacancyInput(EmployerInput):
    """A text box with the vacancies of the employer in the box beside it."""

    suggests: ClassVar[dict[str, Any]] = {
        "hx-get": reverse_lazy("employers:suggest-vacancies"),
        "hx-trigger": "focus, input changed delay:200ms",
        "hx-include": "[name='employer']",
    }


class VacancyField(forms.CharField):
    """A vacancy chosen by title; its form, which knows the employer, finds it by :func:`vacancy_named`."""

    widget = VacancyInput

    def prepare_value(self, value: Any) -> Any:
        return FoundVacancy(value).label if isinstance(value, Vacancy) else value


def vacancy_named(text: str, employer: Employer | None) -> Vacancy | None:
    """Return the vacancy of an employer that a text names, or say which there are."""
    if not text:
        return None
    if employer is None:
        raise ValidationError("Enter the employer of the vacancy first, or leave the vacancy empty.")
    found = find_vacancies(employer, text, limit=6)
    same = [each for each in found if each.is_named(text)] or found
    if len(same) == 1:
        return same[0].vacancy
    offered = "; ".join(each.label for each in same or find_vacancies(employer, limit=6))
    if not offered:
        raise ValidationError(f"{employer.name} has no vacancy in the jobs pool. Leave the vacancy empty.")
    raise ValidationError(f"Choose one of the vacancies of {employer.name}, or leave it empty: {offered}.")


class YesNoField(forms.TypedChoiceField):
    """Yes, no, or not known: blank is not no."""

    widget = forms.RadioSelect

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            choices=YES_NO, coerce=lambda value: value == "true", empty_value=None, required=False, **kwargs
        )

    def prepare_value(self, value: Any) -> Any:
        return {True: "true", False: "false", None: ""}.get(value, value)


class CheckedField(forms.CharField):
    """Text that one of the validators reads into the form in which it is kept."""

    def __init__(self, *, reads: Any, width: str = "govuk-input--width-20", **kwargs: Any) -> None:
        self.reads = reads
        super().__init__(widget=forms.TextInput({"class": width, "autocomplete": "off"}), **kwargs)

    def to_python(self, value: Any) -> str:
        """Leave out the characters that show nothing: none belongs into a number, a postcode or an address."""
        return without_hidden(super().to_python(value) or "")

    def clean(self, value: Any) -> Any:
        return self.reads(super().clean(value))


def nino_field(**kwargs: Any) -> CheckedField:
    kwargs = {"label": "National Insurance number", "required": False, **kwargs}
    return CheckedField(reads=as_nino, width="govuk-input--width-10", **kwargs)


def postcode_field(**kwargs: Any) -> CheckedField:
    kwargs = {"label": "Postcode", "required": False, **kwargs}
    return CheckedField(reads=as_postcode, width="govuk-input--width-10", **kwargs)


def lsoa_field(**kwargs: Any) -> CheckedField:
    kwargs = {"label": "LSOA", "required": False, **kwargs}
    return CheckedField(reads=as_lsoa, width="govuk-input--width-10", **kwargs)


def phone_field(**kwargs: Any) -> CheckedField:
    return CheckedField(
        reads=lambda text: as_phone(tidy_phone(text)), **{"label": "Phone", "required": False, **kwargs}
    )


def email_field(**kwargs: Any) -> CheckedField:
    return CheckedField(
        reads=lambda text: as_email(tidy_email(text)), **{"label": "E-mail", "required": False, **kwargs}
    )


def one_line(**kwargs: Any) -> forms.CharField:
    return forms.CharField(max_length=500, **kwargs)


def text_area(rows: int = 3, **kwargs: Any) -> forms.CharField:
    return forms.CharField(
        widget=forms.Textarea({"rows": rows}), required=kwargs.pop("required", False), max_length=10_000, **kwargs
    )


def radios(choices: Any, **kwargs: Any) -> forms.ChoiceField:
    return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **kwargs)


def whole_number(**kwargs: Any) -> WholeNumberField:
    return WholeNumberField(
        widget=forms.TextInput({"class": "govuk-input--width-3", "inputmode": "numeric"}), min_value=0, **kwargs
    )


def parts_field() -> forms.MultipleChoiceField:
    """What a consent to share covers besides the journey. Nothing is ticked beforehand: the client says it."""
    words = {
        SharePart.HEALTH: "Health: sickness and disability benefits, disability, drugs and alcohol, health scores",
        SharePart.OFFENDING: "Offending: being known as an offender",
        SharePart.ETHNICITY: "Ethnicity",
    }
    return forms.MultipleChoiceField(
        label="Partners may also see",
        choices=[(part.value, text) for part, text in words.items()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Sharing opens the journey. Tick what the client agreed to besides; the rest stays with us.",
    )
