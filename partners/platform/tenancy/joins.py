"""Let every join of two tenant tables name the consortium beside the key.

Keys and indexes of tenant tables lead with ``consortium_id``, and so do the foreign keys between them. A join by ``id``
alone cannot use either, and lets the planner guess how many rows come of it.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models.expressions import Col
from django.db.models.fields.related_lookups import RelatedExact
from django.db.models.lookups import IntegerFieldExact

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.lookups import Exact
    from django.db.models.sql.compiler import SQLCompiler

    _Exact = Exact[Any]
else:
    _Exact = object


def consortium_of(model: type[models.Model]) -> "models.Field[Any, Any] | None":
    """Return the field of a model that says whose a row is; a table of the installation has none."""
    return next((field for field in model._meta.concrete_fields if field.column == "consortium_id"), None)


class SameConsortium(_Exact):
    """A lookup that compares the key of one table with that of another, and their consortia with it.

    It holds in a subquery too, where the other key is an ``OuterRef``: ``exclude`` across a relation makes those.
    """

    def get_source_expressions(self) -> list[Any]:
        return [*super().get_source_expressions(), *self.consortia()]

    def set_source_expressions(self, new_exprs: Sequence[Any]) -> None:
        """Take the compared keys only: the consortia follow from them."""
        super().set_source_expressions(new_exprs[: 1 if self.rhs_is_direct_value() else 2])

    def as_sql(self, compiler: "SQLCompiler", connection: "BaseDatabaseWrapper") -> Any:
        sql, params = super().as_sql(compiler, connection)
        if consortia := self.consortia():
            ours, theirs = (compiler.compile(each)[0] for each in consortia)
            sql = f"({theirs} = {ours} AND {sql})"
        return sql, params

    def consortia(self) -> list[Col]:
        """Return the consortia of both sides, where these are columns of two tenant tables."""
        if not (isinstance(self.lhs, Col) and isinstance(self.rhs, Col)) or self.lhs.alias == self.rhs.alias:
            return []
        found = [(each.alias, consortium_of(each.target.model)) for each in (self.lhs, self.rhs)]
        return [Col(alias, field) for alias, field in found if field] if all(field for _, field in found) else []


class SameReference(SameConsortium, RelatedExact):
    """Such a comparison of a reference."""


class SameKey(SameConsortium, IntegerFieldExact):
    """Such a comparison of a record's own key."""
