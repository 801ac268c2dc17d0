import django.db.models.deletion
import django.utils.timezone
import partners.platform.tenancy.ids
import partners.platform.tenancy.models
import partners.platform.tenancy.policies
import pghistory.utils
from django.db import migrations, models


class Migration(migrations.Migration):
    """Documents, actions and notes, kept with records of any kind."""

    dependencies = [
        ('partners', '0013_name_days'),
    ]

    operations = [
        migrations.AlterField(
            model_name='accessentry',
            name='action',
            field=models.CharField(choices=[('viewed', 'Viewed'), ('listed', 'Saw in a list'), ('searched', 'Searched'), ('exported', 'Exported'), ('opened_file', 'Opened a file'), ('file_refused', 'File refused'), ('signed_in', 'Signed in'), ('signed_out', 'Signed out'), ('sign_in_refused', 'Sign-in refused'), ('password_changed', 'Password changed'), ('password_reset', 'Password set anew by e-mail'), ('codes_on', 'Sign-in codes turned on'), ('codes_off', 'Sign-in codes turned off'), ('codes_renewed', 'Recovery codes renewed'), ('administered', 'Administered')]),
        ),
        migrations.AlterField(
            model_name='signinevent',
            name='action',
            field=models.CharField(choices=[('viewed', 'Viewed'), ('listed', 'Saw in a list'), ('searched', 'Searched'), ('exported', 'Exported'), ('opened_file', 'Opened a file'), ('file_refused', 'File refused'), ('signed_in', 'Signed in'), ('signed_out', 'Signed out'), ('sign_in_refused', 'Sign-in refused'), ('password_changed', 'Password changed'), ('password_reset', 'Password set anew by e-mail'), ('codes_on', 'Sign-in codes turned on'), ('codes_off', 'Sign-in codes turned off'), ('codes_renewed', 'Recovery codes renewed'), ('administered', 'Administered')]),
        ),
        migrations.CreateModel(
            name='Action',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uid', models.UUIDField(default=partners.platform.tenancy.ids.uuid7, editable=False)),
                ('external_id', models.CharField(blank=True, db_collation='C', editable=False, max_length=500, verbose_name='reference')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('subject_kind', models.CharField(editable=False, max_length=60)),
                ('subject_id', models.BigIntegerField(editable=False)),
                ('category', models.CharField(blank=True, max_length=30, verbose_name='special category')),
                ('removed_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('removal_reason', models.CharField(blank=True, editable=False, max_length=500)),
                ('title', models.CharField(max_length=300, verbose_name='what is to be done')),
                ('due_on', models.DateField(verbose_name='the day it is due')),
                ('done_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('consortium', partners.platform.tenancy.models.ConsortiumField()),
                ('done_by', partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.staffmember')),
                ('organisation', partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organisation')),
                ('owner', partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='actions', to='partners.staffmember')),
                ('recorded_by', partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.staffmember')),
                ('removed_by', partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.staffmember')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ActionHistory',
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
                ('subject_kind', models.CharField(editable=False, max_length=60)),
                ('subject_id', models.BigIntegerField(editable=False)),
                ('category', models.CharField(blank=True, max_length=30, verbose_name='special category')),
                ('removed_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('removal_reason', models.CharField(blank=True, editable=False, max_length=500)),
                ('title', models.CharField(max_length=300, verbose_name='what is to be done')),
                ('due_on', models.DateField(verbose_name='the day it is due')),
                ('done_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('consortium', partners.platform.tenancy.models.ConsortiumField()),
                ('done_by', partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='partners.staffmember')),
                ('organisation', partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='partners.organisation')),
                ('owner', partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='partners.staffmember')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='partners.action')),
                ('recorded_by', partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='partners.staffmember')),
                ('removed_by', partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='partners.staffmember')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uid', models.UUIDField(default=partners.platform.tenancy.ids.uuid7, editable=False)),
                ('external_id', models.CharField(blank=True, db_collation='C', editable=False, max_length=500, verbose_name='reference')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('subject_kind', models.CharField(editable=False, max_length=60)),
                ('subject_id', models.BigIntegerField(editable=False)),
                ('category', models.CharField(blank=True, max_length=30, verbose_name='special category')),
                ('removed_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('removal_reason', models.CharField(blank=True, editable=False, max_length=500)),
                ('name', models.CharField(editable=False, max_length=150)),
                ('title', models.CharField(blank=True, max_length=200, verbose_name='what it is')),
                ('media_type', models.CharField(editable=False, max_length=100)),
                ('size', models.BigIntegerField(editable=False)),
                ('sha256', models.CharField(editable=False, max_length=64, verbose_name='SHA-256')),
                ('caution', models.CharField(blank=True, editable=False, max_length=300)),
                ('scan', models.CharField(choices=[('clean', 'Scanned'), ('not_scanned', 'Not scanned'), ('waiting', 'Waiting for the scanner'), ('infected', 'Infected')], editable=False, verbose_name='virus scan')),
                ('scanned_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('file_deleted_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('consortium', partners.platform.tenancy.models.ConsortiumField()),
                ('organisation', partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organisation')),
                ('recorded_by', partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.staffmember')),
                ('removed_by', partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.staffmember')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='DocumentHistory',
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
                ('subject_kind', models.CharField(editable=False, max_length=60)),
                ('subject_id', models.BigIntegerField(editable=False)),
                ('category', models.CharField(blank=True, max_length=30, verbose_name='special category')),
                ('removed_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('removal_reason', models.CharField(blank=True, editable=False, max_length=500)),
                ('name', models.CharField(editable=False, max_length=150)),
                ('title', models.CharField(blank=True, max_length=200, verbose_name='what it is')),
                ('media_type', models.CharField(editable=False, max_length=100)),
                ('size', models.BigIntegerField(editable=False)),
                ('sha256', models.CharField(editable=False, max_length=64, verbose_name='SHA-256')),
                ('caution', models.CharField(blank=True, editable=False, max_length=300)),
                ('scan', models.CharField(choices=[('clean', 'Scanned'), ('not_scanned', 'Not scanned'), ('waiting', 'Waiting for the scanner'), ('infected', 'Infected')], editable=False, verbose_name='virus scan')),
                ('scanned_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('file_deleted_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('consortium', partners.platform.tenancy.models.ConsortiumField()),
                ('organisation', partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='partners.organisation')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='partners.document')),
                ('recorded_by', partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='partners.staffmember')),
                ('removed_by', partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='partners.staffmember')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Note',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uid', models.UUIDField(default=partners.platform.tenancy.ids.uuid7, editable=False)),
                ('external_id', models.CharField(blank=True, db_collation='C', editable=False, max_length=500, verbose_name='reference')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('subject_kind', models.CharField(editable=False, max_length=60)),
                ('subject_id', models.BigIntegerField(editable=False)),
                ('category', models.CharField(blank=True, max_length=30, verbose_name='special category')),
                ('removed_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('removal_reason', models.CharField(blank=True, editable=False, max_length=500)),
                ('text', models.TextField(max_length=10000)),
                ('consortium', partners.platform.tenancy.models.ConsortiumField()),
                ('organisation', partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organisation')),
                ('recorded_by', partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.staffmember')),
                ('removed_by', partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.staffmember')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='NoteHistory',
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
                ('subject_kind', models.CharField(editable=False, max_length=60)),
                ('subject_id', models.BigIntegerField(editable=False)),
                ('category', models.CharField(blank=True, max_length=30, verbose_name='special category')),
                ('removed_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('removal_reason', models.CharField(blank=True, editable=False, max_length=500)),
                ('text', models.TextField(max_length=10000)),
                ('consortium', partners.platform.tenancy.models.ConsortiumField()),
                ('organisation', partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='partners.organisation')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='partners.note')),
                ('recorded_by', partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='partners.staffmember')),
                ('removed_by', partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='partners.staffmember')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddIndex(
            model_name='action',
            index=models.Index(fields=['consortium', 'subject_kind', 'subject_id', '-id'], name='partners_action_subject'),
        ),
        migrations.AddIndex(
            model_name='action',
            index=models.Index(condition=models.Q(('done_at__isnull', True), ('removed_at__isnull', True)), fields=['consortium', 'owner', 'due_on', 'id'], name='partners_action_open'),
        ),
        migrations.AddConstraint(
            model_name='action',
            constraint=models.UniqueConstraint(fields=('consortium', 'uid'), name='partners_action_uid'),
        ),
        migrations.AddConstraint(
            model_name='action',
            constraint=models.UniqueConstraint(fields=('consortium', 'external_id'), name='partners_action_external_id'),
        ),
        migrations.AddConstraint(
            model_name='action',
            constraint=models.CheckConstraint(condition=models.Q(('done_at__isnull', True), ('done_at__gte', models.F('recorded_at')), _connector='OR'), name='partners_action_done_after', violation_error_message='An action is done after it was recorded.'),
        ),
        migrations.AddIndex(
            model_name='document',
            index=models.Index(fields=['consortium', 'subject_kind', 'subject_id', '-id'], name='partners_document_subject'),
        ),
        migrations.AddIndex(
            model_name='document',
            index=models.Index(condition=models.Q(('scan', 'clean'), _negated=True), fields=['consortium', 'id'], name='partners_document_unscanned'),
        ),
        migrations.AddIndex(
            model_name='document',
            index=models.Index(condition=models.Q(('file_deleted_at__isnull', True), ('removed_at__isnull', False)), fields=['consortium', 'removed_at'], name='partners_document_removed'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.UniqueConstraint(fields=('consortium', 'uid'), name='partners_document_uid'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.UniqueConstraint(fields=('consortium', 'external_id'), name='partners_document_external_id'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(('scan__in', ['clean', 'not_scanned', 'waiting', 'infected'])), name='partners_document_scan_known', violation_error_message='Choose one of the values in the list.'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.UniqueConstraint(condition=models.Q(('removed_at__isnull', True)), fields=('consortium', 'subject_kind', 'subject_id', 'organisation', 'category', 'sha256'), name='partners_document_once', violation_error_message='This file is here already.'),
        ),
        migrations.AddIndex(
            model_name='note',
            index=models.Index(fields=['consortium', 'subject_kind', 'subject_id', '-id'], name='partners_note_subject'),
        ),
        migrations.AddConstraint(
            model_name='note',
            constraint=models.UniqueConstraint(fields=('consortium', 'uid'), name='partners_note_uid'),
        ),
        migrations.AddConstraint(
            model_name='note',
            constraint=models.UniqueConstraint(fields=('consortium', 'external_id'), name='partners_note_external_id'),
        ),
        partners.platform.tenancy.policies.ProtectTenantTables(
            names=["Action", "ActionHistory", "Document", "DocumentHistory", "Note", "NoteHistory"]
        ),
    ]
