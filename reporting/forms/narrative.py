from typing import Any

from django import forms

from partners.platform.records.fields import LONGEST_TEXT, KindForm
from reporting.models import Return
from reporting.queries.report import return_name


class ReturnChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Return) -> str:
        return return_name(obj)


class NarrativeForm(KindForm):
    """What a return says of one objective, with room to write."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["filed"] = ReturnChoice(
            Return.objects.order_by("-quarter", "kind"),
            label="Return",
            empty_label="Choose one",
            to_field_name="uid",
        )
        self.fields["body"].widget = forms.Textarea({"rows": 14, "maxlength": LONGEST_TEXT})
