from typing import Any

from django import forms
from django.conf import settings

from partners.platform.forms.plain import PlainForm

MOST_UPLOADED = 2 * 1024**3


def most_uploaded() -> int:
    return int(getattr(settings, "EXCHANGE_MOST_UPLOADED", MOST_UPLOADED))


class ChoosePackage(PlainForm):
    package = forms.FileField(
        label="Package",
        help_text="A zip of CSV files, one for each table of the exchange package.",
        allow_empty_file=True,
        error_messages={"required": "Choose a package."},
    )

    def __init__(self, *args: Any, is_too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_too_large:
            self.fields["package"].error_messages["required"] = self.too_large()

    @staticmethod
    def too_large() -> str:
        return f"Choose a package of less than {most_uploaded() // 1024**2:,} MB."

    def clean_package(self) -> Any:
        package = self.cleaned_data["package"]
        if package.size > most_uploaded():
            raise forms.ValidationError(self.too_large())
        return package
