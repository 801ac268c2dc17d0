"""Forms for what is known of a client: identity, dated spells, the adviser, consent."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any, ClassVar

from django import forms
from django.db.models import Q
from django.utils import timezone

from caseload.enums import (
    BENEFITS,
    PART_OF_CODE,
    CircumstanceCode,
    ConsentMethod,
    ConsentPurpose,
    Disability,
    Ethnicity,
    HighestQualification,
    Sex,
    in_words,
)
from caseload.forms.entries import EntryForm
from caseload.forms.fields import (
    email_field,
    lsoa_field,
    nino_field,
    one_line,
    parts_field,
    phone_field,
    postcode_field,
    radios,
    text_area,
    whole_number,
)
from caseload.models import Client, ClientAddress, ClientCircumstance, Consent
from caseload.queries.leads import choosable, people_of, who_could_lead
from caseload.queries.places import find_place
from caseload.queries.sight import part_of, sight_of
from caseload.services import facts
from caseload.services.agreeing import take_consent
from caseload.validators import check_age
from commissioning.models import Service
from partners.models import Organisation, StaffMember
from partners.platform.dates import Lean
from partners.platform.forms.fields import NamedRecordField, PlainDateField
from partners.platform.forms.plain import PlainForm
from partners.services.notices import ANSWERING

UNKNOWN = (("", "Not known"),)
STATUSES = [(code.value, code.label) for code in CircumstanceCode if code not in BENEFITS]
SPELLS = (("Benefits", [(code.value, code.label) for code in BENEFITS]), ("Statuses", STATUSES))
CONSENT_YEARS = 3


class PlaceFields(PlainForm):
    """Postcode, and the small area, ward and district, which the postcode directory fills in when left empty."""

    postcode = postcode_field()
    ward = one_line(label="Ward", required=False, help_text="Left empty, it is looked up from the postcode.")
    lsoa = lsoa_field(label="Small area (LSOA)")
    district = one_line(label="District", required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        return with_place(cleaned)


def with_place(cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """Fill ward, LSOA and district from the postcode where they were left empty."""
    filled = dict(cleaned)
    place = find_place(filled["postcode"]) if filled.get("postcode") else None
    if place is not None:
        for name in ("lsoa", "ward", "district"):
            filled[name] = filled.get(name) or getattr(place, name)
    return filled


class AddressForm(EntryForm, PlaceFields):
    title, menu, done, model = "Add an address", "Address", "The address is recorded.", ClientAddress
    lead = "The address before it ends on the day before; it stays in the history."
    nouns = {"from_date": "the day the client moved in", "to_date": "the last day there"}
    field_order = ["from_date", "postcode", "ward", "lsoa", "district", "to_date"]

    from_date = PlainDateField(label="Lives there since", not_after_today=True)
    to_date = PlainDateField(
        label="Lived there until",
        required=False,
        not_after_today=True,
        help_text="Empty while the client lives there.",
    )

    def add(self) -> ClientAddress:
        return facts.add_address(self.client, by=self.staff, **self.values())

    def correct(self, version: int) -> Any:
        return facts.correct_spell(self.entry, version=version, values=self.values(), by=self.staff)


class CircumstanceForm(EntryForm):
    title, menu, done = "Add a benefit or status", "Benefit or status", "It is recorded."
    model = ClientCircumstance
    nouns = {"from_date": "the day it began", "to_date": "the last day of it"}

    code = forms.ChoiceField(choices=SPELLS, label="Benefit or status")
    from_date = PlainDateField(label="Since", not_after_today=True)
    to_date = PlainDateField(
        label="Until", required=False, not_after_today=True, help_text="The last day of it. Empty while it goes on."
    )

    def prepare(self) -> None:
        """What this person may not know they can't write either: it would tell whether it is there already.

        What their own organisation recorded under an earlier consent stays theirs to correct.
        """
        parts = {None, *sight_of(self.staff, self.client).parts_of(self.client.pk)}
        if self.entry is not None:
            parts.add(part_of(self.entry))
        field: Any = self.fields["code"]
        field.choices = [(name, [c for c in group if PART_OF_CODE.get(c[0]) in parts]) for name, group in SPELLS]
        if hidden := in_words(part for part in PART_OF_CODE.values() if part not in parts):
            field.help_text = f"The client's consent does not open {hidden} to your organisation."

    def add(self) -> ClientCircumstance:
        return facts.add_circumstance(self.client, by=self.staff, **self.values())

    def correct(self, version: int) -> Any:
        return facts.correct_spell(self.entry, version=version, values=self.values(), by=self.staff)


class EndSpellForm(PlainForm):
    on = PlainDateField(label="Last day", not_after_today=True, help_text="This day still counts.")


class IdentityForm(PlainForm):
    """Who somebody is; ``hidden`` are the fields of special categories that this person may not know."""

    nouns = {
        "dependent_children": "the number of dependent children",
        "disability": "whether they consider themselves disabled",
    }

    given_name = one_line(label="Given name")
    family_name = one_line(label="Family name")
    date_of_birth = PlainDateField(
        label="Date of birth", required=False, lean=Lean.BIRTH, help_text="For example 3/2/1979."
    )
    sex = forms.ChoiceField(choices=(*UNKNOWN, *Sex.choices), required=False, label="Sex")
    nino = nino_field(help_text="It is kept encrypted.")
    phone = phone_field()
    email = email_field()
    highest_qualification = forms.ChoiceField(
        choices=(*UNKNOWN, *HighestQualification.choices), required=False, label="Highest qualification"
    )
    dependent_children = whole_number(label="Dependent children", required=False)
    ethnicity = forms.ChoiceField(
        choices=(*UNKNOWN, *Ethnicity.choices), required=False, label="Ethnicity, in the client's own words"
    )
    disability = forms.ChoiceField(
        choices=(*UNKNOWN, *Disability.choices), required=False, label="Considers themselves disabled"
    )

    def __init__(self, *args: Any, hidden: Collection[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in hidden:
            del self.fields[name]

    def clean_date_of_birth(self) -> date | None:
        born: date | None = self.cleaned_data["date_of_birth"]
        return check_age(born, on=timezone.localdate()) if born else None

    @classmethod
    def initial_of(cls, client: Client) -> dict[str, Any]:
        return {name: getattr(client, name) for name in cls.base_fields}


class AdviserForm(PlainForm):
    """One lead adviser at a time; the one before stays in the history."""

    nouns = {"on": "the day the adviser takes over"}

    adviser: Any = NamedRecordField(None, label="Adviser", empty_label="Choose one")
    on = PlainDateField(label="From", not_after_today=True)

    def __init__(self, *args: Any, client: Client, staff: StaffMember, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["adviser"].queryset = choosable([client], staff)  # type: ignore[attr-defined]


class _NamedWithOrganisation(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}, {obj.organisation}"


class HandOverForm(PlainForm):
    """Who of another organisation is to lead, from when, and why; the other side agrees or declines."""

    nouns = {"on": "the day they take over", "staff": "who is to lead"}

    staff: Any = _NamedWithOrganisation(None, label="Who is to lead", empty_label="Choose one")
    on = PlainDateField(label="From", lean=Lean.FUTURE, help_text="Today or a day to come.")
    reason = forms.CharField(
        label="Reason",
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text="The other side reads it.",
        error_messages={"required": "Enter the reason."},
    )

    def __init__(self, *args: Any, client: Client, staff: StaffMember, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = who_could_lead(client, staff)
        asks = client.adviser is not None and client.adviser.organisation_id != staff.organisation_id
        if asks and staff.role not in ANSWERING:  # for colleagues only those ask who answer for the organisation
            people = people.filter(pk=staff.pk)
        self.fields["staff"].queryset = people  # type: ignore[attr-defined]


class WorkerForm(PlainForm):
    """Who works with a client for one's own organisation; the one before stays in the history."""

    nouns = {"on": "the day they begin", "staff": "who works with them"}

    staff: Any = NamedRecordField(None, label="Who works with them", empty_label="Choose one")
    on = PlainDateField(label="From", not_after_today=True)

    def __init__(self, *args: Any, organisation_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["staff"].queryset = people_of(organisation_id)  # type: ignore[attr-defined]


class ConsentForm(EntryForm):
    title, menu, done, model = "Record consent", "Consent", "The consent is recorded.", Consent
    lead = "Read the form with the client. Without consent to share, no other partner opens this record."
    dates_today = ("given_on",)
    nouns = {
        "purpose": "what the client agreed to",
        "organisation": "the partner",
        "given_on": "the day consent was given",
        "expires_on": "the day consent ends",
        "method": "how consent was given",
    }

    purpose = radios(ConsentPurpose, label="Agreed to", initial=ConsentPurpose.SHARING)
    organisation: Any = NamedRecordField(
        None, required=False, label="With which partner", empty_label="Every partner of the consortium"
    )
    given_on = PlainDateField(label="Given on", not_after_today=True)
    expires_on = PlainDateField(label="Until", required=False, lean=Lean.FUTURE, help_text="Empty: without an end.")
    method = radios(ConsentMethod, label="How", initial=ConsentMethod.PAPER)
    parts = parts_field()
    form_version = forms.CharField(
        label="Version of the form",
        required=False,
        max_length=40,
        widget=forms.TextInput({"class": "govuk-input--width-10"}),
    )

    def prepare(self) -> None:
        self.fields["organisation"].queryset = Organisation.objects.order_by("name")  # type: ignore[attr-defined]
        if self.entry is None:
            today = timezone.localdate()
            self.initial.setdefault("expires_on", three_years_on(today))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("parts") and cleaned.get("purpose") != ConsentPurpose.SHARING:
            self.add_error("parts", "These go with sharing. Choose sharing with partners, or untick them.")
        return cleaned

    def add(self) -> Consent:
        return take_consent(self.client, by=self.staff, today=timezone.localdate(), **self.values())


class AnswerPartsForm(PlainForm):
    nouns = {"agrees": "your answer", "reason": "the reason"}

    agrees = forms.ChoiceField(
        label="Your answer",
        choices=[("yes", "We agree: the client told us so too"), ("no", "We do not agree")],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="Reason",
        required=False,
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text="Needed where you do not agree. Whoever recorded the consent reads it.",
    )


class WithdrawConsentForm(PlainForm):
    nouns = {"on": "the day consent was withdrawn"}

    on = PlainDateField(label="Withdrawn on", not_after_today=True)


class ReasonOfStepForm(PlainForm):
    reason = text_area(3, label="Reason", help_text="The other side reads it.", required=True)


class SendReferralForm(PlainForm):
    """A referral to another organisation, with consent taken in the same breath when none is in force."""

    nouns = {
        "to_organisation": "the organisation",
        "service": "the service",
        "reason": "what the referral is for",
        "made_on": "the day the referral was made",
    }

    to_organisation: Any = NamedRecordField(None, label="To which organisation", empty_label="Choose one")
    service: Any = forms.ModelChoiceField(
        None, required=False, label="For which service", empty_label="None in particular"
    )
    reason = text_area(4, label="What for", required=True, help_text="The receiver reads this before they answer.")
    urgent = forms.BooleanField(required=False, label="Urgent")
    made_on = PlainDateField(label="Made on", not_after_today=True)

    def __init__(self, *args: Any, staff: StaffMember, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Organisation.objects.exclude(pk=staff.organisation_id).order_by("name")
        self.fields["to_organisation"].queryset = others  # type: ignore[attr-defined]
        today = timezone.localdate()
        running = Service.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today))
        self.fields["service"].queryset = running.select_related("organisation").order_by(  # type: ignore[attr-defined]
            "organisation__name", "name"
        )
        self.fields["service"].label_from_instance = lambda service: f"{service.organisation.name}: {service.name}"  # type: ignore[attr-defined]


