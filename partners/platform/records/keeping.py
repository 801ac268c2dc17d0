"""How a kind of record is kept: added, changed, ended, removed and put back, by one service for page, API and command.

The service checks the right, that every reference lies within the person's sight, the rules, and the version; it
stores, and checks afterwards that the record is still within sight. Removing deletes the row, so that nothing counts it
any more; the history keeps it with the reason, and it can be put back as it was. Nothing that something refers to is
removed.

Never kept this way: ledger entries, claims, variations, sign-off steps, verifications, hand-overs, merges, shares and
referrals. What has more than three rules gets a :class:`Keeper` of its own, with the same verbs.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

import pghistory
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError, Q, QuerySet, RestrictedError, prefetch_related_objects

from partners.errors import CaseloadError, ChangedMeanwhile, NotAllowed
from partners.models import StaffMember
from partners.permissions import Capability, may, reads_whole_trail
from partners.platform.dates import long_date
from partners.platform.forms.plain import as_within
from partners.platform.records.changing import change, check_constraints, keep, refuse_future
from partners.platform.records.history import last_removed
from partners.platform.records.kinds import HIDDEN, RecordKind, always, kind_of
from partners.platform.records.lookalikes import LookAlike, listed

MOST_REMOVED = 2_000
NOT_TO_PUT_BACK = (
    "It cannot be put back: it is there already, what it names is gone, or it is not yours. Look for it in the list."
)

HAS_PARTS = "Documents, notes or things to do are kept with it. Remove those first; they can be put back as it can."


class Verb(StrEnum):
    ADD = "add"
    CHANGE = "change"
    END = "end"
    REMOVE = "remove"


Rule = Callable[[Any], None]


def nothing_alike(record: Any, staff: StaffMember) -> list[LookAlike]:
    return []


@dataclass(frozen=True, kw_only=True)
class Keeps:
    """What of a kind people write. ``fields`` in the form's order; ``may`` says which verbs there are, for whom.

    ``owns`` tells whether a record is this person's to write; ``past`` are days that cannot lie ahead; a rule raises
    :class:`CaseloadError` naming its field. ``ending`` is the field that ending sets, ``filled`` puts into a new record
    what nobody types: whose it is, who wrote it. ``alike`` finds what may be the same fact. ``hints`` stand below the
    labels; ``initial`` is what a new form begins with. With ``asks_why`` a change needs a reason, which stands in the
    history. ``form`` and ``keeper`` are the two ways out.
    """

    fields: Sequence[str]
    may: Mapping[Verb, Capability]
    owns: Callable[[Any, StaffMember], bool] = always
    past: Sequence[str] = ()
    rules: Sequence[Rule] = ()
    ending: str = ""
    filled: Callable[[Any, StaffMember], None] | None = None
    alike: Callable[[Any, StaffMember], list[LookAlike]] = nothing_alike
    hints: Mapping[str, str] = field(default_factory=dict)
    initial: Callable[[StaffMember], Mapping[str, Any]] | None = None
    asks_why: bool = False
    form: "type[Any] | None" = None
    keeper: "type[Keeper] | None" = None


class Keeper:
    """The service of one kind. A verb that raises :class:`CaseloadError` has stored nothing."""

    def __init__(self, kind: RecordKind) -> None:
        if kind.keeps is None:
            raise NotAllowed
        self.kind = kind
        self.keeps: Keeps = kind.keeps

    def may(self, verb: Verb, staff: StaffMember, record: Any = None) -> bool:
        """Tell whether somebody's role, and for a record whose it is, let them do something."""
        capability = self.keeps.may.get(verb)
        if capability is None or not may(staff, capability):
            return False
        return record is None or self.keeps.owns(record, staff)

    def make(self, values: Mapping[str, Any], *, by: StaffMember) -> Any:
        """Return a new record of what was typed, with what nobody types; it is not stored."""
        record = self.kind.model(**values)
        if self.keeps.filled is not None:
            self.keeps.filled(record, by)
        return record

    def add(self, values: Mapping[str, Any], *, by: StaffMember) -> Any:
        self._require(Verb.ADD, by)
        record = self.make(values, by=by)
        self._require(Verb.ADD, by, record)
        self._check(record, values, by)
        with transaction.atomic():
            keep(record)
            self._still_in_sight(record, by)
        return record

    def change(self, record: Any, values: Mapping[str, Any], *, version: int, by: StaffMember, reason: str = "") -> Any:
        self._require(Verb.CHANGE, by, record)
        return self._store(record, values, version=version, by=by, reason=reason)

    def end(self, record: Any, *, on: date, version: int, by: StaffMember) -> Any:
        """Set the last day of a record; that day still counts. A last day that is there is changed, not set again.

        A rule that the record broke before does not hold it open.
        """
        self._require(Verb.END, by, record)
        if said := self.ended_already(record):
            raise CaseloadError(said)
        return self._store(record, {self.keeps.ending: on}, version=version, by=by, but=self._broken(record))

    def ended_already(self, record: Any) -> str:
        """Say that a record has its last day, and where another is put; nothing of one that has none."""
        last = getattr(record, self.keeps.ending)
        if last is None:
            return ""
        other = " To put another day, choose Change." if Verb.CHANGE in self.keeps.may else ""
        return f"The {self.kind.noun} is ended already: its last day is {long_date(last)}.{other}"

    def remove(self, record: Any, *, reason: str, version: int, by: StaffMember) -> None:
        """Take a record out; what it was stays in the history with the reason, and :meth:`put_back` restores it."""
        self._require(Verb.REMOVE, by, record)
        with transaction.atomic(), pghistory.context(reason=reason, broke=self._broken(record)):
            current = self.kind.rows(by).select_for_update(of=("self",)).filter(pk=record.pk).first()
            if current is None or current.version != version:
                raise ChangedMeanwhile
            try:
                with transaction.atomic():
                    current.delete()
            except (ProtectedError, RestrictedError) as protected:
                raise CaseloadError(_named_by(protected, by)) from protected
            except IntegrityError as kept:  # the database holds on to what has parts
                raise CaseloadError(HAS_PARTS) from kept

    def removed(self, by: StaffMember) -> list[Any]:
        """Return the removed records that this person may know of, as they were, the newest first, with ``removed``."""
        within = self._within_reach(by)
        return self._told_of(last_removed(self.kind.model, most=MOST_REMOVED, within=within), by)

    def removed_one(self, uid: UUID, by: StaffMember) -> Any:
        """Return one removed record that this person may know of, as it was; None for anything else."""
        within = self._within_reach(by)
        return next(iter(self._told_of(last_removed(self.kind.model, most=1, within=within, uid=uid), by)), None)

    def may_read_removed(self, staff: StaffMember) -> bool:
        """Tell whether somebody reads what was removed: who removes, and who reads the whole trail."""
        reads_trail = may(staff, Capability.VIEW_AUDIT) and reads_whole_trail(staff)
        return self.may(Verb.REMOVE, staff) or (Verb.REMOVE in self.keeps.may and reads_trail)

    def _told_of(self, gone: list[Any], by: StaffMember) -> list[Any]:
        if not self.may_read_removed(by):
            return []
        prefetch_related_objects(gone, *self.kind.related)
        reads_all = not self.may(Verb.REMOVE, by)
        return [each for each in gone if (reads_all or self.keeps.owns(each, by)) and self.kind.tells(each, by)]

    def _within_reach(self, by: StaffMember) -> Q:
        """Say which removed records name only what this person may know of, what has gone since included."""
        reach = Q()
        for each in self._references():
            if has_sight(each.related_model):
                reach &= Q(**{f"{each.attname}__isnull": True}) | _known(each, by)
        return reach

    def _references(self) -> list[Any]:
        columns = self.kind.model._meta.concrete_fields
        return [each for each in columns if each.is_relation and each.name not in HIDDEN]

    def hindrances(self, gone: Sequence[Any]) -> dict[int, str]:
        """Say, by key, why removed records cannot be put back: what they name was removed or merged since."""
        found: dict[int, str] = {}
        for each in self._references():
            keys = {getattr(record, each.attname) for record in gone} - {None}
            merges = ["merged_into"] if is_merged(each.related_model) else []
            rows = each.related_model._base_manager.select_related(*merges) if merges else each.related_model.objects
            there = {row.pk: row for row in rows.filter(pk__in=keys)} if keys else {}
            for record in gone:
                if said := _hindrance(each, getattr(record, each.attname), there):
                    found.setdefault(record.pk, said)
        return found

    def put_back(self, uid: Any, *, by: StaffMember) -> Any:
        """Restore a removed record under its own reference, with everything it said, if its rules still let it.

        A rule that it broke already when it was removed does not keep it out: nothing gets worse by it.
        """
        self._require(Verb.REMOVE, by)
        record = self.removed_one(_uid(uid), by)
        if record is None:
            raise CaseloadError(NOT_TO_PUT_BACK)
        if said := self.hindrances([record]).get(record.pk):
            raise CaseloadError(f"It cannot be put back. {said}")
        try:
            self._keep_rules(record, but=record.removed.broke)
        except CaseloadError as refusal:
            raise CaseloadError(f"It cannot be put back as it was. {refusal.message}") from refusal
        record.version += 1
        record._state.adding = True
        with transaction.atomic(), pghistory.context(reason="Put back"):
            check_constraints(record)
            try:
                with transaction.atomic():
                    record.save(force_insert=True)
            except IntegrityError as clash:
                raise CaseloadError(NOT_TO_PUT_BACK) from clash
            self._still_in_sight(record, by)
        return record

    def _broken(self, record: Any) -> list[str]:
        """Name the rules that a record breaks as it is: packages bring what is only warned of."""
        return [name_of_rule(rule) for rule in self.keeps.rules if not _holds(rule, record)]

    def _keep_rules(self, record: Any, *, but: Collection[str] = ()) -> None:
        for rule in self.keeps.rules:
            if name_of_rule(rule) not in but:
                rule(record)

    def _store(
        self,
        record: Any,
        values: Mapping[str, Any],
        *,
        version: int,
        by: StaffMember,
        reason: str = "",
        but: Collection[str] = (),
    ) -> Any:
        was = {name: getattr(record, name) for name in values}
        for name, value in values.items():
            setattr(record, name, value)
        changed = {name: value for name, value in values.items() if value != was[name]}
        try:
            self._check(record, changed, by, but=but)
        finally:
            for name, value in was.items():
                setattr(record, name, value)
        with transaction.atomic(), pghistory.context(reason=reason):
            stored = change(record, version=version, values=values)
            self._require(Verb.CHANGE if self.keeps.may.get(Verb.CHANGE) else Verb.END, by, stored)
            self._still_in_sight(stored, by)
        return stored

    def _require(self, verb: Verb, staff: StaffMember, record: Any = None) -> None:
        if not self.may(verb, staff, record):
            raise NotAllowed

    def _check(self, record: Any, values: Mapping[str, Any], by: StaffMember, *, but: Collection[str] = ()) -> None:
        for name in values:
            related = self.kind.model._meta.get_field(name)
            value = getattr(record, name)
            if related.is_relation and value is not None and not seen_by(by, related.related_model, [value.pk]):
                raise CaseloadError(f"Choose {as_within(self.kind.label(name))} from the list.", field=name)
        for name in set(self.keeps.past) & set(values):
            refuse_future(getattr(record, name), name)
        self._keep_rules(record, but=but)

    def _still_in_sight(self, record: Any, by: StaffMember) -> None:
        if not self.kind.rows(by).filter(pk=record.pk).exists():
            raise CaseloadError(f"You could not open this {self.kind.noun} any more. Nothing was saved.")


