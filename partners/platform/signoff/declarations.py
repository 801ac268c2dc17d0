"""What is signed off, and by which chain: each kind of document is declared once by the app it belongs to."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

from partners.models import Consortium, StaffMember
from partners.platform.signoff.posts import code_of_post

Record = Any


@dataclass(frozen=True, kw_only=True)
class ChainStep:
    """One step: ``action`` is what is done, ``title`` whose it is; ``working_days`` is its clock, if it has one.

    A step that ``is_named`` is done by the holders of a post of that title; others by anybody of the role in the
    accountable body.
    """

    position: int
    action: str
    title: str
    role: str
    is_named: bool = False
    working_days: int | None = None

    @property
    def post_code(self) -> str:
        return code_of_post(self.title) if self.is_named else ""


@dataclass(frozen=True, kw_only=True)
class Chain:
    """The steps of a document in their order.

    A late step is told to the post ``escalates_to``, ``escalates_after`` working days after it was due. ``copied_to``
    are posts and bodies that get the signed document.
    """

    code: str
    steps: tuple[ChainStep, ...]
    escalates_to: str = ""
    escalates_after: int = 0
    copied_to: tuple[str, ...] = ()


def chain_of(consortium: Consortium, code: str) -> Chain | None:
    """Return a chain of a consortium's pack; None if the pack has none of this code."""
    data: dict[str, Any] = consortium.pack_data
    found = next((each for each in data.get("sign_off", []) if each["code"] == code), None)
    if found is None:
        return None
    steps = tuple(
        ChainStep(
            position=step["order"],
            action=step["action"],
            title=step["post"],
            role=step["role"],
            is_named=step.get("named", False),
            working_days=step.get("working_days"),
        )
        for step in found["steps"]
    )
    return Chain(
        code=code,
        steps=steps,
        escalates_to=found.get("escalates_to", ""),
        escalates_after=found.get("escalates_after") or 0,
        copied_to=tuple(found.get("copied_to", ())),
    )


def nothing(record: Record) -> None:
    """Do nothing: what a document does at an act that means nothing to it."""


def nothing_holds(record: Record) -> str:
    return ""


@dataclass(frozen=True, kw_only=True)
class Document:
    """A kind of record that is signed off.

    ``rows`` are the documents that somebody may look at. ``makers`` are the keys of whoever made what is signed: they
    do the first step only. ``not_ready`` says in a sentence why it cannot start now, ``held`` why it goes no further,
    though it can be sent back. ``begun``, ``sent_back`` (to the
    first step) and ``signed`` change its own state, inside the transaction of the act; ``signed`` runs in a worker and
    gets who signed, and when.
    """

    model: type[models.Model]
    rows: Callable[[StaffMember], models.QuerySet[Any]]
    chain: Callable[[Record], Chain | None]
    title: Callable[[Record], str]
    url: Callable[[Record], str]
    makers: Callable[[Record], Collection[int]]
    not_ready: Callable[[Record], str]
    begun: Callable[[Record], None] = nothing
    sent_back: Callable[[Record], None] = nothing
    signed: Callable[[Record, StaffMember, datetime], None]
    held: Callable[[Record], str] = nothing_holds

    @property
    def kind(self) -> str:
        return self.model._meta.label_lower


_documents: dict[str, Document] = {}


def declare_document(document: Document) -> None:
    _documents[document.kind] = document


def document_of(record: Record) -> Document:
    return _documents[record._meta.label_lower]


def document_called(kind: str) -> Document | None:
    return _documents.get(kind)
