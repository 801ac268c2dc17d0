from typing import Any

from django import forms

from partners.platform.records.fields import LONGEST_TEXT, KindForm
from reporting.models import Objective, Return
from reporting.queries.readers import returns_read
from reporting.queries.report import return_name, writes_of


class ReturnChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Return) -> str:
        return return_name(obj)


class NarrativeForm(KindForm):
    """What a return says of one objective, with room to write."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["filed"] = ReturnChoice(
            returns_read(self.staff).order_by("-quarter", "kind"),
            label="Return",
            empty_label="Choose one",
            to_field_name="uid",
        )
        objective = self.fields["objective"]
        if isinstance(objective, forms.ModelChoiceField):
            theirs = [each.pk for each in Objective.objects.all() if writes_of(self.staff, each)]
            objective.queryset = objective.queryset.filter(pk__in=theirs)  # type: ignore[union-attr]
        self.fields["body"].widget = forms.Textarea({"rows": 14, "maxlength": LONGEST_TEXT})
