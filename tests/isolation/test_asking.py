"""Lists asked with values: the search over all records, and what is done with ticked rows, tried as everybody else.

Our own people find our clients by each of these questions; nobody of another organisation or consortium does, however
they ask. New lists, searches and bulk acts join by themselves.
"""

import io
import zipfile
from collections.abc import Iterator

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils.http import urlencode

from caseload.evidence import index_of_nino
from caseload.models import Client, ClientAddress
from caseload.views.caseload import ALL, WHOSE
from partners.enums import Role
from partners.platform.lists.tables import BulkAct
from partners.platform.tenancy.scope import in_consortium
from tests.conftest import signed_in
from tests.isolation.addresses import lists
from tests.isolation.conftest import Cast, World

pytestmark = pytest.mark.slow

NINO, POSTCODE = "QQ123456C", "LE1 6ZG"
NAME = "Testperson"
# Who has a list with something to do on it, and who searches; the others are refused or do it through the same pages.
RECORDING = (Role.ADVISER, Role.ACCOUNT_MANAGER)
SEARCHING = (Role.ADVISER, Role.TRACKING_TEAM, Role.ACCOUNT_MANAGER)


@pytest.fixture
def asked_for(db: None, world: World) -> Client:
    """A client of ours who can be found in every way: by name, reference, National Insurance number and postcode."""
    ours = world.ours[Role.ADVISER]
    with in_consortium(ours.consortium_id):
        client = Client(
            given_name="Alex",
            family_name=f"{NAME}-Asked",
            external_id="CL-ASKED",  # not its uid, which the address of an answer would tell
            registered_on="2007-05-14",
            organisation=ours.organisation,
            adviser=ours,
            nino=NINO,
            nino_index=index_of_nino(NINO),
        )
        client.save()
        ClientAddress(client=client, from_date="2007-05-14", postcode=POSTCODE, ward="Castle").save()
    return client


def searches(world: World, client: Client) -> Iterator[str]:
    """The search over all records and the lists that it leads to, with every way of naming the client."""
    words = (client.family_name, f"Alex {client.family_name}", client.external_id, NINO, POSTCODE)
    for name in ("partners:search", "caseload:caseload", "employers:employers", "commissioning:services"):
        yield from (f"{reverse(name)}?{urlencode({'q': word})}" for word in words)
        yield from (f"{reverse(name)}?{urlencode({'q': words[0], 'whose': whose})}" for whose in (*WHOSE, *ALL))
        yield from (f"{reverse(name)}?{urlencode({'q': words[0], 'export': form})}" for form in ("csv", "xlsx"))


def bulk_acts(world: World, client: Client) -> Iterator[str]:
    """Everything that any list offers to do with ticked rows, with the client's row ticked."""
    for path, act in dict.fromkeys(offered(world.ours)):
        yield f"{act.url}?{urlencode([('chosen', client.uid), ('back', path), (act.name, act.value)])}"


def offered(cast: Cast) -> Iterator[tuple[str, BulkAct]]:
    for role in RECORDING:
        browser = signed_in(cast[role])
        for path in lists():
            table = (browser.get(path).context or {}).get("table")
            yield from ((path, act) for act in getattr(table, "bulk", ()))


def text_of(browser: Browser, path: str) -> str:
    """Return what an answer says; of a workbook, what its sheets say."""
    answer = browser.get(path)
    if answer.content[:2] != b"PK":
        return answer.content.decode()
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        return "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))


def named_to(cast: Cast, paths: list[str], client: Client) -> list[tuple[str, str]]:
    """Return who of a cast reads the client's name by which question; the question itself does not count."""
    found = []
    for role in SEARCHING:
        browser = signed_in(cast[role])
        for path in paths:
            text = text_of(browser, path)
            if str(client.uid) in text.replace(f"chosen={client.uid}", "") or f"{client.family_name}, Alex" in text:
                found.append((path, role))
    return found


@pytest.mark.parametrize("questions", [searches, bulk_acts])
def test_our_client_is_found_by_our_people_and_by_nobody_else(
    world: World, asked_for: Client, questions: object
) -> None:
    paths = list(questions(world, asked_for))  # type: ignore[operator]
    found = {path for path, _ in named_to(world.ours, paths, asked_for)}

    assert len(found) >= 3
    assert named_to(world.neighbours, paths, asked_for) == []
    assert named_to(world.strangers, paths, asked_for) == []


def test_a_ticked_client_of_somebody_else_gets_no_other_adviser(world: World, asked_for: Client) -> None:
    address = f"{reverse('caseload:reassign')}?{urlencode({'chosen': asked_for.uid})}"
    for cast in (world.neighbours, world.strangers):
        thief = cast[Role.ADVISER]
        signed_in(thief).post(address, {"adviser": thief.pk, "on": "today"})

    with in_consortium(asked_for.consortium_id):
        assert Client.objects.get(pk=asked_for.pk).adviser == world.ours[Role.ADVISER]
