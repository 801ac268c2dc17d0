"""What one client can have now, as each reader may know it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from caseload.enums import BENEFITS, CircumstanceCode, ReferralStatus
from caseload.models import TargetGroup
from caseload.queries.provision import facts_known
from caseload.queries.sight import sight_of
from commissioning.queries import eligibility
from partners.enums import Role
from partners.models import Consortium
from partners.platform.tenancy.scope import in_consortium
from tests.conftest import signed_in
from tests.factories.caseload import (
    ClientAddressFactory,
    ClientCircumstanceFactory,
    ClientFactory,
    ReferralFactory,
)
from tests.factories.commissioning import ServiceFactory
from tests.factories.partners import OrganisationFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("scope")


def years_ago(years: int) -> date:
    today = timezone.localdate()
    return today.replace(year=today.year - years, day=min(today.day, 28)) - timedelta(days=10)


@pytest.fixture
def adviser() -> Any:
    return StaffFactory(role=Role.ADVISER)


@pytest.fixture
def client_of(adviser: Any) -> Any:
    """A lone parent of 30 in Castle, on Universal Credit for over a year; somebody else beside."""
    other = ClientFactory(organisation=adviser.organisation, date_of_birth=years_ago(17), registered_on=years_ago(1))
    ClientAddressFactory(client=other, ward="Abbey", from_date=years_ago(1), to_date=None)
    client = ClientFactory(organisation=adviser.organisation, date_of_birth=years_ago(30), registered_on=years_ago(1))
    ClientAddressFactory(client=client, ward="Abbey", from_date=years_ago(9), to_date=years_ago(2))
    ClientAddressFactory(client=client, ward="Castle", from_date=years_ago(1), to_date=None)
    for kind, code, ended in (
        ("benefit", "uc", None),
        ("status", "lone_parent", None),
        ("benefit", "jsa", years_ago(1)),
    ):
        ClientCircumstanceFactory(client=client, kind=kind, code=code, from_date=years_ago(1), to_date=ended)
    return client


def sections(page: str) -> dict[str, str]:
    """Split a page by its headings."""
    found = {}
    for key in ("now", "full", "unknown", "no"):
        _, mark, rest = page.partition(f'id="{key}-title"')
        found[key] = rest.split("</section>")[0] if mark else ""
    return found


def opened(person: Any, client: Any, query: str = "") -> dict[str, str]:
    answer = signed_in(person).get(reverse("caseload:provision", args=[client.uid]) + query)
    assert answer.status_code == 200
    return sections(answer.content.decode())


def test_services_are_sorted_by_what_they_are_for_this_person(
    adviser: Any, client_of: Any, other_consortium: Consortium
) -> None:
    rules = {
        "Grown-ups": "age >= 18",
        "Teenagers": "age < 18",
        "Castle families": "ward = castle and lone_parent",
        "Abbey people": "ward = Abbey",
        "Long term": "benefit = uc and months_on_benefit >= 12",
        "Old claim": "benefit = jsa",
        "Health help": "disability",
        "Everybody": "",
    }
    for name, rule in rules.items():
        ServiceFactory(name=name, eligibility_rule=rule)
    ServiceFactory(name="By hand", eligibility="Residents who ask")
    ServiceFactory(name="Over", ends_on=timezone.localdate() - timedelta(days=1))
    ServiceFactory(name="Going", eligibility_rule="age > 20", ends_on=timezone.localdate() + timedelta(days=20))
    with in_consortium(other_consortium.pk):
        ServiceFactory(name="Theirs")

    found = opened(adviser, client_of)

    assert all(name in found["now"] for name in ("Grown-ups", "Castle families", "Long term", "Everybody", "Going"))
    assert found["now"].count("Ends soon") == 1
    assert all(name in found["no"] for name in ("Teenagers", "Abbey people", "Old claim"))
    assert "Not met: Age below 18" in found["no"]
    assert "To find out: Disability: yes" in found["unknown"]
    assert "To find out: For whom: Residents who ask" in found["unknown"]
    assert not any("Over" in each or "Theirs" in each for each in found.values())


def test_a_service_without_a_free_place_stands_apart(adviser: Any, client_of: Any) -> None:
    full = ServiceFactory(name="Small", capacity=1, waiting=4)
    roomy = ServiceFactory(name="Roomy", capacity=3)
    for service in (full, roomy):
        ReferralFactory(service=service, to_organisation=service.organisation, status=ReferralStatus.STARTED)
        ReferralFactory(service=service, to_organisation=service.organisation, status=ReferralStatus.DECLINED)

    found = opened(adviser, client_of)

    assert "Small" in found["full"]
    assert "0 of 1 places left, 4 waiting" in found["full"]
    assert "2 of 3 places left" in found["now"]


def test_nobody_learns_of_a_special_category_by_a_service(client_of: Any) -> None:
    """Two people alike but for an illness: whoever may not know of it reads the same about both."""
    for name, rule in {"Health": "benefit in (esa, ib)", "Not ill": "benefit not in (esa, ib)"}.items():
        ServiceFactory(name=name, eligibility_rule=rule)
    ServiceFactory(name="Long", eligibility_rule="months_on_benefit >= 18")
    ServiceFactory(name="Group", eligibility_rule="group = ib")
    ServiceFactory(name="Disabled", eligibility_rule="disability")
    TargetGroup.objects.create(code="ib", title="IB", rule={"benefit": ["ib", "esa"]}, special_category=True)
    TargetGroup.objects.create(code="uc", title="UC", rule={"benefit": ["uc"]})
    receiver = StaffFactory(role=Role.ADVISER)
    known = {}
    for is_ill in (False, True):
        if is_ill:
            ClientCircumstanceFactory(client=client_of, kind="benefit", code="esa", from_date=years_ago(4))
            client_of.disability = "yes"
            client_of.save()
        sight = sight_of(receiver, client_of)
        assert "health" not in sight.parts
        known[is_ill] = facts_known(client_of, sight, today=timezone.localdate())

    assert known[True] == known[False]
    for rule in ("benefit in (esa, ib)", "months_on_benefit >= 18", "group = ib", "disability", "benefit != esa"):
        assert eligibility.evaluate(eligibility.parse(rule), known[True]) is None
    assert eligibility.evaluate(eligibility.parse("group = uc and benefit = uc"), known[True]) is True
    own = facts_known(
        client_of, sight_of(StaffFactory(organisation=client_of.organisation), client_of), today=timezone.localdate()
    )
    assert eligibility.evaluate(eligibility.parse("group = ib and months_on_benefit >= 18 and disability"), own) is True


def test_it_is_found_from_the_client_and_by_need_and_word(adviser: Any, client_of: Any) -> None:
    ServiceFactory(name="Sewing course", kind="skills_training")
    ServiceFactory(name="Debt advice", kind="personal_support", eligibility_rule="lone_parent")
    browser = signed_in(adviser)

    page = browser.get(reverse("caseload:client", args=[client_of.uid])).content.decode()
    by_need, by_word = opened(adviser, client_of, "?kind=skills_training"), opened(adviser, client_of, "?q=lone_parent")

    assert reverse("caseload:provision", args=[client_of.uid]) in page
    assert "Sewing" in by_need["now"]
    assert "Debt" not in by_need["now"]
    assert "Debt" in by_word["now"]
    assert "Sewing" not in by_word["now"]


def test_a_stranger_opens_it_for_nobody_and_many_services_ask_no_more(adviser: Any, client_of: Any) -> None:
    url = reverse("caseload:provision", args=[client_of.uid])
    assert signed_in(StaffFactory(role=Role.ADVISER)).get(url).status_code == 404
    assert signed_in(StaffFactory(role=Role.VIEWER)).get(url).status_code == 403
    browser, counts = signed_in(adviser), []
    for _ in range(2):
        for _ in range(15):
            ServiceFactory(organisation=OrganisationFactory(), eligibility_rule="group = x and age > 3")
        browser.get(url)
        with CaptureQueriesContext(connection) as asked:
            browser.get(url)
        counts.append(
            len([each for each in asked if "set_config" not in each["sql"] and "SAVEPOINT" not in each["sql"]])
        )

    assert counts[0] == counts[1] <= 16


def test_the_codes_that_expressions_know_are_those_of_the_records() -> None:
    assert set(eligibility.BENEFITS) == set(BENEFITS)
    assert set(eligibility.STATUSES) == set(CircumstanceCode.values) - set(BENEFITS)
