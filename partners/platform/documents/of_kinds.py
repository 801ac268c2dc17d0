"""Documents, actions and notes with the records of declared kinds: seen as its rows are, kept by who changes them."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from partners.models import StaffMember
from partners.permissions import may
from partners.platform.documents.subjects import SubjectKind, add_subject
from partners.platform.records.keeping import Verb, keeper_of
from partners.platform.records.kinds import RecordKind


def keep_parts_with(kinds: Iterable[RecordKind]) -> None:
    """Let parts be kept with the records of the kinds that say so; called once when an app starts."""
    for kind in kinds:
        if kind.parts:
            add_subject(_subject_kind(kind))


def _subject_kind(kind: RecordKind) -> SubjectKind:
    def visible(staff: StaffMember) -> QuerySet[Any]:
        rows = kind.rows(staff)
        return rows if may(staff, kind.capability) else rows.none()

    def may_keep(staff: StaffMember, record: Any) -> bool:
        return kind.keeps is not None and keeper_of(kind).may(Verb.CHANGE, staff, record)

    def url(record: Any) -> str:
        return kind.address("record", record.uid)

    def ground(_staff: StaffMember, _record: Any) -> str:
        return kind.parts

    model: Any = kind.model
    return SubjectKind(
        model, visible=visible, may_keep=may_keep, url=url, purpose=ground, called=kind.name_of, comes_back=True
    )
