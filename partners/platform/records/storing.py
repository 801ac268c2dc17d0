"""Several new records in one message, for the few acts that must be as quick as a single row (DESIGN.md "Budgets").

Everywhere else ``save()`` says the same more plainly. The columns come from the models, so none can be forgotten.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from django.db import connection, models

from partners.platform.tenancy.models import TenantModel, TenantRecord


def sequence_of(model: type[TenantModel]) -> str:
    return f"{model._meta.db_table}_id_seq"


def store_together(
    records: Iterable[TenantModel], *, then: Sequence[tuple[str, Sequence[Any]]] = ()
) -> list[tuple[Any, ...]]:
    """Insert records that have their keys, in this order, and run what follows; return what the last one found."""
    statements: list[str] = []
    values: list[Any] = []
    for record in records:
        if isinstance(record, TenantRecord) and not record.external_id:
            record.external_id = record.make_reference()
        statement, fields = _insert_of(type(record))
        statements.append(statement)
        values += [field.get_db_prep_save(field.pre_save(record, add=True), connection) for field in fields]
        record._state.adding = False
    for statement, more in then:
        statements.append(statement)
        values += more
    with connection.cursor() as cursor:
        cursor.execute(";".join(statements), values)
        return list(cursor.fetchall()) if cursor.description else []


@lru_cache(maxsize=64)
def _insert_of(model: type[models.Model]) -> tuple[str, list[Any]]:
    fields = [field for field in model._meta.local_concrete_fields if not field.generated]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    places = ", ".join(["%s"] * len(fields))
    return f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({places})', fields  # noqa: S608  our own names
