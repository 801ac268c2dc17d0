"""Every address: strangers are sent to the sign-in page, people of another consortium find nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import UUIDConverter
from django.utils.text import slugify

from partners.models import StaffMember
from partners.tenancy.ids import uuid7
from partners.tenancy.models import TenantRecord
from tests.conftest import signed_in

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
# Addresses whose record no sample reaches, so that only the refusal is tested.
NOT_REACHED = {
    "caseload:separate": "needs a record that was merged",
    "partners:import": "needs a package that was handed in",
    "partners:import-load": "needs a package that was handed in",
    "partners:import-undo": "needs a package that was loaded",
    "partners:import-report": "needs a package that was handed in",
    "partners:export": "needs an export that was asked for",
    "partners:export-file": "needs an export that is done",
    "reporting:build-again": "needs a return that has been built",
    "reporting:changes": "needs a return that has been built",
    "reporting:double-counts": "needs a return that has been built",
    "reporting:figure": "needs a return that has been built",
    "reporting:line": "needs a return that has been built",
}
WORDS = {"step": ("accept", "done"), "what": ("activity", "circumstance", "address")}
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
    "exchange/": "ExchangeBatch",
}
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
        elif isinstance(each, URLPattern) and "(?P" not in here:
            yield Address(f"{spaces}{each.name}", here, known)


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


def test_people_of_another_consortium_find_none_of_our_records(
    ours: list[TenantRecord], our_cast: dict[str, StaffMember], their_cast: dict[str, StaffMember]
) -> None:
    unreached, leaks = [], []
    for address in PAGES:
        if not address.record_names:
            continue
        opened = opened_by(our_cast, address, ours)
        if opened is None:
            unreached.append(address.name)
            opened = (next(iter(our_cast)), next(candidate_paths(address, ours), address.path()))
        role, path = opened
        if (status := status_of(signed_in(their_cast[role]), path)) not in {403, 404}:
            leaks.append((path, status))

    assert leaks == []
    assert set(unreached) - set(NOT_REACHED) == set()


def opened_by(cast: dict[str, StaffMember], address: Address, ours: list[TenantRecord]) -> tuple[str, str] | None:
    """Find one of our people and one of our records with which the address opens: proof that there is a door."""
    for role, person in cast.items():
        browser = signed_in(person)
        for path in candidate_paths(address, ours):
            if status_of(browser, path) not in {403, 404, 500}:
                return role, path
    return None


def candidate_paths(address: Address, ours: list[TenantRecord]) -> Iterator[str]:
    """Fill an address with our records: the one it is about, and, where it has an entry, each entry of that one."""
    wanted = next((model for part, model in ABOUT.items() if part in address.route), "")
    first, *more = address.record_names
    for record in ours:
        owner = owner_of(record, wanted) if more else record
        if owner is None or (wanted and type(owner).__name__ != wanted):
            continue
        for word in words_for(record, address):
            records = {first: owner.uid, **dict.fromkeys(more, record.uid)}
            yield address.path(**records, **word)


def owner_of(entry: TenantRecord, wanted: str) -> TenantRecord | None:
    """Return the client or employer that an entry belongs to."""
    return getattr(entry, wanted.lower(), None)


def words_for(record: TenantRecord, address: Address) -> list[dict[str, str]]:
    """Return the words an address may have beside its records: a step, or the kind of the record itself."""
    plural = slugify(str(record._meta.verbose_name_plural))
    kind = slugify(str(record._meta.verbose_name))
    named = {**WORDS, "slug": (plural, kind), "what": (*WORDS["what"], kind), "line": ("leap-1",)}
    spare = [name for name in address.converters if name in named]
    return [{spare[0]: word} for word in named[spare[0]]] if spare else [{}]


def status_of(browser: Browser, path: str) -> int:
    """Ask for a page; one that only takes posts is posted to, with nothing in it."""
    browser.raise_request_exception = False
    status = browser.get(path).status_code
    return browser.post(path).status_code if status == 405 else status
