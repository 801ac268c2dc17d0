"""One search over all that somebody may see: the kinds that are found by their declaration, and searches of their own.

A kind that is found is asked for the first records within the person's sight whose paths hold every word: all kinds
together in one statement, then those that have any, one statement each. What is found in more kinds than fit a page is
named with its list.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import DateField, IntegerField, QuerySet, Value
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from partners.models import StaffMember
from partners.permissions import Capability, may
from partners.platform.dates import long_date
from partners.platform.forms.plain import as_within
from partners.platform.frame.navigation import all_areas
from partners.platform.records.kinds import RecordKind, all_kinds

SHOWN = 5
MOST_KINDS = 7
MOST_APART = 3
LAST = 1000


@dataclass(frozen=True)
class Hit:
    """A record that was found: its name, what tells it from others of that name, and its page."""

    name: str
    url: str
    apart: SafeString | str = ""


@dataclass(frozen=True)
class Group:
    """What was found of one kind. ``list_url`` is its list with the words filled in; ``has_more`` of them stand there.

    Without hits, records are there all the same, in the list.
    """

    title: str
    list_url: str
    hits: Sequence[Hit] = field(default_factory=list)
    has_more: bool = False

    @property
    def plural(self) -> str:
        return as_within(self.title)


@dataclass(frozen=True)
class OwnSearch:
    """A search that paths do not say, as that for people; ``hint`` says what one can type to find one."""

    title: str
    hint: str
    capability: Capability
    find: Callable[[HttpRequest, str], Group | None]


_own: list[OwnSearch] = []


def add_own(search: OwnSearch) -> None:
    """Have a search asked before the kinds."""
    if search not in _own:
        _own.append(search)


def own_for(staff: StaffMember) -> list[OwnSearch]:
    return [each for each in _own if may(staff, each.capability)]


def kinds_for(staff: StaffMember) -> list[RecordKind]:
    """Return what somebody's search finds, in the order of the areas."""
    return sorted((each for each in all_kinds() if each.is_found and may(staff, each.capability)), key=_place)


def _place(kind: RecordKind) -> int:
    """Return the place of the area that a kind's list stands in; else of the first that the same people open."""
    areas = all_areas()
    here = [each for each in areas if each.url_name.startswith(f"{kind.namespace}:")]
    own = [each.order for each in here if each.capability in {None, kind.capability}]
    return min(own or [each.order for each in areas if each.capability == kind.capability], default=LAST)


def find(kinds: Sequence[RecordKind], text: str, staff: StaffMember) -> list[Group]:
    """Return what is found of each kind: the first in full, of the others where they are."""
    keys = _keys(kinds, text, staff)
    found = [(kind, keys[place]) for place, kind in enumerate(kinds) if keys[place]]
    return [
        *(_group(kind, text, _hits(kind, some, staff), len(some)) for kind, some in found[:MOST_KINDS]),
        *(_group(kind, text, [], len(some)) for kind, some in found[MOST_KINDS:]),
    ]


def _keys(kinds: Sequence[RecordKind], text: str, staff: StaffMember) -> dict[int, list[int]]:
    """Return the keys of the first records by the place of their kind, one more than are shown: one statement."""
    found: dict[int, list[int]] = defaultdict(list)
    if not kinds:
        return found
    first, *others = (_first(kind, place, text, staff) for place, kind in enumerate(kinds))
    for place, key in first.union(*others, all=True):
        found[place].append(key)
    return found


def _first(kind: RecordKind, place: int, text: str, staff: StaffMember) -> QuerySet[Any, Any]:
    rows: QuerySet[Any] = kind.narrow(kind.rows(staff), {"q": text}, staff)
    placed: QuerySet[Any, Any] = rows.annotate(place=Value(place, IntegerField())).values_list("place", "pk")
    return placed[: SHOWN + 1]


def _hits(kind: RecordKind, keys: Sequence[int], staff: StaffMember) -> list[Hit]:
    rows = kind.rows(staff).filter(pk__in=keys)[:SHOWN]
    return [Hit(kind.name_of(row), kind.address("record", row.uid), _apart(kind, row)) for row in rows]


def _group(kind: RecordKind, text: str, hits: Sequence[Hit], number: int) -> Group:
    address = f"{kind.address('record-list')}?{urlencode({'q': text})}"
    return Group(kind.title, address, hits, has_more=number > SHOWN)


def _apart(kind: RecordKind, row: Any) -> SafeString:
    """Return what of the shown columns the name does not say: other records, days, codes and words, no numbers."""
    name = kind.name_of(row).lower()
    day = kind.value(kind.day, row) if kind.day else None
    paths = [path for path in kind.shown if path != kind.day or not (day and long_date(day).lower() in name)]
    said = [_told(kind, path, row) for path in paths]
    new = [(each,) for each in said if each and str(each).lower() not in name]
    return format_html_join(" · ", "{}", new[:MOST_APART])


def _told(kind: RecordKind, path: str, row: Any) -> Any:
    column = kind._field(path)
    if isinstance(column, DateField):
        value = kind.in_words(path, row)
        return f"{kind.label(path)} {value}" if value and path not in kind.said else ""
    if column.is_relation or column.choices:
        return kind.in_words(path, row)
    is_words = column.get_internal_type() in {"CharField", "TextField"}
    return kind.in_words(path, row) if is_words else ""
