"""Two entries of the directory that are one employer: merged so that it can be taken back, to the last record.

Everything that names the one (found from the models, in whatever app they stand) then names the other, so that pages,
figures and exports count one employer without knowing of merges. What was moved is noted, record by record; taking a
merge back moves exactly that, wherever later merges have taken it. A package that still names the merged one means the
one that stands (partners.exchange, ``redirects``).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pghistory
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Model
from django.utils import timezone

from employers.models import AccountManager, Employer, EmployerMatch, EmployerMove
from employers.queries.alike import naming_an_employer
from partners.errors import CaseloadError
from partners.models import StaffMember
from partners.permissions import Capability, require
from partners.platform.tenancy.models import TenantRecord

ONE_MANAGER = "employers_accountmanager_one"


def merge_employers(
    kept: Employer, gone: Employer, *, by: StaffMember, managers_of: Employer | None = None
) -> EmployerMatch:
    """Make one employer of two; the fields of ``kept`` stand.

    Where both have an account manager on one day, ``managers_of`` says whose spells stand on such days. Those of the
    other stay with the merged entry, and count for the standing one on the days that are left.

    :raises CaseloadError: one of them is merged already, or nobody said whose account manager stays
    """
    require(by, Capability.MANAGE_EMPLOYERS)
    with transaction.atomic():
        kept, gone = _lock(kept, gone)
        if kept.pk == gone.pk or kept.merged_into_id or gone.merged_into_id:
            raise CaseloadError("One of these is merged already. Open the directory and choose again.")
        clashing = spells_that_clash(kept, gone)
        if clashing and managers_of not in {kept, gone}:
            raise CaseloadError("Both have an account manager. Choose who stays.", field="managers_of")
        match = EmployerMatch(employer=kept, other=gone, same_employer=True, decided_by=by)
        match.save()
        staying = [spell for spell in clashing if spell.employer_id != (managers_of or kept).pk]
        with _managers_asked_last():
            for model, name in naming_an_employer():
                moving = model.objects.filter(**{name: gone})  # type: ignore[attr-defined]
                if model is AccountManager:
                    moving = moving.exclude(pk__in=[spell.pk for spell in staying])
                _move(match, model, name, list(moving.values_list("pk", flat=True)), came_from=gone, went_to=kept)
            _keep_managers(match, staying, kept=kept, gone=gone)
            Employer.objects.filter(pk=gone.pk).update(merged_into=kept, version=F("version") + 1)
    return match


def _keep_managers(match: EmployerMatch, staying: list[AccountManager], *, kept: Employer, gone: Employer) -> None:
    """Leave spells that give way with the merged entry; make spells of the standing one of the days left of them."""
    leaving = [spell.pk for spell in staying if spell.employer_id == kept.pk]
    _move(match, AccountManager, "employer", leaving, came_from=kept, went_to=gone)
    taken = list(AccountManager.objects.filter(employer=kept).order_by("from_date"))
    made = []
    for spell in sorted(staying, key=lambda each: each.from_date):
        for first, last in _days_left(spell, taken):
            part = AccountManager(employer=kept, staff=spell.staff, from_date=first, to_date=last)
            part.save()
            made.append(part.pk)
    _note(match, _table(AccountManager, "employer"), made, came_from=gone, went_to=kept, is_made=True)


def _days_left(spell: AccountManager, taken: list[AccountManager]) -> Iterator[tuple[date, date | None]]:
    """Return the parts of a spell on which none of the others runs; they begin in the order of their days."""
    first: date | None = spell.from_date
    for other in taken:
        if first is None or not _overlap(spell, other):
            continue
        if other.from_date > first:
            yield first, other.from_date - timedelta(days=1)
        first = other.to_date + timedelta(days=1) if other.to_date else None
    if first is not None and (spell.to_date is None or first <= spell.to_date):
        yield first, spell.to_date


def separate_employers(match: EmployerMatch, *, by: StaffMember, reason: str = "") -> Employer:
    """Take a merge back: the merged entry stands for itself, with everything that the merge had moved.

    :raises CaseloadError: it is taken back already, or two account managers would have one employer on one day
    """
    require(by, Capability.MANAGE_EMPLOYERS)
    try:
        with pghistory.context(reason=reason), transaction.atomic():
            return _separate(match, by)
    except IntegrityError as error:
        raise CaseloadError(
            "Account managers given since then stand in the way. Take back the later merge first, or change their days."
        ) from error


def keep_apart(one: Employer, other: Employer, *, by: StaffMember) -> EmployerMatch:
    """Settle that two entries that look alike are two employers; they are not offered again."""
    require(by, Capability.MANAGE_EMPLOYERS)
    match = EmployerMatch(employer=one, other=other, same_employer=False, decided_by=by)
    match.save()
    return match


def spells_that_clash(one: Employer, other: Employer) -> list[AccountManager]:
    """Return the spells of account managers of either that share a day with one of the other, the latest first."""
    spells = list(
        AccountManager.objects.filter(employer__in=[one, other]).select_related("staff").order_by("-from_date", "-id")
    )
    return [
        spell
        for spell in spells
        if any(spell.employer_id != each.employer_id and _overlap(spell, each) for each in spells)
    ]


def _overlap(one: AccountManager, other: AccountManager) -> bool:
    return (one.to_date is None or one.to_date >= other.from_date) and (
        other.to_date is None or other.to_date >= one.from_date
    )


def _separate(match: EmployerMatch, by: StaffMember) -> Employer:
    match = EmployerMatch.objects.select_for_update().get(pk=match.pk)
    if not match.same_employer or match.undone_at:
        raise CaseloadError("This merge is taken back already.")
    gone = Employer.objects.select_for_update().get(pk=match.other_id)
    Employer.objects.filter(pk=gone.pk).update(merged_into=None, version=F("version") + 1)
    with _managers_asked_last():
        moves = EmployerMove.objects.filter(match=match).select_related("came_from", "went_to")
        for (table, is_made, came_from, went_to), keys in _grouped(moves):
            model, name = _by_table()[table]
            rows = model.objects.filter(pk__in=keys, **{f"{name}__in": _standing(went_to)})  # type: ignore[attr-defined]
            if is_made:
                rows.delete()
            else:
                _write(model, rows, name, _standing(came_from)[0])
    EmployerMatch.objects.filter(pk=match.pk).update(undone_at=timezone.now(), undone_by=by, version=F("version") + 1)
    gone.refresh_from_db()
    return gone


def _standing(employer: Employer) -> list[int]:
    """Return the keys of the entries that stand for an employer today, itself last."""
    current = Employer.objects.get(pk=employer.pk)
    return [current.merged_into_id, current.pk] if current.merged_into_id else [current.pk]


def _grouped(moves: Any) -> list[tuple[tuple[str, bool, Employer, Employer], list[int]]]:
    groups: dict[tuple[str, bool, Employer, Employer], list[int]] = {}
    for move in moves:
        groups.setdefault((move.table, move.is_made, move.came_from, move.went_to), []).append(move.record_id)
    return list(groups.items())


def _table(model: type[Model], name: str) -> str:
    return f"{model._meta.label_lower}.{name}"


def _by_table() -> dict[str, tuple[type[Model], str]]:
    return {_table(model, name): (model, name) for model, name in naming_an_employer()}


def _move(match: EmployerMatch, model: Any, name: str, keys: list[int], **ends: Employer) -> None:
    _note(match, _table(model, name), keys, **ends)
    _write(model, model.objects.filter(pk__in=keys), name, ends["went_to"].pk)


def _note(match: EmployerMatch, table: str, keys: list[int], **ends: Any) -> None:
    moves = [EmployerMove(match=match, table=table, record_id=key, **ends) for key in keys]
    EmployerMove.objects.bulk_create(moves, batch_size=1000)


def _write(model: type[Model], rows: Any, name: str, employer: int) -> None:
    newer = {"version": F("version") + 1} if issubclass(model, TenantRecord) else {}
    rows.update(**{name: employer, **newer})


def _lock(*employers: Employer) -> tuple[Employer, ...]:
    found = Employer.objects.select_for_update().filter(pk__in=[each.pk for each in employers]).order_by("pk")
    locked = {each.pk: each for each in found}
    return tuple(locked[each.pk] for each in employers)


@contextmanager
def _managers_asked_last() -> Iterator[None]:
    """Ask whether an employer has two account managers on one day when all spells have moved, not between two."""
    with connection.cursor() as cursor:
        cursor.execute(f'SET CONSTRAINTS "{ONE_MANAGER}" DEFERRED')
        yield
        cursor.execute(f'SET CONSTRAINTS "{ONE_MANAGER}" IMMEDIATE')
