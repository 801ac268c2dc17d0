import django.db.models.deletion
import django.utils.timezone
import partners.platform.tenancy.ids
import partners.platform.tenancy.models
import partners.platform.tenancy.policies
import pghistory.utils
from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

PARTS = [("health", "Health"), ("offending", "Offending"), ("ethnicity", "Ethnicity")]
CODES = [code for code, _ in PARTS]
BASES = [("referral", "A referral under the client's consent"), ("merge", "Records merged")]


def parts():
    return ArrayField(base_field=models.CharField(choices=PARTS), blank=True, default=list, size=None)


def parts_known(table):
    return models.CheckConstraint(
        condition=models.Q(("parts__contained_by", CODES)),
        name=f"caseload_{table}_parts_known",
        violation_error_message="Choose one of the values in the list.",
    )


# Written by hand: the permissions of a new model option come with post_migrate, after this migration needs them.
PERMISSIONS = """
    INSERT INTO auth_permission (name, content_type_id, codename)
    SELECT 'Can view ' || part, kind.id, 'view_client_' || part
      FROM django_content_type kind, unnest(%s::text[]) part
     WHERE kind.app_label = 'caseload' AND kind.model = 'client'
    ON CONFLICT DO NOTHING
"""
WHO_MERGED = """
    UPDATE caseload_client client SET merged_by_id = decided.decided_by_id
      FROM caseload_possiblematch decided
     WHERE client.consortium_id = %(consortium)s AND decided.consortium_id = client.consortium_id
       AND decided.same_person AND client.merged_into_id IS NOT NULL
       AND decided.client_id IN (client.id, client.merged_into_id) AND decided.other_id IN (client.id, client.merged_into_id)
"""
FORM = """
    INSERT INTO caseload_consentform (consortium_id, uid, external_id, recorded_at, version, parts)
    SELECT %(consortium)s, made.uid, made.uid::text, now(), 1, %(parts)s FROM (SELECT gen_random_uuid() AS uid) made
"""
CONSENTS = "UPDATE caseload_consent SET parts = %(parts)s WHERE consortium_id = %(consortium)s AND purpose = 'sharing'"
SHARES = "UPDATE caseload_share SET parts = %(parts)s WHERE consortium_id = %(consortium)s AND ended_at IS NULL"
GRANTS = """
    INSERT INTO caseload_clientgrouppermission (consortium_id, content_object_id, group_id, permission_id)
    SELECT DISTINCT share.consortium_id, share.client_id, organisation.group_id, permission.id
      FROM caseload_share share
      JOIN partners_organisation organisation
        ON organisation.consortium_id = share.consortium_id AND organisation.id = share.organisation_id
      JOIN auth_permission permission ON permission.codename = ANY(ARRAY(SELECT 'view_client_' || unnest(share.parts)))
     WHERE share.consortium_id = %(consortium)s AND share.ended_at IS NULL AND organisation.group_id IS NOT NULL
    ON CONFLICT DO NOTHING
"""
WATCHED = ("caseload_client", "caseload_consent", "caseload_share")


def fill(apps, schema_editor):
    """Say who decided the merges there are, and let the made-up people of a demonstration agree to everything.

    Consents of a real consortium keep what they said: the journey. The history triggers are of the tables as they
    were, so they rest meanwhile; post_migrate makes them anew.
    """
    database = schema_editor.connection
    with database.cursor() as cursor:
        cursor.execute("SELECT id, is_demonstration FROM partners_consortium ORDER BY id")
        consortia = cursor.fetchall()
        if not consortia:
            return
        for table in WATCHED:
            cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
        cursor.execute(PERMISSIONS, [CODES])
        for consortium, is_demonstration in consortia:
            cursor.execute("SELECT set_config('app.consortium_id', %s, true)", [str(consortium)])
            cursor.execute(WHO_MERGED, {"consortium": consortium})
            if is_demonstration:
                for statement in (FORM, CONSENTS, SHARES, GRANTS):
                    cursor.execute(statement, {"consortium": consortium, "parts": sorted(CODES)})
        cursor.execute("SELECT set_config('app.consortium_id', '', true)")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in WATCHED:
            cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


