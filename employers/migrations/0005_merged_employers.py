"""Employers that are one are merged, and separated again; names that differ by Ltd or The have one key."""

import django.db.models.deletion
import django.utils.timezone
import employers.keys
import partners.platform.tenancy.ids
import partners.platform.tenancy.models
import pghistory.utils
from django.db import migrations, models

from partners.platform.tenancy.policies import AddTenantReference, ProtectTenantTables


class Migration(migrations.Migration):

    dependencies = [
        ('employers', '0004_search_keys'),
        ('partners', '0011_search_keys'),
    ]

    operations = [
        migrations.CreateModel(
            name='EmployerMatch',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uid', models.UUIDField(default=partners.platform.tenancy.ids.uuid7, editable=False)),
                ('external_id', models.CharField(blank=True, db_collation='C', editable=False, max_length=500, verbose_name='reference')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('same_employer', models.BooleanField()),
                ('decided_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name_plural': 'employer matches',
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='EmployerMatchHistory',
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
                ('same_employer', models.BooleanField()),
                ('decided_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='EmployerMove',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('table', models.CharField(max_length=80)),
                ('record_id', models.BigIntegerField()),
                ('is_made', models.BooleanField(default=False)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='employer',
            name='merged_into',
            field=partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='employers.employer'),
        ),
        migrations.AddField(
            model_name='employerhistory',
            name='merged_into',
            field=partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='employers.employer'),
        ),
        migrations.AddField(
            model_name='employer',
            name='business_key',
            field=models.GeneratedField(db_persist=True, expression=employers.keys.BusinessKey(models.F('name')), output_field=models.CharField(db_collation='C', max_length=80)),
        ),
        migrations.AddIndex(
            model_name='employer',
            index=models.Index(fields=['consortium', 'business_key'], name='employers_employer_alike'),
        ),
        migrations.AddField(
            model_name='employermatch',
            name='consortium',
            field=partners.platform.tenancy.models.ConsortiumField(),
        ),
        migrations.AddField(
            model_name='employermatch',
            name='decided_by',
            field=partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.staffmember'),
        ),
        migrations.AddField(
            model_name='employermatch',
            name='employer',
            field=partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='employers.employer'),
        ),
        migrations.AddField(
            model_name='employermatch',
            name='other',
            field=partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='employers.employer'),
        ),
        migrations.AddField(
            model_name='employermatch',
            name='undone_by',
            field=partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.staffmember'),
        ),
        migrations.AddField(
            model_name='employermatchhistory',
            name='consortium',
            field=partners.platform.tenancy.models.ConsortiumField(),
        ),
        migrations.AddField(
            model_name='employermatchhistory',
            name='decided_by',
            field=partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='partners.staffmember'),
        ),
        migrations.AddField(
            model_name='employermatchhistory',
            name='employer',
            field=partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='employers.employer'),
        ),
        migrations.AddField(
            model_name='employermatchhistory',
            name='other',
            field=partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='employers.employer'),
        ),
        migrations.AddField(
            model_name='employermatchhistory',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='employers.employermatch'),
        ),
        migrations.AddField(
            model_name='employermatchhistory',
            name='undone_by',
            field=partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='partners.staffmember'),
        ),
        migrations.AddField(
            model_name='employermove',
            name='came_from',
            field=partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='employers.employer'),
        ),
        migrations.AddField(
            model_name='employermove',
            name='consortium',
            field=partners.platform.tenancy.models.ConsortiumField(),
        ),
        migrations.AddField(
            model_name='employermove',
            name='match',
            field=partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='moves', to='employers.employermatch'),
        ),
        migrations.AddField(
            model_name='employermove',
            name='went_to',
            field=partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='employers.employer'),
        ),
        migrations.AddConstraint(
            model_name='employermatch',
            constraint=models.UniqueConstraint(fields=('consortium', 'uid'), name='employers_employermatch_uid'),
        ),
        migrations.AddConstraint(
            model_name='employermatch',
            constraint=models.UniqueConstraint(fields=('consortium', 'external_id'), name='employers_employermatch_external_id'),
        ),
        migrations.AddConstraint(
            model_name='employermatch',
            constraint=models.CheckConstraint(condition=models.Q(('employer', models.F('other')), _negated=True), name='employers_employermatch_two', violation_error_message='Choose two employers.'),
        ),
        AddTenantReference("Employer", "merged_into"),
        ProtectTenantTables(["EmployerMatch", "EmployerMatchHistory", "EmployerMove"]),
    ]
