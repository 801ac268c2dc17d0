#!/bin/sh
# Runs once, when the database is made. The owner migrates; the application reads and writes rows and owns nothing,
# so that row-level security binds it. Neither is a superuser.
set -eu
: "${DATABASE_OWNER_PASSWORD:?}" "${DATABASE_APP_PASSWORD:?}"
export PGPASSWORD="$POSTGRES_PASSWORD"
psql --username "${POSTGRES_USER:-postgres}" --dbname postgres --no-psqlrc --set ON_ERROR_STOP=1 <<'SQL'
\getenv owner_password DATABASE_OWNER_PASSWORD
\getenv app_password DATABASE_APP_PASSWORD
CREATE ROLE caseload_owner LOGIN NOCREATEROLE PASSWORD :'owner_password';
CREATE ROLE caseload_app LOGIN NOCREATEDB NOCREATEROLE PASSWORD :'app_password';
CREATE DATABASE caseload OWNER caseload_owner;
\connect caseload
ALTER SCHEMA public OWNER TO caseload_owner;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
REVOKE ALL ON DATABASE caseload FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE caseload TO caseload_app;
GRANT USAGE ON SCHEMA public TO caseload_app;
ALTER DEFAULT PRIVILEGES FOR ROLE caseload_owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO caseload_app;
ALTER DEFAULT PRIVILEGES FOR ROLE caseload_owner IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO caseload_app;
SQL
