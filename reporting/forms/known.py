from typing import Any

from django import forms

from partners.platform.forms.fields import PlainDateField
from partners.platform.forms.plain import PlainForm


class KnownForm(PlainForm):
    """The day of which to count what was known, and the line to look at."""

    on: Any = PlainDateField(label="As known at the end of")
    line = forms.CharField(required=False, widget=forms.HiddenInput)
