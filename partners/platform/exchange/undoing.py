"""Taking a batch back: what it made goes, what it changed is as it was, as long as nothing builds on it."""

import json
from collections.abc import Iterator
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import ForeignKey
from django.utils import timezone

from partners.errors import CaseloadError
from partners.models import ExchangeBatch, ExchangeChange, StaffMember
from partners.platform.exchange.declarations import Derived, Table, all_tables, derived_of
from partners.platform.exchange.history import history_table
from partners.platform.exchange.importing import lock_consortium
from partners.platform.exchange.judging import why_not_taken_back
from partners.platform.exchange.relations import literal
from partners.platform.tenancy.policies import is_history
from partners.platform.tenancy.scope import current_consortium_id
from partners.signals import package_loaded, package_loading

CHANGES = ExchangeChange._meta.db_table


class CannotBeUndone(CaseloadError):
    """Something builds on the batch. ``reasons`` says what, in sentences."""

    code = "cannot_be_undone"

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = reasons
        super().__init__(" ".join(reasons))


def why_not_undone(batch: ExchangeBatch, *, by: StaffMember | None) -> list[str]:
    """Say in sentences why ``by`` cannot undo a batch; an empty list when they can. None is the operator."""
    if batch.loaded_at is None:
        return ["This package was not loaded."]
    if batch.undone_at is not None:
        return ["This import was undone already."]
    tables = [table for table in all_tables() if table.name in batch.counts]
    built_on = [reason for table in tables for reason in (*_changed_since(batch, table), *_referred_to(batch, table))]
    return built_on if by is None else [*built_on, *why_not_taken_back(batch, by=by)]


@transaction.atomic
def undo(batch: ExchangeBatch, *, by: StaffMember | None) -> ExchangeBatch:
    """Undo a batch, or raise :class:`CannotBeUndone`; what had been derived from its rows follows."""
    lock_consortium()
    batch.refresh_from_db(from_queryset=ExchangeBatch.objects.select_for_update())
    reasons = why_not_undone(batch, by=by)
    if reasons:
        raise CannotBeUndone(reasons)
    package_loading.send(sender=ExchangeBatch, rows=sum(counts.get("new", 0) for counts in batch.counts.values()))
    try:
        with transaction.atomic():
            _take_back(batch)
    except DatabaseError as error:
        raise CannotBeUndone(["Records of another kind build on this import, so it can't be undone."]) from error
    batch.undone_at = timezone.now()
    batch.save(update_fields=["undone_at"])
    package_loaded.send(sender=ExchangeBatch, batch=batch, tables=list(batch.counts))
    return batch


def _take_back(batch: ExchangeBatch) -> None:
    tables = [table for table in all_tables() if table.name in batch.counts]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            for derived in derived_of(table):
                cursor.execute(
                    f'DELETE FROM "{derived.model._meta.db_table}" d WHERE {_in_runs(batch, table, derived)}'
                )
        for table in tables:
            _restore(cursor, batch, table)
        for table in reversed(tables):
            cursor.execute(
                f'DELETE FROM "{table.db_table}" r USING "{CHANGES}" c WHERE r.consortium_id = c.consortium_id'
                f" AND {_run_of(batch, table)} AND r.id BETWEEN c.record_id AND c.last_record_id"
            )


def _restore(cursor: Any, batch: ExchangeBatch, table: Table) -> None:
    changes = f"c.consortium_id = {current_consortium_id()} AND c.batch_id = {batch.pk}"
    changes += f' AND c."table" = {literal(table.name)} AND c.before IS NOT NULL'
    cursor.execute(f'SELECT before FROM "{CHANGES}" c WHERE {changes} LIMIT 1')
    first = cursor.fetchone()
    if first is None:
        return
    fields = {field.column: field for field in table.model._meta.local_concrete_fields}
    known = sorted(first[0] if isinstance(first[0], dict) else json.loads(first[0]))
    sets = [f'"{name}" = (c.before ->> {literal(name)})::{fields[name].db_type(connection)}' for name in known]
    sets += [f'"{name}" = now()' for name, field in fields.items() if getattr(field, "auto_now", False)]
    for constraint in table.asked_last:
        cursor.execute(f'SET CONSTRAINTS "{constraint}" DEFERRED')
    cursor.execute(
        f'UPDATE "{table.db_table}" r SET version = r.version + 1, {", ".join(sets)} FROM "{CHANGES}" c'
        f" WHERE r.consortium_id = c.consortium_id AND r.id = c.record_id AND {changes}"
    )