class LookForm(PlainForm):
    """The first gate of registering: have you been here before? Some of these are enough to look."""

    is_any_of = True

    given_name = one_line(label="Given name", required=False)
    family_name = one_line(label="Family name", required=False)
    date_of_birth = PlainDateField(
        label="Date of birth", required=False, lean=Lean.BIRTH, help_text="For example 3/2/1979."
    )
    nino = nino_field()
    postcode = postcode_field()

    def clean_date_of_birth(self) -> date | None:
        """Refuse at once what registering would: a search for a birth to come finds nobody and proves nothing."""
        born: date | None = self.cleaned_data["date_of_birth"]
        return check_age(born, on=timezone.localdate()) if born else None

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two that find somebody by themselves."""
        cleaned = super().clean() or {}
        if not self.errors and not (cleaned.get("family_name") or cleaned.get("nino")):
            self.add_error("family_name", "Enter a family name or a National Insurance number.")
        return cleaned


class RegisterForm(IdentityForm):
    """A new client, with address and consent: what the first meeting brings."""

    nouns = {
        **IdentityForm.nouns,
        "registered_on": "the day you first met",
        "benefit_from": "the day the claim began",
        "consent_method": "how consent was given",
        "expires_on": "the day consent ends",
    }

    registered_on = PlainDateField(label="First met on", not_after_today=True)
    postcode = postcode_field()
    benefit = forms.ChoiceField(
        choices=(("", "None or not known"), *((code.value, code.label) for code in BENEFITS)),
        required=False,
        label="Benefit claimed",
    )
    benefit_from = PlainDateField(label="Claimed since", required=False, not_after_today=True)
    tracking = forms.BooleanField(label="Agrees that we follow the journey and keep this record")
    sharing = forms.BooleanField(required=False, label="Agrees that we share it with partners who help")
    parts = parts_field()
    consent_method = radios(ConsentMethod, label="Consent given", initial=ConsentMethod.PAPER)
    form_version = forms.CharField(
        label="Version of the consent form",
        required=False,
        max_length=40,
        widget=forms.TextInput({"class": "govuk-input--width-10"}),
    )
    expires_on = PlainDateField(label="Consent until", required=False, lean=Lean.FUTURE)
    tracking.error_messages["required"] = (
        "Tick that the client agrees: without consent to keep a record, no record can be made."
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("benefit") and not cleaned.get("benefit_from") and "benefit_from" not in self.errors:
            self.add_error("benefit_from", "Enter the day the claim began, as near as the client remembers.")
        if cleaned.get("parts") and not cleaned.get("sharing"):
            self.add_error("parts", "These go with sharing. Tick that the client agrees to it, or untick them.")
        return cleaned

    identity: ClassVar[tuple[str, ...]] = tuple(IdentityForm.base_fields)


def three_years_on(day: date) -> date:
    """Consent is asked for again after three years (form version and expiry: BCBC 3.2.15, SOU 5)."""
    try:
        return day.replace(year=day.year + CONSENT_YEARS)
    except ValueError:
        return day.replace(year=day.year + CONSENT_YEARS, day=28) + timedelta(days=1)


FACT_FORMS: dict[str, type[EntryForm]] = {
    "address": AddressForm,
    "circumstance": CircumstanceForm,
    "consent": ConsentForm,
}
