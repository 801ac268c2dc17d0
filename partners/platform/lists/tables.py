"""Lists of records: columns declared once give the page, its sorting, its paging and its files.

    class PeopleTable(TablePage):                                  # partners/platform/lists/pages.py has the page
        columns = [
            Column("name", "Name", sort="name", link=lambda p: reverse("partners:person", args=[p.uid])),
            Column("role", "Role", value=lambda p: p.get_role_display(), sort="role"),
            Column("since", "Since", value="recorded_at", kind="date", sort="recorded_at"),
        ]

The state of a list (filters, order, page) stands in its address, so that it can be kept, sent and come back to.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from django import forms
from django.core.exceptions import FieldDoesNotExist
from django.core.paginator import Paginator
from django.db import models
from django.db.models import F, Model, QuerySet
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString

from partners.platform.dates import short_date
from partners.platform.forms.plain import PlainForm
from partners.platform.forms.reading import whole_number
from partners.platform.frame.tags import at as moment
from partners.platform.frame.tags import money, number, on
from partners.platform.lists.saved_views import ViewBar

Kind = Literal["text", "number", "money", "date", "moment"]
PAGE_SIZE = 50
MOST_COUNTED = 2_500  # a hundred pages; counting on takes time, and nobody leafs further
MOST_EXPORTED = 50_000
_SHOWN: dict[str, Callable[[Any], str]] = {
    "text": lambda value: "" if value is None else "Yes" if value is True else "No" if value is False else str(value),
    "number": number,
    "money": money,
    "date": on,
    "moment": moment,
}


@dataclass(frozen=True)
class Column:
    """A column: ``value`` (an attribute path or a function of the row) is exported; ``cell`` is its HTML if it differs.

    ``sort`` names what the database orders by (several for ties); without it the column does not sort. ``link`` makes
    the cell lead to the record. ``is_exported`` and ``is_shown`` leave a column to the page or to the file alone.
    ``is_unbroken`` keeps a postcode on one line, as every date and number is.
    """

    key: str
    title: str
    value: str | Callable[[Any], Any] = ""
    cell: Callable[[Any], SafeString | str] | None = None
    link: Callable[[Any], str] | None = None
    sort: str | Sequence[str] = ()
    kind: Kind = "text"
    is_shown: bool = True
    is_exported: bool = True
    hint: str = ""
    is_unbroken: bool = False

    def value_of(self, row: Any) -> Any:
        if callable(self.value):
            return self.value(row)
        found = row
        for name in (self.value or self.key).split("."):
            found = found.get(name) if isinstance(found, dict) else getattr(found, name, None)
            if found is None:
                return None
        return found

    def html_of(self, row: Any) -> SafeString | str:
        shown = self.cell(row) if self.cell else _SHOWN[self.kind](self.value_of(row))
        if self.link and shown:
            return format_html('<a class="govuk-link" href="{}">{}</a>', self.link(row), shown)
        return shown

    @property
    def is_numeric(self) -> bool:
        return self.kind in {"number", "money"}

    @property
    def keeps_together(self) -> bool:
        return self.is_unbroken or self.kind in {"date", "moment", "number", "money"}

    @property
    def order_by(self) -> tuple[str, ...]:
        return (self.sort,) if isinstance(self.sort, str) else tuple(self.sort)


@dataclass(frozen=True)
class Heading:
    title: str
    is_numeric: bool
    url: str = ""
    direction: str = "none"
    hint: str = ""


@dataclass(frozen=True)
class Cell:
    title: str
    html: SafeString | str
    is_numeric: bool
    is_head: bool
    is_unbroken: bool = False

    @property
    def css(self) -> str:
        names = {"app-num": self.is_numeric, "app-nowrap": self.is_unbroken, "app-table__blank": not self.html}
        return " ".join(name for name, holds in names.items() if holds)


@dataclass(frozen=True)
class Line:
    cells: Sequence[Cell]
    uid: str
    name: str
    is_ticked: bool = False


@dataclass(frozen=True)
class Chip:
    """A filter that is on, and the address of the list without it."""

    text: str
    url: str
    name: str = ""


@dataclass(frozen=True)
class BulkAct:
    """What one can do with the ticked rows: opens ``url`` with their ids as ``chosen`` in its address.

    Nothing changes by opening it: an act that changes records is a page that says what it will do, and to whom.
    ``name`` and ``value`` go along, as ``export=csv``.
    """

    title: str
    url: str
    name: str = ""
    value: str = ""


@dataclass
class Table:
    """A list as one request asked for it. ``rows`` is a queryset (ordered and cut in SQL) or a sequence."""

    columns: Sequence[Column]
    rows: QuerySet[Any] | Sequence[Any]
    params: QueryDict
    caption: str
    default_sort: str = ""
    page_size: int = PAGE_SIZE
    name: str = "list"
    bulk: Sequence[BulkAct] = ()
    ticked: Sequence[str] = ()
    is_paged: bool = True
    on_phone: Literal["cards", "scroll"] = "cards"
    empty: str = "Nothing here yet."
    downloads: Sequence[str] = ("csv", "xlsx")
    prefix: str = ""
    chips: Sequence[Chip] = field(default_factory=list)
    saved: ViewBar | None = None

    @property
    def is_tickable(self) -> bool:
        return bool(self.bulk)

    @property
    def shown_columns(self) -> list[Column]:
        return [column for column in self.columns if column.is_shown]

    @cached_property
    def order(self) -> tuple[str, bool]:
        """Return the key of the column to order by and whether downwards; what is unknown is passed over."""
        asked = self.params.get(f"{self.prefix}sort") or self.default_sort
        key, is_down = asked.removeprefix("-"), asked.startswith("-")
        return (key, is_down) if any(c.key == key and c.sort for c in self.columns) else ("", False)

    @cached_property
    def ordered(self) -> QuerySet[Any] | Sequence[Any]:
        key, is_down = self.order
        column = next((c for c in self.columns if c.key == key), None)
        if column is None:
            return self.rows
        if isinstance(self.rows, QuerySet):
            return self.rows.order_by(*in_order(self.rows, column.order_by, is_down=is_down), "pk")
        return sorted(self.rows, key=lambda row: _sortable(column.value_of(row)), reverse=is_down)

    @cached_property
    def counted(self) -> int:
        """Count the rows, at most one more than :data:`MOST_COUNTED`."""
        if isinstance(self.rows, QuerySet):
            return self.rows.order_by()[: MOST_COUNTED + 1].count()
        return len(self.rows)

    @property
    def count_in_words(self) -> str:
        if self.counted > MOST_COUNTED:
            return f"More than {MOST_COUNTED:,}"
        return f"{self.counted:,}"

    @cached_property
    def page_count(self) -> int:
        if not self.is_paged:
            return 1
        return max(1, -(-min(self.counted, MOST_COUNTED) // self.page_size))

    @cached_property
    def page(self) -> int:
        asked = self.params.get(f"{self.prefix}page", "")
        return min(max(whole_number(asked) or 1, 1), self.page_count)

    @cached_property
    def page_rows(self) -> list[Any]:
        first = (self.page - 1) * self.page_size
        return list(self.ordered[first : first + self.page_size] if self.is_paged else self.ordered)

    @cached_property
    def lines(self) -> list[Line]:
        return [self._line(row) for row in self.page_rows]

    def _line(self, row: Any) -> Line:
        cells = [
            Cell(column.title, column.html_of(row), column.is_numeric, i == 0, is_unbroken=column.keeps_together)
            for i, column in enumerate(self.shown_columns)
        ]
        uid = str(getattr(row, "uid", ""))
        return Line(cells, uid, str(self.columns[0].value_of(row) or ""), is_ticked=uid in self.ticked)

    @property
    def headings(self) -> list[Heading]:
        return [self._heading(column) for column in self.shown_columns]

    def _heading(self, column: Column) -> Heading:
        if not column.sort:
            return Heading(column.title, column.is_numeric, hint=column.hint)
        key, is_down = self.order
        direction = "none" if key != column.key else "descending" if is_down else "ascending"
        wanted = f"-{column.key}" if direction == "ascending" else column.key
        url = self.address(sort=wanted, page=None)
        return Heading(column.title, column.is_numeric, url, direction, column.hint)

    def address(self, **changes: Any) -> str:
        """Return the list's own address with some of its state changed; None leaves a part out."""
        parts = self.params.copy()
        parts.pop("export", None)
        for name, value in changes.items():
            key = f"{self.prefix}{name}" if name in {"sort", "page"} else name
            parts.pop(key, None)
            if value is not None:
                parts[key] = str(value)
        return f"?{parts.urlencode()}"

    @property
    def without_filters(self) -> str:
        """The address of the same list, tab and order, with no filter on."""
        return self.address(page=None, **{chip.name: None for chip in self.chips})

    @property
    def pages(self) -> list[tuple[str, str, bool]]:
        """Return the pages to offer as (title, address, is this one); an empty title is a gap."""
        numbers = Paginator(range(self.page_count), 1).get_elided_page_range(self.page, on_each_side=1, on_ends=1)
        return [
            (str(n), self.address(page=n), n == self.page) if isinstance(n, int) else ("", "", False) for n in numbers
        ]

    @property
    def previous_url(self) -> str:
        return self.address(page=self.page - 1) if self.page > 1 else ""

    @property
    def next_url(self) -> str:
        return self.address(page=self.page + 1) if self.page < self.page_count else ""

    @property
    def first_shown(self) -> int:
        return (self.page - 1) * self.page_size + 1 if self.counted else 0

    @property
    def last_shown(self) -> int:
        return self.first_shown + len(self.lines) - 1 if self.lines else 0

    @property
    def export_urls(self) -> list[tuple[str, str]]:
        return [(kind.upper(), self.address(export=kind, page=None)) for kind in self.downloads]

    @property
    def sort_param(self) -> str:
        return self.params.get(f"{self.prefix}sort", "")

    @property
    def is_too_long_for_a_file(self) -> bool:
        if isinstance(self.rows, QuerySet):
            return self.rows.order_by()[MOST_EXPORTED : MOST_EXPORTED + 1].exists()
        return len(self.rows) > MOST_EXPORTED

    @cached_property
    def all_rows(self) -> list[Any]:
        """The whole list, in the order and with the filters of the page, for its files."""
        return list(self.ordered[:MOST_EXPORTED])

    def export(self) -> tuple[list[str], list[list[Any]]]:
        columns = [column for column in self.columns if column.is_exported]
        return [c.title for c in columns], [[c.value_of(row) for c in columns] for row in self.all_rows]


