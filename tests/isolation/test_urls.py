"""Every address: strangers are sent to the sign-in page, people of another consortium find nothing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import StringConverter, UUIDConverter
from django.utils.text import slugify

from partners.enums import Role
from partners.tenancy.ids import uuid7
from partners.tenancy.models import TenantRecord
from tests.conftest import signed_in
from tests.isolation.conftest import World

PUBLIC = {
    "account_login": "the sign-in page",
    "account_logout": "sends a stranger to the sign-in page",
    "account_inactive": "says that a sign-in is closed",
    "account_signup": "says that people come by invitation",
    "account_reset_password": "asks for a link by e-mail",
    "account_reset_password_done": "says that the link is on its way",
    "account_reset_password_from_key": "opens with the link of the e-mail only",
    "account_reset_password_from_key_done": "says that the password is changed",
    "partners:accept": "opens with the link of an invitation only",
    "partners:healthz": "for the balancer; says nothing about anybody",
    "partners:readyz": "for the balancer; says nothing about anybody",
}
OPEN_CALLS = {
    "api:absent": "says in JSON that there is nothing at an address",
    "None": "the same, for older and newer versions",
    "api:schema": "describes the calls; the same for everybody",
    "api:docs": "describes the calls; the same for everybody",
}
# What belongs to the consortium as a whole, so that its other organisations open it too.
COMMON = {
    "Employer": "one directory, one account manager",
    "AccountManager": "stands in the directory",
    "Service": "the directory of provision",
    "Contract": "commissioned together",
    "Return": "the partnership's; the people behind a figure are narrowed to those one may see",
    "Organisation": "everybody knows who is in the partnership",
}
FOR_A_ROLE = {
    ("StaffMember", Role.ADMINISTRATOR): "any administrator looks after the people of the consortium",
    ("ApiKey", Role.ADMINISTRATOR): "any administrator looks after its keys",
    ("BackgroundJob", Role.ADMINISTRATOR): "any administrator looks after its work",
}
WORDS = {
    "step": ("accept", "done"),
    "what": ("activity", "circumstance", "address"),
    "line": ("journey_engaged",),
    "form": ("csv",),
}
# What an address asks for beside its records.
QUESTIONS = {"reporting:figure": "?line=journey_engaged&measure=value&window=quarter"}
# Which of a consortium's records an address is about, by a part of its route; the first that fits. An address that
# fits none is tried with every record.
ABOUT = {
    "people-placed": "Employer",
    "matches/": "PossibleMatch",
    "clients/": "Client",
    "referrals/": "Referral",
    "contracts/": "Contract",
    "employers/records/": "",
    "employers/": "Employer",
    "returns/": "Return",
    "people/": "StaffMember",
    "organisations/": "Organisation",
    "keys/": "ApiKey",
    "jobs/": "BackgroundJob",
    "exchange/exports/": "BackgroundJob",
    "exchange/": "ExchangeBatch",
}
GROUP = re.compile(r"\(\?P<(\w+)>([^)]+)\)")
SAMPLES = {"str": "sample", "slug": "sample", "int": "1", "path": "sample"}


@dataclass(frozen=True)
class Address:
    name: str
    route: str
    converters: dict[str, Any]

    @property
    def record_names(self) -> list[str]:
        return [name for name, converter in self.converters.items() if isinstance(converter, UUIDConverter)]

    def path(self, **values: Any) -> str:
        path = self.route
        for name, converter in self.converters.items():
            kind = type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
            value = str(values.get(name, uuid7() if kind == "uuid" else WORDS.get(name, (SAMPLES[kind],))[0]))
            for spelling in (f"<{kind}:{name}>", f"<{name}>"):
                path = path.replace(spelling, value)
        return f"/{path}"


def addresses() -> list[Address]:
    return list(_walk(get_resolver(), "", "", {}))


def _walk(resolver: URLResolver, route: str, spaces: str, converters: dict[str, Any]) -> Iterator[Address]:
    for each in resolver.url_patterns:
        here = route + str(each.pattern).removeprefix("^")
        known = {**converters, **each.pattern.converters}
        if isinstance(each, URLResolver):
            yield from _walk(each, here, f"{spaces}{each.namespace}:" if each.namespace else spaces, known)
        elif isinstance(each, URLPattern):
            yield Address(f"{spaces}{each.name}", *_plain(here, known))


def _plain(route: str, converters: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Write a route that is a regular expression like the others."""
    kinds = {name: UUIDConverter if "-f-" in rule else StringConverter for name, rule in GROUP.findall(route)}
    plain = GROUP.sub(lambda found: f"<{found[1]}>", route).replace("\\", "").removesuffix("$")
    return plain if kinds else route, {**converters, **{name: kind() for name, kind in kinds.items()}}


