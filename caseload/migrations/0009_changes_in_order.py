import django.utils.timezone
from django.db import migrations, models

# A change is stamped when it is written and seen when it is committed, so a reader by time could pass by one whose
# transaction was still open. Whoever writes such a change first holds a shared lock that says, in milliseconds, when its
# transaction began; no stamp of it is earlier. The locks of a consortium are its number below zero.
LOCKS = """
CREATE FUNCTION caseload_begin_change(here bigint) RETURNS void LANGUAGE sql AS $$
    SELECT pg_advisory_xact_lock_shared(
        (-here)::int, (mod(floor(extract(epoch FROM now()) * 1000)::bigint, 4294967296) - 2147483648)::int)
$$;

-- The moment before which nothing of a consortium can still come to light: now, or when the oldest transaction began
-- that has written and not ended. What this transaction itself has written counts as seen.
CREATE FUNCTION caseload_settled(here bigint) RETURNS timestamptz LANGUAGE plpgsql AS $$
DECLARE
    asked timestamptz := clock_timestamp();
    low bigint := mod(floor(extract(epoch FROM asked) * 1000)::bigint, 4294967296);
    age bigint;
BEGIN
    SELECT max(open.age) INTO age
      FROM (SELECT mod(low - mod(objid::bigint + 2147483648, 4294967296) + 4294967296, 4294967296) AS age
              FROM pg_locks
             WHERE locktype = 'advisory' AND objsubid = 2 AND classid::bigint = 4294967296 - here AND granted
               AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
               AND pid <> pg_backend_pid()) open
     WHERE open.age < 2147483648; -- beyond: it began after we asked
    RETURN coalesce(date_trunc('milliseconds', asked) - age * interval '1 millisecond', asked);
END $$;
"""
# What a partner's system is not shown of a referral changes no moment: it must not learn that a person was found to be
# one whom others know.
REFERRALS = """
CREATE FUNCTION caseload_stamp_referral() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM caseload_begin_change(NEW.consortium_id);
    NEW.updated_at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER stamp_insert BEFORE INSERT ON caseload_referral
    FOR EACH ROW EXECUTE FUNCTION caseload_stamp_referral();
CREATE TRIGGER stamp_update BEFORE UPDATE ON caseload_referral FOR EACH ROW
    WHEN (to_jsonb(OLD) - '{client_id,sent_record_id,consent_id,version,updated_at}'::text[]
          IS DISTINCT FROM to_jsonb(NEW) - '{client_id,sent_record_id,consent_id,version,updated_at}'::text[])
    EXECUTE FUNCTION caseload_stamp_referral();
"""
# A client's moment moves with all that a partner's system may be shown of the person, and with what opens it.
CLIENTS = """
CREATE FUNCTION caseload_clients_changed(here bigint, records bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF here IS NULL OR cardinality(records) = 0 THEN
        RETURN;
    END IF;
    PERFORM caseload_begin_change(here);
    UPDATE caseload_clientsummary summary SET changed_at = clock_timestamp()
      FROM (SELECT moved.id
              FROM caseload_clientsummary moved
             WHERE moved.consortium_id = here AND moved.changed_at < now()
               AND moved.client_id IN (SELECT named.id
                                         FROM caseload_client client,
                                              LATERAL (VALUES (client.id), (client.merged_into_id)) named(id)
                                        WHERE client.consortium_id = here AND client.id = ANY(records))
             ORDER BY moved.client_id FOR NO KEY UPDATE) moved
     WHERE summary.consortium_id = here AND summary.id = moved.id;
END $$;

CREATE FUNCTION caseload_fact_of_client_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM caseload_clients_changed(min(consortium_id), array_agg(DISTINCT client_id)) FROM new_rows;
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM caseload_clients_changed(min(consortium_id), array_agg(DISTINCT client_id)) FROM old_rows;
    ELSE
        PERFORM caseload_clients_changed(min(consortium_id), array_agg(DISTINCT client_id))
           FROM (SELECT consortium_id, client_id FROM old_rows UNION SELECT consortium_id, client_id FROM new_rows) rows;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION caseload_client_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    unseen text[] := '{adviser_id,version,merged_into_id,merged_by_id,recorded_at}';
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM caseload_begin_change(consortium_id) FROM new_rows LIMIT 1;
    ELSE
        -- A merged record stands unchanged for its owner; the records it joins or leaves are other ones than before.
        PERFORM caseload_clients_changed(min(changed.consortium_id), array_agg(changed.id))
           FROM (SELECT new_rows.consortium_id, new_rows.id FROM old_rows JOIN new_rows USING (id)
                  WHERE to_jsonb(old_rows) - unseen IS DISTINCT FROM to_jsonb(new_rows) - unseen
                  UNION
                 SELECT new_rows.consortium_id, unnest(ARRAY[old_rows.merged_into_id, new_rows.merged_into_id])
                   FROM old_rows JOIN new_rows USING (id)
                  WHERE old_rows.merged_into_id IS DISTINCT FROM new_rows.merged_into_id) changed
          WHERE changed.id IS NOT NULL;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER change_made AFTER INSERT ON caseload_client
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION caseload_client_changed();
CREATE TRIGGER change_update AFTER UPDATE ON caseload_client
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT
    EXECUTE FUNCTION caseload_client_changed();
ALTER TABLE caseload_clientsummary ALTER changed_at SET DEFAULT clock_timestamp();
"""
ON_FACTS = """
CREATE TRIGGER change_insert AFTER INSERT ON {table}
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION caseload_fact_of_client_changed();
CREATE TRIGGER change_update AFTER UPDATE ON {table}
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT
    EXECUTE FUNCTION caseload_fact_of_client_changed();
CREATE TRIGGER change_delete AFTER DELETE ON {table}
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION caseload_fact_of_client_changed();
"""
FACTS = ("clientaddress", "clientcircumstance", "clientreference", "job", "share")
FORGET = """
DROP FUNCTION caseload_fact_of_client_changed() CASCADE;
DROP FUNCTION caseload_client_changed() CASCADE;
DROP FUNCTION caseload_stamp_referral() CASCADE;
DROP FUNCTION caseload_clients_changed(bigint, bigint[]);
DROP FUNCTION caseload_settled(bigint);
DROP FUNCTION caseload_begin_change(bigint);
"""


class Migration(migrations.Migration):
    """Readers by time lose nothing: what changed is stamped by the database, and open transactions are seen."""

    dependencies = [
        ("caseload", "0008_search_keys"),
    ]

    operations = [
        migrations.AddField(
            model_name="clientsummary",
            name="changed_at",
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False),
        ),
        migrations.AddIndex(
            model_name="clientsummary",
            index=models.Index(fields=["consortium", "changed_at"], name="caseload_summary_changed"),
        ),
        migrations.RunSQL(
            LOCKS + REFERRALS + CLIENTS + "".join(ON_FACTS.format(table=f"caseload_{name}") for name in FACTS),
            reverse_sql=FORGET,
        ),
    ]