def _changed_since(batch: ExchangeBatch, table: Table) -> Iterator[str]:
    mark = int(batch.marks.get(table.name, 0))
    count = _count(f"""
        SELECT count(DISTINCT h.pgh_obj_id) FROM "{history_table(table)}" h JOIN "{CHANGES}" c
            ON h.pgh_obj_id BETWEEN c.record_id AND c.last_record_id
        WHERE h.pgh_id > {mark} AND c.batch_id = {batch.pk} AND c."table" = {literal(table.name)}
            AND h.consortium_id = {current_consortium_id()} AND c.consortium_id = {current_consortium_id()}
    """)
    if count:
        yield f"{_records(count, table.name)} of this import {_were(count)} changed since."


def _referred_to(batch: ExchangeBatch, table: Table) -> Iterator[str]:
    if not _count(f'SELECT count(*) FROM "{CHANGES}" c WHERE {_run_of(batch, table)}'):
        return
    for field in _references_to(table):
        own = next((t for t in all_tables() if t.model is field.model), None)
        of_batch = (
            f'OR EXISTS (SELECT 1 FROM "{CHANGES}" c WHERE {_run_of(batch, own)}'
            " AND d.id BETWEEN c.record_id AND c.last_record_id)"
            f' OR EXISTS (SELECT 1 FROM "{CHANGES}" c WHERE c.consortium_id = d.consortium_id'
            f' AND c.batch_id = {batch.pk} AND c."table" = {literal(own.name)} AND c.before ? {literal(field.column)}'
            " AND c.record_id = d.id)"
            if own
            else ""
        )
        ours = [derived for derived in derived_of(table) if (derived.model, derived.field) == (field.model, field.name)]
        taken_along = " OR ".join(f"NOT ({derived.unless})" for derived in ours) or "false"
        count = _count(f"""
            SELECT count(*) FROM "{field.model._meta.db_table}" d
            WHERE {_pointing(batch, table, str(field.column))} AND NOT ({taken_along} {of_batch})
        """)
        if count:
            name = str(field.model._meta.verbose_name_plural if count > 1 else field.model._meta.verbose_name)
            yield f"{count:,} {name} outside this import {'refer' if count > 1 else 'refers'} to {table.name} it made."


def _references_to(table: Table) -> Iterator[ForeignKey[Any, Any]]:
    for relation in table.model._meta.get_fields(include_hidden=True):
        field = getattr(relation, "field", None)
        if not relation.auto_created or not isinstance(field, ForeignKey) or is_history(field.model):
            continue
        if any(each.column == "consortium_id" for each in field.model._meta.local_concrete_fields):
            yield field


def _in_runs(batch: ExchangeBatch, table: Table, derived: Derived) -> str:
    column = derived.model._meta.get_field(derived.field).column  # type: ignore[union-attr]
    return f"{_pointing(batch, table, column)} AND NOT ({derived.unless})"


def _pointing(batch: ExchangeBatch, table: Table, column: str | None) -> str:
    """Return the condition that a row ``d`` refers to a row that the batch made."""
    return (
        f'd.consortium_id = {current_consortium_id()} AND EXISTS (SELECT 1 FROM "{CHANGES}" c'
        f' WHERE {_run_of(batch, table)} AND d."{column}" BETWEEN c.record_id AND c.last_record_id)'
    )


def _run_of(batch: ExchangeBatch, table: Table) -> str:
    return (
        f"c.consortium_id = {current_consortium_id()} AND c.batch_id = {batch.pk}"
        f' AND c."table" = {literal(table.name)} AND c.before IS NULL'
    )


def _count(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.fetchone()[0])


def _records(count: int, name: str) -> str:
    return f"{count:,} record{'s' if count > 1 else ''} in {name}"


def _were(count: int) -> str:
    return "were" if count > 1 else "was"
