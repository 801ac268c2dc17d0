import django.db.models.deletion
import django.utils.timezone
import partners.platform.tenancy.ids
import partners.platform.tenancy.models
import partners.platform.tenancy.policies
import pghistory.utils
from django.db import migrations, models

# What staff of another organisation recorded by hand, as the history knows; a package names no recorder.
BACKFILL = """
UPDATE {table} entry SET recording_organisation_id = made.organisation_id
  FROM (SELECT stored.id, staff.organisation_id
          FROM {table} stored
          JOIN {table}history first
            ON first.consortium_id = stored.consortium_id AND first.pgh_obj_id = stored.id
           AND first.pgh_label = 'insert' AND first.pgh_context ->> 'request' IS NOT NULL
          JOIN partners_staffmember staff
            ON staff.consortium_id = stored.consortium_id AND staff.id = (first.pgh_context ->> 'staff')::bigint
          JOIN caseload_client owner ON owner.consortium_id = stored.consortium_id AND owner.id = {client}
         WHERE stored.consortium_id = %(consortium)s AND staff.organisation_id <> owner.organisation_id) made
 WHERE entry.consortium_id = %(consortium)s AND entry.id = made.id
"""
OF_CLIENTS = (
    *("clientaddress", "consent", "enrolment", "inworksupport", "inworktraining", "job", "placement", "planaction"),
    "qualification",
)
OF_JOB = "(SELECT job.client_id FROM caseload_job job WHERE job.consortium_id = stored.consortium_id AND job.id = stored.job_id)"


