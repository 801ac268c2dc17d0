"""Every join of two tenant tables names the consortium: in each page, file, call and job, new ones by themselves."""

import re
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any

import pytest
from django.db import connection
from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Prefetch, Q, QuerySet
from django.test import Client as Browser

from caseload.models import Client, Referral
from partners.enums import Role, Scope
from partners.models import Consortium, StaffMember
from partners.platform.tenancy.scope import in_consortium
from partners.services.api_keys import create_key
from tests.conftest import signed_in
from tests.factories.caseload import ClientFactory, ReferralFactory
from tests.factories.partners import OrganisationFactory, StaffFactory
from tests.isolation.addresses import API, Door, lists
from tests.isolation.conftest import World
from tests.isolation.joins import careless_joins

# The narrowest sight first: what it asks to see less is what joins most.
READERS = (Role.ADVISER, Role.TRACKING_TEAM, Role.MONITORING_OFFICER)
SORTED = re.compile(r'href="([^"?]*\?[^"]*sort=[^"]*)"')
CHOOSER = re.compile(r'<select name="(\w+)".*?</select>', re.DOTALL)
CHOICE = re.compile(r'<option value="([^"]+)"')
Asked = dict[str, str]


class Listener:
    """Keep each statement that goes to the database, with the address that was the first to ask it."""

    def __init__(self) -> None:
        self.asked: Asked = {}
        self.where = "records of every kind, jobs, and a look at each"

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        self.asked.setdefault(sql if isinstance(sql, str) else str(sql), self.where)
        return execute(sql, params, many, context)

    def careless(self) -> list[tuple[str, list[str]]]:
        read = ((where, careless_joins(sql), sql) for sql, where in self.asked.items())
        return [(where, found) for where, found, sql in read if found]


@pytest.fixture(scope="module")
def listener(django_db_setup: None) -> Iterator[Listener]:
    """Listen from before the records are made; asked for before them."""
    made = Listener()
    with connection.execute_wrapper(made):
        yield made


# Ways of asking over a reference, each with the given names that it finds among the clients of the test below.
WAYS: dict[str, tuple[Callable[[], QuerySet[Any]], list[str]]] = {
    "forwards": (
        lambda: Client.objects.select_related("adviser__organisation").filter(adviser__organisation__name="North"),
        ["Ana", "Ben"],
    ),
    "forwards to nobody": (lambda: Client.objects.filter(adviser__organisation__name=None), ["Cleo"]),
    "backwards": (lambda: Client.objects.filter(referrals__status="declined").distinct(), ["Ana", "Cleo"]),
    "counted": (lambda: Client.objects.annotate(number=Count("referrals")).filter(number=0), ["Ben"]),
    "none like it": (lambda: Client.objects.exclude(referrals__status="sent"), ["Ben", "Cleo"]),
    "none at all": (lambda: Client.objects.exclude(referrals__isnull=True), ["Ana", "Cleo"]),
    "both": (lambda: Client.objects.filter(referrals__status="declined").exclude(referrals__status="sent"), ["Cleo"]),
    "subquery": (
        lambda: Client.objects.filter(Exists(Referral.objects.filter(client=OuterRef("pk")))),
        ["Ana", "Cleo"],
    ),
    "subquery of keys": (
        lambda: Client.objects.filter(Exists(StaffMember.objects.filter(pk=OuterRef("adviser")))),
        ["Ana", "Ben"],
    ),
    "compared": (
        lambda: Client.objects.filter(referrals__to_organisation=F("organisation"), referrals__status="declined"),
        ["Cleo"],
    ),
    "filtered relation": (
        lambda: Client.objects.annotate(
            sent=FilteredRelation("referrals", condition=Q(referrals__status="sent"))
        ).filter(sent=None),
        ["Ben", "Cleo"],
    ),
    "fetched": (
        lambda: Client.objects.prefetch_related(
            Prefetch("referrals", Referral.objects.select_related("to_organisation").order_by("client__given_name"))
        ),
        ["Ana", "Ben", "Cleo"],
    ),
}
BY_KEYS_ALONE = [
    "SELECT 1 FROM caseload_client c JOIN partners_staffmember s ON s.id = c.adviser_id",
    "SELECT adviser_id FROM caseload_client JOIN partners_staffmember s ON s.id = adviser_id",
    (
        "SELECT 1 FROM caseload_client c JOIN partners_staffmember s ON s.id = c.adviser_id"
        " WHERE c.consortium_id = %s AND s.consortium_id = %s"
    ),
    "SELECT 1 FROM caseload_client c WHERE EXISTS (SELECT 1 FROM caseload_referral r WHERE r.client_id = c.id)",
    "SELECT 1 FROM caseload_client c, LATERAL (SELECT 1 FROM caseload_referral r WHERE r.client_id = c.id) s",
    "SELECT 1 FROM caseload_client c JOIN caseload_referral r ON c.id = coalesce(r.client_id, 0)",
    "SELECT 1 FROM caseload_client WHERE id IN (SELECT client_id FROM caseload_referral)",
    "WITH x AS (SELECT id FROM caseload_client) SELECT 1 FROM x JOIN caseload_referral r ON r.client_id = x.id",
    "UPDATE caseload_client c SET adviser_id = s.id FROM partners_staffmember s WHERE s.id = c.adviser_id",
    "DELETE FROM caseload_client c USING partners_staffmember s WHERE s.id = c.adviser_id",
]
WITH_CONSORTIUM = [
    (
        "SELECT 1 FROM caseload_client c JOIN partners_staffmember s"
        " ON s.consortium_id = c.consortium_id AND s.id = c.adviser_id WHERE s.role = ANY(%s) AND s.id IN %s"
    ),
    (
        "SELECT 1 FROM caseload_client c JOIN partners_staffmember s ON s.id = c.adviser_id"
        " WHERE c.consortium_id = %(c)s AND s.consortium_id = %(c)s"
    ),
    "SELECT 1 FROM caseload_client WHERE id IN (SELECT client_id FROM caseload_referral WHERE consortium_id = %s)",
    (
        "UPDATE caseload_client c SET adviser_id = s.id FROM partners_staffmember s"
        " WHERE s.consortium_id = c.consortium_id AND s.id = c.adviser_id"
    ),
    "SELECT 1 FROM partners_staffmember JOIN partners_user u ON u.id = user_id",
]


