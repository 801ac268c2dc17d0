"""Numbers that prove nothing are marked in their index; possible matches say how many more were alike."""

from django.db import migrations, models

from caseload.evidence import index_of_nino
from partners.platform.fields import decrypt

PIECE = 5000


def mark_numbers(apps, schema_editor):
    """Make every NINO's index anew, in each consortium: the key of the environment opens the numbers."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT id FROM partners_consortium ORDER BY id")
        for (consortium,) in cursor.fetchall():
            cursor.execute("SELECT set_config('app.consortium_id', %s, true)", [str(consortium)])
            last = 0
            while last is not None:
                last = _mark_piece(cursor, consortium, last)
        cursor.execute("SELECT set_config('app.consortium_id', '', true)")


def _mark_piece(cursor, consortium, after):
    cursor.execute(
        "SELECT id, nino, nino_index FROM caseload_client"
        " WHERE consortium_id = %s AND id > %s AND nino_index <> '' ORDER BY id LIMIT %s",
        [consortium, after, PIECE],
    )
    rows = cursor.fetchall()
    changed = [(pk, index) for pk, nino, kept in rows if (index := index_of_nino(decrypt(nino))) != kept]
    if changed:
        cursor.execute(
            "UPDATE caseload_client SET nino_index = made.index FROM unnest(%s::bigint[], %s::text[]) made(id, index)"
            " WHERE consortium_id = %s AND caseload_client.id = made.id",
            [[pk for pk, _ in changed], [index for _, index in changed], consortium],
        )
    return rows[-1][0] if rows else None


class Migration(migrations.Migration):
    dependencies = [("caseload", "0011_restrictions")]

    operations = [
        migrations.AddField(
            "possiblematch", "not_listed", models.PositiveIntegerField(default=0, db_default=0, editable=False)
        ),
        migrations.AddField(
            "possiblematchhistory", "not_listed", models.PositiveIntegerField(default=0, db_default=0, editable=False)
        ),
        migrations.RemoveIndex("client", "caseload_client_birth"),
        migrations.AddIndex(
            "client",
            models.Index(
                fields=["consortium", "date_of_birth", "family_key", "given_key"], name="caseload_client_birth"
            ),
        ),
        migrations.RunPython(mark_numbers, migrations.RunPython.noop),
    ]
