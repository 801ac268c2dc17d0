import django.db.models.deletion
import django.utils.timezone
import partners.platform.tenancy.ids
import partners.platform.tenancy.models
from django.db import migrations, models

NAMES = ("uid", "external_id", "name")
RENAME = "ALTER TABLE caseload_savedview RENAME CONSTRAINT {before} TO {now}"


class Migration(migrations.Migration):
    """Views of lists belong to everybody's pages; their table, with its rows and its wall, stays where it is."""

    dependencies = [
        ("partners", "0014_parts"),
        ("caseload", "0016_saved_views_move"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="SavedView",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("uid", models.UUIDField(default=partners.platform.tenancy.ids.uuid7, editable=False)),
                        (
                            "external_id",
                            models.CharField(
                                blank=True, db_collation="C", editable=False, max_length=500, verbose_name="reference"
                            ),
                        ),
                        ("recorded_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("path", models.CharField(db_collation="C", max_length=200)),
                        ("name", models.CharField(max_length=60)),
                        ("query", models.CharField(max_length=2000)),
                        ("consortium", partners.platform.tenancy.models.ConsortiumField()),
                        (
                            "owner",
                            partners.platform.tenancy.models.TenantForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="saved_views",
                                to="partners.staffmember",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "caseload_savedview",
                        "abstract": False,
                        "constraints": [
                            models.UniqueConstraint(fields=("consortium", "uid"), name="partners_savedview_uid"),
                            models.UniqueConstraint(
                                fields=("consortium", "external_id"), name="partners_savedview_external_id"
                            ),
                            models.UniqueConstraint(
                                fields=("consortium", "owner", "path", "name"), name="partners_savedview_name"
                            ),
                        ],
                    },
                )
            ],
            database_operations=[
                migrations.RunSQL(
                    RENAME.format(before=f"caseload_savedview_{name}", now=f"partners_savedview_{name}"),
                    RENAME.format(before=f"partners_savedview_{name}", now=f"caseload_savedview_{name}"),
                )
                for name in NAMES
            ],
        )
    ]
