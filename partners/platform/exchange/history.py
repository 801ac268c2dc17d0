"""The history tables of the records, as far as the exchange needs to know them."""

from django.db import connection

from partners.platform.exchange.declarations import Table, all_tables


def history_table(table: Table) -> str:
    return str(table.model._meta.get_field("events").related_model._meta.db_table)  # type: ignore[union-attr]


def history_marks() -> dict[str, int]:
    """Return the newest history entry of each table, as far as this transaction can see."""
    marks = {}
    with connection.cursor() as cursor:
        for table in all_tables():
            cursor.execute(f'SELECT coalesce(max(pgh_id), 0) FROM "{history_table(table)}"')
            marks[table.name] = int(cursor.fetchone()[0])
    return marks
