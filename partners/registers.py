"""Registers: every kind of record as a list with filters and a page for each record, from one declaration.

An app declares its registers; :mod:`partners.views.registers` has the pages. Who may see which rows is said by
``within``, which narrows the rows to a person's sight.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db import models
from django.db.models import QuerySet
from django.utils.functional import cached_property

from partners.forms.fields import PlainDateField
from partners.models import StaffMember
from partners.permissions import Capability
from partners.tables import Column, FilterForm

HIDDEN = {"id", "consortium", "uid", "external_id", "recorded_at", "version"}
Within = Callable[[QuerySet[Any], StaffMember], QuerySet[Any]]


@dataclass(frozen=True)
class Register:
    """One kind of record. ``shown`` are attribute paths; ``links`` say which of them lead to a page of their own."""

    slug: str
    title: str
    about: str
    model: type[models.Model]
    shown: Sequence[str]
    capability: Capability
    day: str = ""
    filters: Sequence[str] = ()
    within: Within | None = None
    links: Mapping[str, Callable[[Any], str]] = field(default_factory=dict)
    is_personal: bool = False

    @property
    def subject(self) -> str:
        return f"{self.model._meta.app_label}.{self.model._meta.model_name}"

    @cached_property
    def related(self) -> list[str]:
        """Return what rows are fetched with: every record that a shown path passes through."""
        found = []
        for path in self.shown:
            *steps, last = path.split(".")
            if not steps and not self.model._meta.get_field(last).is_relation:
                continue
            found.append("__".join(steps or [last]))
        return sorted(set(found))

    def rows(self, staff: StaffMember) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model.objects.select_related(*self.related).order_by("-id")  # type: ignore[attr-defined]
        return self.within(rows, staff) if self.within else rows

    def columns(self, record_url: Callable[[Any], str]) -> list[Column]:
        columns = [self._column(path) for path in self.shown]
        first = columns[0]
        columns[0] = Column(first.key, first.title, first.value, first.cell, record_url, first.sort, first.kind)
        return [*columns, Column("reference", "Reference", value="external_id", is_shown=False)]

    def _column(self, path: str) -> Column:
        field_ = self._field(path)
        title = str(field_.verbose_name) if "." not in path else path.split(".")[-2].replace("_", " ")
        sort = path.replace(".", "__")
        kind: Any = "date" if isinstance(field_, models.DateField) else "text"
        return Column(
            path.replace(".", "-"),
            title[:1].upper() + title[1:],
            value=reader(path),
            sort=sort,
            kind=kind,
            link=self._link(path),
        )

    def _link(self, path: str) -> Callable[[Any], str] | None:
        target = self.links.get(path.split(".", maxsplit=1)[0])
        if target is None:
            return None
        return lambda row: target(getattr(row, path.split(".", maxsplit=1)[0]))

    def _field(self, path: str) -> Any:
        model: Any = self.model
        *steps, last = path.split(".")
        for step in steps:
            model = model._meta.get_field(step).related_model
        return model._meta.get_field(last)

    def filter_form(self) -> type[FilterForm]:
        """Return the filters: the choices of the record's own lists, and the days between which it happened."""
        fields: dict[str, Any] = {}
        for name in self.filters:
            column = self._field(name)
            choices, label = column.choices or (), str(column.verbose_name)
            fields[name] = forms.ChoiceField(choices=[("", "Any"), *choices], label=label[:1].upper() + label[1:])
        if self.day:
            fields["since"] = PlainDateField(label="From", required=False)
            fields["until"] = PlainDateField(label="To", required=False)
        return type("RegisterFilters", (FilterForm,), fields)

    def narrow(self, rows: Any, chosen: dict[str, Any]) -> Any:
        for name, value in chosen.items():
            lookup = {"since": f"{self.day}__gte", "until": f"{self.day}__lte"}.get(name, name)
            rows = rows.filter(**{lookup: value})
        return rows

    def record_fields(self) -> list[Any]:
        return [each for each in self.model._meta.concrete_fields if each.name not in HIDDEN]


def reader(path: str) -> Callable[[Any], Any]:
    """Return a function that reads a path off a row, in the words of its choices."""
    *steps, last = path.split(".")

    def read(row: Any) -> Any:
        for step in steps:
            row = getattr(row, step)
            if row is None:
                return None
        display = getattr(row, f"get_{last}_display", None)
        value = display() if display else getattr(row, last)
        return str(value) if isinstance(value, models.Model) else value

    return read
