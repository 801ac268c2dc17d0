"""A refusal by the database that no rule foresaw, told as a finding."""

from django.core.exceptions import FieldDoesNotExist
from django.db import DatabaseError

from partners.platform.exchange.declarations import Table
from partners.platform.exchange.findings import Finding


def as_finding(error: DatabaseError, table: Table | None) -> Finding:
    """Name the table and the constraint's own sentence; re-raise what is not about the rows."""
    diagnosis = getattr(error.__cause__, "diag", None)
    state = getattr(diagnosis, "sqlstate", None) or ""
    if table is None or state[:2] not in {"22", "23"}:
        raise error
    constraint = getattr(diagnosis, "constraint_name", None) or ""
    column = getattr(diagnosis, "column_name", None) or ""
    return Finding(table.file, None, _column_name(table, column), "", _sentence(table, constraint))


def _column_name(table: Table, column: str) -> str:
    try:
        return next((c.name for c in table.columns if table.db_column(c) == column), column)
    except FieldDoesNotExist:
        return column


def _sentence(table: Table, constraint: str) -> str:
    message = next((str(c.violation_error_message) for c in table.model._meta.constraints if c.name == constraint), "")
    return message or f"The database refused a row of this table ({constraint or 'a value it cannot keep'})."
