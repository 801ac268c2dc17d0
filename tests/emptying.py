"""Emptying the tables after a test that committed rows."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import TransactionTestCase

KEPT = ("django_migrations", "django_content_type", "auth_permission")


@pytest.fixture(scope="session", autouse=True)
def quick_emptying() -> Iterator[None]:
    """Empty the tables that have rows, and no more; a folder's conftest imports this fixture.

    Django's own flush would empty all of them and then install every trigger anew: half a minute a test.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty_tables)
        yield


def empty_tables(_case: object = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(relname) FROM pg_class WHERE relkind = 'r' AND pg_relation_size(oid) > 0"
            " AND relnamespace = 'public'::regnamespace AND relname <> ALL(%s)",
            [list(KEPT)],
        )
        tables = [name for (name,) in cursor.fetchall()]
        if tables:
            cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
