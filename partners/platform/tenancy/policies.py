"""The migration operation that puts the wall around tenant tables.

For each named model it enables and forces row-level security, adds the policy, the ``UNIQUE (consortium_id, id)`` that
composite foreign keys need, and one composite foreign key with its index for each :class:`TenantForeignKey`. A row that
need not refer to another of its consortium gets a foreign key to the consortium; for all others that would be one more
check of each row, of what their other keys prove already.
It belongs at the end of the migration that creates the tables, so that no table ever exists without its wall.
"""

from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from partners.platform.tenancy.models import TenantForeignKey

# NULLIF: after a transaction that had set it, the variable reads back as an empty string, not as null.
IN_CONSORTIUM = "consortium_id = (SELECT NULLIF(current_setting('app.consortium_id', true), '')::bigint)"
OWN_ROWS = "user_id = (SELECT NULLIF(current_setting('app.user_id', true), '')::bigint)"


def index_name(table: str, column: str) -> str:
    return f"{table[:40]}_{column[:18]}_t"


class ProtectTenantTables(Operation):
    """Put row-level security, tenant keys and composite foreign keys on the named models of this app."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, names: list[str]) -> None:
        self.names = names

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__qualname__, [], {"names": self.names})

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Leave Django's picture of the models alone: all of this is the database's."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        tables = [to_state.apps.get_model(app_label, name) for name in self.names]
        for model in tables:
            protect(model, schema_editor)
        for model in tables:
            for field in model._meta.local_concrete_fields:
                if isinstance(field, TenantForeignKey) and not is_history(model):
                    reference(model, field, schema_editor)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Nothing to take down by hand: the tables go with the operations before this one."""

    def describe(self) -> str:
        return f"Guard {', '.join(self.names)} by row-level security"


class AddTenantReference(Operation):
    """The composite foreign key of a :class:`TenantForeignKey` that an existing table has gained.

    Where it is ``mostly_empty`` its index holds only the rows that have one, so that the others cost nothing to store.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, name: str, field: str, *, mostly_empty: bool = False) -> None:
        self.name, self.field, self.mostly_empty = name, field, mostly_empty

    def deconstruct(self) -> tuple[str, list[str], dict[str, Any]]:
        more = {"mostly_empty": True} if self.mostly_empty else {}
        return (self.__class__.__qualname__, [self.name, self.field], more)

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Leave Django's picture of the models alone."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        model = to_state.apps.get_model(app_label, self.name)
        reference(model, model._meta.get_field(self.field), schema_editor, mostly_empty=self.mostly_empty)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """The constraint and the index go with the column."""

    def describe(self) -> str:
        return f"Tie {self.name}.{self.field} to its own consortium"


def is_history(model: type[models.Model]) -> bool:
    """Tell the event tables of django-pghistory: they keep what was, also of rows that are gone."""
    return any(field.name == "pgh_id" for field in model._meta.local_concrete_fields)


def proves_consortium(model: type[models.Model]) -> bool:
    """Tell whether every row refers to another of its consortium, so that the consortium is there."""
    return any(isinstance(field, TenantForeignKey) and not field.null for field in model._meta.local_concrete_fields)


def protect(model: type[models.Model], editor: BaseDatabaseSchemaEditor) -> None:
    table = model._meta.db_table
    columns = {field.column for field in model._meta.local_concrete_fields}
    editor.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
    editor.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
    editor.execute(f'CREATE POLICY tenant ON "{table}" USING ({IN_CONSORTIUM}) WITH CHECK ({IN_CONSORTIUM})')
    if "id" in columns and not is_history(model):
        editor.execute(f'CREATE UNIQUE INDEX "{index_name(table, "id")}" ON "{table}" (consortium_id, id)')
    if not is_history(model) and not proves_consortium(model):
        editor.execute(
            f'ALTER TABLE "{table}" ADD CONSTRAINT "{index_name(table, "consortium_id")}_fk" '
            f"FOREIGN KEY (consortium_id) REFERENCES partners_consortium (id) DEFERRABLE INITIALLY IMMEDIATE"
        )


def reference(
    model: type[models.Model], field: Any, editor: BaseDatabaseSchemaEditor, *, mostly_empty: bool = False
) -> None:
    table, column = model._meta.db_table, field.column
    target = field.remote_field.model._meta.db_table
    name = index_name(table, column)
    only = f" WHERE {column} IS NOT NULL" if mostly_empty else ""
    editor.execute(f'CREATE INDEX "{name}" ON "{table}" (consortium_id, {column}){only}')
    editor.execute(
        f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}_fk" FOREIGN KEY (consortium_id, {column}) '
        f'REFERENCES "{target}" (consortium_id, id) DEFERRABLE INITIALLY IMMEDIATE'
    )