def name_recorders(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT id FROM partners_consortium ORDER BY id")
        for (consortium_id,) in cursor.fetchall():
            cursor.execute("SELECT set_config('app.consortium_id', %s, true)", [str(consortium_id)])
            for table in OF_CLIENTS:
                sql = BACKFILL.format(table=f"caseload_{table}", client="stored.client_id")
                cursor.execute(sql, {"consortium": consortium_id})
            sql = BACKFILL.format(table="caseload_employmentcheck", client=OF_JOB)
            cursor.execute(sql, {"consortium": consortium_id})
        cursor.execute("SELECT set_config('app.consortium_id', '', true)")


class Migration(migrations.Migration):
    """Whose each entry is, and what others say about it."""

    dependencies = [
        ('caseload', '0013_merges'),
        ('partners', '0009_nation'),
    ]

    operations = [
        migrations.AddField(
            model_name='clientaddress',
            name='recording_organisation',
            field=partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organisation'),
        ),
        migrations.AddField(
            model_name='clientaddresshistory',
            name='recording_organisation',
            field=partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='partners.organisation'),
        ),
        migrations.AddField(
            model_name='consent',
            name='recording_organisation',
            field=partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organisation'),
        ),
        migrations.AddField(
            model_name='consenthistory',
            name='recording_organisation',
            field=partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='partners.organisation'),
        ),
        migrations.AddField(
            model_name='employmentcheck',
            name='recording_organisation',
            field=partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organisation'),
        ),
        migrations.AddField(
            model_name='employmentcheckhistory',
            name='recording_organisation',
            field=partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='partners.organisation'),
        ),
        migrations.AddField(
            model_name='enrolment',
            name='recording_organisation',
            field=partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organisation'),
        ),
        migrations.AddField(
            model_name='enrolmenthistory',
            name='recording_organisation',
            field=partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='partners.organisation'),
        ),
        migrations.AddField(
            model_name='inworksupport',
            name='recording_organisation',
            field=partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organisation'),
        ),
        migrations.AddField(
            model_name='inworksupporthistory',
            name='recording_organisation',
            field=partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='partners.organisation'),
        ),
        migrations.AddField(
            model_name='inworktraining',
            name='recording_organisation',
            field=partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organisation'),
        ),
        migrations.AddField(
            model_name='inworktraininghistory',
            name='recording_organisation',
            field=partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='partners.organisation'),
        ),
        migrations.AddField(
            model_name='job',
            name='recording_organisation',
            field=partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organisation'),
        ),
        migrations.AddField(
            model_name='jobhistory',
            name='recording_organisation',
            field=partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='partners.organisation'),
        ),
        migrations.AddField(
            model_name='placement',
            name='recording_organisation',
            field=partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organisation'),
        ),
        migrations.AddField(
            model_name='placementhistory',
            name='recording_organisation',
            field=partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='partners.organisation'),
        ),
        migrations.AddField(
            model_name='planaction',
            name='recording_organisation',
            field=partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organisation'),
        ),
        migrations.AddField(
            model_name='planactionhistory',
            name='recording_organisation',
            field=partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='partners.organisation'),
        ),
        migrations.AddField(
            model_name='qualification',
            name='recording_organisation',
            field=partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organisation'),
        ),
        migrations.AddField(
            model_name='qualificationhistory',
            name='recording_organisation',
            field=partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='partners.organisation'),
        ),
        migrations.CreateModel(
            name='Remark',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uid', models.UUIDField(default=partners.platform.tenancy.ids.uuid7, editable=False)),
                ('external_id', models.CharField(blank=True, db_collation='C', editable=False, max_length=500, verbose_name='reference')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('what', models.CharField(max_length=40)),
                ('entry', models.UUIDField()),
                ('words', models.TextField(max_length=2000)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('answer', models.TextField(blank=True, default='')),
                ('answered_by', partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.staffmember')),
                ('client', partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='remarks', to='caseload.client')),
                ('consortium', partners.platform.tenancy.models.ConsortiumField()),
                ('from_organisation', partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organisation')),
                ('made_by', partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.staffmember')),
                ('to_organisation', partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organisation')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RemarkHistory',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('uid', models.UUIDField(default=partners.platform.tenancy.ids.uuid7, editable=False)),
                ('external_id', models.CharField(blank=True, db_collation='C', editable=False, max_length=500, verbose_name='reference')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('what', models.CharField(max_length=40)),
                ('entry', models.UUIDField()),
                ('words', models.TextField(max_length=2000)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('answer', models.TextField(blank=True, default='')),
                ('answered_by', partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='partners.staffmember')),
                ('client', partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='caseload.client')),
                ('consortium', partners.platform.tenancy.models.ConsortiumField()),
                ('from_organisation', partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='partners.organisation')),
                ('made_by', partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='partners.staffmember')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='caseload.remark')),
                ('to_organisation', partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='partners.organisation')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddConstraint(
            model_name='remark',
            constraint=models.UniqueConstraint(fields=('consortium', 'uid'), name='caseload_remark_uid'),
        ),
        migrations.AddConstraint(
            model_name='remark',
            constraint=models.UniqueConstraint(fields=('consortium', 'external_id'), name='caseload_remark_external_id'),
        ),
        partners.platform.tenancy.policies.AddTenantReference("ClientAddress", "recording_organisation", mostly_empty=True),
        partners.platform.tenancy.policies.AddTenantReference("Consent", "recording_organisation", mostly_empty=True),
        partners.platform.tenancy.policies.AddTenantReference("EmploymentCheck", "recording_organisation", mostly_empty=True),
        partners.platform.tenancy.policies.AddTenantReference("Enrolment", "recording_organisation", mostly_empty=True),
        partners.platform.tenancy.policies.AddTenantReference("InWorkSupport", "recording_organisation", mostly_empty=True),
        partners.platform.tenancy.policies.AddTenantReference("InWorkTraining", "recording_organisation", mostly_empty=True),
        partners.platform.tenancy.policies.AddTenantReference("Job", "recording_organisation", mostly_empty=True),
        partners.platform.tenancy.policies.AddTenantReference("Placement", "recording_organisation", mostly_empty=True),
        partners.platform.tenancy.policies.AddTenantReference("PlanAction", "recording_organisation", mostly_empty=True),
        partners.platform.tenancy.policies.AddTenantReference("Qualification", "recording_organisation", mostly_empty=True),
        partners.platform.tenancy.policies.ProtectTenantTables(names=["Remark", "RemarkHistory"]),
        migrations.RunPython(name_recorders, migrations.RunPython.noop),
    ]
