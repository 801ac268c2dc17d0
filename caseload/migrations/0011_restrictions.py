import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import partners.platform.tenancy.ids
import partners.platform.tenancy.models
import partners.platform.tenancy.policies
import pghistory.utils
from django.db import migrations, models


# A record that was marked restricted before readers were named opened to its adviser: they stay its reader. Where they
# have left, or there is none, the data lead is, else who manages the organisation: somebody must be able to hand it on.
RESTRICTIONS = """
    INSERT INTO caseload_clientrestriction (consortium_id, uid, external_id, recorded_at, version, client_id, reason,
                                            from_date, review_on, end_reason)
    SELECT client.consortium_id, gen_random_uuid(), client.external_id, now(), 1, client.id,
           'Marked restricted before readers were named.', current_date, current_date, ''
      FROM caseload_client client WHERE client.consortium_id = %(consortium)s AND client.restricted
"""
READERS = """
    INSERT INTO caseload_restrictionreader (consortium_id, uid, external_id, recorded_at, version, client_id, staff_id,
                                            reason, from_date)
    SELECT chosen.consortium_id, chosen.uid, chosen.uid::text, now(), 1, chosen.client_id, chosen.staff_id, chosen.reason,
           current_date
      FROM (
        SELECT client.consortium_id, client.id AS client_id, staff.id AS staff_id, gen_random_uuid() AS uid,
               CASE ranked.place WHEN 1 THEN 'The adviser' WHEN 2 THEN 'The data lead' ELSE 'Manages the organisation' END
                   AS reason,
               ranked.place, min(ranked.place) OVER (PARTITION BY client.id) AS first
          FROM caseload_client client
          JOIN partners_staffmember staff ON staff.consortium_id = client.consortium_id AND staff.left_at IS NULL
          CROSS JOIN LATERAL (SELECT CASE
              WHEN staff.id = client.adviser_id THEN 1
              WHEN staff.data_lead THEN 2
              WHEN staff.organisation_id = client.organisation_id AND staff.role IN ('project_manager', 'administrator')
                  THEN 3 END AS place) ranked
         WHERE client.consortium_id = %(consortium)s AND client.restricted AND ranked.place IS NOT NULL) chosen
     WHERE chosen.place = chosen.first
"""
PEOPLE = """
    UPDATE caseload_client client SET restricted = true
      FROM caseload_client marked
     WHERE client.consortium_id = %(consortium)s AND marked.consortium_id = client.consortium_id AND marked.restricted
       AND coalesce(marked.merged_into_id, marked.id) = coalesce(client.merged_into_id, client.id)
       AND NOT client.restricted
"""


def name_readers(apps, schema_editor):
    """Give every record that is marked restricted its reason, a review that is due, and readers who are still here.

    The history triggers are of the tables as they were, so they rest meanwhile; post_migrate makes them anew.
    """
    database = schema_editor.connection
    with database.cursor() as cursor:
        cursor.execute("SELECT id FROM partners_consortium ORDER BY id")
        consortia = [consortium for (consortium,) in cursor.fetchall()]
        if not consortia:
            return
        cursor.execute("ALTER TABLE caseload_client DISABLE TRIGGER USER")
        for consortium in consortia:
            cursor.execute("SELECT set_config('app.consortium_id', %s, true)", [str(consortium)])
            for statement in (RESTRICTIONS, READERS, PEOPLE):
                cursor.execute(statement, {"consortium": consortium})
        cursor.execute("SELECT set_config('app.consortium_id', '', true)")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE caseload_client ENABLE TRIGGER USER")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


