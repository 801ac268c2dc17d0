"""Kinds of record: a list with filters, a page for each record, and what keeps it, from one declaration.

An app declares its kinds in ``<app>/kinds/``, a file each, in a tuple that one can read; :mod:`.pages` has the pages,
:mod:`.keeping` what they do. Who may see which rows is said by ``within``, which narrows the rows to a person's sight.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial, reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django import forms
from django.db import models
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html

from partners.enums import Scope
from partners.models import StaffMember
from partners.permissions import Capability
from partners.platform.dates import long_date
from partners.platform.exchange.declarations import Table, add_tables
from partners.platform.forms.plain import as_within
from partners.platform.frame.tags import family_given, money, number, on, tag, words
from partners.platform.lists.tables import Column, Kind
from partners.platform.records.told import Told
from partners.platform.records.waiting import Waiting

if TYPE_CHECKING:
    from partners.platform.records.keeping import Keeps

NAMES = {"name", "title"}
HIDDEN = {"id", "consortium", "uid", "external_id", "recorded_at", "version"}
_OF_PEOPLE = ("family_key", "given_key")
Within = Callable[[QuerySet[Any], StaffMember], QuerySet[Any]]
# Beyond this many choices a record is typed by its name, not chosen from a list.
MOST_TO_CHOOSE_FROM = 300
LONG_NUMBER = 10_000  # from here on with commas: a year has none


def always(record: Any, staff: StaffMember) -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class RecordKind:
    """One kind of record. ``shown`` are attribute paths; ``links`` say which of them lead to a page of their own.

    ``title`` names its list, ``one`` a record of it with the word before whom it is about (``Job of``), ``singular``
    a record in a sentence. ``what`` is the path that tells it from others of its kind; of ``whose``, paths that are
    shown, the first that is there says whom it is about. ``worded`` are words that senders store as codes of their own,
    ``money`` is pounds. ``searched`` are the paths in which words are looked for, ``searches`` what the box is called;
    ``finds`` looks for them where paths do not say it. With ``is_found`` the search over all records finds it too: what
    is personal is found by its person. ``ends`` is the last day of what is ``current``. ``begins`` says how the first
    one comes about. ``called`` are what fields are called where the column's own name is not how people speak; the
    form, the list, the record and its history say the same. ``said`` puts a column's code into words on pages, where
    files keep the code.

    ``guarded`` say of a record that another refers to whether this reader may know of it: if not, its page is silent.
    ``tells`` says of a version in the history whether this reader may know of it. ``person`` is the path to the key of
    the person a record is about, as ``client_id``; a record is then personal. ``timeline`` says how that person's
    timeline tells of it. ``today`` are the sets of records that wait for somebody.

    ``keeps`` says how it is written in the browser; without it, it is read only. ``exchange`` is its table of the
    exchange package. ``page`` and ``list_page`` are the
    names of addresses where a kind has pages of its own. ``parent`` is the field of the record that it is added from,
    ``marks_corrected`` marks in the list what was changed since it was recorded, ``chosen_by`` is the form field by
    which other forms name a record of this kind where there are too many for a list.

    ``stands`` leaves out rows that stand for no record any more, ``within`` those out of a person's sight. ``api`` is
    the scope by which partners' systems read it: of kinds that every organisation of the consortium may read.

    ``parts`` lets documents, notes and things to do be kept with a record, as on its page; it says what for, in the
    words that stand beside each look. A kind whose records pool theirs has its own
    (:mod:`partners.platform.documents.subjects`).
    """

    model: type[models.Model]
    slug: str
    title: str
    about: str
    shown: Sequence[str]
    capability: Capability
    singular: str = ""
    day: str = ""
    filters: Sequence[str] = ()
    within: Within | None = None
    stands: Callable[[QuerySet[Any]], QuerySet[Any]] | None = None
    api: Scope | None = None
    links: Mapping[str, Callable[[Any], str]] = field(default_factory=dict)
    guarded: Mapping[str, Callable[[Any, StaffMember], bool]] = field(default_factory=dict)
    tells: Callable[[Any, StaffMember], bool] = always
    is_personal: bool = False
    person: str = ""
    one: str = ""
    what: str = ""
    whose: Sequence[str] = ()
    worded: Sequence[str] = ()
    codes: Mapping[str, Callable[[], Sequence[tuple[str, str]]]] = field(default_factory=dict)
    money: Sequence[str] = ()
    tones: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    called: Mapping[str, str] = field(default_factory=dict)
    said: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    searched: Sequence[str] = ()
    searches: str = ""
    finds: Callable[[QuerySet[Any], str], QuerySet[Any]] | None = None
    is_found: bool = False
    ends: str = ""
    current: str = "In force today"
    over: str = "Ended"
    begins: str = "They come with what people record each day, or with an exchange package."
    order: Sequence[Any] = ()
    keeps: "Keeps | None" = None
    exchange: Table | None = None
    page: str = ""
    list_page: str = ""
    parent: str = ""
    marks_corrected: bool = False
    chosen_by: Callable[..., forms.Field] | None = None
    parts: str = ""
    timeline: Told | None = None
    today: Sequence[Waiting] = ()

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
        """Return the records within somebody's sight: the one door for lists, pages, forms and files."""
        rows = self.standing()
        return self.within(rows, staff) if self.within else rows

    def standing(self) -> QuerySet[Any]:
        """Return the records that stand, whoever sees them."""
        rows: QuerySet[Any] = self.model.objects.select_related(*self.related).order_by(*self._order)  # type: ignore[attr-defined]
        return self.stands(rows) if self.stands else rows

    @property
    def _order(self) -> Sequence[Any]:
        if self.order or not self.day or self.is_personal:  # of people there are too many to sort without an index
            return self.order or ("-id",)
        return (F(self.day).desc(nulls_last=True), "-id")

    @property
    def namespace(self) -> str:
        return _places[self.model]

    def address(self, name: str, *args: Any) -> str:
        """Return the address of one of the kind's pages: ``record-list``, ``record``, ``record-change``."""
        own = {"record-list": self.list_page, "record": self.page}.get(name, "")
        return reverse(own, args=args) if own else reverse(f"{self.namespace}:{name}", args=[self.slug, *args])

    def label(self, name: str) -> str:
        """Return what a field is called, as a label: ``Closes on``."""
        said = self.called.get(name) or str(self._field(name).verbose_name)
        return said[:1].upper() + said[1:]

    @property
    def noun(self) -> str:
        """What a record of it is in a sentence: ``vacancy``."""
        return self.singular or str(self.model._meta.verbose_name)

    @property
    def noun_with_article(self) -> str:
        return f"{'an' if self.noun[:1] in 'aeiou' else 'a'} {self.noun}"

    def columns(self, record_url: Callable[[Any], str]) -> list[Column]:
        columns = [self._column(path) for path in self.shown]
        first = replace(columns[0], link=None)
        # Where nothing is said the record is still led to.
        columns[0] = replace(first, cell=lambda row: first.html_of(row) or "Open", link=record_url)
        if self.marks_corrected:
            columns.append(Column("corrected", "", value=_corrected, is_exported=False))
        return [*columns, Column("reference", "Reference", value="external_id", is_shown=False)]

    def name_of(self, row: Any) -> str:
        """Name a record as the title of its page: ``Activity of Sam Example, 3 July 2007: contact``.

        One with a name of its own (a title in words) is called by it.
        """
        said = self.read(self.what or self.shown[0], row)
        if self.shown[0] in NAMES and said:
            return str(said)
        whose = next((who for path in self.whose if (who := self.read(path, row))), None)
        day = self.read(self.day, row) if self.day else None
        named = f"{self.one} {whose}" if whose else self.one.rpartition(" ")[0]
        named += f", {long_date(day)}" if day else ""
        return f"{named}: {as_within(str(said))}" if isinstance(said, str) and said else named

    def read(self, path: str, row: Any) -> Any:
        """Return what a path says of a row, in words."""
        if path in self.said:
            return self.said[path](row)
        value = self.value(path, row)
        if path in self.codes and value:
            return dict(self.codes[path]()).get(value, words(value))
        return value

    def value(self, path: str, row: Any) -> Any:
        value = reader(path)(row)
        return words(value) if path in self.worded else value

    def in_words(self, name: str, row: Any) -> Any:
        """Return a value in the words of a page: days and pounds as people write them, yes or no."""
        value = self.read(name, row)
        if isinstance(value, bool):
            return "Yes" if value else "No"
        if name in self.money:
            return money(value)
        if isinstance(value, Decimal) or (isinstance(value, int) and value >= LONG_NUMBER):
            return number(value)
        return on(value) if hasattr(value, "toordinal") else value

    def is_over(self, row: Any) -> bool:
        last = getattr(row, self.ends) if self.ends else None
        return last is not None and bool(last < timezone.localdate())

    def _cell(self, path: str) -> Callable[[Any], str] | None:
        if path in self.said or path in self.codes:
            return partial(self.read, path)
        if path == self.ends:
            return self._end_cell
        if tones := self.tones.get(path):
            return lambda row: tag(self.read(path, row), tones.get(getattr(row, path), "quiet"))
        return None

    def _end_cell(self, row: Any) -> str:
        day = on(getattr(row, self.ends))
        return format_html("{} {}", day, tag(self.over, "quiet")) if self.is_over(row) else day

    def _column(self, path: str) -> Column:
        field_ = self._field(path)
        title = self.label(path) if "." not in path else path.split(".")[-2].replace("_", " ")
        names = _names_of(field_.related_model) if field_.is_relation else ()
        stem = path.replace(".", "__")
        return Column(
            path.replace(".", "-"),
            title[:1].upper() + title[1:],
            value=partial(_in_a_list, path) if names == _OF_PEOPLE else partial(self.value, path),
            cell=self._cell(path),
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

    def narrow(self, rows: Any, chosen: dict[str, Any], staff: StaffMember) -> Any:
        chosen = dict(chosen)
        if name := chosen.pop("waiting", ""):
            rows = next(each for each in self.today if each.name == name).rows(rows, staff, timezone.localdate())
        if words_ := chosen.pop("q", ""):
            rows = self.finds(rows, words_) if self.finds else rows.filter(_holding(words_, self.searched))
        if chosen.pop("current", False):
            today = timezone.localdate()
            begun = Q(**{f"{self.day}__lte": today}) | Q(**{f"{self.day}__isnull": True})
            rows = rows.filter(begun, Q(**{f"{self.ends}__isnull": True}) | Q(**{f"{self.ends}__gte": today}))
        for name, value in chosen.items():
            lookup = {"since": f"{self.day}__gte", "until": f"{self.day}__lte"}.get(name, name)
            rows = rows.filter(**{lookup: value})
        return rows

    def record_fields(self) -> list[Any]:
        return [each for each in self.model._meta.concrete_fields if each.name not in HIDDEN]


_kinds: dict[type[models.Model], RecordKind] = {}
_places: dict[type[models.Model], str] = {}


def declare(namespace: str, kinds: Iterable[RecordKind]) -> None:
    """Make an app's kinds known, with the namespace of its addresses; called once when the app starts.

    :raises ValueError: a field that a declaration names does not exist, two kinds are of one model, or the search
        or the API would tell what not everybody may know
    """
    for kind in kinds:
        if _kinds.get(kind.model, kind) is not kind:
            raise ValueError(f"Two kinds are of {kind.model.__name__}.")
        if kind.api is not None and (kind.is_personal or kind.person or kind.within):
            raise ValueError(f"Not every organisation may read all {kind.title}: no API can answer with them.")
        if kind.is_found and (kind.is_personal or kind.person):
            raise ValueError(f"{kind.title} are found by the person they are about.")
        written = kind.keeps.fields if kind.keeps else ()
        for path in (*kind.shown, *kind.filters, *kind.called, *kind.codes, *written):
            kind._field(path)
        if kind.ends and not kind.day:
            raise ValueError(f"{kind.title} end and begin on no day: nobody could ask which are in force.")
        if not set(kind.whose) <= set(kind.shown):
            raise ValueError(f"A record of {kind.model.__name__} is not called after what is not shown.")
        if kind.timeline is not None and not kind.person:
            raise ValueError(f"No person on whose timeline {kind.model.__name__} stands.")
        _kinds[kind.model], _places[kind.model] = kind, namespace
        if kind.exchange is not None:
            add_tables(kind.exchange)


def all_kinds() -> list[RecordKind]:
    return list(_kinds.values())


def kind_of(model: Any) -> RecordKind | None:
    return _kinds.get(model)


def _names_of(model: Any) -> tuple[str, ...]:
    """Return the fields that order records of a kind by what they are called: an id is nobody's alphabet."""
    known = {each.name for each in model._meta.get_fields()}
    return next((names for names in (_OF_PEOPLE, ("name_key",), ("name",), ("title",)) if known.issuperset(names)), ())


def _corrected(row: Any) -> str:
    return "Corrected" if row.version > 1 else ""


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
