import django.db.models.deletion
import partners.platform.tenancy.models
import partners.platform.tenancy.policies
from django.db import migrations, models

# Derives the summaries of some people, named by any of their records, from all their records; and of a merged record,
# which stands alone for who may not see the surviving one, from its own.
SUMMARISE = """
CREATE FUNCTION caseload_summarise(records bigint[]) RETURNS void LANGUAGE sql AS $$
    WITH here AS (SELECT NULLIF(current_setting('app.consortium_id', true), '')::bigint AS id,
                         (now() AT TIME ZONE 'Europe/London')::date AS today),
         person AS MATERIALIZED (
             SELECT client.consortium_id, named.id
               FROM caseload_client client,
                    LATERAL (VALUES (client.id), (client.merged_into_id)) named(id)
              WHERE client.consortium_id = (SELECT id FROM here) AND client.id = ANY(records)
                AND named.id IS NOT NULL
              GROUP BY client.consortium_id, named.id),
         record AS MATERIALIZED (
             SELECT person.consortium_id, person.id AS person_id, person.id FROM person
              UNION ALL
             SELECT merged.consortium_id, merged.merged_into_id, merged.id
               FROM person JOIN caseload_client merged
                 ON merged.consortium_id = person.consortium_id AND merged.merged_into_id = person.id),
         step AS (
             SELECT DISTINCT ON (record.person_id) record.person_id, event.stage, event.occurred_on,
                    bool_or(event.stage = 'exited') OVER (PARTITION BY record.person_id) AS has_left
               FROM record JOIN caseload_stageevent event
                 ON event.consortium_id = record.consortium_id AND event.client_id = record.id
              ORDER BY record.person_id, event.occurred_on DESC, event.id DESC),
         contact AS (
             SELECT record.person_id, max(activity.occurred_on) AS last_on
               FROM record JOIN caseload_activity activity
                 ON activity.consortium_id = record.consortium_id AND activity.client_id = record.id
              WHERE activity.kind IN ('contact', 'appointment', 'centre_visit', 'engagement')
                AND activity.occurred_on <= (SELECT today FROM here)
              GROUP BY record.person_id),
         job AS (
             SELECT DISTINCT record.person_id
               FROM record JOIN caseload_job job
                 ON job.consortium_id = record.consortium_id AND job.client_id = record.id
              WHERE job.ended_on IS NULL)
    INSERT INTO caseload_clientsummary AS summary (consortium_id, client_id, stage, stage_on, last_contact_on, in_work,
                                                   has_left)
    SELECT person.consortium_id, person.id, coalesce(step.stage, ''), step.occurred_on, contact.last_on,
           job.person_id IS NOT NULL, coalesce(step.has_left, false)
      FROM person
      LEFT JOIN step ON step.person_id = person.id
      LEFT JOIN contact ON contact.person_id = person.id
      LEFT JOIN job ON job.person_id = person.id
     ORDER BY person.id
        ON CONFLICT (consortium_id, client_id) DO UPDATE
       SET stage = EXCLUDED.stage, stage_on = EXCLUDED.stage_on, last_contact_on = EXCLUDED.last_contact_on,
           in_work = EXCLUDED.in_work, has_left = EXCLUDED.has_left
     WHERE (summary.stage, summary.stage_on, summary.last_contact_on, summary.in_work, summary.has_left)
           IS DISTINCT FROM (EXCLUDED.stage, EXCLUDED.stage_on, EXCLUDED.last_contact_on, EXCLUDED.in_work,
                             EXCLUDED.has_left)
$$;

CREATE FUNCTION caseload_summarise_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM caseload_summarise(ARRAY(SELECT DISTINCT client_id FROM new_rows));
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM caseload_summarise(ARRAY(SELECT DISTINCT client_id FROM old_rows));
    ELSE
        PERFORM caseload_summarise(ARRAY(SELECT client_id FROM old_rows UNION SELECT client_id FROM new_rows));
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION caseload_summarise_client() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    records bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO caseload_clientsummary (consortium_id, client_id, stage, in_work, has_left)
        SELECT consortium_id, id, '', false, false FROM new_rows;
    ELSE
        records := ARRAY(SELECT unnest(ARRAY[new_rows.id, old_rows.merged_into_id, new_rows.merged_into_id])
                           FROM old_rows JOIN new_rows USING (id)
                          WHERE old_rows.merged_into_id IS DISTINCT FROM new_rows.merged_into_id);
        IF cardinality(records) > 0 THEN
            PERFORM caseload_summarise(records);
        END IF;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION caseload_forget_summary() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM caseload_clientsummary WHERE consortium_id = OLD.consortium_id AND client_id = OLD.id;
    RETURN OLD;
END $$;

CREATE TRIGGER summary_made AFTER INSERT ON caseload_client
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION caseload_summarise_client();
CREATE TRIGGER summary_merged AFTER UPDATE ON caseload_client
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT
    WHEN (current_setting('app.summaries', true) IS DISTINCT FROM 'later') EXECUTE FUNCTION caseload_summarise_client();
CREATE TRIGGER summary_gone BEFORE DELETE ON caseload_client
    FOR EACH ROW EXECUTE FUNCTION caseload_forget_summary();
"""
# A long load summarises everybody once, when all is stored (caseload.services.upkeep).
ON_RECORDS = """
CREATE TRIGGER summary_insert AFTER INSERT ON {table}
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
    WHEN (current_setting('app.summaries', true) IS DISTINCT FROM 'later') EXECUTE FUNCTION caseload_summarise_written();
CREATE TRIGGER summary_update AFTER UPDATE ON {table}
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT
    WHEN (current_setting('app.summaries', true) IS DISTINCT FROM 'later') EXECUTE FUNCTION caseload_summarise_written();
CREATE TRIGGER summary_delete AFTER DELETE ON {table}
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT
    WHEN (current_setting('app.summaries', true) IS DISTINCT FROM 'later') EXECUTE FUNCTION caseload_summarise_written();
"""
TABLES = ("caseload_activity", "caseload_stageevent", "caseload_job")
FORGET = """
DROP FUNCTION caseload_summarise_written() CASCADE;
DROP FUNCTION caseload_summarise_client() CASCADE;
DROP FUNCTION caseload_forget_summary() CASCADE;
DROP FUNCTION caseload_summarise(bigint[]);
"""


