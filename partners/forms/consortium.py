from typing import Any

from django import forms

from partners.packs import packs
from partners.platform.forms.fields import PlainEmailField
from partners.platform.forms.plain import PlainForm


class FirstAdministratorForm(PlainForm):
    administrator = forms.CharField(
        label="Name of the first administrator",
        max_length=200,
        error_messages={"required": "Enter the name of the first administrator."},
    )
    email = PlainEmailField(
        label="Their e-mail address",
        help_text="An invitation goes there.",
        error_messages={"required": "Enter their e-mail address."},
    )


class NewConsortiumForm(FirstAdministratorForm):
    pack = forms.ChoiceField(
        label="Pack",
        help_text="The target groups, areas, indicators and partners it begins with.",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a pack.", "invalid_choice": "Choose one of the packs in the list."},
    )
    name = forms.CharField(
        label="Name", max_length=200, error_messages={"required": "Enter the name of the partnership."}
    )
    slug = forms.CharField(
        label="Short name",
        help_text="Small letters, digits and hyphens, such as leicester. Commands use it, and it can't be changed.",
        max_length=50,
        error_messages={"required": "Enter a short name."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pack"].choices = packs().choices()  # type: ignore[attr-defined]

    field_order = ["pack", "name", "slug", "administrator", "email"]