@pytest.fixture
def clients(scope: Consortium) -> None:
    """Ana is sent to one organisation and declined by another, Ben is referred nowhere, Cleo is declined at home."""
    north, south = OrganisationFactory(name="North"), OrganisationFactory(name="South")
    adviser = StaffFactory(organisation=north)
    ana, _, cleo = (
        ClientFactory(given_name=name, organisation=north, adviser=lead)
        for name, lead in (("Ana", adviser), ("Ben", adviser), ("Cleo", None))
    )
    ReferralFactory(client=ana, to_organisation=south, status="sent")
    ReferralFactory(client=ana, to_organisation=south, status="declined")
    ReferralFactory(client=cleo, to_organisation=north, status="declined")


@pytest.mark.parametrize("way", WAYS)
def test_whichever_way_one_asks_over_a_reference_the_consortium_goes_along(clients: None, way: str) -> None:
    asked, names = WAYS[way]
    listener = Listener()
    with connection.execute_wrapper(listener):
        found = sorted(client.given_name for client in asked())

    assert found == names
    assert listener.careless() == []
    assert any(sql.count('"consortium_id"') > 2 for sql in listener.asked)


def test_a_reference_asked_for_by_its_own_column_needs_no_join(clients: None) -> None:
    adviser = StaffMember.objects.get(clients__given_name="Ben")

    led = Client.objects.filter(adviser=adviser, adviser__id=adviser.pk).order_by("adviser_id").values("adviser_id")

    assert len(led) == 2
    assert " JOIN " not in str(led.query)


def test_rows_are_changed_and_removed_over_a_reference(clients: None) -> None:
    listener = Listener()
    with connection.execute_wrapper(listener):
        changed = Referral.objects.filter(client__given_name="Ana", client__adviser__isnull=False).update(
            reason="Moved"
        )
        removed, _ = Referral.objects.filter(client__adviser__isnull=True, client__organisation__name="North").delete()

    assert (changed, removed) == (2, 1)
    assert listener.careless() == []


@pytest.mark.parametrize("sql", BY_KEYS_ALONE)
def test_a_join_by_keys_alone_is_found_whoever_writes_it(sql: str) -> None:
    assert len(careless_joins(sql)) == 1


@pytest.mark.parametrize("sql", WITH_CONSORTIUM)
def test_a_join_with_the_consortium_is_let_be(sql: str) -> None:
    assert careless_joins(sql) == []


@pytest.mark.slow
def test_no_page_file_call_or_job_joins_by_keys_alone(
    listener: Listener, db: None, world: World, doors: list[Door]
) -> None:
    """Making the world and finding its doors has run every kind of job and opened every record's pages."""
    browsers = [signed_in(world.ours[role]) for role in READERS]
    for path in lists():
        listener.where = path
        answers = [(browser, browser.get(path)) for browser in browsers]
        opened = [(browser, text_of(answer)) for browser, answer in answers if answer.status_code == HTTPStatus.OK]
        if opened:
            read_list(*opened[0], path)
    read_calls(world, listener)

    assert len([sql for sql in listener.asked if " JOIN " in sql]) > 100
    assert listener.careless() == []


def read_list(browser: Browser, page: str, path: str) -> None:
    """Read a list searched, as a file, in each of its orders, and with a choice in each of its filters."""
    chosen = {found[1]: CHOICE.findall(found[0])[-1:] for found in CHOOSER.finditer(page)}
    for question in ({"q": "Alex"}, {"export": "csv"}, chosen):
        text_of(browser.get(path, question))
    for order in set(SORTED.findall(page)):
        text_of(browser.get(path + "?" + order.partition("?")[2].replace("&amp;", "&")))


def read_calls(world: World, listener: Listener) -> None:
    boss = world.ours[Role.ADMINISTRATOR]
    with in_consortium(boss.consortium_id):
        _, secret = create_key(boss.organisation, label="Reader", scopes=list(Scope.values))
    key = {"Authorization": f"Bearer {secret}"}
    for address in API:
        for record in world.records if address.converters else world.records[:1]:
            listener.where = address.path(uid=record.uid)
            text_of(Browser(raise_request_exception=False).get(listener.where, headers=key))


def text_of(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(content.decode(errors="replace"))
