"""From what a new consortium is made: the app that knows the packs offers them, this app's page only asks."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from partners.models import Consortium


class MakeConsortium(Protocol):
    def __call__(self, *, pack: str, slug: str | None, name: str | None) -> Consortium: ...


@dataclass(frozen=True)
class Packs:
    """``choices`` are the packs as name and title; ``create`` makes a consortium or raises a CaseloadError."""

    choices: Callable[[], list[tuple[str, str]]]
    create: MakeConsortium


_offered: list[Packs] = []


def offer(packs: Packs) -> None:
    _offered[:] = [packs]


def packs() -> Packs:
    return _offered[0]