class Migration(migrations.Migration):
    """Which parts of a record a consent and a share open besides the journey, and on what a share rests."""

    dependencies = [
        ("caseload", "0002_referral_sources"),
        ("partners", "0004_exchange_marks"),
    ]

    operations = [
        migrations.CreateModel(
            name="ConsentForm",
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
                ("parts", parts()),
                ("consortium", partners.platform.tenancy.models.ConsortiumField()),
            ],
            options={
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("consortium", "uid"), name="caseload_consentform_uid"),
                    models.UniqueConstraint(
                        fields=("consortium", "external_id"), name="caseload_consentform_external_id"
                    ),
                    parts_known("consentform"),
                    models.UniqueConstraint(fields=("consortium",), name="caseload_consentform_one"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConsentFormHistory",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                ("uid", models.UUIDField(default=partners.platform.tenancy.ids.uuid7, editable=False)),
                (
                    "external_id",
                    models.CharField(
                        blank=True, db_collation="C", editable=False, max_length=500, verbose_name="reference"
                    ),
                ),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("parts", parts()),
                ("consortium", partners.platform.tenancy.models.ConsortiumField()),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="caseload.consentform",
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        migrations.AlterModelOptions(
            name="client",
            options={"permissions": [(f"view_client_{code}", f"Can view {code}") for code in CODES]},
        ),
        migrations.AddField(
            model_name="client",
            name="merged_by",
            field=partners.platform.tenancy.models.TenantForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="partners.staffmember",
            ),
        ),
        migrations.AddField(
            model_name="clienthistory",
            name="merged_by",
            field=partners.platform.tenancy.models.TenantForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="partners.staffmember",
            ),
        ),
        migrations.AddField(
            model_name="clientcircumstance",
            name="organisation",
            field=partners.platform.tenancy.models.TenantForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="partners.organisation",
            ),
        ),
        migrations.AddField(
            model_name="clientcircumstancehistory",
            name="organisation",
            field=partners.platform.tenancy.models.TenantForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="partners.organisation",
            ),
        ),
        migrations.AddField(model_name="consent", name="parts", field=parts()),
        migrations.AddField(model_name="consenthistory", name="parts", field=parts()),
        migrations.AddField(model_name="share", name="parts", field=parts()),
        migrations.AddField(model_name="sharehistory", name="parts", field=parts()),
        migrations.AddField(
            model_name="share", name="basis", field=models.CharField(choices=BASES, default="referral")
        ),
        migrations.AddField(
            model_name="sharehistory", name="basis", field=models.CharField(choices=BASES, default="referral")
        ),
        migrations.AddField(
            model_name="share",
            name="merged_record",
            field=partners.platform.tenancy.models.TenantForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="caseload.client",
            ),
        ),
        migrations.AddField(
            model_name="sharehistory",
            name="merged_record",
            field=partners.platform.tenancy.models.TenantForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="caseload.client",
            ),
        ),
        migrations.AddConstraint(model_name="consent", constraint=parts_known("consent")),
        migrations.AddConstraint(model_name="share", constraint=parts_known("share")),
        migrations.AddConstraint(
            model_name="share",
            constraint=models.CheckConstraint(
                condition=models.Q(("basis__in", [code for code, _ in BASES])),
                name="caseload_share_basis_known",
                violation_error_message="Choose one of the values in the list.",
            ),
        ),
        migrations.AddConstraint(
            model_name="share",
            constraint=models.CheckConstraint(
                condition=models.Q(("basis", "merge"), ("merged_record__isnull", False))
                | models.Q(("basis", "referral"), ("merged_record__isnull", True)),
                name="caseload_share_basis_named",
                violation_error_message="A share names what it rests on.",
            ),
        ),
        partners.platform.tenancy.policies.AddTenantReference("client", "merged_by"),
        partners.platform.tenancy.policies.AddTenantReference("clientcircumstance", "organisation"),
        partners.platform.tenancy.policies.AddTenantReference("share", "merged_record"),
        partners.platform.tenancy.policies.ProtectTenantTables(names=["ConsentForm", "ConsentFormHistory"]),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
