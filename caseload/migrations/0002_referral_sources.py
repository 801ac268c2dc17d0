import django.db.models.deletion
import partners.platform.tenancy.models
import partners.platform.tenancy.policies
from django.db import migrations, models


class Migration(migrations.Migration):
    """What a referral came with: the sender's own record, the consent; and what repeats of other calls find."""

    dependencies = [
        ("caseload", "0001_records"),
    ]

    operations = [
        migrations.AddField(
            model_name="referral",
            name="consent",
            field=partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="referrals", to="caseload.consent"),
        ),
        migrations.AddField(
            model_name="referral",
            name="sent_record",
            field=partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="caseload.client"),
        ),
        migrations.AddField(
            model_name="referralhistory",
            name="consent",
            field=partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", related_query_name="+", to="caseload.consent"),
        ),
        migrations.AddField(
            model_name="referralhistory",
            name="sent_record",
            field=partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", related_query_name="+", to="caseload.client"),
        ),
        migrations.RemoveIndex(model_name="referral", name="caseload_referral_updated"),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(fields=["consortium", "from_organisation", "updated_at", "uid"], name="caseload_referral_sent"),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(fields=["consortium", "to_organisation", "updated_at", "uid"], name="caseload_referral_got"),
        ),
        migrations.CreateModel(
            name="PartnerCall",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(db_collation="C", max_length=220)),
                ("content_hash", models.CharField(max_length=64)),
                ("made", models.CharField(max_length=60)),
                ("record", models.UUIDField()),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("consortium", partners.platform.tenancy.models.ConsortiumField()),
                ("organisation", partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partners.organisation")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("consortium", "organisation", "key"), name="caseload_partnercall_once")],
            },
        ),
        partners.platform.tenancy.policies.AddTenantReference("referral", "consent"),
        partners.platform.tenancy.policies.AddTenantReference("referral", "sent_record"),
        partners.platform.tenancy.policies.ProtectTenantTables(names=["PartnerCall"]),
    ]
