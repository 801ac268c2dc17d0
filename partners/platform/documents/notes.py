"""Notes on a record: written, and corrected with what they said before."""

from collections.abc import Mapping
from typing import Any

from partners.errors import NotAllowed
from partners.models import Note, StaffMember
from partners.platform.documents.keeping import refuse_category
from partners.platform.documents.subjects import Subject
from partners.platform.records.changing import change, keep


def add_note(subject: Subject, *, text: str, by: StaffMember, category: str = "") -> Note:
    if not subject.may_keep:
        raise NotAllowed
    refuse_category(subject, category)
    note = Note(
        subject_kind=subject.label,
        subject_id=subject.record.pk,
        organisation=by.organisation,
        recorded_by=by,
        category=category,
        text=text,
    )
    return keep(note)


def correct_note(subject: Subject, note: Note, *, version: int, values: Mapping[str, Any], by: StaffMember) -> Note:
    """Put a note right; what it said, and who said it first, stay.

    :raises ChangedMeanwhile: somebody else changed it since it was opened
    """
    if not subject.corrects(note):
        raise NotAllowed
    if values["category"] != note.category:
        refuse_category(subject, values["category"])
    return change(note, version=version, values={name: values[name] for name in ("text", "category")})
