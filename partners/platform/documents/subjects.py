"""The kinds of record that documents, actions and notes are kept with, and who sees and keeps those of one record.

Each app says at the start how its records are seen (:func:`add_subject`); this room knows nobody's rules.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pgtrigger
from django.db.models import Q, QuerySet
from django.utils.functional import cached_property

from partners.models import Action, Document, Note, StaffMember
from partners.models.part import Part
from partners.platform.tenancy.models import TenantRecord

PARTS: tuple[type[Part], ...] = (Document, Action, Note)
# {0} is one of our own names of tables, {1} the kind, {2} which parts do not hold on to a record.
HAS_NONE = """
    IF EXISTS (SELECT 1 FROM {0} WHERE consortium_id = OLD.consortium_id
                  AND subject_kind = '{1}' AND subject_id = OLD.id{2}) THEN
        RAISE EXCEPTION 'Documents, actions or notes are kept with this record.'
            USING ERRCODE = 'foreign_key_violation';
    END IF;
"""


def everything(_staff: StaffMember, _record: Any) -> Q:
    return Q()


def itself(record: Any) -> list[int]:
    return [record.pk]


@dataclass(frozen=True)
class SubjectKind:
    """How a kind of record is seen and kept, by staff.

    ``visible`` are the rows within somebody's sight; ``may_keep`` asks it of one of these rows. ``url`` is the record's
    page, ``called`` its name there. ``categories`` are the special ones, by code, and ``readable`` which parts of a
    record somebody may read. Where a removed record ``comes_back``, what was removed from it before waits for it; of
    others nothing may be left.

    Where several records are one, as after a merge, ``pooled`` are all whose parts show on one of them;
    ``standing`` finds, for keys of records, the one within sight that stands for each.
    """

    model: type[TenantRecord]
    visible: Callable[[StaffMember], QuerySet[Any]]
    may_keep: Callable[[StaffMember, Any], bool]
    url: Callable[[Any], str]
    purpose: Callable[[StaffMember, Any], str]
    called: Callable[[Any], str] = str
    comes_back: bool = False
    categories: Mapping[str, str] = field(default_factory=dict)
    readable: Callable[[StaffMember, Any], Q] = everything
    may_mark: Callable[[StaffMember, Any], Collection[str]] | None = None
    corrects: Callable[[StaffMember, Any, int], bool] | None = None
    pooled: Callable[[Any], Collection[int] | QuerySet[Any, int]] = itself
    standing: Callable[[StaffMember, Collection[int]], Mapping[int, Any]] | None = None

    @property
    def label(self) -> str:
        return self.model._meta.label_lower

    @property
    def name(self) -> str:
        return str(self.model._meta.verbose_name)

    def seen(self, staff: StaffMember, ids: Collection[int]) -> Mapping[int, Any]:
        """Return, for those of some records that this person may open, the record that stands for each."""
        if self.standing is not None:
            return self.standing(staff, ids)
        return {record.pk: record for record in self.visible(staff).filter(pk__in=ids)}


@dataclass(frozen=True)
class Subject:
    """One record with its parts, as one person may see it."""

    kind: SubjectKind
    record: Any
    staff: StaffMember

    @property
    def label(self) -> str:
        return self.kind.label

    @property
    def name(self) -> str:
        return self.kind.called(self.record)

    @property
    def url(self) -> str:
        return self.kind.url(self.record)

    @property
    def purpose(self) -> str:
        return self.kind.purpose(self.staff, self.record)

    @cached_property
    def may_keep(self) -> bool:
        return self.kind.may_keep(self.staff, self.record)

    @cached_property
    def records(self) -> Collection[int] | QuerySet[Any, int]:
        return self.kind.pooled(self.record)

    @cached_property
    def readable(self) -> Q:
        return self.kind.readable(self.staff, self.record)

    @cached_property
    def categories(self) -> list[tuple[str, str]]:
        """Return the special categories that this person may mark a part with: those they would then still read."""
        marks = self.kind.may_mark
        known = self.kind.categories if marks is None else marks(self.staff, self.record)
        return [(code, title) for code, title in self.kind.categories.items() if code in known]

    def corrects(self, part: Part) -> bool:
        """Tell whether this person changes a part: whoever keeps the record, unless its kind is stricter."""
        if not self.may_keep:
            return False
        return self.kind.corrects is None or self.kind.corrects(self.staff, self.record, part.organisation_id)

    def parts(self, model: type[Part]) -> QuerySet[Any]:
        """Return the parts of one sort that this person may read, the removed ones too."""
        rows: Any = model._default_manager
        found: QuerySet[Any] = rows.with_records(self.label, self.records).filter(self.readable)
        return found


_kinds: dict[str, SubjectKind] = {}


def add_subject(kind: SubjectKind) -> None:
    """Let parts be kept with the records of a kind; the database then deletes none that has some."""
    _kinds[kind.label] = kind
    besides = " AND removed_at IS NULL" if kind.comes_back else ""
    pgtrigger.register(
        pgtrigger.Trigger(
            name="has_no_parts",
            when=pgtrigger.Before,
            operation=pgtrigger.Delete,
            func="".join(HAS_NONE.format(part._meta.db_table, kind.label, besides) for part in PARTS) + "RETURN OLD;",
        )
    )(kind.model)


def subject_kind(label: str) -> SubjectKind | None:
    return _kinds.get(label)


def subject_kinds() -> Collection[SubjectKind]:
    return _kinds.values()


def find_subject(staff: StaffMember, label: str, uid: UUID) -> Subject | None:
    """Return a record within this person's sight by its address; None for anything else."""
    kind = subject_kind(label)
    record = kind.visible(staff).filter(uid=uid).first() if kind else None
    return Subject(kind, record, staff) if kind and record is not None else None


def subject_of(staff: StaffMember, record: TenantRecord) -> Subject | None:
    """Return a record that this person has open; None where its kind keeps no parts."""
    kind = subject_kind(record._meta.label_lower)
    return Subject(kind, record, staff) if kind else None


def find_part(staff: StaffMember, model: type[Part], uid: UUID) -> tuple[Subject, Any] | None:
    """Return a part within this person's sight, with its subject; None for anything else."""
    rows: Any = model._default_manager
    part = rows.select_related("organisation", "recorded_by").filter(uid=uid).first()
    kind = subject_kind(part.subject_kind) if part is not None else None
    record = kind.seen(staff, [part.subject_id]).get(part.subject_id) if kind else None
    if kind is None or record is None:
        return None
    subject = Subject(kind, record, staff)
    return (subject, part) if subject.parts(model).filter(pk=part.pk).exists() else None
