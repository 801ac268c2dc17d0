"""The environment Django reads: which database, which broker, which secrets."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from startup.broker import require_address
from startup.keys import local_keys
from startup.lease import Lease
from startup.places import ROOT, VENV, Places, places
from startup.roles import Access, access_for, prepare, require_plain
from startup.servers import DATABASE, Postgres, Valkey

LOCAL_HOSTS = "localhost,127.0.0.1,[::1]"


@dataclass(frozen=True)
class Services:
    """The servers a command works with, leased for as long as it runs."""

    lease: Lease
    environment: dict[str, str]
    embedded: list[str]


@contextmanager
def services(name: str, settings: str) -> Iterator[Services]:
    """Have database and broker ready: the embedded ones, unless DATABASE_URL or REDIS_URL name others.

    The keeper is asked even when both are named by others: a supervisor wants it to mind its processes.
    """
    where = places(name).made()
    database, broker = given_database(), given_broker()
    needs = [] if database else ["postgres"]
    needs += [] if broker else ["valkey"]
    with Lease(where, needs) as lease:
        access = external_access(where, database) if database else Postgres(where, lasting=True).access()
        broker_url = broker or Valkey(where).url()
        environment = django_environment(where, access, broker_url, settings)
        if not database:
            environment["CASELOAD_TEST_TEMPLATE"] = "1"  # the tests may leave a database here to copy the next time
        yield Services(lease, environment, needs)


def given_database() -> str | None:
    """DATABASE_URL as the user set it; the one `script/env` printed stands for the embedded server itself."""
    given = os.environ.get("DATABASE_URL")
    return (
        None if not given or given == Postgres(places("main").made(), lasting=True).access().application_url else given
    )


def given_broker() -> str | None:
    """REDIS_URL, read in the same way."""
    given = os.environ.get("REDIS_URL")
    return None if not given or given == Valkey(places("main")).url() else require_address(given)


def external_access(where: Places, given: str) -> Access:
    """How to reach a database of the user's own.

    With DATABASE_OWNER_URL both addresses are taken as they are. Without it DATABASE_URL is an administrator's
    address, and the two roles are made there.
    """
    if owner_url := os.environ.get("DATABASE_OWNER_URL"):
        role = os.environ.get("DATABASE_APP_ROLE") or unquote(urlsplit(given).username or "")
        by_hand = Access(given, owner_url, role)
        require_plain(by_hand)
        return by_hand
    access = access_for(given, local_keys(where.state)["role_secret"])
    prepare(given, access)
    return access


def django_environment(where: Places, access: Access, broker_url: str, settings: str) -> dict[str, str]:
    """Everything `config.settings` needs; what the user has set himself stands."""
    keys = local_keys(where.state)
    found = dict(os.environ)
    found.pop("PYTHONHOME", None)
    ours = {"SECRET_KEY": keys["secret_key"], "CASELOAD_FIELD_KEY": keys["field_key"]}
    ours |= {"ALLOWED_HOSTS": LOCAL_HOSTS, "PORT": "8000"}
    found |= {name: value for name, value in ours.items() if not found.get(name)}
    found |= {
        "DATABASE_URL": access.application_url,
        "DATABASE_OWNER_URL": access.owner_url,
        "DATABASE_APP_ROLE": access.application_role,
        "REDIS_URL": broker_url,
        "CASELOAD_STATE_DIR": str(where.state),
        "DJANGO_SETTINGS_MODULE": settings,
        "VIRTUAL_ENV": str(VENV),
        "PATH": with_venv(found.get("PATH", os.defpath)),
        "PYTHONUNBUFFERED": "1",
    }
    return found


def with_venv(path: str) -> str:
    """PATH with the project's programs first, once."""
    programs = str(VENV / "bin")
    return os.pathsep.join([programs, *(part for part in path.split(os.pathsep) if part != programs)])


def for_web(environment: dict[str, str]) -> dict[str, str]:
    """Without the owner's address: web, worker and scheduler have no business with it."""
    return {name: value for name, value in environment.items() if name != "DATABASE_OWNER_URL"}


def for_another_database(environment: dict[str, str], suffix: str) -> dict[str, str]:
    """The same roles with another database name, for a second test run beside the first."""
    changed = dict(environment)
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        parts = urlsplit(environment[name])
        changed[name] = parts._replace(path=f"/{DATABASE}{suffix}").geturl()
    return changed


def settings_module(default: str) -> str:
    """The settings the user asked for, or ours."""
    return os.environ.get("DJANGO_SETTINGS_MODULE") or default


def manage(*words: str) -> list[str]:
    """A manage.py command line."""
    return [str(VENV / "bin" / "python"), str(ROOT / "manage.py"), *words]