class Migration(migrations.Migration):
    """Records open to named readers, and what a consent opens that its record's owner has yet to agree to."""

    dependencies = [
        ('caseload', '0010_working_together'),
        ('partners', '0009_nation'),
    ]

    operations = [
        migrations.CreateModel(
            name='ClientRestriction',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uid', models.UUIDField(default=partners.platform.tenancy.ids.uuid7, editable=False)),
                ('external_id', models.CharField(blank=True, db_collation='C', editable=False, max_length=500, verbose_name='reference')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('reason', models.CharField(max_length=500)),
                ('from_date', models.DateField()),
                ('review_on', models.DateField()),
                ('to_date', models.DateField(blank=True, null=True)),
                ('end_reason', models.CharField(blank=True, max_length=500)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ClientRestrictionHistory',
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
                ('reason', models.CharField(max_length=500)),
                ('from_date', models.DateField()),
                ('review_on', models.DateField()),
                ('to_date', models.DateField(blank=True, null=True)),
                ('end_reason', models.CharField(blank=True, max_length=500)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RestrictionReader',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uid', models.UUIDField(default=partners.platform.tenancy.ids.uuid7, editable=False)),
                ('external_id', models.CharField(blank=True, db_collation='C', editable=False, max_length=500, verbose_name='reference')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('from_date', models.DateField()),
                ('to_date', models.DateField(blank=True, null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RestrictionReaderHistory',
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
                ('reason', models.CharField(blank=True, max_length=500)),
                ('from_date', models.DateField()),
                ('to_date', models.DateField(blank=True, null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='consent',
            name='answer_reason',
            field=models.CharField(blank=True, editable=False, max_length=500),
        ),
        migrations.AddField(
            model_name='consent',
            name='answered_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='consent',
            name='answered_by',
            field=partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.staffmember'),
        ),
        migrations.AddField(
            model_name='consent',
            name='parts_waiting',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('health', 'Health'), ('offending', 'Offending'), ('ethnicity', 'Ethnicity')]), blank=True, default=list, size=None),
        ),
        migrations.AddField(
            model_name='consent',
            name='recorded_by_organisation',
            field=partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organisation'),
        ),
        migrations.AddField(
            model_name='consenthistory',
            name='answer_reason',
            field=models.CharField(blank=True, editable=False, max_length=500),
        ),
        migrations.AddField(
            model_name='consenthistory',
            name='answered_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='consenthistory',
            name='answered_by',
            field=partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='partners.staffmember'),
        ),
        migrations.AddField(
            model_name='consenthistory',
            name='parts_waiting',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('health', 'Health'), ('offending', 'Offending'), ('ethnicity', 'Ethnicity')]), blank=True, default=list, size=None),
        ),
        migrations.AddField(
            model_name='consenthistory',
            name='recorded_by_organisation',
            field=partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='partners.organisation'),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=models.CheckConstraint(condition=models.Q(('parts_waiting__contained_by', ['health', 'offending', 'ethnicity'])), name='caseload_consent_parts_waiting_known', violation_error_message='Choose one of the values in the list.'),
        ),
        migrations.AddField(
            model_name='clientrestriction',
            name='client',
            field=partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='restrictions', to='caseload.client'),
        ),
        migrations.AddField(
            model_name='clientrestriction',
            name='consortium',
            field=partners.platform.tenancy.models.ConsortiumField(),
        ),
        migrations.AddField(
            model_name='clientrestriction',
            name='placed_by',
            field=partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.staffmember'),
        ),
        migrations.AddField(
            model_name='clientrestrictionhistory',
            name='client',
            field=partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='caseload.client'),
        ),
        migrations.AddField(
            model_name='clientrestrictionhistory',
            name='consortium',
            field=partners.platform.tenancy.models.ConsortiumField(),
        ),
        migrations.AddField(
            model_name='clientrestrictionhistory',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='caseload.clientrestriction'),
        ),
        migrations.AddField(
            model_name='clientrestrictionhistory',
            name='placed_by',
            field=partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='partners.staffmember'),
        ),
        migrations.AddField(
            model_name='restrictionreader',
            name='client',
            field=partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='readers', to='caseload.client'),
        ),
        migrations.AddField(
            model_name='restrictionreader',
            name='consortium',
            field=partners.platform.tenancy.models.ConsortiumField(),
        ),
        migrations.AddField(
            model_name='restrictionreader',
            name='named_by',
            field=partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.staffmember'),
        ),
        migrations.AddField(
            model_name='restrictionreader',
            name='staff',
            field=partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='reads', to='partners.staffmember'),
        ),
        migrations.AddField(
            model_name='restrictionreaderhistory',
            name='client',
            field=partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='caseload.client'),
        ),
        migrations.AddField(
            model_name='restrictionreaderhistory',
            name='consortium',
            field=partners.platform.tenancy.models.ConsortiumField(),
        ),
        migrations.AddField(
            model_name='restrictionreaderhistory',
            name='named_by',
            field=partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='partners.staffmember'),
        ),
        migrations.AddField(
            model_name='restrictionreaderhistory',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='caseload.restrictionreader'),
        ),
        migrations.AddField(
            model_name='restrictionreaderhistory',
            name='staff',
            field=partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='partners.staffmember'),
        ),
        migrations.AddConstraint(
            model_name='clientrestriction',
            constraint=models.UniqueConstraint(fields=('consortium', 'uid'), name='caseload_clientrestriction_uid'),
        ),
        migrations.AddConstraint(
            model_name='clientrestriction',
            constraint=models.UniqueConstraint(fields=('consortium', 'external_id'), name='caseload_clientrestriction_external_id'),
        ),
        migrations.AddConstraint(
            model_name='clientrestriction',
            constraint=models.CheckConstraint(condition=models.Q(('from_date__isnull', True), ('to_date__isnull', True), ('to_date__gte', models.F('from_date')), _connector='OR'), name='caseload_clientrestriction_to_date_order', violation_error_message='The end must be on or after the day it began.'),
        ),
        migrations.AddConstraint(
            model_name='clientrestriction',
            constraint=models.UniqueConstraint(fields=('consortium', 'client'), name='caseload_clientrestriction_one'),
        ),
        migrations.AddConstraint(
            model_name='restrictionreader',
            constraint=models.UniqueConstraint(fields=('consortium', 'uid'), name='caseload_restrictionreader_uid'),
        ),
        migrations.AddConstraint(
            model_name='restrictionreader',
            constraint=models.UniqueConstraint(fields=('consortium', 'external_id'), name='caseload_restrictionreader_external_id'),
        ),
        migrations.AddConstraint(
            model_name='restrictionreader',
            constraint=models.CheckConstraint(condition=models.Q(('from_date__isnull', True), ('to_date__isnull', True), ('to_date__gte', models.F('from_date')), _connector='OR'), name='caseload_restrictionreader_to_date_order', violation_error_message='The end must be on or after the day it began.'),
        ),
        migrations.AddConstraint(
            model_name='restrictionreader',
            constraint=models.UniqueConstraint(condition=models.Q(('to_date__isnull', True)), fields=('consortium', 'client', 'staff'), name='caseload_restrictionreader_once', violation_error_message='This person may open the record already.'),
        ),
        partners.platform.tenancy.policies.AddTenantReference("consent", "answered_by"),
        partners.platform.tenancy.policies.AddTenantReference("consent", "recorded_by_organisation"),
        partners.platform.tenancy.policies.ProtectTenantTables(
            names=[
                "ClientRestriction",
                "ClientRestrictionHistory",
                "RestrictionReader",
                "RestrictionReaderHistory",
            ]
        ),
        migrations.RunPython(name_readers, migrations.RunPython.noop),
    ]
