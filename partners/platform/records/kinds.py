"""Registers: every kind of record as a list with filters and a page for each record, from one declaration.

An app declares its registers; :mod:`partners.platform.records.pages` has the pages. Who may see which rows is said by
``within``, which narrows the rows to a person's sight.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial, reduce
from operator import or_
from typing import Any

from django import forms
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import cached_property

from partners.models import StaffMember
from partners.permissions import Capability
from partners.platform.dates import long_date
from partners.platform.forms.fields import PlainDateField
from partners.platform.forms.plain import as_within
from partners.platform.frame.tags import family_given, words
from partners.platform.lists.tables import Column, FilterForm, Kind

NAMES = {"name", "title"}
HIDDEN = {"id", "consortium", "uid", "external_id", "recorded_at", "version"}
_OF_PEOPLE = ("family_key", "given_key")
Within = Callable[[QuerySet[Any], StaffMember], QuerySet[Any]]


@dataclass(frozen=True)
class Register:
    """One kind of record. ``shown`` are attribute paths; ``links`` say which of them lead to a page of their own.

    ``guarded`` say of a record that another refers to whether this reader may know of it: if not, its page is silent.

    ``person`` is the path to the key of the person a record is about, as ``client_id``; a record is then personal.
    ``one`` is what a record of it is called, with the word before whom it is about. ``what`` is the path that tells it
    from others of its kind; of ``whose`` the first that is there says whom it is about. ``worded`` are words that
    senders store as codes of their own, ``money`` is pounds. ``searched`` are the paths in which words are looked for,
    ``searches`` what the box is called; ``ends`` is the last day of what is ``current``. ``begins`` says how the first
    one comes about.
    """

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
    guarded: Mapping[str, Callable[[Any, StaffMember], bool]] = field(default_factory=dict)
    is_personal: bool = False
    person: str = ""
    one: str = ""
    what: str = ""
    whose: Sequence[str] = ("client", "job.client", "employer", "contract", "centre", "organisation")
    worded: Sequence[str] = ()
    money: Sequence[str] = ()
    searched: Sequence[str] = ()
    searches: str = ""
    ends: str = ""
    current: str = "In force today"
    begins: str = "They come with what people record each day, or with an exchange package."

    @property
    def subject(self) -> str:
        return f"{self.model._meta.app_label}.{self.model._meta.model_name}"

    @property
    def kind_of_person(self) -> str:
        """Name the kind of person that records are about, as ``caseload.client``; nothing for other records."""
        if not self.person:
            return ""
        return str(self._field(self.person.removesuffix("_id")).related_model._meta.label_lower)

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

    def name_of(self, row: Any) -> str:
        """Name a record as the title of its page: ``Activity of Sam Example, 3 July 2007: contact``.

        One with a name of its own (a title in words) is called by it.
        """
        said = self.read(self.what or self.shown[0], row)
        if self.shown[0] in NAMES and said:
            return str(said)
        whose = next((who for path in self.whose if path in self.shown and (who := self.read(path, row))), None)
        day = self.read(self.day, row) if self.day else None
        named = f"{self.one} {whose}" if whose else self.one.rpartition(" ")[0]
        named += f", {long_date(day)}" if day else ""
        return f"{named}: {as_within(str(said))}" if isinstance(said, str) and said else named

    def read(self, path: str, row: Any) -> Any:
        value = reader(path)(row)
        return words(value) if path in self.worded else value

    def _column(self, path: str) -> Column:
        field_ = self._field(path)
        title = str(field_.verbose_name) if "." not in path else path.split(".")[-2].replace("_", " ")
        names = _names_of(field_.related_model) if field_.is_relation else ()
        stem = path.replace(".", "__")
        return Column(
            path.replace(".", "-"),
            title[:1].upper() + title[1:],
            value=partial(_in_a_list, path) if names == _OF_PEOPLE else partial(self.read, path),
            sort=tuple(f"{stem}__{name}" for name in names) or stem,
            kind=self._kind(field_),
            link=self._link(path),
        )

    def _kind(self, field_: Any) -> Kind:
        if isinstance(field_, models.DateField):
            return "date"
        if field_.name in self.money:
            return "money"
        is_number = isinstance(field_, models.IntegerField | models.DecimalField) and not field_.choices
        return "number" if is_number else "text"

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
        if self.searched:
            fields["q"] = forms.CharField(
                label=f"Search {as_within(self.title)}", help_text=self.searches, max_length=200
            )
        if self.ends:
            fields["current"] = forms.BooleanField(label=self.current)
        for name in self.filters:
            column = self._field(name)
            choices, label = column.choices or (), str(column.verbose_name)
            fields[name] = forms.ChoiceField(choices=[("", "Any"), *choices], label=label[:1].upper() + label[1:])
        if self.day:
            fields["since"] = PlainDateField(label="From", required=False)
            fields["until"] = PlainDateField(label="To", required=False)
        return type("RegisterFilters", (FilterForm,), fields)

    def narrow(self, rows: Any, chosen: dict[str, Any]) -> Any:
        chosen = dict(chosen)
        if words_ := chosen.pop("q", ""):
            rows = rows.filter(_holding(words_, self.searched))
        if chosen.pop("current", False):
            today = timezone.localdate()
            begun = Q(**{f"{self.day}__lte": today})
            rows = rows.filter(begun, Q(**{f"{self.ends}__isnull": True}) | Q(**{f"{self.ends}__gte": today}))
        for name, value in chosen.items():
            lookup = {"since": f"{self.day}__gte", "until": f"{self.day}__lte"}.get(name, name)
            rows = rows.filter(**{lookup: value})
        return rows

    def record_fields(self) -> list[Any]:
        return [each for each in self.model._meta.concrete_fields if each.name not in HIDDEN]


def _names_of(model: Any) -> tuple[str, ...]:
    """Return the fields that order records of a kind by what they are called: an id is nobody's alphabet."""
    known = {each.name for each in model._meta.get_fields()}
    return next((names for names in (_OF_PEOPLE, ("name_key",), ("name",), ("title",)) if known.issuperset(names)), ())


def _in_a_list(path: str, row: Any) -> str:
    """Return a client as lists write people, whatever path leads there."""
    for step in path.split("."):
        row = getattr(row, step)
        if row is None:
            return ""
    return family_given(row)


def _holding(text: str, paths: Sequence[str]) -> Q:
    """Every word stands somewhere in one of the paths."""
    found = Q()
    for word in text.split():
        found &= reduce(or_, (Q(**{f"{path}__icontains": word}) for path in paths))
    return found


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