def in_order(rows: QuerySet[Any], names: Iterable[str], *, is_down: bool) -> list[Any]:
    """Return what puts rows in order, either way with the blanks last: who sorts looks for what is there.

    A column that is never blank is ordered by its plain name, which is what an index answers.
    """
    order: list[Any] = []
    for name in names:
        field_, turned = name.removeprefix("-"), name.startswith("-") != is_down
        column = _column_of(rows.model, field_)
        if column is not None and isinstance(column, models.CharField | models.TextField) and column.blank:
            order.append(models.ExpressionWrapper(models.Q(**{field_: ""}), models.BooleanField()).asc(nulls_last=True))
        may_be_null = column is None or column.null or "__" in field_
        if may_be_null:
            order.append(F(field_).desc(nulls_last=True) if turned else F(field_).asc(nulls_last=True))
        else:
            order.append(f"-{field_}" if turned else field_)
    return order


def _column_of(model: Any, path: str) -> Any:
    """Return the column that a path leads to; None for what a query computes."""
    found = None
    for step in path.split("__"):
        try:
            found = model._meta.get_field(step)
        except FieldDoesNotExist:
            return None
        model = found.related_model
    return found


def _sortable(value: Any) -> tuple[bool, Any]:
    return (value is None, "" if value is None else value)


