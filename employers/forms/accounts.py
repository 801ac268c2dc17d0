"""The filters of the directory, and the forms of acts on several employers; a kind's own form stands with it."""

from collections.abc import Sequence
from typing import Any

from django import forms

from employers.enums import AgreementKind, SizeBand
from employers.models import AccountManager, Employer
from partners.platform.dates import long_date
from partners.platform.forms.plain import PlainForm
from partners.platform.frame.tags import words
from partners.platform.lists.tables import FilterForm

ANY = (("", "Any"),)


class PersonChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}, {obj.organisation.name}"


class EmployerFilters(FilterForm):
    q = forms.CharField(label="Search employers", help_text="A word of the name.", max_length=200)
    mine = forms.BooleanField(label="Looked after by me")
    sector = forms.ChoiceField(choices=ANY, label="Sector")
    size_band = forms.ChoiceField(choices=(*ANY, *SizeBand.choices), label="Size")
    agreement = forms.ChoiceField(choices=(*ANY, *AgreementKind.choices), label="Agreement in force")
    nobody = forms.BooleanField(label="Without an account manager")
    left = forms.BooleanField(label="Account manager has left")

    def __init__(self, *args: Any, sectors: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sector"].choices = [*ANY, *((name, words(name)) for name in sectors)]  # type: ignore[attr-defined]


class OtherForm(PlainForm):
    nouns = {"name": "the name of the other employer"}

    name = forms.CharField(
        label="The other employer",
        max_length=300,
        help_text="Its name; with a comma and its postcode where names repeat.",
    )


class MergeForm(PlainForm):
    """Which of two entries stands, and whose account manager where both have one."""

    nouns = {"kept": "which entry stands", "managers_of": "whose account manager stays"}

    kept = forms.ChoiceField(
        label="Which entry stands",
        widget=forms.RadioSelect,
        help_text="Its name, sector, size and postcode are kept. Everything else of both comes together.",
    )
    managers_of = forms.ChoiceField(label="Who is the account manager", widget=forms.RadioSelect)

    def __init__(
        self, *args: Any, employers: Sequence[Employer], clashing: Sequence[AccountManager], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        kept: Any = self.fields["kept"]
        kept.choices = [(str(each.uid), f"{each.name} {each.postcode}".strip()) for each in employers]
        kept.initial = kept.choices[0][0]
        if not clashing:
            del self.fields["managers_of"]
            return
        latest = [next(spell for spell in clashing if spell.employer_id == each.pk) for each in employers]
        managers: Any = self.fields["managers_of"]
        managers.choices = [
            (str(each.uid), f"{spell.staff.name}, since {long_date(spell.from_date)} ({each.name})")
            for each, spell in zip(employers, latest, strict=True)
        ]
        managers.help_text = "Both have one on some days. On those days the one chosen here stands."


class HandOnForm(PlainForm):
    """The account manager that all of them get, from today."""

    staff: Any = PersonChoice(None, label="New account manager", empty_label="Choose one")

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["staff"].queryset = people  # type: ignore[attr-defined]
