"""Records of a kind that wait for somebody, as its declaration says."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from partners.models import StaffMember
from partners.permissions import Capability


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A count on the Today page of everybody with the capability; it opens the kind's list with exactly these records.

    ``name`` is the filter of the list. ``one`` and ``many`` stand beside the number. ``rows`` narrows the records that
    somebody sees to those that wait for them. ``order`` is the place of the count among the others of the day.
    """

    name: str
    one: str
    many: str
    rows: Callable[[QuerySet[Any], StaffMember, date], QuerySet[Any]]
    capability: Capability
    order: int
    tone: str = "new"