def summarise_everybody(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT id FROM partners_consortium ORDER BY id")
        for (consortium_id,) in cursor.fetchall():
            cursor.execute("SELECT set_config('app.consortium_id', %s, true)", [str(consortium_id)])
            cursor.execute(
                "SELECT caseload_summarise(ARRAY(SELECT id FROM caseload_client WHERE consortium_id = %s))",
                [consortium_id],
            )
        cursor.execute("SELECT set_config('app.consortium_id', '', true)")


class Migration(migrations.Migration):
    """Where each person stands, derived by the database, so that a city's lists are ordered and narrowed by index."""

    dependencies = [
        ("caseload", "0003_share_parts"),
    ]

    operations = [
        migrations.CreateModel(
            name='ClientSummary',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('stage', models.CharField(blank=True, choices=[('engaged', 'Engaged'), ('assessed', 'Assessed'), ('plan_agreed', 'Plan agreed'), ('training_started', 'Training started'), ('training_completed', 'Training completed'), ('support_started', 'Support started'), ('support_completed', 'Support completed'), ('job_ready', 'Ready for work'), ('matched', 'Matched to a vacancy'), ('exited', 'Left the programme')], default='')),
                ('stage_on', models.DateField(null=True)),
                ('last_contact_on', models.DateField(null=True)),
                ('in_work', models.BooleanField(default=False)),
                ('has_left', models.BooleanField(default=False)),
            ],
        ),
        migrations.AddIndex(
            model_name='activity',
            index=models.Index(condition=models.Q(("kind__in", ["contact", "appointment", "centre_visit", "engagement"])), fields=['consortium', 'occurred_on'], name='caseload_activity_contact'),
        ),
        migrations.AddIndex(
            model_name='consent',
            index=models.Index(condition=models.Q(('expires_on__isnull', False)), fields=['consortium', 'expires_on'], name='caseload_consent_ends'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(fields=['consortium', 'started_on'], name='caseload_job_started'),
        ),
        migrations.AddField(
            model_name='clientsummary',
            name='client',
            field=partners.platform.tenancy.models.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='summary', to='caseload.client'),
        ),
        migrations.AddField(
            model_name='clientsummary',
            name='consortium',
            field=partners.platform.tenancy.models.ConsortiumField(),
        ),
        migrations.AddIndex(
            model_name='clientsummary',
            index=models.Index(models.F('consortium'), models.OrderBy(models.F('last_contact_on'), nulls_first=True), models.F('client'), name='caseload_summary_contact'),
        ),
        migrations.AddIndex(
            model_name='clientsummary',
            index=models.Index(fields=['consortium', 'stage', 'client'], name='caseload_summary_stage'),
        ),
        migrations.AddConstraint(
            model_name='clientsummary',
            constraint=models.UniqueConstraint(fields=('consortium', 'client'), name='caseload_clientsummary_one'),
        ),
        migrations.AddConstraint(
            model_name='clientsummary',
            constraint=models.CheckConstraint(condition=models.Q(('stage__in', ['engaged', 'assessed', 'plan_agreed', 'training_started', 'training_completed', 'support_started', 'support_completed', 'job_ready', 'matched', 'exited', ''])), name='caseload_clientsummary_stage_known', violation_error_message='Choose one of the values in the list.'),
        ),
        partners.platform.tenancy.policies.ProtectTenantTables(names=["ClientSummary"]),
        migrations.RunSQL(
            SUMMARISE + "".join(ON_RECORDS.format(table=table) for table in TABLES), reverse_sql=FORGET
        ),
        migrations.RunPython(summarise_everybody, migrations.RunPython.noop),
    ]
