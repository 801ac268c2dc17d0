import django.db.models.deletion
import django.utils.timezone
import partners.platform.tenancy.ids
import partners.platform.tenancy.models
import partners.platform.tenancy.policies
from django.db import migrations, models


class Migration(migrations.Migration):
    """What people are told, each their own."""

    dependencies = [("partners", "0007_statistics")]

    operations = [
        migrations.CreateModel(
            name="Notice",
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
                ("words", models.CharField(max_length=300)),
                ("link", models.CharField(max_length=300)),
                ("about", models.CharField(blank=True, max_length=100)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                ("consortium", partners.platform.tenancy.models.ConsortiumField()),
                (
                    "staff",
                    partners.platform.tenancy.models.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="partners.staffmember",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("consortium", "uid"), name="partners_notice_uid"),
                    models.UniqueConstraint(fields=("consortium", "external_id"), name="partners_notice_external_id"),
                    models.UniqueConstraint(
                        condition=models.Q(("read_at__isnull", True), models.Q(("about", ""), _negated=True)),
                        fields=("consortium", "staff", "about", "words"),
                        name="partners_notice_told_once",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["consortium", "staff", "-made_at", "-id"], name="partners_notice_newest")
                ],
            },
        ),
        partners.platform.tenancy.policies.ProtectTenantTables(names=["Notice"]),
    ]
