"""What somebody leaves behind who goes, or whose new role no longer holds it: each app adds its kinds.

A kind says how much of it a person holds, who could take it over, and does so. This app asks without knowing whose the
kinds are: when access ends or a role changes, on the page before and in the act itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from partners.models import StaffMember
from partners.permissions import Capability

HandOver = Callable[[StaffMember, StaffMember, StaffMember], int]


@dataclass(frozen=True)
class Held:
    """What a person holds of a kind: how many, and in words, as ``12 clients they lead, 2 of them restricted``."""

    number: int
    words: str


@dataclass(frozen=True)
class Kind:
    """One kind: ``count`` says what is held now, None for nothing; ``keeps`` whether a role still holds it.

    ``heirs`` are who may take it over and ``hand_over(person, heir, by)`` does, returning how many went; without them
    the kind is only said. ``question`` asks for the heir. What stays is told, with ``list_url``, to those whose role in
    the organisation has ``capability``.
    """

    code: str
    count: Callable[[StaffMember], Held | None]
    keeps: Callable[[str], bool]
    question: str = ""
    heirs: Callable[[StaffMember], QuerySet[StaffMember]] | None = None
    hand_over: HandOver | None = None
    list_url: Callable[[], str] | None = None
    capability: Capability = Capability.ANSWER_REFERRALS


_kinds: dict[str, Kind] = {}


def add_kind(kind: Kind) -> None:
    _kinds[kind.code] = kind


def held_by(person: StaffMember, *, role: str | None = None) -> list[tuple[Kind, Held]]:
    """Return what somebody holds that a new role would not; all of it, where they leave: one query or two a kind."""
    lost = [kind for kind in _kinds.values() if role is None or not kind.keeps(role)]
    return [(kind, held) for kind in lost if (held := kind.count(person)) is not None]


def hand_over(
    person: StaffMember, *, heirs: Mapping[str, StaffMember | None], by: StaffMember, role: str | None = None
) -> None:
    """Let the chosen heirs take over what somebody loses; what they may not hold stays where it is."""
    for code, heir in heirs.items():
        kind = _kinds.get(code)
        if (
            kind is not None
            and kind.hand_over is not None
            and heir is not None
            and (role is None or not kind.keeps(role))
        ):
            kind.hand_over(person, heir, by)
