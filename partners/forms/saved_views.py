"""The name under which a list is kept."""

from django import forms

from partners.models.saved_view import NAME_LENGTH
from partners.platform.forms.plain import PlainForm


class NameForm(PlainForm):
    name = forms.CharField(label="Name of the view", max_length=NAME_LENGTH)


class SaveViewForm(NameForm):
    """``path`` and ``query`` are the list and its state, as its own page put them there."""

    path = forms.CharField(widget=forms.HiddenInput, max_length=200)
    query = forms.CharField(widget=forms.HiddenInput)
