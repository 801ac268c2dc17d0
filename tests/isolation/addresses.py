"""Every address of the site, with a way to fill it: new ones join the tests by themselves."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import StringConverter, UUIDConverter
from django.utils.text import slugify

from partners.models import StaffMember
from partners.permissions import ROLES
from partners.platform.records.kinds import all_kinds, kind_of
from partners.platform.tenancy.ids import uuid7
from partners.platform.tenancy.models import TenantRecord
from tests.conftest import signed_in
from tests.isolation.needs import needed

WORDS = {
    "step": ("accept", "withdraw", "done"),
    "what": ("activity", "circumstance", "address"),
    "kind": ("partners.staffmember", "caseload.client", "reporting.return"),
    "line": ("journey_engaged",),
    "form": ("csv",),
    "code": ("area",),
}
# What an address asks for beside its records.
QUESTIONS = {"reporting:figure": "?line=journey_engaged&measure=value&window=quarter"}
# Which of a consortium's records an address is about, by a part of its route; the first that fits. An address that
# fits none is tried with every record.
ABOUT = {
    "people-placed": "Employer",
    **dict.fromkeys(("parts/<", "documents/add/", "notes/add/", "actions/add/"), "Client"),
    "documents/<": "Document",
    "sign-off/": "Return",
    "notes/<": "Note",
    "actions/<": "Action",
    "admin/audit/looked/": "StaffMember",
    "matches/": "PossibleMatch",
    "clients/": "Client",
    "restricted/": "ClientRestriction",
    "referrals/": "Referral",
    "contracts/": "Contract",
    "commissioning/acts/": "LedgerAct",
    "commissioning/variations/": "Variation",
    "commissioning/spend-records/": "SpendRecord",
    "commissioning/spend/": "Expenditure",
    "commissioning/books/": "LedgerTransaction",
    "employers/records/": "",
    "employers/merges/": "EmployerMatch",
    "employers/": "Employer",
    "returns/claims/queries/": "ClaimQuery",
    "returns/claims/samples/lines/": "SampledLine",
    "returns/claims/samples/": "ClaimSample",
    "returns/claims/": "Claim",
    "returns/outcomes/of/": "Client",
    "returns/outcomes/jobs/": "Job",
    "returns/outcomes/shares/": "OutcomeShare",
    "returns/providers/": "Organisation",
    "returns/observations/": "Observation",
    "returns/records/": "",
    "returns/": "Return",
    "people/": "StaffMember",
    "notices/": "Notice",
    "organisations/": "Organisation",
    "keys/": "ApiKey",
    "jobs/": "BackgroundJob",
    "exchange/exports/": "BackgroundJob",
    "exchange/": "ExchangeBatch",
}
SLUGS = [kind.slug for kind in all_kinds()]
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


def lists() -> list[str]:
    """Return the path of every page that is about no one record: lists, searches, forms, each kind of record."""
    found = []
    for address in PAGES:
        if "slug" in address.converters and not address.record_names:
            found += [address.path(slug=slug) for slug in SLUGS]
        elif not address.converters:
            found.append(address.path())
    return found


@dataclass(frozen=True)
class Door:
    """An address that opens: for whom, and by which of the paths that were tried, in their order."""

    address: Address
    role: str
    path: str
    kind: str
    number: int


Known = dict[str, tuple[str, int]]


def opened_by(cast: dict[str, StaffMember], records: list[TenantRecord], address: Address, known: Known) -> Door | None:
    """Find a door for an address, first where another world that was made alike had one."""
    if address.name in known:
        role, number = known[address.name]
        if door := first_open({role: cast[role]}, records, address, only=number):
            return door
    return first_open(cast, records, address)


def first_open(
    cast: dict[str, StaffMember], records: list[TenantRecord], address: Address, *, only: int | None = None
) -> Door | None:
    needs = needed().get(address.name)
    for role, person in cast.items():
        if needs is not None and needs not in ROLES[role]:
            continue
        browser = signed_in(person)
        for number, (record, path) in enumerate(candidate_paths(address, records)):
            if only in {None, number} and status_of(browser, path) not in {403, 404, 500}:
                return Door(address, role, path, type(record).__name__, number)
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
    """Return the client, employer or restriction that an entry belongs to."""
    return getattr(entry, wanted.lower(), None)


def words_for(record: TenantRecord, address: Address) -> list[dict[str, str]]:
    """Return the words an address may have beside its records: a step, or the kind of the record itself.

    An address of kinds of record that this record is none of has none, and is not tried with it.
    """
    kind = slugify(str(record._meta.verbose_name))
    declared = kind_of(type(record))
    is_here = declared is not None and address.name.startswith(f"{declared.namespace}:")
    named = {
        **WORDS,
        "item": (str(getattr(record, "item_key", 1)),),
        "slug": (declared.slug,) if declared and is_here else (),
        "what": (*WORDS["what"], kind),
    }
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
