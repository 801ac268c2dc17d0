"""Every address: strangers are sent to the sign-in page, people of another consortium find nothing."""

import pytest
from django.test import Client as Browser

from partners.enums import AccessAction, Role
from partners.models import AccessEntry, StaffMember
from partners.platform.tenancy.scope import in_consortium
from tests.conftest import signed_in
from tests.isolation.addresses import API, PAGES, Address, Door, addresses, lists, status_of
from tests.isolation.conftest import World

pytestmark = pytest.mark.slow

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
    "EmployerMatch": "stands in the directory",
    "Vacancy": "the jobs pool, one for all partners",
    "PreRecruitmentActivity": "courses with employers, logged by all partners",
    "EmployerEvent": "held for all partners, and named by none of them",
    "Service": "the directory of provision",
    "FundingStream": "where money comes from is the partnership's; the sums beside it are narrowed to one's own",
    "Observation": "measures of the whole partnership",
    "Target": "what the whole partnership seeks",
    "Milestone": "the whole partnership's",
    "Risk": "the whole partnership's",
    "Objective": "the whole partnership's",
    "Return": "the partnership's; the people behind a figure are narrowed to those one may see",
    "Centre": "everybody knows where the partnership is",
    "PriorityArea": "the strategy says which",
    "Organisation": "everybody knows who is in the partnership",
}
LOOKING = (AccessAction.VIEWED, AccessAction.SEARCHED, AccessAction.EXPORTED)
LOOKED_AT = ("caseload.client", "caseload.referral", "caseload.possiblematch", "employers.employer", "reporting.return")


def test_the_walk_finds_the_addresses() -> None:
    assert {"home", "partners:people", "caseload:client"} <= {each.name for each in PAGES}
    assert "api:referrals" in {each.name for each in API}


def test_no_two_pages_share_a_name() -> None:
    """A name says which page is meant; with two, it depends on the arguments which one an address leads to."""
    routes: dict[str, set[str]] = {}
    for address in addresses():
        if address.name.partition(":")[2]:
            routes.setdefault(address.name, set()).add(address.route)

    assert {name: sorted(found) for name, found in routes.items() if len(found) > 1} == {}


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


def test_every_address_of_a_record_opens_for_somebody(db: None, doors: list[Door]) -> None:
    assert {each.name for each in PAGES if each.record_names} - {each.address.name for each in doors} == set()


def test_people_of_another_consortium_find_none_of_our_records(db: None, world: World, doors: list[Door]) -> None:
    browsers = {role: signed_in(person) for role, person in world.strangers.items()}

    assert [door for door in doors if status_of(browsers[door.role], door.path) not in {403, 404}] == []


def test_another_organisation_finds_only_what_is_common_to_the_consortium(
    db: None, world: World, doors: list[Door]
) -> None:
    browsers = {role: signed_in(person) for role, person in world.neighbours.items()}

    leaks = [
        (door.path, role)
        for door in doors
        if door.kind not in COMMON
        for role, browser in browsers.items()
        if status_of(browser, door.path) not in {403, 404}
    ]
    assert leaks == []


def test_a_form_sent_by_somebody_who_cannot_open_it_changes_nothing(db: None, world: World, doors: list[Door]) -> None:
    """A page that looks at the record only while it is shown would still act on it when posted."""
    words = {"reason": "It is ours", "step": "register"}
    taken = [
        (door.path, role)
        for cast in (world.strangers, world.neighbours)
        for door in doors
        for role, browser in ((role, signed_in(cast[role])) for role in (door.role, Role.TRACKING_TEAM))
        if (cast is world.strangers or door.kind not in COMMON)
        if browser.post(door.path, words).status_code not in {403, 404, 405}
    ]
    assert taken == []


def test_no_page_names_a_client_of_another_organisation(db: None, world: World, doors: list[Door]) -> None:
    paths = [*lists(), *(door.path for door in doors if door.kind in COMMON)]
    naming = naming_clients(paths, world.ours[Role.MONITORING_OFFICER], world.ours[Role.TRACKING_TEAM])

    assert len(naming) > 12
    for cast in (world.neighbours, world.strangers):
        assert naming_clients(naming, cast[Role.ADVISER], cast[Role.MONITORING_OFFICER]) == []


def test_no_look_search_or_file_is_without_a_purpose(db: None, world: World, doors: list[Door]) -> None:
    """Finding the doors has opened each of them; the lists are searched and taken away here."""
    for role in (Role.TRACKING_TEAM, Role.ADMINISTRATOR):
        browser = signed_in(world.ours[role])
        for path in lists():
            for question in ("q=Alex", "export=csv"):
                status_of(browser, f"{path}?{question}")
    with in_consortium(world.ours[Role.ADVISER].consortium_id):
        looks = AccessEntry.objects.filter(action__in=LOOKING)
        kinds = set(looks.values_list("action", "subject"))

        assert list(looks.filter(purpose="").values_list("action", "subject", "detail")) == []
        assert {("searched", "caseload.client"), ("exported", "caseload.client")} <= kinds
        assert {("exported", "partners.accessentry"), ("exported", "partners.consortium")} <= kinds
        assert {("viewed", kind) for kind in LOOKED_AT} <= kinds


def naming_clients(paths: list[str], *people: StaffMember) -> list[str]:
    """Return the pages on which one of these people reads a client's name; the factories give them no client."""
    found = []
    for path in paths:
        answers = (signed_in(person).get(path, {"q": "Alex"}) for person in people)
        if any(b"Testperson" in answer.content for answer in answers if not answer.streaming):
            found.append(path)
    return found