PAGES = [each for each in addresses() if not each.route.startswith("api/")]
API = [each for each in addresses() if each.route.startswith("api/")]


def test_the_walk_finds_the_addresses() -> None:
    assert {"home", "partners:people", "caseload:client"} <= {each.name for each in PAGES}
    assert "api:referrals" in {each.name for each in API}


@pytest.mark.parametrize("address", PAGES, ids=lambda each: each.name)
def test_a_stranger_is_sent_to_sign_in(db: None, address: Address) -> None:
    answer = Browser().get(address.path())

    sent_away = answer.status_code == 302 and answer.url.startswith("/account/login/")
    assert sent_away or address.name in PUBLIC


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("address", API, ids=lambda each: each.name)
def test_a_call_without_a_key_is_refused(db: None, address: Address, method: str) -> None:
    answer = getattr(Browser(), method)(address.path(), data={}, content_type="application/json")

    assert answer.status_code == 401 or address.name in OPEN_CALLS


@pytest.fixture(scope="module")
def doors(world: World) -> list["Door"]:
    """Find, for each address of a record, one of our people and one of our records with which it opens."""
    return [found for address in PAGES if address.record_names and (found := opened_by(world, address))]


def test_every_address_of_a_record_opens_for_somebody(db: None, doors: list["Door"]) -> None:
    assert {each.name for each in PAGES if each.record_names} - {each.address.name for each in doors} == set()


def test_people_of_another_consortium_find_none_of_our_records(db: None, world: World, doors: list["Door"]) -> None:
    browsers = {role: signed_in(person) for role, person in world.strangers.items()}

    assert [door for door in doors if status_of(browsers[door.role], door.path) not in {403, 404}] == []


def test_another_organisation_finds_only_what_is_common_to_the_consortium(
    db: None, world: World, doors: list["Door"]
) -> None:
    browsers = {role: signed_in(person) for role, person in world.neighbours.items()}

    leaks = [
        (door.path, role)
        for door in doors
        if door.kind not in COMMON
        for role, browser in browsers.items()
        if (door.kind, role) not in FOR_A_ROLE and status_of(browser, door.path) not in {403, 404}
    ]
    assert leaks == []


@dataclass(frozen=True)
class Door:
    address: Address
    role: str
    path: str
    kind: str


def opened_by(world: World, address: Address) -> Door | None:
    for role, person in world.ours.items():
        browser = signed_in(person)
        for record, path in candidate_paths(address, world.records):
            if status_of(browser, path) not in {403, 404, 500}:
                return Door(address, role, path, type(record).__name__)
    return None


def candidate_paths(address: Address, ours: list[TenantRecord]) -> Iterator[tuple[TenantRecord, str]]:
    """Fill an address with our records: the one it is about, and, where it has an entry, each entry of that one."""
    wanted = next((model for part, model in ABOUT.items() if part in address.route), "")
    first, *more = address.record_names
    for record in ours:
        owner = owner_of(record, wanted) if more else record
        if owner is None or (wanted and type(owner).__name__ != wanted):
            continue
        for word in words_for(record, address):
            records = {first: owner.uid, **dict.fromkeys(more, record.uid)}
            yield owner, address.path(**records, **word) + QUESTIONS.get(address.name, "")


def owner_of(entry: TenantRecord, wanted: str) -> TenantRecord | None:
    """Return the client or employer that an entry belongs to."""
    return getattr(entry, wanted.lower(), None)


def words_for(record: TenantRecord, address: Address) -> list[dict[str, str]]:
    """Return the words an address may have beside its records: a step, or the kind of the record itself."""
    plural = slugify(str(record._meta.verbose_name_plural))
    kind = slugify(str(record._meta.verbose_name))
    named = {**WORDS, "slug": (plural, kind), "what": (*WORDS["what"], kind)}
    spare = [name for name in address.converters if name in named]
    return [{spare[0]: word} for word in named[spare[0]]] if spare else [{}]


def status_of(browser: Browser, path: str) -> int:
    """Ask for a page; one that only takes posts is posted to, with nothing in it."""
    browser.raise_request_exception = False
    answer = browser.get(path)
    if answer.status_code == 405:
        answer = browser.post(path)
    if answer.streaming:
        list(answer.streaming_content)  # or the file stays open
    return int(answer.status_code)
