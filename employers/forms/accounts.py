"""The forms of an account manager."""

from collections.abc import Sequence
from typing import Any

from django import forms

from employers.enums import AgreementKind, ContactChannel, Ownership, SizeBand
from employers.models import AccountManager, Employer
from employers.queries.directory import guarantees
from partners.models import StaffMember
from partners.platform.dates import Lean, long_date
from partners.platform.forms.fields import MoneyField, NumberField, PlainDateField, WholeNumberField
from partners.platform.forms.plain import PlainForm
from partners.platform.forms.validators import as_postcode
from partners.platform.frame.tags import words
from partners.platform.lists.tables import FilterForm

ANY = (("", "Any"),)
MOST_POSTS = 10_000


def short_number() -> forms.TextInput:
    return forms.TextInput({"class": "govuk-input--width-3", "inputmode": "decimal"})


class AgreementChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return f"in force since {long_date(obj.from_date)}"


class PersonChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}, {obj.organisation.name}"


class EmployerFilters(FilterForm):
    q = forms.CharField(label="Search employers", help_text="The beginning of the name.", max_length=200)
    mine = forms.BooleanField(label="Looked after by me")
    sector = forms.ChoiceField(choices=ANY, label="Sector")
    size_band = forms.ChoiceField(choices=(*ANY, *SizeBand.choices), label="Size")
    agreement = forms.ChoiceField(choices=(*ANY, *AgreementKind.choices), label="Agreement in force")
    nobody = forms.BooleanField(label="Without an account manager")
    left = forms.BooleanField(label="Account manager has left")

    def __init__(self, *args: Any, sectors: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sector"].choices = [*ANY, *((name, words(name)) for name in sectors)]  # type: ignore[attr-defined]


class EmployerForm(PlainForm):
    nouns = {"name": "the name of the employer"}

    name = forms.CharField(label="Name", max_length=200)
    sector = forms.CharField(
        label="Sector", max_length=200, widget=forms.TextInput({"list": "sectors", "autocomplete": "off"})
    )
    size_band = forms.ChoiceField(choices=SizeBand, widget=forms.RadioSelect, label="Size")
    ownership = forms.ChoiceField(choices=Ownership, widget=forms.RadioSelect, label="Ownership")
    postcode = forms.CharField(
        label="Postcode", required=False, max_length=10, widget=forms.TextInput({"class": "govuk-input--width-10"})
    )
    district = forms.CharField(label="District", required=False, max_length=200)
    employment_agency = forms.BooleanField(required=False, label="This is an employment agency")

    def clean_postcode(self) -> str:
        return as_postcode(str(self.cleaned_data["postcode"]))

    @classmethod
    def initial_of(cls, employer: Employer) -> dict[str, Any]:
        return {name: getattr(employer, name) for name in cls.base_fields}


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


class ContactForm(PlainForm):
    nouns = {
        "occurred_on": "the day of the contact",
        "channel": "how you were in touch",
        "summary": "what it was about",
        "follow_up_on": "the day to get in touch again",
    }

    occurred_on = PlainDateField(label="When", not_after_today=True)
    channel = forms.ChoiceField(choices=ContactChannel, widget=forms.RadioSelect, label="How")
    summary = forms.CharField(
        label="About what",
        max_length=10_000,
        widget=forms.Textarea({"rows": 3}),
        help_text="The next person reads this before they call.",
    )
    follow_up_on = PlainDateField(label="Get in touch again on", required=False, lean=Lean.FUTURE)


class AgreementForm(PlainForm):
    nouns = {"from_date": "the day it comes into force", "to_date": "the last day of it"}

    kind = forms.ChoiceField(choices=AgreementKind, widget=forms.RadioSelect, label="What they signed")
    from_date = PlainDateField(label="In force from", not_after_today=True)
    to_date = PlainDateField(
        label="Until", required=False, lean=Lean.FUTURE, help_text="The last day. Empty: without an end."
    )


class EndForm(PlainForm):
    on = PlainDateField(label="Last day", help_text="This day still counts.", lean=Lean.FUTURE)


class ManagerForm(PlainForm):
    nouns = {"on": "the day they take over"}

    staff: Any = PersonChoice(None, label="Account manager", empty_label="Choose one")
    on = PlainDateField(label="From", not_after_today=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = StaffMember.objects.at_work().filter(role="account_manager").select_related("organisation")
        self.fields["staff"].queryset = people.order_by("name")  # type: ignore[attr-defined]


class HandOnForm(PlainForm):
    """The account manager that all of them get, from today."""

    staff: Any = PersonChoice(None, label="New account manager", empty_label="Choose one")

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["staff"].queryset = people  # type: ignore[attr-defined]


class VacancyForm(PlainForm):
    nouns = {
        "posts": "the number of posts",
        "opened_on": "the day it opens",
        "closed_on": "the day it closes",
        "jigs_agreement": "the interview guarantee",
    }

    title = forms.CharField(label="Job title", max_length=300)
    posts = WholeNumberField(
        label="How many posts",
        min_value=1,
        max_value=MOST_POSTS,
        error_messages={"max_value": f"Enter a number of posts from 1 to {MOST_POSTS:,}."},
        widget=short_number(),
    )
    opened_on = PlainDateField(label="Open from", not_after_today=True)
    closed_on = PlainDateField(label="Closes on", required=False, lean=Lean.FUTURE)
    jigs_agreement: Any = AgreementChoice(
        None, required=False, label="Under the interview guarantee", empty_label="None"
    )
    hours_per_week = NumberField(
        decimal_places=2,
        label="Hours a week",
        required=False,
        min_value=0,
        max_value=168,
        widget=short_number(),
    )
    hourly_wage = MoneyField(label="Pay an hour, in pounds", required=False, min_value=0)

    def __init__(self, *args: Any, employer: Employer, today: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["jigs_agreement"].queryset = guarantees(employer, on=today)  # type: ignore[attr-defined]
