"""No row of a consortium that is not there: by a key of its own, or by what it must refer to."""

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db

TABLES = """
    SELECT relname FROM pg_class
      JOIN pg_attribute ON attrelid = pg_class.oid AND attname = 'consortium_id'
     WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
       AND NOT EXISTS (SELECT FROM pg_attribute history WHERE history.attrelid = pg_class.oid AND attname = 'pgh_id')
"""
# Each foreign key that leads with the consortium, whose other column, if it has one, is never empty.
KEYS = """
    SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint
      JOIN pg_attribute first ON first.attrelid = conrelid AND first.attnum = conkey[1]
      LEFT JOIN pg_attribute other ON other.attrelid = conrelid AND other.attnum = conkey[2]
     WHERE contype = 'f' AND first.attname = 'consortium_id' AND coalesce(other.attnotnull, true)
"""


def test_each_table_ties_its_rows_to_a_consortium_that_exists() -> None:
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        tables = {name for (name,) in cursor.fetchall()}
        cursor.execute(KEYS)
        keys = cursor.fetchall()

    tied = {"partners_consortium"}
    while found := {table for table, target in keys if target in tied} - tied:
        tied |= found

    assert len(tables) > 50
    assert tables - tied == set()
