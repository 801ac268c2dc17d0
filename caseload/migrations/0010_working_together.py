import django.db.models.deletion
import django.utils.timezone
import partners.platform.tenancy.ids
import partners.platform.tenancy.models
import partners.platform.tenancy.policies
import pghistory.utils
from django.db import migrations, models


# Whoever works with a client already, by a referral that was accepted and is open today.
WORKERS = '''
    INSERT INTO caseload_serviceworker (consortium_id, uid, external_id, recorded_at, version, referral_id, staff_id,
                                        from_date, end_reason)
    SELECT referral.consortium_id, made.uid, made.uid::text, now(), 1, referral.id, named.id, referral.status_on, ''
      FROM caseload_referral referral
      LEFT JOIN partners_staffmember named
        ON named.consortium_id = referral.consortium_id AND named.id = referral.answered_by_id
       AND named.organisation_id = referral.to_organisation_id AND named.left_at IS NULL,
           LATERAL (SELECT gen_random_uuid() AS uid, referral.id) made
     WHERE referral.consortium_id = %(consortium)s AND referral.status IN ('accepted', 'started')
       AND EXISTS (SELECT FROM caseload_share live
                    WHERE live.consortium_id = referral.consortium_id AND live.referral_id = referral.id
                      AND live.ended_at IS NULL)
     ORDER BY referral.id
'''


def begin(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT id FROM partners_consortium ORDER BY id")
        for (consortium_id,) in cursor.fetchall():
            cursor.execute("SELECT set_config('app.consortium_id', %s, true)", [str(consortium_id)])
            cursor.execute(WORKERS, {"consortium": consortium_id})
        cursor.execute("SELECT set_config('app.consortium_id', '', true)")


class Migration(migrations.Migration):
    """Who works with a client beside the lead adviser, and how the lead goes over to another organisation."""

    dependencies = [
        ('caseload', '0009_changes_in_order'),
        ('partners', '0009_nation'),
    ]

    operations = [
        migrations.CreateModel(
            name='LeadProposal',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uid', models.UUIDField(default=partners.platform.tenancy.ids.uuid7, editable=False)),
                ('external_id', models.CharField(blank=True, db_collation='C', editable=False, max_length=500, verbose_name='reference')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('proposed_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('on', models.DateField()),
                ('reason', models.TextField(max_length=1000)),
                ('state', models.CharField(choices=[('proposed', 'Proposed'), ('agreed', 'Agreed, for a day to come'), ('done', 'Handed over'), ('declined', 'Declined'), ('withdrawn', 'Withdrawn'), ('expired', 'Expired')], default='proposed')),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('answer', models.TextField(blank=True, max_length=1000)),
                ('answered_by', partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.staffmember')),
                ('client', partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lead_proposals', to='caseload.client')),
                ('consortium', partners.platform.tenancy.models.ConsortiumField()),
                ('lead', partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.staffmember')),
                ('proposed_by', partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.staffmember')),
                ('staff', partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.staffmember')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='LeadProposalHistory',
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
                ('proposed_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('on', models.DateField()),
                ('reason', models.TextField(max_length=1000)),
                ('state', models.CharField(choices=[('proposed', 'Proposed'), ('agreed', 'Agreed, for a day to come'), ('done', 'Handed over'), ('declined', 'Declined'), ('withdrawn', 'Withdrawn'), ('expired', 'Expired')], default='proposed')),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('answer', models.TextField(blank=True, max_length=1000)),
                ('answered_by', partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='partners.staffmember')),
                ('client', partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='caseload.client')),
                ('consortium', partners.platform.tenancy.models.ConsortiumField()),
                ('lead', partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='partners.staffmember')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='caseload.leadproposal')),
                ('proposed_by', partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='partners.staffmember')),
                ('staff', partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='partners.staffmember')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ServiceWorker',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uid', models.UUIDField(default=partners.platform.tenancy.ids.uuid7, editable=False)),
                ('external_id', models.CharField(blank=True, db_collation='C', editable=False, max_length=500, verbose_name='reference')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('from_date', models.DateField()),
                ('to_date', models.DateField(blank=True, null=True)),
                ('end_reason', models.CharField(blank=True, max_length=200)),
                ('consortium', partners.platform.tenancy.models.ConsortiumField()),
                ('referral', partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='workers', to='caseload.referral')),
                ('staff', partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='working_with', to='partners.staffmember')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ServiceWorkerHistory',
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
                ('from_date', models.DateField()),
                ('to_date', models.DateField(blank=True, null=True)),
                ('end_reason', models.CharField(blank=True, max_length=200)),
                ('consortium', partners.platform.tenancy.models.ConsortiumField()),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='caseload.serviceworker')),
                ('referral', partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='caseload.referral')),
                ('staff', partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='partners.staffmember')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddConstraint(
            model_name='leadproposal',
            constraint=models.UniqueConstraint(fields=('consortium', 'uid'), name='caseload_leadproposal_uid'),
        ),
        migrations.AddConstraint(
            model_name='leadproposal',
            constraint=models.UniqueConstraint(fields=('consortium', 'external_id'), name='caseload_leadproposal_external_id'),
        ),
        migrations.AddConstraint(
            model_name='leadproposal',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['proposed', 'agreed', 'done', 'declined', 'withdrawn', 'expired'])), name='caseload_leadproposal_state_known', violation_error_message='Choose one of the values in the list.'),
        ),
        migrations.AddConstraint(
            model_name='leadproposal',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['proposed', 'agreed'])), fields=('consortium', 'client'), name='caseload_leadproposal_one', violation_error_message='A hand-over of this client waits already.'),
        ),
        migrations.AddConstraint(
            model_name='serviceworker',
            constraint=models.UniqueConstraint(fields=('consortium', 'uid'), name='caseload_serviceworker_uid'),
        ),
        migrations.AddConstraint(
            model_name='serviceworker',
            constraint=models.UniqueConstraint(fields=('consortium', 'external_id'), name='caseload_serviceworker_external_id'),
        ),
        migrations.AddConstraint(
            model_name='serviceworker',
            constraint=models.CheckConstraint(condition=models.Q(('from_date__isnull', True), ('to_date__isnull', True), ('to_date__gte', models.F('from_date')), _connector='OR'), name='caseload_serviceworker_to_date_order', violation_error_message='The end must be on or after the day it began.'),
        ),
        migrations.AddConstraint(
            model_name='serviceworker',
            constraint=models.UniqueConstraint(condition=models.Q(('to_date__isnull', True)), fields=('consortium', 'referral'), name='caseload_serviceworker_one', violation_error_message='Somebody works with this client for the service already.'),
        ),
        partners.platform.tenancy.policies.ProtectTenantTables(
            names=["ServiceWorker", "LeadProposal", "ServiceWorkerHistory", "LeadProposalHistory"]
        ),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
