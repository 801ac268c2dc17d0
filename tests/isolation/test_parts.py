"""Health, offending and ethnicity are shared part by part: no page or call tells of a part that is not shared.

A page tells of a part when it reads differently with what was recorded of it and without. So every page that an adviser
of another organisation can open is read in both states: what consent does not open must change nothing on any of them.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection, reset_queries, transaction
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from caseload.enums import SharePart
from caseload.kinds import KINDS
from caseload.models import Assessment, Client, ClientCircumstance, Consent, TargetGroup
from caseload.queries.sight import codes_of
from caseload.services.sharing import bring_shares_up_to_date
from partners.enums import Role, Scope
from partners.models import StaffMember
from partners.platform.api.throttling import forget_windows
from partners.platform.tenancy.models import TenantRecord
from partners.platform.tenancy.scope import in_consortium
from partners.services.api_keys import create_key
from tests.conftest import signed_in
from tests.factories import caseload as make
from tests.factories.partners import ConsortiumFactory, StaffFactory
from tests.isolation.addresses import API, PAGES, candidate_paths, lists

pytestmark = [pytest.mark.django_db, pytest.mark.slow]  # or no test database is made
CHANGING = re.compile(r'nonce="[^"]*"|value="[A-Za-z0-9]{64}"|name="once" value="[^"]*"|X-CSRFToken[^}]*')
PARTS = frozenset(SharePart.values)
# A page that never asks the database for any of these has nothing to tell.
TELLING = ("caseload_clientcircumstance", "caseload_assessment", "ethnicity")


@dataclass
class Shared:
    """A client with something of each part, and an adviser of the organisation they were referred to."""

    client: Client
    reader: StaffMember
    paths: list[str]

    @property
    def page(self) -> str:
        return f"/caseload/clients/{self.client.uid}/"

    @property
    def call(self) -> str:
        return f"/api/v1/clients/{self.client.uid}/"

    def open(self, parts: frozenset[str]) -> None:
        Consent.objects.update(parts=sorted(parts))
        bring_shares_up_to_date(today=timezone.localdate())

    def told(self, parts: frozenset[str], paths: list[str]) -> set[str]:
        """Return which pages and calls tell of one of these parts."""
        full = self.read(paths)
        with without(self.client, parts):
            bare = self.read(paths)
        return {path for path, text in full.items() if text != bare[path]}

    def read(self, paths: list[str]) -> dict[str, str]:
        """Return what each page says, without what differs from one look to the next."""
        browser = signed_in(self.reader)
        _, secret = create_key(self.reader.organisation, label="Test", scopes=list(Scope.values))
        return {path: text_of(browser, path, secret)[1] for path in paths}


def text_of(browser: Browser, path: str, secret: str) -> tuple[int, str]:
    is_call = path.startswith("/api/")
    answer: Any = browser.get(path, headers={"Authorization": f"Bearer {secret}"} if is_call else {})
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer.status_code, CHANGING.sub("", content.decode(errors="replace"))


@contextmanager
def without(client: Client, parts: frozenset[str]) -> Iterator[None]:
    """Take away for a while what is recorded of some parts."""
    with transaction.atomic():
        codes = [code for part in parts for code in codes_of(part)]
        ClientCircumstance.objects.filter(client=client, code__in=codes).delete()
        if SharePart.HEALTH in parts:
            Assessment.objects.filter(client=client, dimension="health").delete()
            Client.objects.filter(pk=client.pk).update(disability="")
        if SharePart.ETHNICITY in parts:
            Client.objects.filter(pk=client.pk).update(ethnicity="")
        yield
        transaction.set_rollback(True)


def made() -> tuple[Client, StaffMember, list[TenantRecord]]:
    reader: StaffMember = StaffFactory(role=Role.ADVISER)
    client: Client = make.ClientFactory(adviser=reader, ethnicity="asian_indian", disability="yes")
    records: list[TenantRecord] = [
        client,
        make.AssessmentFactory(client=client, dimension="health", score=2),
        make.AssessmentFactory(client=client, dimension="skills", score=4, assessed_on="2007-05-15"),
        *(make.ClientCircumstanceFactory(client=client, code=code) for code in ("esa", "jsa")),
        *(
            make.ClientCircumstanceFactory(client=client, kind="status", code=code)
            for code in ("offender", "drug_alcohol", "carer")
        ),
        make.ReferralFactory(client=client, to_organisation=reader.organisation, status="accepted"),
        make.ConsentFactory(client=client),
        make.ActivityFactory(client=client),
    ]
    rules: dict[str, dict[str, Any]] = {
        "ill": {"benefit": ["esa", "ib"]},
        "offenders": {"status": ["offender"]},
        "indian": {"ethnicity": ["asian_indian"]},
        "not_white": {"ethnicity_not": ["white_*"]},
        "neither": {"not": {"status": ["offender"]}},
        "either": {"any": [{"benefit": ["esa"]}, {"status": ["carer"]}]},
        "disabled": {"disability": ["yes"]},
    }
    for code, rule in rules.items():
        TargetGroup(code=code, title=f"Group {code}", rule=rule).save()
    return client, reader, records


@pytest.fixture(scope="module")
def shared(django_db_setup: None, django_db_blocker: pytest.Item) -> Iterator[Shared]:
    """Make the client, and find every page and call that the adviser can open and that asks for what is special."""
    forget_windows()
    with django_db_blocker.unblock(), transaction.atomic():
        consortium = ConsortiumFactory(slug="leicester")
        with in_consortium(consortium.pk):
            client, reader, records = made()
            found = Shared(client, reader, [])
            found.open(PARTS)
            browser = signed_in(reader)
            browser.raise_request_exception = False
            _, secret = create_key(reader.organisation, label="Test", scopes=list(Scope.values))
            for path in dict.fromkeys(every_path(records)):
                reset_queries()  # Django keeps so many and no more
                with CaptureQueriesContext(connection) as asked:
                    status, _ = text_of(browser, path, secret)
                if status == 200 and any(word in query["sql"] for query in asked for word in TELLING):
                    found.paths.append(path)
            yield found
        transaction.set_rollback(True)


def every_path(records: list[TenantRecord]) -> Iterator[str]:
    yield from lists()
    for kind in KINDS:
        page = f"/caseload/records/{kind.slug}/"
        yield f"{page}?export=csv"
        yield from (f"{page}{row.uid}/" for row in records if isinstance(row, kind.model))
    yield from ("/caseload/?whose=organisation", "/caseload/?whose=organisation&export=csv")
    yield from (f"/caseload/records/circumstances/?code={code}" for code in ("esa", "offender"))
    for address in PAGES:
        if address.record_names and "records/" not in address.route:
            yield from (path for _, path in candidate_paths(address, records))
    for address in API:
        yield from ((address.path(uid=row.uid) for row in records) if address.converters else [address.path()])


@pytest.mark.parametrize("opened", [frozenset(), frozenset({"health"}), PARTS - {"health"}], ids=sorted)
def test_no_page_or_call_tells_what_is_not_shared(shared: Shared, opened: frozenset[str]) -> None:
    shared.open(opened)

    assert len(shared.paths) > 30
    assert {shared.page, shared.call, "/api/v1/clients/", "/caseload/records/circumstances/"} <= set(shared.paths)
    assert shared.told(PARTS - opened, shared.paths) == set()


@pytest.mark.parametrize("part", SharePart.values)
def test_a_part_that_is_shared_is_shown(shared: Shared, part: str) -> None:
    shared.open(frozenset({part}))

    assert shared.told(frozenset({part}), [shared.page, shared.call]) == {shared.page, shared.call}


def test_what_ones_own_people_recorded_stays_theirs_to_read_and_correct(shared: Shared) -> None:
    shared.open(frozenset())
    with transaction.atomic():
        own = ClientCircumstance.objects.get(code="esa")
        own.organisation = shared.reader.organisation
        own.save()
        browser = signed_in(shared.reader)

        corrected = browser.get(f"{shared.page}circumstance/{own.uid}/")
        told = shared.told(frozenset({"health"}), [shared.page, shared.call])
        others = shared.told(frozenset({"offending"}), [shared.page, shared.call])
        transaction.set_rollback(True)

    assert (corrected.status_code, corrected.context["form"]["code"].value()) == (200, "esa")
    assert (told, others) == ({shared.page, shared.call}, set())
