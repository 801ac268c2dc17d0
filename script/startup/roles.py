"""The two roles of a Caseload database, as deploy/postgres/roles.sql makes them.

Their names come from the database's name, so that several copies on one server do not meet.
"""

import contextlib
import hashlib
import hmac
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

import psycopg2
from psycopg2 import errors
from psycopg2.extensions import connection

from startup.failures import StartError
from startup.places import ROOT

STATEMENTS = ROOT / "deploy" / "postgres" / "roles.sql"


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
    short = database[:50]  # Postgres cuts names at 63 bytes
    return Access(_as_role(admin_url, f"{short}_app", key), _as_role(admin_url, f"{short}_owner", key), f"{short}_app")


def _as_role(url: str, role: str, key: str) -> str:
    """The same address for a role, whose password is always the same for one key."""
    parts = urlsplit(url)
    password = hmac.new(key.encode(), role.encode(), hashlib.sha256).hexdigest()[:40]
    place = parts.netloc.rpartition("@")[2]
    kept = urlencode([(name, value) for name, value in parse_qsl(parts.query) if name not in {"user", "password"}])
    return parts._replace(netloc=f"{quote(role, safe='')}:{password}@{place}", query=kept).geturl()


def user_of(url: str) -> str:
    """The role an address names."""
    return unquote(urlsplit(url).username or "")


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
    with contextlib.closing(connect(access.application_url)) as opened, opened.cursor() as at:
        at.execute(
            "SELECT NOT rolsuper AND NOT rolbypassrls AND rolname <> %s"
            " AND NOT EXISTS (SELECT 1 FROM pg_class WHERE relkind IN ('r', 'p')"
            " AND pg_has_role(pg_roles.oid, relowner, 'MEMBER')), rolname FROM pg_roles WHERE rolname = current_user",
            [user_of(access.owner_url)],
        )
        is_plain, role = at.fetchone() or (False, "")
    if not is_plain:
        raise StartError(
            f"DATABASE_URL names the role {role}, a superuser or the owner, whom row-level security does not hold: "
            f"set it to the application's role, and DATABASE_OWNER_URL to the owner's, as the README shows under "
            f"'A database of your own'."
        )


def prepare(admin_url: str, access: Access) -> None:
    """Create both roles and hand them the database, through an address that may create roles; see roles.sql.

    Repeating changes nothing.
    """
    names = {"app": access.application_role, "for_tests": "on"}
    for name, url in (("owner", access.owner_url), ("app", access.application_url)):
        names |= {name: user_of(url), f"{name}_password": unquote(urlsplit(url).password or "")}
    with contextlib.closing(connect(admin_url)) as opened, opened.cursor() as at:
        at.execute(
            "SELECT rolsuper OR (rolcreaterole AND rolcreatedb), rolname FROM pg_roles WHERE rolname = current_user"
        )
        may, role = at.fetchone() or (False, "")
        if not may:
            raise StartError(
                f"DATABASE_URL names the role {role}, which may not create roles: create {names['owner']} and "
                f"{names['app']} as the README shows under 'A database of your own', and set DATABASE_OWNER_URL and "
                f"DATABASE_URL to them."
            )
        try:
            for name, value in names.items():
                at.execute("SELECT set_config(%s, %s, false)", [f"caseload.{name}", value])
            at.execute(STATEMENTS.read_text())
        except errors.InsufficientPrivilege as problem:
            said = str(problem).splitlines()[0]
            raise StartError(
                f"The role in DATABASE_URL may not prepare the database ({said}): use one that owns it, or make the "
                f"roles by hand as the README shows under 'A database of your own'."
            ) from problem
