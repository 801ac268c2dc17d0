"""The forms of documents, notes and actions."""

from typing import Any

from django import forms

from partners.models import StaffMember
from partners.platform.dates import Lean
from partners.platform.documents.kinds import ACCEPT, TAKEN
from partners.platform.documents.subjects import Subject
from partners.platform.forms.fields import NamedRecordField, PlainDateField
from partners.platform.forms.plain import PlainForm

CATEGORY_HINT = "It is then read only where this part of the record may be read."


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class FilesField(forms.FileField):
    """Files, or none; what each of them is, the service judges, so that one bad one keeps no other out."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return [file for file in (data if isinstance(data, list | tuple) else [data]) if file is not None]


class OfSubjectForm(PlainForm):
    """A form about a part; its special category is asked for where its subject has some that the person reads."""

    category = forms.ChoiceField(label="Special category", required=False, help_text=CATEGORY_HINT)

    def __init__(self, *args: Any, subject: Subject, kept: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        titles = dict(subject.kind.categories)
        choices = dict(subject.categories) | ({kept: titles.get(kept, kept)} if kept else {})
        if choices:
            self.fields["category"].choices = [("", "None"), *choices.items()]  # type: ignore[attr-defined]
        else:
            del self.fields["category"]

    def clean(self) -> dict[str, Any]:
        return {"category": "", **(super().clean() or self.cleaned_data)}


class UploadForm(OfSubjectForm):
    files = FilesField(  # type: ignore[assignment]  # the form keeps its own files elsewhere
        label="Files",
        help_text=f"{TAKEN}; each of 25 MB at most, 20 files and 100 MB at once.",
        widget=SeveralFiles({"accept": ACCEPT, "multiple": True}),
    )
    camera = FilesField(
        label="Or take a picture",
        required=False,
        widget=SeveralFiles({"accept": "image/jpeg", "capture": "environment"}),
    )
    title = forms.CharField(
        label="What it is", required=False, max_length=200, help_text="Such as “CV” or “letter from the Jobcentre”."
    )
    field_order = ("files", "camera", "title", "category")

    def _naming(self, name: str, error: forms.ValidationError) -> forms.ValidationError:
        """Leave a sentence about a file alone: it names the file, which is more than its field."""
        return error if name == "files" else super()._naming(name, error)


class DocumentForm(OfSubjectForm):
    title = forms.CharField(label="What it is", required=False, max_length=200)
    field_order = ("title", "category")


class NoteForm(OfSubjectForm):
    text = forms.CharField(label="Note", max_length=10_000, widget=forms.Textarea({"rows": 6}))
    field_order = ("text", "category")


class ActionForm(OfSubjectForm):
    nouns = {"title": "what is to be done", "owner": "who does it", "due_on": "the day it is due"}
    title = forms.CharField(label="What is to be done", max_length=300)
    due_on = PlainDateField(label="Due", lean=Lean.FUTURE, help_text="Such as friday, 3 jul or 3/7/07.")
    owner = NamedRecordField(StaffMember._base_manager.none(), label="Who does it", empty_label=None)
    field_order = ("title", "due_on", "owner", "category")

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people.select_related("organisation")  # type: ignore[attr-defined]
