"""The two roles of a Caseload database.

The owner owns the tables and migrates them; the application role may read and write rows and nothing else, so
that row-level security binds it. Neither is a superuser. Their names come from the database's name, so that
several copies on one server do not meet.
"""

import hashlib
import hmac
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

import psycopg2
from psycopg2 import errors, sql
from psycopg2.extensions import connection, cursor

from startup.failures import StartError, last_words


@dataclass(frozen=True)
class Access:
    """What Django needs to reach its database."""

    application_url: str
    owner_url: str
    application_role: str


def access_for(admin_url: str, secret: str) -> Access:
    """The addresses of both roles behind an administrator's address. Passwords are derived, so nothing is stored.

    The administrator's own password goes into them when there is one: two copies of the project that are given
    the same database then agree on the roles' passwords instead of taking them from each other.
    """
    parts = urlsplit(admin_url)
    database = unquote(parts.path.lstrip("/"))
    if parts.scheme not in {"postgres", "postgresql"} or not database:
        raise StartError(
            "DATABASE_URL must look like postgres://user:password@host:5432/database: correct it or unset it."
        )
    key = unquote(parts.password) if parts.password else secret
    owner, application = role_names(database)
    return Access(
        application_url=_as_role(admin_url, application, password_for(application, key)),
        owner_url=_as_role(admin_url, owner, password_for(owner, key)),
        application_role=application,
    )


def role_names(database: str) -> tuple[str, str]:
    """Owner and application role; Postgres cuts names at 63 bytes."""
    return f"{database[:50]}_owner", f"{database[:50]}_app"


def password_for(role: str, key: str) -> str:
    """The password of a role, always the same for one key."""
    return hmac.new(key.encode(), role.encode(), hashlib.sha256).hexdigest()[:40]


def _as_role(url: str, role: str, password: str) -> str:
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    kept = urlencode([(name, value) for name, value in parse_qsl(parts.query) if name not in {"user", "password"}])
    return parts._replace(netloc=f"{quote(role, safe='')}:{quote(password, safe='')}@{place}", query=kept).geturl()


def connect(url: str, variable: str = "DATABASE_URL") -> connection:
    """Connect, or say which address did not answer."""
    try:
        opened = psycopg2.connect(url, connect_timeout=10)
    except psycopg2.Error as problem:
        parts = urlsplit(url)
        raise StartError(
            f"The database {parts.path.lstrip('/')} at {parts.hostname or 'the local socket'} refused the connection "
            f"({' '.join(str(problem).split())}): check {variable} and that the server runs."
        ) from problem
    opened.autocommit = True
    return opened


def require_plain(access: Access) -> None:
    """Refuse roles made by hand that do not fit: the owner must get in, and policies must hold the application."""
    connect(access.owner_url, "DATABASE_OWNER_URL").close()
    with connect(access.application_url) as opened, opened.cursor() as at:
        is_plain = _one(
            at,
            "SELECT NOT rolsuper AND NOT rolbypassrls AND rolname <> %s"
            " AND NOT EXISTS (SELECT 1 FROM pg_class WHERE relkind IN ('r', 'p')"
            " AND pg_has_role(pg_roles.oid, relowner, 'MEMBER')) FROM pg_roles WHERE rolname = current_user",
            unquote(urlsplit(access.owner_url).username or ""),
        )
        role = _one(at, "SELECT current_user")
    opened.close()
    if not is_plain:
        raise StartError(
            f"DATABASE_URL names the role {role}, a superuser or the owner, whom row-level security does not hold: "
            f"set it to the application's role, and DATABASE_OWNER_URL to the owner's, as the README shows under "
            f"'A database of your own'."
        )


def prepare(admin_url: str, access: Access) -> None:
    """Create both roles and hand them the database, through an address that may create roles.

    Repeating changes nothing.
    """
    owner, application = unquote(urlsplit(access.owner_url).username or ""), access.application_role
    with connect(admin_url) as opened, opened.cursor() as at:
        database = _one(at, "SELECT current_database()")
        if not _one(
            at, "SELECT rolsuper OR (rolcreaterole AND rolcreatedb) FROM pg_roles WHERE rolname = current_user"
        ):
            role = _one(at, "SELECT current_user")
            raise StartError(
                f"DATABASE_URL names the role {role}, which may not create roles: create {owner} and {application} as "
                f"the README shows under 'A database of your own', and set DATABASE_OWNER_URL and DATABASE_URL to them."
            )
        try:
            _make_role(at, owner, access.owner_url, "CREATEDB")
            _make_role(at, application, access.application_url, "NOCREATEDB")
            _hand_over(at, str(database), owner, application)
        except errors.InsufficientPrivilege as problem:
            raise StartError(
                f"The role in DATABASE_URL may not prepare the database ({last_words(str(problem))}): use one that "
                f"owns it, or make the roles by hand as the README shows under 'A database of your own'."
            ) from problem
    opened.close()


def _one(at: cursor, query: str, *values: str) -> object:
    at.execute(query, values)
    row = at.fetchone()
    return row[0] if row else None


def _make_role(at: cursor, role: str, url: str, createdb: str) -> None:
    """Create a role, or bring one from an earlier start to the password we shall use."""
    at.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
    verb = "ALTER" if at.fetchone() else "CREATE"
    at.execute(
        sql.SQL("{} ROLE {} LOGIN NOCREATEROLE {} PASSWORD {}").format(
            sql.SQL(verb), sql.Identifier(role), sql.SQL(createdb), sql.Literal(unquote(urlsplit(url).password or ""))
        )
    )


def _hand_over(at: cursor, database: str, owner: str, application: str) -> None:
    """Make the owner own the database and its schema; let the application use what the owner makes later.

    The owner is a member of the application role, so that tests it builds can step down to it.
    """
    names = {"database": sql.Identifier(database), "owner": sql.Identifier(owner), "app": sql.Identifier(application)}
    later = "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public"
    for statement in (
        "GRANT {app} TO {owner}",
        "GRANT {owner} TO CURRENT_USER",
        "ALTER DATABASE {database} OWNER TO {owner}",
        "ALTER SCHEMA public OWNER TO {owner}",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
        "GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {app}",
        "GRANT USAGE ON SCHEMA public TO {app}",
        later + " GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
        later + " GRANT USAGE, SELECT ON SEQUENCES TO {app}",
    ):
        at.execute(sql.SQL(statement).format(**names))
