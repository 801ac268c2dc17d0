import django.db.models.deletion
import django.utils.timezone
import partners.platform.tenancy.ids
import partners.platform.tenancy.models
import partners.platform.tenancy.policies
from django.db import migrations, models


class Migration(migrations.Migration):
    """Lists as one person keeps them, under a name."""

    dependencies = [
        ("caseload", "0004_client_summary"),
        ("partners", "0007_statistics"),
    ]

    operations = [
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
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("consortium", "uid"), name="caseload_savedview_uid"),
                    models.UniqueConstraint(
                        fields=("consortium", "external_id"), name="caseload_savedview_external_id"
                    ),
                    models.UniqueConstraint(
                        fields=("consortium", "owner", "path", "name"), name="caseload_savedview_name"
                    ),
                ],
            },
        ),
        partners.platform.tenancy.policies.ProtectTenantTables(names=["SavedView"]),
    ]
