"""The columns of the exchange package, each read from the model's field of its name: type, codes, target, need.

Said by hand, beside the name, is what no field knows: the shape of a value, and how a sealed one is found again.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db import models

from partners.platform.fields import EncryptedTextField, encrypt
from partners.platform.tenancy.models import TenantForeignKey

LONGEST_VALUE = 10_000
LONGEST_ID = 500
MOST_POUNDS = Decimal(10**12)  # as partners.platform.forms.fields.MoneyField


class Kind(StrEnum):
    """How the cells of a column read; the values are the type names of a Frictionless data package."""

    TEXT = "string"
    CODE = "code"
    REFERENCE = "reference"
    DAY = "date"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    NUMBER = "number"


SQL_TYPES = {
    Kind.TEXT: 'text COLLATE "C"',
    Kind.CODE: 'text COLLATE "C"',
    Kind.REFERENCE: 'text COLLATE "C"',
    Kind.DAY: "date",
    Kind.BOOLEAN: "boolean",
    Kind.INTEGER: "integer",
    Kind.NUMBER: "numeric",
}


@dataclass(frozen=True)
class Shape:
    """What a value of a column must look like besides its type; ``only_warns`` where real records differ."""

    accepts: Callable[[str], bool]
    reason: str
    only_warns: bool = False


def _is_a_sum(value: str) -> bool:
    return abs(Decimal(value)) < MOST_POUNDS


def _has_pence(value: str) -> bool:
    sum_ = Decimal(value)
    return abs(sum_) >= MOST_POUNDS or sum_ == sum_.quantize(Decimal("0.01"))


A_SUM = Shape(_is_a_sum, "This is more than any sum of money: at most 999,999,999,999.99 pounds.")
PENCE = Shape(_has_pence, "A sum of money has two decimals; this is kept as it is.", only_warns=True)


@dataclass(frozen=True)
class Column:
    name: str
    kind: Kind = Kind.TEXT
    required: bool = False
    codes: tuple[str, ...] = ()
    refers_to: str = ""
    shapes: tuple[Shape, ...] = ()
    also: Callable[[], Iterable[str]] | None = None
    # For a value that is encrypted at rest: makes of it what stands in ``<name>_index``.
    sealed: Callable[[str], str] | None = None

    @property
    def field_name(self) -> str:
        if self.name == "id":
            return "external_id"
        return self.name.removesuffix("_id") if self.kind == Kind.REFERENCE else self.name

    def in_hand(self) -> "Column":
        """Return it as the consortium in hand has it, with its pack's own codes."""
        return replace(self, codes=tuple(dict.fromkeys([*self.codes, *self.also()]))) if self.also else self

    @property
    def sql_type(self) -> str:
        return "bytea" if self.sealed else SQL_TYPES[self.kind]

    @property
    def longest(self) -> int:
        return LONGEST_ID if self.name == "id" else LONGEST_VALUE

    def seal(self, value: str) -> tuple[bytes, str]:
        """Return what is stored for a sealed value: its encryption and its index."""
        assert self.sealed is not None  # noqa: S101  only sealed columns come here
        return encrypt(value), self.sealed(value)


@dataclass(frozen=True)
class Said:
    """What is said of a column beside what its field says."""

    name: str
    shapes: tuple[Shape, ...] = ()
    sealed: Callable[[str], str] | None = None
    also: Callable[[], Iterable[str]] | None = None


def coded(name: str, *, also: Callable[[], Iterable[str]]) -> Said:
    """A column of codes that takes those of the consortium's own pack as well, which ``also`` returns."""
    return Said(name, also=also)


def shaped(name: str, *shapes: Shape) -> Said:
    return Said(name, shapes)


def sealed(name: str, *shapes: Shape, index: Callable[[str], str]) -> Said:
    """A value that is encrypted at rest; ``index`` makes of it what finds it again."""
    return Said(name, shapes, index)


def money(name: str) -> Said:
    """A sum of pounds: it has two decimals, and no more before the point than a form takes."""
    return Said(name, (A_SUM, PENCE))


ID = Column("id", required=True)

_KINDS: tuple[tuple[Any, Kind], ...] = (
    (models.BooleanField, Kind.BOOLEAN),
    (models.DateField, Kind.DAY),
    (models.IntegerField, Kind.INTEGER),
    (models.DecimalField, Kind.NUMBER),
    (models.CharField, Kind.TEXT),
    (models.TextField, Kind.TEXT),
    (EncryptedTextField, Kind.TEXT),
)


def column_of(model: type[models.Model], said: str | Said, *, name_of: Callable[[type[models.Model]], str]) -> Column:
    """Return a column as the model's field of its name has it; ``name_of`` names the table that a model is kept in."""
    if isinstance(said, str):
        said = Said(said)
    field: Any = model._meta.get_field(said.name)
    kind = kind_of(field)
    return Column(
        said.name,
        kind,
        required=not (field.null or field.blank),
        codes=tuple(str(value) for value, _ in field.flatchoices) if kind == Kind.CODE else (),
        refers_to=name_of(field.remote_field.model) if kind == Kind.REFERENCE else "",
        shapes=said.shapes,
        sealed=said.sealed,
        also=said.also,
    )


def kind_of(field: Any) -> Kind:
    if isinstance(field, TenantForeignKey):
        return Kind.REFERENCE
    if field.choices:
        return Kind.CODE
    kind = next((kind for known, kind in _KINDS if isinstance(field, known)), None)
    if kind is None or isinstance(field, models.DateTimeField):
        raise TypeError(f"{field} has no kind of column in a package.")
    return kind
