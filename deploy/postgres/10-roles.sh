#!/bin/sh
# Runs once, when the database is made, and hands it to the two roles of roles.sql.
set -eu
: "${DATABASE_OWNER_PASSWORD:?}" "${DATABASE_APP_PASSWORD:?}"
export PGPASSWORD="$POSTGRES_PASSWORD"
psql --username "${POSTGRES_USER:-postgres}" --dbname postgres --no-psqlrc --set ON_ERROR_STOP=1 \
    --set statements="${ROLE_STATEMENTS:-/caseload/roles.sql}" <<'SQL'
\getenv owner_password DATABASE_OWNER_PASSWORD
\getenv app_password DATABASE_APP_PASSWORD
CREATE DATABASE caseload;
\connect caseload
SELECT set_config('caseload.owner', 'caseload_owner', false) AS owner,
       set_config('caseload.app', 'caseload_app', false) AS app,
       set_config('caseload.for_tests', 'off', false) AS for_tests,
       length(set_config('caseload.owner_password', :'owner_password', false)
           || set_config('caseload.app_password', :'app_password', false)) > 0 AS passwords;
\i :statements
SQL
