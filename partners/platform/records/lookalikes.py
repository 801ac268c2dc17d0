"""The same fact twice: "This looks like the job of 20 August: open it, or record another?" One pattern for every app.

Two can be right (a second job at one employer, two checks of one week), so nothing is refused for good: a form asks
once, and what was typed stays; a partner's system is told beside what it stored. How to use it:

1. The app has one query for each kind that returns ``list[LookAlike]``, only of records within the reader's sight:
   ``LookAlike("job", job.uid, "the job at Tesco of 20 August 2026", url_of_its_page)``.
2. A form page (:class:`partners.platform.records.forms.RecordForm`) begins its ``act`` with
   ``ask_before_twice(form, found)``. It raises :class:`LooksLike` until the tick "Record another" comes back with the
   form; the page then shows the tick with its question and the links. Nothing else has to be written, and no template.
3. An API action puts ``[each.as_warning() for each in found]`` into the ``warnings`` of its answer.

The tick is for the records that were shown: another one that appears meanwhile is asked about anew. Where two can never
be right, a unique constraint says so instead.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join

from partners.errors import CaseloadError

ANOTHER = "another"


@dataclass(frozen=True)
class LookAlike:
    """An earlier record that may be the same fact; ``name`` is how a sentence names it: ``the job at Tesco of …``."""

    kind: str
    id: str
    name: str
    url: str = ""

    def as_warning(self) -> dict[str, Any]:
        return {"detail": f"This looks like {self.name}.", "looks_like": {"kind": self.kind, "id": str(self.id)}}


class LooksLike(CaseloadError):
    """What was sent looks like something recorded before: for a person to decide."""

    code = "looks_like"

    def __init__(self, found: Sequence[LookAlike]) -> None:
        self.found = list(found)
        opens = "Open it" if len(self.found) == 1 else "Open them"
        names = listed([each.name for each in self.found])
        super().__init__(f"This looks like {names}. {opens}, or tick that this is another one.", field=ANOTHER)


class AnotherTick(forms.CheckboxInput):
    """A tick whose value names the records that it is about."""

    def __init__(self, token: str) -> None:
        super().__init__(check_test=lambda value: value == token)
        self.token = token

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return data.get(name)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["value"] = self.token
        return context


def ask_before_twice(form: forms.BaseForm, found: Sequence[LookAlike]) -> None:
    """Return when nothing looks like what the form holds, or the tick says that it is another; else raise LooksLike."""
    if not found:
        return
    token = token_of(found)
    name = form.add_prefix(ANOTHER)
    field = forms.BooleanField(
        required=False, label="Record another one", help_text=_links(found), widget=AnotherTick(token)
    )
    field.noun = "this looks like"  # type: ignore[attr-defined]
    form.fields[ANOTHER] = field
    if form.data.get(name) != token:
        raise LooksLike(found)


def token_of(found: Sequence[LookAlike]) -> str:
    """Return what the tick says that is about these records."""
    return hashlib.sha256("\n".join(sorted(str(each.id) for each in found)).encode()).hexdigest()[:16]


def answer_before(form: forms.BaseForm, found: Sequence[LookAlike]) -> None:
    """Let a form that is opened carry the tick for records that were shown and put aside on the page before."""
    if found:
        form.fields[ANOTHER] = forms.CharField(required=False, widget=forms.HiddenInput, initial=token_of(found))


def keep_answer(form: forms.BaseForm) -> None:
    """Keep the tick with a form that is refused before it is asked again: it comes back as it was sent."""
    said = form.data.get(form.add_prefix(ANOTHER), "")
    if ANOTHER not in form.fields and isinstance(said, str) and said:
        form.fields[ANOTHER] = forms.CharField(required=False, widget=forms.HiddenInput)


def listed(names: Sequence[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def _links(found: Sequence[LookAlike]) -> str:
    links = [(each.url, each.name) for each in found if each.url]
    return (
        format_html("Open {}", format_html_join(", ", '<a class="govuk-link" href="{}">{}</a>', links)) if links else ""
    )
