"""Queries that the ORM builds once and that run many times.

Building a long query anew for each page takes several times as long as Postgres needs to answer it. A
:class:`Statement` keeps the SQL; what differs from one run to the next is a :class:`Slot` in it.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import (
    BooleanField,
    CharField,
    DecimalField,
    Expression,
    F,
    FloatField,
    Func,
    Model,
    QuerySet,
    Value,
)
from django.db.models.functions import JSONObject

from partners.platform.tenancy.scope import current_consortium_id


class Slot(Expression):
    """The place of a value that is given when the statement runs."""

    def __init__(self, name: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]


def among(field: str, slot: Slot) -> Func:
    """A condition that holds where ``field`` is one of the list in the slot."""
    return Func(F(field), slot, template="(%(expressions)s))", arg_joiner=" = ANY(", output_field=BooleanField())


class Statement:
    """A query of one consortium; ``build`` gets the slot of the consortium's id and returns it once.

    It starts from ``_base_manager``, as there is no consortium yet when it is built; without one it does not run.
    """

    def __init__(self, build: Callable[[Slot], QuerySet[Any, Any]]) -> None:
        self.build = build

    @cached_property
    def compiled(self) -> tuple[str, tuple[Any, ...]]:
        sql, params = self.build(Slot("consortium")).query.sql_with_params()
        return sql, tuple(params)

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        """Return the rows of the consortium in scope; each slot's value by its name.

        :raises NoConsortiumInScope: outside of one
        """
        sql, params = self.compiled
        given = {"consortium": current_consortium_id(), **values}
        with connection.cursor() as cursor:
            cursor.execute(sql, [given[each.name] if isinstance(each, Slot) else each for each in params])
            return list(cursor.fetchall())


class Lookup:
    """One record by the values in the slots, with those it refers to: for what every call or page looks up first."""

    def __init__(self, build: Callable[[Slot], QuerySet[Any]], *, related: Sequence[str] = ()) -> None:
        self.build = build
        self.related = related

    @cached_property
    def models(self) -> dict[str, type[Model]]:
        """The model of the record itself, as '', and of each it refers to."""
        model = self.build(Slot("consortium")).model
        return {"": model, **{name: model._meta.get_field(name).related_model for name in self.related}}

    @cached_property
    def statement(self) -> Statement:
        columns = [
            f"{name}__{field.attname}" if name else field.attname
            for name, model in self.models.items()
            for field in model._meta.concrete_fields
        ]
        return Statement(lambda consortium: self.build(consortium).values_list(*columns)[:1])

    def first(self, **values: Any) -> Any:
        """Return the record, or None; each slot's value by its name."""
        found = self.statement.rows(**values)
        if not found:
            return None
        row = iter(found[0])
        records = {name: _as_record(model, row) for name, model in self.models.items()}
        record = records.pop("")
        for name, other in records.items():
            setattr(record, name, other)
        return record


def _as_record(model: type[Model], row: Iterator[Any]) -> Model:
    fields = model._meta.concrete_fields
    values = [
        field.from_db_value(value, None, connection) if hasattr(field, "from_db_value") else value
        for field, value in zip(fields, row, strict=False)
    ]
    return model.from_db("default", [field.attname for field in fields], values)


class Together:
    """Records of several models in one statement: lists that one page needs for the same reason.

    Each part of ``builds`` gives a query over one model. Records come without those they refer to, and in no order.
    """

    def __init__(self, **builds: Callable[[Slot], QuerySet[Any]]) -> None:
        self.builds = builds

    @cached_property
    def models(self) -> dict[str, type[Model]]:
        return {name: build(Slot("consortium")).model for name, build in self.builds.items()}

    @cached_property
    def statement(self) -> Statement:
        def build(consortium: Slot) -> QuerySet[Any, Any]:
            first, *others = (_as_json(name, part(consortium)) for name, part in self.builds.items())
            return first.union(*others, all=True)

        return Statement(build)

    def lists(self, **values: Any) -> dict[str, list[Any]]:
        """Return the records of each part; each slot's value by its name."""
        found: dict[str, list[Any]] = {name: [] for name in self.builds}
        for name, row in self.statement.rows(**values):
            fields = self.models[name]._meta.concrete_fields
            facts = json.loads(row)
            read = [field.to_python(facts[field.attname]) for field in fields]
            found[name].append(self.models[name].from_db("default", [field.attname for field in fields], read))
        return found


def _as_json(name: str, rows: QuerySet[Any]) -> QuerySet[Any, Any]:
    columns = {field.attname: field.attname for field in rows.model._meta.concrete_fields}
    for field in rows.model._meta.concrete_fields:
        if hasattr(field, "from_db_value") or isinstance(field, (DecimalField, FloatField)):
            raise TypeError(f"{field} does not come through JSON as it is.")
    part = Value(name, output_field=CharField())
    coded: Any = rows.annotate(part_of_page=part, row_as_json=JSONObject(**columns))
    return coded.values_list("part_of_page", "row_as_json")  # type: ignore[no-any-return]