def _uid(typed: Any) -> UUID:
    try:
        return UUID(str(typed))
    except ValueError:
        raise CaseloadError(NOT_TO_PUT_BACK) from None


def keeper_of(kind: RecordKind) -> Keeper:
    """Return the service that writes a kind.

    :raises NotAllowed: the kind is read only
    """
    own = kind.keeps.keeper if kind.keeps else None
    return (own or Keeper)(kind)


def choices_for(staff: StaffMember, model: Any) -> QuerySet[Any]:
    """Return the records that somebody may refer to: those within their sight; of people those who work here."""
    kind = kind_of(model)
    if kind is not None:
        return kind.rows(staff)
    if model is StaffMember:
        return StaffMember.objects.at_work()
    rows = model.objects.all()
    return rows.visible_to(staff) if hasattr(rows, "visible_to") else rows  # type: ignore[no-any-return]


def has_sight(model: Any) -> bool:
    """Tell whether not everybody of a consortium sees every record of a model."""
    return model is not None and (kind_of(model) is not None or hasattr(model.objects.none(), "visible_to"))


def seen_by(staff: StaffMember, model: Any, keys: Sequence[int | None]) -> set[int]:
    """Return which of some records somebody may refer to."""
    wanted = {key for key in keys if key is not None}
    return set(choices_for(staff, model).filter(pk__in=wanted).values_list("pk", flat=True)) if wanted else set()


