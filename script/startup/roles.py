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
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

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


def connect(url: str) -> Connection:
    """Connect, or say which address did not answer."""
    try:
        opened = psycopg2.connect(url, connect_timeout=10)
    except psycopg2.Error as problem:
        parts = urlsplit(url)
        raise StartError(
            f"The database {parts.path.lstrip('/')} at {parts.hostname or 'the local socket'} refused the connection "
            f"({last_words(str(problem))}): check DATABASE_URL and that the server runs."
        ) from problem
    opened.autocommit = True
    return opened


def prepare(admin_url: str, access: Access) -> None:
    """Create both roles and hand them the database, through an address that may create roles. Repeating changes nothing."""
    owner, application = unquote(urlsplit(access.owner_url).username or ""), access.application_role
    with connect(admin_url) as opened, opened.cursor() as cursor:
        database = _one(cursor, "SELECT current_database()")
        if not _one(
            cursor, "SELECT rolsuper OR (rolcreaterole AND rolcreatedb) FROM pg_roles WHERE rolname = current_user"
        ):
            raise StartError(
                f"DATABASE_URL names the role {_one(cursor, 'SELECT current_user')}, which may not create roles: create {owner} "
                f"and {application} as the README's section 'A database of your own' shows, and set DATABASE_OWNER_URL and DATABASE_URL to them."
            )
        try:
            _make_role(cursor, owner, access.owner_url, "CREATEDB")
            _make_role(cursor, application, access.application_url, "NOCREATEDB")
            _hand_over(cursor, str(database), owner, application)
        except errors.InsufficientPrivilege as problem:
            raise StartError(
                f"The role in DATABASE_URL may not prepare the database ({last_words(str(problem))}): use one that owns "
                f"the database, or set DATABASE_OWNER_URL and DATABASE_URL to roles made by hand (README, 'A database of your own')."
            ) from problem
    opened.close()


def _one(cursor: Cursor, query: str) -> object:
    cursor.execute(query)
    row = cursor.fetchone()
    return row[0] if row else None


def _make_role(cursor: Cursor, role: str, url: str, createdb: str) -> None:
    """Create a role, or bring one from an earlier start to the password we shall use."""
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
    verb = "ALTER" if cursor.fetchone() else "CREATE"
    cursor.execute(
        sql.SQL("{} ROLE {} LOGIN NOCREATEROLE {} PASSWORD {}").format(
            sql.SQL(verb), sql.Identifier(role), sql.SQL(createdb), sql.Literal(unquote(urlsplit(url).password or ""))
        )
    )


def _hand_over(cursor: Cursor, database: str, owner: str, application: str) -> None:
    """Make the owner own the database and its schema; let the application in, and whatever the owner makes later be used.

    The owner is a member of the application role, so that tests it builds can step down to it.
    """
    names = {"database": sql.Identifier(database), "owner": sql.Identifier(owner), "app": sql.Identifier(application)}
    for statement in (
        "GRANT {app} TO {owner}",
        "GRANT {owner} TO CURRENT_USER",
        "ALTER DATABASE {database} OWNER TO {owner}",
        "ALTER SCHEMA public OWNER TO {owner}",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
        "GRANT CONNECT ON DATABASE {database} TO {app}",
        "GRANT USAGE ON SCHEMA public TO {app}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {app}",
    ):
        cursor.execute(sql.SQL(statement).format(**names))
