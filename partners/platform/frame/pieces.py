"""What the components of a page are given: small records that any app can fill."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class Fact:
    """A line of a summary list; blank values are said in words."""

    label: str
    value: Any
    url: str = ""
    action_url: str = ""
    action: str = "Change"


@dataclass(frozen=True)
class Event:
    """An entry of a timeline. ``kind`` chooses the mark: contact, step, money, document, warning, system."""

    title: str
    at: date | datetime
    by: str = ""
    text: str = ""
    kind: str = "step"
    url: str = ""
    facts: Sequence[Fact] = field(default_factory=list)
    is_undone: bool = False


@dataclass(frozen=True)
class Step:
    """A step of a chain: ``state`` is done, current, coming or returned."""

    title: str
    state: str = "coming"
    detail: str = ""


@dataclass(frozen=True)
class Link:
    """An item of a sub-navigation, of tabs or of breadcrumbs."""

    title: str
    url: str
    is_here: bool = False
    number: int | None = None
