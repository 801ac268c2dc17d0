"""The environment Django reads: which database, which broker, which secrets."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from urllib.parse import urlsplit

from startup.broker import require_address
from startup.in_use import in_use
from startup.keys import local_keys
from startup.places import ROOT, VENV, VENV_PYTHON, Places, places
from startup.roles import Access, access_for, prepare, require_plain, user_of
from startup.servers import DATABASE, Postgres, Valkey


@dataclass(frozen=True)
class Services:
    """What a command works with: Django's environment, and which servers are the embedded ones."""

    environment: dict[str, str]
    embedded: list[str]


@contextmanager
def services(name: str) -> Iterator[Services]:
    """Have database and broker ready: the embedded ones, unless DATABASE_URL or REDIS_URL name others."""
    where = places(name).made()
    postgres, valkey = Postgres(where), Valkey(where)
    database, broker = given_database(), given_broker()
    needed = [*([] if database else [postgres]), *([] if broker else [valkey])]
    with in_use(where, needed) if needed else nullcontext():
        access = external_access(where, database) if database else postgres.access()
        environment = django_environment(where, access, broker or valkey.url())
        if not database:
            environment["CASELOAD_TEST_TEMPLATE"] = "1"  # the tests may leave a database here to copy the next time
        yield Services(environment, [server.name for server in needed])


def given_database() -> str | None:
    """DATABASE_URL as the user set it; the one `script/env` printed stands for the embedded server itself."""
    given = os.environ.get("DATABASE_URL")
    ours = Postgres(places("main").made()).access().application_url
    return None if not given or given == ours else given


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
        by_hand = Access(given, owner_url, os.environ.get("DATABASE_APP_ROLE") or user_of(given))
        require_plain(by_hand)
        return by_hand
    access = access_for(given, local_keys(where.state)["role_secret"])
    prepare(given, access)
    return access


def django_environment(where: Places, access: Access, broker_url: str) -> dict[str, str]:
    """Everything `config.settings` needs; what the user has set himself stands."""
    keys, programs = local_keys(where.state), str(VENV / "bin")
    found = dict(os.environ)
    found.pop("PYTHONHOME", None)
    ours = {"SECRET_KEY": keys["secret_key"], "CASELOAD_FIELD_KEY": keys["field_key"], "PORT": "8000"}
    ours |= {"ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]", "DJANGO_SETTINGS_MODULE": "config.settings.dev"}
    found |= {name: value for name, value in ours.items() if not found.get(name)}
    if where.name == "test":
        found["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    path = found.get("PATH", os.defpath).split(os.pathsep)
    return found | {
        "DATABASE_URL": access.application_url,
        "DATABASE_OWNER_URL": access.owner_url,
        "DATABASE_APP_ROLE": access.application_role,
        "REDIS_URL": broker_url,
        "CASELOAD_STATE_DIR": str(where.state),
        "VIRTUAL_ENV": str(VENV),
        "PATH": os.pathsep.join([programs, *(part for part in path if part != programs)]),
        "PYTHONUNBUFFERED": "1",
    }


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


def manage_py(*words: str) -> list[str]:
    """A manage.py command line."""
    return [str(VENV_PYTHON), str(ROOT / "manage.py"), *words]
