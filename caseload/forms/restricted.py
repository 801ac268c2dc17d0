"""Forms about records that are open to named people only."""

from typing import Any

from django import forms

from caseload.models import Client
from caseload.queries.restricted import possible_readers
from partners.models import StaffMember
from partners.platform.dates import Lean
from partners.platform.forms.fields import PlainDateField
from partners.platform.forms.plain import PlainForm

WHY = "It is kept in the audit trail. Say no more of the person than the keepers of restrictions must know."


class ReaderChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: StaffMember) -> str:
        return f"{obj.name}, {obj.get_role_display()}, {obj.organisation.name}"


class OneReaderChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: StaffMember) -> str:
        return f"{obj.name}, {obj.get_role_display()}, {obj.organisation.name}"


def reason_field() -> forms.CharField:
    return forms.CharField(label="Reason", help_text=WHY, max_length=500, widget=forms.Textarea({"rows": 3}))


def review_field() -> PlainDateField:
    return PlainDateField(
        label="Review on", help_text="The day somebody asks again whether it must stay restricted.", lean=Lean.FUTURE
    )


class WhichRecordForm(PlainForm):
    reference = forms.CharField(label="Reference of the record", help_text="Such as C-4829-1736.", max_length=500)


class RestrictForm(PlainForm):
    nouns = {"readers": "who may open the record", "review_on": "the day of the review"}

    readers = ReaderChoice(StaffMember._base_manager.none(), label="Who may open the record", to_field_name="uid")
    reason = reason_field()
    review_on = review_field()

    def __init__(self, *args: Any, client: Client, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["readers"].queryset = possible_readers(client).filter(user__isnull=False)  # type: ignore[attr-defined]


class ReviewForm(PlainForm):
    nouns = {"review_on": "the day of the review"}

    reason = reason_field()
    review_on = review_field()


class ReaderForm(PlainForm):
    nouns = {"reader": "who may open the record", "to_date": "the last day"}

    reader = OneReaderChoice(
        StaffMember._base_manager.none(), label="Who may open the record", empty_label="Choose", to_field_name="uid"
    )
    reason = reason_field()
    to_date = PlainDateField(
        label="Until", help_text="Leave it empty where there is no end.", required=False, lean=Lean.FUTURE
    )

    def __init__(self, *args: Any, client: Client, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reader"].queryset = possible_readers(client).filter(user__isnull=False)  # type: ignore[attr-defined]


class WhyForm(PlainForm):
    reason = reason_field()
