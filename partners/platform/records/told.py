"""How the records of a kind are told on the timeline of the person they are about."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import TextChoices
from django.utils import timezone


@dataclass(frozen=True)
class Sentence:
    """How an entry reads: a title of one line, and what stands below it; by whom and where, if the record says so."""

    title: str
    text: str = ""
    facts: Sequence[str] = ()
    by: str = ""
    where: str = ""


def nothing_hidden(entry: "Entry", sight: Any) -> bool:
    return False


def one_by_one(entries: "list[Entry]") -> "list[Entry]":
    return entries


@dataclass(frozen=True, kw_only=True)
class Told:
    """Where a kind stands on the timeline and what is said of its records.

    ``name`` is the kind in addresses, ``group`` the filter that shows it. ``facts`` are the paths of what its sentence
    needs, by the name that the sentence uses. ``day`` is an expression where the kind's own ``day`` is not enough, and
    ``known`` the column of the day we knew of it where the store's clock is not. ``mark`` is the picture beside it.

    ``together`` makes of all the entries of the kind those that people read, each of at most ``rows_of_one`` rows.
    ``hides`` tells of an entry whether it stays unread to somebody with this sight.
    """

    name: str
    group: TextChoices
    sentence: Callable[[dict[str, Any]], Sentence]
    facts: Mapping[str, str] = field(default_factory=dict)
    day: Any = None
    known: str = ""
    mark: str = "system"
    rows_of_one: int = 1
    together: Callable[[list["Entry"]], list["Entry"]] = one_by_one
    hides: Callable[["Entry", Any], bool] = nothing_hidden


@dataclass
class Entry:
    """One line of the timeline; ``facts`` holds what its sentence needs.

    ``rows`` are the ids of the rows it is made of: of an assessment, one for each part.
    """

    told: Told
    uid: str
    day: date
    recorded_at: datetime
    recorded_on: date
    imported: bool
    facts: dict[str, Any] = field(default_factory=dict)
    rows: list[int] = field(default_factory=list)

    @property
    def what(self) -> str:
        return self.told.name

    @property
    def days_late(self) -> int:
        """Days between the event and the day we knew; a row of a package does not tell when somebody knew."""
        return 0 if self.imported else (self.recorded_on - self.day).days

    @property
    def is_ahead(self) -> bool:
        return self.day > timezone.localdate()