class FilterForm(PlainForm):
    """The filters of a list, all optional, in the address. ``q``, if there is one, stands beside the panel."""

    is_filter = True
    use_required_attribute = False

    def __init__(self, data: QueryDict | None = None, **kwargs: Any) -> None:
        super().__init__(data, auto_id="filter_%s", **kwargs)
        for each in self.fields.values():
            each.required = False

    @cached_property
    def chosen(self) -> dict[str, Any]:
        """Return the filters that are on and can be read; a wrong one is shown as an error and filters nothing."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if not _is_blank(value)}

    @property
    def panel_fields(self) -> list[forms.BoundField]:
        return [each for each in self if each.name != "q" and not each.is_hidden]

    @property
    def search_field(self) -> forms.BoundField | None:
        return self["q"] if "q" in self.fields else None

    def chips(self, params: QueryDict) -> list[Chip]:
        return [
            Chip(f"{self[name].label}: {text}" if text else str(self[name].label), _without(params, name, raw), name)
            for name, value in self.chosen.items()
            for text, raw in self._in_words(name, value)
        ]

    def _in_words(self, name: str, value: Any) -> list[tuple[str, str | None]]:
        """Return each part of a filter's value as (words, the value in the address; None for all of it)."""
        if value is True:
            return [("", None)]
        if isinstance(value, date) and not isinstance(value, datetime):
            return [(short_date(value), None)]
        choices = dict(_flat(getattr(self.fields[name], "choices", [])))
        if isinstance(value, (list, tuple)):
            return [(str(choices.get(each, each)), str(each)) for each in value]
        if isinstance(value, QuerySet):
            field_to = getattr(self.fields[name], "to_field_name", None) or "pk"
            return [(str(each), str(getattr(each, field_to))) for each in value]
        return [(str(value if isinstance(value, Model) else choices.get(value, value)), None)]


def _flat(choices: Any) -> list[tuple[str, str]]:
    # A model's choices would be a query each; its values are records and name themselves.
    if not isinstance(choices, (list, tuple)):
        choices = [] if hasattr(choices, "queryset") else list(choices)
    flat: list[tuple[str, str]] = []
    for value, title in choices:
        flat += list(title) if isinstance(title, (list, tuple)) else [(value, title)]
    return flat


def _is_blank(value: Any) -> bool:
    if isinstance(value, QuerySet):
        return not value
    return value is None or value is False or value in ("", [])


def _without(params: QueryDict, name: str, value: str | None) -> str:
    parts = params.copy()
    rest = [each for each in parts.getlist(name) if value is not None and each != value]
    parts.setlist(name, rest) if rest else parts.pop(name, None)
    parts.pop("page", None)
    parts.pop("export", None)
    return f"?{parts.urlencode()}"
