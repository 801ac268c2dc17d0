from django.db import migrations, models


# Derives the summaries of some people, named by any of their records, from all their records. Only what reached the
# client is a contact; what a package or an earlier version brought has no result, and counts.
SUMMARISE = """
CREATE OR REPLACE FUNCTION caseload_summarise(records bigint[]) RETURNS void LANGUAGE sql AS $$
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
             SELECT record.person_id,
                    max(activity.occurred_on) FILTER (WHERE activity.result IN ('', 'reached')) AS last_on,
                    bool_or(activity.result NOT IN ('', 'reached', 'planned')) AS has_tries
               FROM record JOIN caseload_activity activity
                 ON activity.consortium_id = record.consortium_id AND activity.client_id = record.id
              WHERE activity.kind IN ('contact', 'appointment', 'centre_visit', 'engagement')
                AND activity.occurred_on <= (SELECT today FROM here)
              GROUP BY record.person_id),
         tried AS (
             SELECT contact.person_id, count(*) AS tries, max(activity.occurred_on) AS last_on
               FROM contact JOIN record ON record.person_id = contact.person_id JOIN caseload_activity activity
                 ON activity.consortium_id = record.consortium_id AND activity.client_id = record.id
              WHERE contact.has_tries AND activity.result NOT IN ('', 'reached', 'planned')
                AND activity.kind IN ('contact', 'appointment', 'centre_visit', 'engagement')
                AND activity.occurred_on <= (SELECT today FROM here)
                AND (contact.last_on IS NULL OR activity.occurred_on > contact.last_on)
              GROUP BY contact.person_id),
         job AS (
             SELECT DISTINCT record.person_id
               FROM record JOIN caseload_job job
                 ON job.consortium_id = record.consortium_id AND job.client_id = record.id
              WHERE job.ended_on IS NULL)
    INSERT INTO caseload_clientsummary AS summary (consortium_id, client_id, stage, stage_on, last_contact_on, tries,
                                                   tried_on, in_work, has_left)
    SELECT person.consortium_id, person.id, coalesce(step.stage, ''), step.occurred_on, contact.last_on,
           least(coalesce(tried.tries, 0), 30000), tried.last_on, job.person_id IS NOT NULL,
           coalesce(step.has_left, false)
      FROM person
      LEFT JOIN step ON step.person_id = person.id
      LEFT JOIN contact ON contact.person_id = person.id
      LEFT JOIN tried ON tried.person_id = person.id
      LEFT JOIN job ON job.person_id = person.id
     ORDER BY person.id
        ON CONFLICT (consortium_id, client_id) DO UPDATE
       SET stage = EXCLUDED.stage, stage_on = EXCLUDED.stage_on, last_contact_on = EXCLUDED.last_contact_on,
           tries = EXCLUDED.tries, tried_on = EXCLUDED.tried_on, in_work = EXCLUDED.in_work,
           has_left = EXCLUDED.has_left
     WHERE (summary.stage, summary.stage_on, summary.last_contact_on, summary.tries, summary.tried_on,
            summary.in_work, summary.has_left)
           IS DISTINCT FROM (EXCLUDED.stage, EXCLUDED.stage_on, EXCLUDED.last_contact_on, EXCLUDED.tries,
                             EXCLUDED.tried_on, EXCLUDED.in_work, EXCLUDED.has_left)
$$;

CREATE OR REPLACE FUNCTION caseload_summarise_client() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    records bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO caseload_clientsummary (consortium_id, client_id, stage, tries, in_work, has_left)
        SELECT consortium_id, id, '', 0, false, false FROM new_rows;
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
"""


class Migration(migrations.Migration):
    """How a contact was made and what came of it, how long it took, and when to try again."""

    dependencies = [
        ('caseload', '0006_saved_views'),
        ('commissioning', '0001_records'),
        ('partners', '0007_statistics'),
    ]

    operations = [
        migrations.AddField(
            model_name='activity',
            name='channel',
            field=models.CharField(blank=True, choices=[('call', 'Phone call'), ('text', 'Text message'), ('email', 'E-mail'), ('video', 'Video call'), ('letter', 'Letter'), ('in_person', 'In person'), ('visit', 'Visit to the client')], default=''),
        ),
        migrations.AddField(
            model_name='activity',
            name='length_minutes',
            field=models.SmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='activity',
            name='next_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='activity',
            name='result',
            field=models.CharField(blank=True, choices=[('reached', 'Reached'), ('no_answer', 'No answer'), ('left_message', 'Left a message'), ('sent', 'Sent, no reply yet'), ('did_not_attend', 'Did not attend'), ('cancelled', 'Cancelled'), ('wrong_number', 'Wrong number or address'), ('planned', 'Arranged')], default=''),
        ),
        migrations.AddField(
            model_name='activityhistory',
            name='channel',
            field=models.CharField(blank=True, choices=[('call', 'Phone call'), ('text', 'Text message'), ('email', 'E-mail'), ('video', 'Video call'), ('letter', 'Letter'), ('in_person', 'In person'), ('visit', 'Visit to the client')], default=''),
        ),
        migrations.AddField(
            model_name='activityhistory',
            name='length_minutes',
            field=models.SmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='activityhistory',
            name='next_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='activityhistory',
            name='result',
            field=models.CharField(blank=True, choices=[('reached', 'Reached'), ('no_answer', 'No answer'), ('left_message', 'Left a message'), ('sent', 'Sent, no reply yet'), ('did_not_attend', 'Did not attend'), ('cancelled', 'Cancelled'), ('wrong_number', 'Wrong number or address'), ('planned', 'Arranged')], default=''),
        ),
        migrations.AddField(
            model_name='clientsummary',
            name='tried_on',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='clientsummary',
            name='tries',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddIndex(
            model_name='activity',
            index=models.Index(condition=models.Q(('next_on__isnull', False)), fields=['consortium', 'next_on'], name='caseload_activity_next'),
        ),
        migrations.AddConstraint(
            model_name='activity',
            constraint=models.CheckConstraint(condition=models.Q(('channel__in', ['call', 'text', 'email', 'video', 'letter', 'in_person', 'visit', ''])), name='caseload_activity_channel_known', violation_error_message='Choose one of the values in the list.'),
        ),
        migrations.AddConstraint(
            model_name='activity',
            constraint=models.CheckConstraint(condition=models.Q(('result__in', ['reached', 'no_answer', 'left_message', 'sent', 'did_not_attend', 'cancelled', 'wrong_number', 'planned', ''])), name='caseload_activity_result_known', violation_error_message='Choose one of the values in the list.'),
        ),
        migrations.AddConstraint(
            model_name='activity',
            constraint=models.CheckConstraint(condition=models.Q(('length_minutes__isnull', True), ('length_minutes__range', (0, 1440)), _connector='OR'), name='caseload_activity_length', violation_error_message='Enter a number of minutes from 0 to 1440.'),
        ),
        migrations.RunSQL(SUMMARISE, reverse_sql=migrations.RunSQL.noop),
    ]
