"""Rows that all tests of a module share, for set-ups that take long.

They are written in a transaction around those of the tests, so that each test sees them fresh, and none of it stays.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from pytest_django import DjangoDbBlocker


@contextmanager
def shared_rows(blocker: DjangoDbBlocker) -> Iterator[None]:
    """Keep what the block writes until it ends; for a fixture of module scope that needs ``django_db_setup``."""
    if connection.in_atomic_block:
        raise RuntimeError("A test has begun already: name this fixture in a signature, so that it comes first.")
    outer = transaction.atomic()
    outer._from_testcase = True  # what insists on a transaction of its own may have one inside
    with blocker.unblock():
        outer.__enter__()
    try:
        yield
    finally:
        with blocker.unblock():
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)
