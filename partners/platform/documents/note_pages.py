"""Notes: written, corrected, removed and put back."""

from typing import Any

from partners.models import Note
from partners.platform.documents.forms import NoteForm
from partners.platform.documents.notes import add_note, correct_note
from partners.platform.documents.pages import AddPart, ChangePart, PartPage, PutPartBack, RemovePart


class AddNote(AddPart):
    form_class = NoteForm
    title = "Add a note"
    done = "The note is kept."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "subject": self.subject}

    def act(self, form: Any) -> None:
        typed = form.cleaned_data
        add_note(self.subject, text=typed["text"], category=typed["category"], by=self.staff)


class NotePage(PartPage):
    model = Note
    template_name = "parts/note.html"


class CorrectNote(ChangePart):
    model = Note
    form_class = NoteForm
    title = "Correct a note"
    done = "The note is corrected. What it said before stays in its history."

    def get_initial(self) -> dict[str, Any]:
        return {"text": self.part.text, "category": self.part.category}

    def act(self, form: Any) -> None:
        correct_note(self.subject, self.part, version=self.opened_version, values=form.cleaned_data, by=self.staff)

    def get_success_url(self) -> str:
        return self.get_back()


class RemoveNote(RemovePart):
    model = Note


class PutNoteBack(PutPartBack):
    model = Note
