from urllib.parse import parse_qsl, urlencode

from django.db import migrations

CONTRACTS = "/commissioning/"


def rename_filter(apps, schema_editor):
    """Let kept views of the contracts say "current", as every list does, where they say "running"."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT id FROM partners_consortium ORDER BY id")
        for (consortium,) in cursor.fetchall():
            cursor.execute("SELECT set_config('app.consortium_id', %s, true)", [str(consortium)])
            cursor.execute(
                "SELECT id, query FROM caseload_savedview"
                " WHERE consortium_id = %s AND path = %s AND query ~ '(^|&)running='",
                [consortium, CONTRACTS],
            )
            for pk, query in cursor.fetchall():
                cursor.execute(
                    "UPDATE caseload_savedview SET query = %s WHERE consortium_id = %s AND id = %s",
                    [_renamed(query), consortium, pk],
                )
        cursor.execute("SELECT set_config('app.consortium_id', '', true)")


def _renamed(query):
    """Return a query in the order in which views are kept: by name."""
    parts = [("current" if name == "running" else name, value) for name, value in parse_qsl(query)]
    return urlencode(sorted(parts, key=lambda part: part[0]))


class Migration(migrations.Migration):
    dependencies = [("commissioning", "0001_records"), ("partners", "0015_saved_views")]

    operations = [migrations.RunPython(rename_filter, migrations.RunPython.noop)]