def is_merged(model: Any) -> bool:
    """Tell whether records of a model can be merged into another, which then stands for them."""
    return any(each.name == "merged_into" for each in model._meta.get_fields())


def _known(column: Any, by: StaffMember) -> Q:
    """Say that a column names what somebody may refer to, or what they could before it was merged or removed."""
    model, name = column.related_model, f"{column.attname}__in"
    here = choices_for(by, model).order_by().values("pk")
    known, all_there = Q(**{name: here}), model._base_manager.filter(consortium_id=by.consortium_id)
    if is_merged(model):
        known |= Q(**{name: all_there.filter(merged_into__in=here).values("pk")})
    kind = kind_of(model)
    is_open = kind is not None and not hasattr(model.objects.none(), "visible_to")
    if is_open or (kind is not None and kind.keeps is not None and keeper_of(kind).may_read_removed(by)):
        known |= ~Q(**{name: all_there.values("pk")})
    return known


def _hindrance(column: Any, key: int | None, there: Mapping[int, Any]) -> str:
    if key is None:
        return ""
    what = f"The {column.verbose_name} it names"
    if key not in there:
        return f"{what} was removed since: put that back first."
    into = getattr(there[key], "merged_into", None)
    return f"{what} was merged into {into} since: add it there." if into is not None else ""


def name_of_rule(rule: Rule) -> str:
    return str(getattr(rule, "__name__", rule))


def _holds(rule: Rule, record: Any) -> bool:
    try:
        rule(record)
    except CaseloadError:
        return False
    return True


def _named_by(refusal: "ProtectedError | RestrictedError", by: StaffMember) -> str:
    """Say what still refers to a record: how many of which kind, of the kinds that this person may open."""
    objects: Any = getattr(refusal, "protected_objects", ()) or getattr(refusal, "restricted_objects", ())
    counts: dict[str, int] = {}
    for each in objects:
        meta = each._meta
        kind = kind_of(type(each))
        if kind is not None and not may(by, kind.capability):
            continue
        name = as_within(kind.title) if kind else str(meta.verbose_name_plural)
        counts[name] = counts.get(name, 0) + 1
    if not counts:
        return "It cannot be removed, because records that you may not open name it. End it instead."
    named = listed([f"{name} ({number:,})" for name, number in sorted(counts.items())])
    return f"It cannot be removed, because other records name it: {named}. Change those first, or end it instead."
