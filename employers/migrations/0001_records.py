import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import partners.platform.fields
import partners.platform.tenancy.constraints
import partners.platform.tenancy.ids
import partners.platform.tenancy.first_keys
import partners.platform.tenancy.models
import partners.platform.tenancy.policies
import pghistory.utils
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('partners', '0001_records'),
    ]

    operations = [
        migrations.CreateModel(
            name='Employer',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uid', models.UUIDField(default=partners.platform.tenancy.ids.uuid7, editable=False)),
                ('external_id', models.CharField(blank=True, db_collation='C', editable=False, max_length=500, verbose_name='reference')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('name', models.CharField()),
                ('name_key', models.GeneratedField(db_persist=True, expression=partners.platform.tenancy.first_keys._Left(partners.platform.tenancy.first_keys._KeepLettersAndDigits(django.db.models.functions.text.Lower(partners.platform.tenancy.first_keys._Translate(models.F('name'), models.Value('ÀÁÂÃÄÅàáâãäåÇçÈÉÊËèéêëÌÍÎÏìíîïÑñÒÓÔÕÖØòóôõöøÙÚÛÜùúûüÝýÿŠšŽžŁłĆćĘęĄąŃńŚśŹźŻż'), models.Value('AAAAAAaaaaaaCcEEEEeeeeIIIIiiiiNnOOOOOOooooooUUUUuuuuYyySsZzLlCcEeAaNnSsZzZz'))))), output_field=models.CharField(db_collation='C', max_length=80))),
                ('sector', models.CharField()),
                ('size_band', models.CharField(choices=[('micro', 'Micro'), ('small', 'Small'), ('medium', 'Medium'), ('large', 'Large')])),
                ('ownership', models.CharField(choices=[('public', 'Public'), ('private', 'Private'), ('voluntary', 'Voluntary')])),
                ('postcode', models.CharField(blank=True)),
                ('district', models.CharField(blank=True)),
                ('employment_agency', models.BooleanField(blank=True, null=True)),
                ('consortium', partners.platform.tenancy.models.ConsortiumField()),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['consortium', 'name_key'], name='employers_employer_by_name')],
                'constraints': [models.UniqueConstraint(fields=('consortium', 'uid'), name='employers_employer_uid'), models.UniqueConstraint(fields=('consortium', 'external_id'), name='employers_employer_external_id'), models.CheckConstraint(condition=models.Q(('size_band__in', ['micro', 'small', 'medium', 'large'])), name='employers_employer_size_band_known', violation_error_message='Choose one of the values in the list.'), models.CheckConstraint(condition=models.Q(('ownership__in', ['public', 'private', 'voluntary'])), name='employers_employer_ownership_known', violation_error_message='Choose one of the values in the list.')],
            },
        ),
        migrations.CreateModel(
            name='AccountManager',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uid', models.UUIDField(default=partners.platform.tenancy.ids.uuid7, editable=False)),
                ('external_id', models.CharField(blank=True, db_collation='C', editable=False, max_length=500, verbose_name='reference')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('from_date', models.DateField()),
                ('to_date', models.DateField(blank=True, null=True)),
                ('consortium', partners.platform.tenancy.models.ConsortiumField()),
                ('staff', partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='accounts', to='partners.staffmember')),
                ('employer', partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='account_managers', to='employers.employer')),
            ],
            options={
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('consortium', 'uid'), name='employers_accountmanager_uid'), models.UniqueConstraint(fields=('consortium', 'external_id'), name='employers_accountmanager_external_id'), models.CheckConstraint(condition=models.Q(('from_date__isnull', True), ('to_date__isnull', True), ('to_date__gte', models.F('from_date')), _connector='OR'), name='employers_accountmanager_to_date_order', violation_error_message='The end must be on or after the day it began.'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(partners.platform.tenancy.constraints._Int8Range('employer_id'), '&&'), (partners.platform.tenancy.constraints._DateRange('from_date', 'to_date', django.contrib.postgres.fields.ranges.RangeBoundary(inclusive_upper=True)), '&&')], name='employers_accountmanager_one', violation_error_message='This employer already has an account manager on one of these days.')],
            },
        ),
        migrations.CreateModel(
            name='AccountManagerHistory',
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
                ('consortium', partners.platform.tenancy.models.ConsortiumField()),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='employers.accountmanager')),
                ('staff', partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='partners.staffmember')),
                ('employer', partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='employers.employer')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='EmployerAgreement',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uid', models.UUIDField(default=partners.platform.tenancy.ids.uuid7, editable=False)),
                ('external_id', models.CharField(blank=True, db_collation='C', editable=False, max_length=500, verbose_name='reference')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('kind', models.CharField(choices=[('fair_employment_standard', 'Fair employment standard'), ('jigs', 'Job interview guarantee'), ('agency_standard', 'Agency standard'), ('in_work_training', 'In-work training'), ('placement_offer', 'Placement offer')])),
                ('from_date', models.DateField()),
                ('to_date', models.DateField(blank=True, null=True)),
                ('consortium', partners.platform.tenancy.models.ConsortiumField()),
                ('employer', partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='agreements', to='employers.employer')),
            ],
            options={
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('consortium', 'uid'), name='employers_employeragreement_uid'), models.UniqueConstraint(fields=('consortium', 'external_id'), name='employers_employeragreement_external_id'), models.CheckConstraint(condition=models.Q(('kind__in', ['fair_employment_standard', 'jigs', 'agency_standard', 'in_work_training', 'placement_offer'])), name='employers_employeragreement_kind_known', violation_error_message='Choose one of the values in the list.'), models.CheckConstraint(condition=models.Q(('from_date__isnull', True), ('to_date__isnull', True), ('to_date__gte', models.F('from_date')), _connector='OR'), name='employers_employeragreement_to_date_order', violation_error_message='The end must be on or after the day it began.')],
            },
        ),
        migrations.CreateModel(
            name='EmployerAgreementHistory',
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
                ('kind', models.CharField(choices=[('fair_employment_standard', 'Fair employment standard'), ('jigs', 'Job interview guarantee'), ('agency_standard', 'Agency standard'), ('in_work_training', 'In-work training'), ('placement_offer', 'Placement offer')])),
                ('from_date', models.DateField()),
                ('to_date', models.DateField(blank=True, null=True)),
                ('consortium', partners.platform.tenancy.models.ConsortiumField()),
                ('employer', partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='employers.employer')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='employers.employeragreement')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='EmployerContact',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uid', models.UUIDField(default=partners.platform.tenancy.ids.uuid7, editable=False)),
                ('external_id', models.CharField(blank=True, db_collation='C', editable=False, max_length=500, verbose_name='reference')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('occurred_on', models.DateField()),
                ('channel', models.CharField(choices=[('visit', 'Visit'), ('phone', 'Phone'), ('email', 'E-mail'), ('event', 'Event'), ('other', 'Other')])),
                ('summary', models.TextField(blank=True)),
                ('follow_up_on', models.DateField(blank=True, null=True)),
                ('consortium', partners.platform.tenancy.models.ConsortiumField()),
                ('employer', partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='contacts', to='employers.employer')),
                ('staff', partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='employer_contacts', to='partners.staffmember')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['consortium', 'employer', '-occurred_on'], name='employers_contact_latest')],
                'constraints': [models.UniqueConstraint(fields=('consortium', 'uid'), name='employers_employercontact_uid'), models.UniqueConstraint(fields=('consortium', 'external_id'), name='employers_employercontact_external_id'), models.CheckConstraint(condition=models.Q(('channel__in', ['visit', 'phone', 'email', 'event', 'other'])), name='employers_employercontact_channel_known', violation_error_message='Choose one of the values in the list.')],
            },
        ),
        migrations.CreateModel(
            name='EmployerContactHistory',
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
                ('occurred_on', models.DateField()),
                ('channel', models.CharField(choices=[('visit', 'Visit'), ('phone', 'Phone'), ('email', 'E-mail'), ('event', 'Event'), ('other', 'Other')])),
                ('summary', models.TextField(blank=True)),
                ('follow_up_on', models.DateField(blank=True, null=True)),
                ('consortium', partners.platform.tenancy.models.ConsortiumField()),
                ('employer', partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='employers.employer')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='employers.employercontact')),
                ('staff', partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='partners.staffmember')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='EmployerEvent',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uid', models.UUIDField(default=partners.platform.tenancy.ids.uuid7, editable=False)),
                ('external_id', models.CharField(blank=True, db_collation='C', editable=False, max_length=500, verbose_name='reference')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('title', models.CharField()),
                ('held_on', models.DateField()),
                ('attendance', models.IntegerField(blank=True, null=True)),
                ('centre', partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='employer_events', to='partners.centre')),
                ('consortium', partners.platform.tenancy.models.ConsortiumField()),
            ],
            options={
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('consortium', 'uid'), name='employers_employerevent_uid'), models.UniqueConstraint(fields=('consortium', 'external_id'), name='employers_employerevent_external_id'), models.CheckConstraint(condition=models.Q(('attendance__isnull', True), ('attendance__gte', 0), _connector='OR'), name='employers_employerevent_attendance_zero', violation_error_message='Enter a number of 0 or more.')],
            },
        ),
        migrations.CreateModel(
            name='EmployerEventHistory',
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
                ('title', models.CharField()),
                ('held_on', models.DateField()),
                ('attendance', models.IntegerField(blank=True, null=True)),
                ('centre', partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='partners.centre')),
                ('consortium', partners.platform.tenancy.models.ConsortiumField()),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='employers.employerevent')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='EmployerHistory',
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
                ('name', models.CharField()),
                ('name_key', models.GeneratedField(db_persist=True, expression=partners.platform.tenancy.first_keys._Left(partners.platform.tenancy.first_keys._KeepLettersAndDigits(django.db.models.functions.text.Lower(partners.platform.tenancy.first_keys._Translate(models.F('name'), models.Value('ÀÁÂÃÄÅàáâãäåÇçÈÉÊËèéêëÌÍÎÏìíîïÑñÒÓÔÕÖØòóôõöøÙÚÛÜùúûüÝýÿŠšŽžŁłĆćĘęĄąŃńŚśŹźŻż'), models.Value('AAAAAAaaaaaaCcEEEEeeeeIIIIiiiiNnOOOOOOooooooUUUUuuuuYyySsZzLlCcEeAaNnSsZzZz'))))), output_field=models.CharField(db_collation='C', max_length=80))),
                ('sector', models.CharField()),
                ('size_band', models.CharField(choices=[('micro', 'Micro'), ('small', 'Small'), ('medium', 'Medium'), ('large', 'Large')])),
                ('ownership', models.CharField(choices=[('public', 'Public'), ('private', 'Private'), ('voluntary', 'Voluntary')])),
                ('postcode', models.CharField(blank=True)),
                ('district', models.CharField(blank=True)),
                ('employment_agency', models.BooleanField(blank=True, null=True)),
                ('consortium', partners.platform.tenancy.models.ConsortiumField()),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='employers.employer')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Vacancy',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uid', models.UUIDField(default=partners.platform.tenancy.ids.uuid7, editable=False)),
                ('external_id', models.CharField(blank=True, db_collation='C', editable=False, max_length=500, verbose_name='reference')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('title', models.CharField()),
                ('opened_on', models.DateField()),
                ('closed_on', models.DateField(blank=True, null=True)),
                ('posts', models.IntegerField()),
                ('hours_per_week', partners.platform.fields.ExactDecimalField(blank=True, null=True)),
                ('hourly_wage', partners.platform.fields.ExactDecimalField(blank=True, null=True)),
                ('consortium', partners.platform.tenancy.models.ConsortiumField()),
                ('employer', partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='vacancies', to='employers.employer')),
                ('jigs_agreement', partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='vacancies', to='employers.employeragreement')),
            ],
            options={
                'verbose_name_plural': 'vacancies',
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('consortium', 'uid'), name='employers_vacancy_uid'), models.UniqueConstraint(fields=('consortium', 'external_id'), name='employers_vacancy_external_id'), models.CheckConstraint(condition=models.Q(('opened_on__isnull', True), ('closed_on__isnull', True), ('closed_on__gte', models.F('opened_on')), _connector='OR'), name='employers_vacancy_closed_on_order', violation_error_message='The end must be on or after the day it opened.'), models.CheckConstraint(condition=models.Q(('posts__isnull', True), ('posts__gte', 0), _connector='OR'), name='employers_vacancy_posts_zero', violation_error_message='Enter a number of 0 or more.'), models.CheckConstraint(condition=models.Q(('hours_per_week__isnull', True), ('hours_per_week__gte', 0), _connector='OR'), name='employers_vacancy_hours_per_week_zero', violation_error_message='Enter a number of 0 or more.'), models.CheckConstraint(condition=models.Q(('hourly_wage__isnull', True), ('hourly_wage__gte', 0), _connector='OR'), name='employers_vacancy_hourly_wage_zero', violation_error_message='Enter a number of 0 or more.'), models.CheckConstraint(condition=models.Q(('hours_per_week__isnull', True), ('hours_per_week__lte', 168), _connector='OR'), name='employers_vacancy_week', violation_error_message='A week has 168 hours.')],
            },
        ),
        migrations.CreateModel(
            name='VacancyHistory',
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
                ('title', models.CharField()),
                ('opened_on', models.DateField()),
                ('closed_on', models.DateField(blank=True, null=True)),
                ('posts', models.IntegerField()),
                ('hours_per_week', partners.platform.fields.ExactDecimalField(blank=True, null=True)),
                ('hourly_wage', partners.platform.fields.ExactDecimalField(blank=True, null=True)),
                ('consortium', partners.platform.tenancy.models.ConsortiumField()),
                ('employer', partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='employers.employer')),
                ('jigs_agreement', partners.platform.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='employers.employeragreement')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='employers.vacancy')),
            ],
            options={
                'abstract': False,
            },
        ),
        partners.platform.tenancy.policies.ProtectTenantTables(
            names=['Employer', 'AccountManager', 'AccountManagerHistory', 'EmployerAgreement', 'EmployerAgreementHistory', 'EmployerContact', 'EmployerContactHistory', 'EmployerEvent', 'EmployerEventHistory', 'EmployerHistory', 'Vacancy', 'VacancyHistory'],
        ),
    ]
