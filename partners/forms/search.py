"""The words of the search over all records."""

from django import forms
from django.core.validators import MinLengthValidator

from partners.platform.lists.tables import FilterForm

MOST_WORDS = 10
TOO_SHORT = "Type words of two letters or more."
TOO_LONG = "Type words of 200 letters at most."


class SearchForm(FilterForm):
    q = forms.CharField(
        label="Words to search for",
        max_length=200,
        validators=[MinLengthValidator(2, TOO_SHORT)],
        error_messages={"max_length": TOO_LONG},
    )

    def clean_q(self) -> str:
        text = str(self.cleaned_data["q"])
        if len(text.split()) > MOST_WORDS:
            raise forms.ValidationError("Type ten words or fewer.")
        return text
