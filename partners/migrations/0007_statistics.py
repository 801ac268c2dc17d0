"""Lets a load tell the planner what it has just stored."""

from django.db import migrations

# Only a table's owner may gather statistics, and autovacuum sees rows only after their transaction. Without them a first
# load (or one after another that failed) looks empty to the planner, whose checks then read it whole for every row.
REFRESH = """
CREATE FUNCTION partners_refresh_statistics(loaded regclass) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    EXECUTE format('ANALYZE %s', loaded);
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("partners", "0006_contact_days")]

    operations = [migrations.RunSQL(REFRESH, reverse_sql="DROP FUNCTION partners_refresh_statistics(regclass)")]
