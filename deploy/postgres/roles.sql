-- The two roles of a Caseload database, for the deployment (10-roles.sh) and for script/ (startup/roles.py) alike.
-- The owner owns the tables and migrates them; the application reads and writes rows and owns nothing, so that
-- row-level security binds it. Neither is a superuser. Run in the database by a role that may create roles, after
-- set_config has named, for the session: caseload.owner, caseload.owner_password, caseload.app, caseload.app_password,
-- and caseload.for_tests ('on' lets the owner build test databases and step down to the application's role in them).
-- Running it again changes nothing but the passwords.
DO $$
DECLARE
    owner text := current_setting('caseload.owner');
    owner_password text := current_setting('caseload.owner_password');
    app text := current_setting('caseload.app');
    app_password text := current_setting('caseload.app_password');
    for_tests boolean := current_setting('caseload.for_tests');
    later text := 'ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA public GRANT ';
    wanted text;
BEGIN
    PERFORM pg_advisory_xact_lock(7219004412);  -- two starts at once
    FOREACH wanted IN ARRAY ARRAY[owner, app] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            EXECUTE format('CREATE ROLE %I', wanted);
        END IF;
    END LOOP;
    EXECUTE format('ALTER ROLE %I LOGIN NOCREATEROLE NOCREATEDB PASSWORD %L', owner, owner_password);
    EXECUTE format('ALTER ROLE %I LOGIN NOCREATEROLE NOCREATEDB PASSWORD %L', app, app_password);
    IF for_tests THEN
        EXECUTE format('ALTER ROLE %I CREATEDB', owner);
        EXECUTE format('GRANT %I TO %I', app, owner);
    END IF;
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        EXECUTE format('GRANT %I TO CURRENT_USER', owner);  -- or it could not hand anything over to the owner
    END IF;
    EXECUTE format('ALTER DATABASE %I OWNER TO %I', current_database(), owner);
    EXECUTE format('ALTER SCHEMA public OWNER TO %I', owner);
    REVOKE CREATE ON SCHEMA public FROM PUBLIC;
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO %I', current_database(), app);
    EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', app);
    EXECUTE format(later || 'SELECT, INSERT, UPDATE, DELETE ON TABLES TO %I', owner, app);
    EXECUTE format(later || 'USAGE, SELECT ON SEQUENCES TO %I', owner, app);
END
$$;
