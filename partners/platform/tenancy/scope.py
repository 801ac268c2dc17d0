"""The one place that says whose rows a piece of work may see (DESIGN.md "Tenancy and access").

A request, a task, a command and a test all enter a consortium through :func:`in_consortium`. It opens a transaction,
sets the Postgres variable that every row-level policy reads, and remembers the consortium for the loud failure in
Python. The variable is local to the transaction, so a pooled connection can never carry it to the next caller.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections, transaction

from partners.errors import NoConsortiumInScope

_consortium_id: ContextVar[int | None] = ContextVar("consortium_id", default=None)


def current_consortium_id() -> int:
    """Return the consortium of this piece of work; raise :class:`NoConsortiumInScope` outside of one."""
    consortium_id = _consortium_id.get()
    if consortium_id is None:
        raise NoConsortiumInScope
    return consortium_id


def has_consortium() -> bool:
    return _consortium_id.get() is not None


@contextmanager
def in_consortium(consortium_id: int, *, using: str = DEFAULT_DB_ALIAS, snapshot: bool = False) -> Iterator[None]:
    """Run the block inside one consortium, in a transaction of its own (a savepoint when nested).

    With ``snapshot`` every statement of the block sees the database as it was at the first one, so that many
    statements agree with each other while others write. A nested block shares the snapshot of the outermost.
    """
    outer = _consortium_id.get()
    nested = connections[using].in_atomic_block
    with transaction.atomic(using=using):
        if snapshot and not nested:
            with connections[using].cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        _tell_postgres("app.consortium_id", consortium_id, using)
        token = _consortium_id.set(consortium_id)
        try:
            yield
        finally:
            _consortium_id.reset(token)
        # The outermost block's transaction ends here and the value with it; after an error the rollback puts it back.
        if nested and not connections[using].needs_rollback:
            _tell_postgres("app.consortium_id", outer, using)


@contextmanager
def own_memberships(user_id: int, *, using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Let a person's own staff rows be read in every consortium, to find out where they may go in."""
    nested = connections[using].in_atomic_block
    with transaction.atomic(using=using):
        _tell_postgres("app.user_id", user_id, using)
        yield
        if nested:  # else the transaction ends here, and the value with it
            _tell_postgres("app.user_id", None, using)


def across_consortia(*, reason: str, using: str = DEFAULT_DB_ALIAS) -> Iterator[int]:
    """Enter every consortium in turn, for the scheduler and the operator; ``reason`` says why in the code.

    Nothing here sees two consortia at once: each step of the loop is a scope and a transaction of its own.
    """
    if not reason:
        raise ValueError("Say why this work crosses consortia.")
    consortia: Any = apps.get_model("partners.Consortium")  # models stand above this module
    for consortium_id in list(consortia.objects.using(using).order_by("pk").values_list("pk", flat=True)):
        with in_consortium(consortium_id, using=using):
            yield consortium_id


def _tell_postgres(setting: str, value: int | None, using: str) -> None:
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [setting, "" if value is None else str(value)])
