"""Forms of the pages for administrators."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.db.models import QuerySet

from partners.enums import OrganisationType, Role, Scope
from partners.leaving import Held, Kind, held_by
from partners.models import Organisation, StaffMember, Team, User
from partners.platform.dates import Lean
from partners.platform.forms.fields import NamedRecordField, PlainDateField, PlainEmailField
from partners.platform.forms.plain import PlainForm
from partners.platform.lists.tables import FilterForm

HOW_TO_CHOOSE = "At least 12 characters. Three words that do not belong together are easy to keep and hard to guess."
HEIR = "heir_"
DATA_LEAD_HINT = "Reads the audit trail and answers for how personal data is used."


def overseen_by(staff: StaffMember) -> QuerySet[Organisation]:
    """Return the organisations whose people and keys somebody looks after."""
    known: QuerySet[Organisation] = Organisation.objects.order_by("name")
    return known if staff.organisation.accountable_body else known.filter(pk=staff.organisation_id)


class PeopleFilter(FilterForm):
    q = forms.CharField(label="Name or e-mail address")
    role = forms.ChoiceField(label="Role", choices=[("", "All"), *Role.choices])
    organisation = forms.ModelChoiceField(Organisation._base_manager.none(), label="Organisation", empty_label="All")
    state = forms.ChoiceField(
        label="Access",
        choices=[
            ("", "Everybody"),
            ("in", "Has access"),
            ("invited", "Invited"),
            ("none", "Never invited"),
            ("left", "Ended"),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = Organisation.objects.order_by("name")  # type: ignore[attr-defined]
        self.fields["organisation"].to_field_name = "uid"  # type: ignore[attr-defined]


class InviteForm(PlainForm):
    name = forms.CharField(label="Name", max_length=200)
    email = PlainEmailField(label="E-mail address", help_text="At work; the link goes there.")
    organisation = forms.ModelChoiceField(Organisation._base_manager.none(), label="Organisation", empty_label="Choose")
    role = forms.ChoiceField(label="Role", choices=[("", "Choose"), *Role.choices])
    data_lead = forms.BooleanField(label="Data lead", required=False, help_text=DATA_LEAD_HINT)

    def __init__(self, *args: Any, by: StaffMember, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = overseen_by(by)  # type: ignore[attr-defined]
        if not by.organisation.accountable_body:
            del self.fields["data_lead"]


class HeirsFields:
    """Mixed into a form: for each kind of thing somebody holds, who takes it over; nobody is an answer."""

    fields: dict[str, forms.Field]

    def ask_for_heirs(self, person: StaffMember, held: Iterable[tuple[Kind, Held]]) -> None:
        for kind, what in held:
            if kind.heirs is None:
                continue
            self.fields[f"{HEIR}{kind.code}"] = NamedRecordField(
                kind.heirs(person),
                label=f"{kind.question} from now on",
                help_text=f"{what.words[:1].upper()}{what.words[1:]}.",
                required=False,
                empty_label="Nobody yet: they are handed on later",
            )

    @staticmethod
    def heirs_in(values: Mapping[str, Any]) -> dict[str, StaffMember | None]:
        return {name.removeprefix(HEIR): heir for name, heir in values.items() if name.startswith(HEIR)}


class LeavingForm(HeirsFields, PlainForm):
    reason = forms.CharField(
        label="Reason",
        help_text="It is kept in the audit trail.",
        widget=forms.Textarea({"rows": 3}),
        max_length=500,
        error_messages={"required": "Enter the reason."},
    )

    def __init__(self, *args: Any, person: StaffMember, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ask_for_heirs(person, held_by(person))
        self.order_fields([*(name for name in self.fields if name != "reason"), "reason"])


class RoleForm(HeirsFields, PlainForm):
    role = forms.ChoiceField(label="Role", choices=Role.choices)
    team = forms.ModelChoiceField(Team._base_manager.none(), label="Team", required=False, empty_label="No team")
    data_lead = forms.BooleanField(label="Data lead", required=False, help_text=DATA_LEAD_HINT)
    reason = forms.CharField(label="Reason", max_length=500, help_text="It is kept in the audit trail.")

    def __init__(self, *args: Any, by: StaffMember, person: StaffMember, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not by.organisation.accountable_body:
            del self.fields["data_lead"]
        self.fields["team"].queryset = Team.objects.filter(organisation=person.organisation_id).order_by("name")  # type: ignore[attr-defined]
        self.ask_for_heirs(person, held_by(person))
        for name, field in self.fields.items():
            if name.startswith(HEIR):
                field.label = f"{field.label}, if the new role does not"


class PasswordForm(PlainForm):
    password = forms.CharField(
        label="Password",
        help_text=HOW_TO_CHOOSE,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        error_messages={"required": "Enter a password."},
    )

    def __init__(self, *args: Any, email: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, user=User(email=self.email))
        return password


class OrganisationForm(PlainForm):
    nouns = {"type": "the kind of organisation"}

    name = forms.CharField(label="Name", max_length=200)
    type = forms.ChoiceField(label="Kind", choices=[("", "Choose"), *OrganisationType.choices])
    accountable_body = forms.BooleanField(
        label="Accountable body", required=False, help_text="Answers for the partnership's money and figures."
    )
    primary_health_provider = forms.BooleanField(label="Primary health provider", required=False)


class TeamForm(PlainForm):
    name = forms.CharField(label="Name of the team", max_length=200)


class KeyForm(PlainForm):
    organisation = forms.ModelChoiceField(Organisation._base_manager.none(), label="Organisation", empty_label="Choose")
    label = forms.CharField(
        label="Name of the key", max_length=200, help_text="For example, the system that will use it."
    )
    scopes = forms.MultipleChoiceField(
        label="What it may do", choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    expires_on = PlainDateField(
        label="Last day", required=False, lean=Lean.FUTURE, help_text="Blank: until it is revoked."
    )

    def __init__(self, *args: Any, by: StaffMember, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = overseen_by(by)  # type: ignore[attr-defined]
