"""The performance report of a provider, and unit costs that compare like with like."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from caseload.queries.deliveries import deliveries, unit_cost
from commissioning.models import ContractorRisk, QualityStandard
from partners.enums import Role
from partners.models import Consortium
from partners.platform.tenancy.scope import in_consortium
from tests.conftest import signed_in
from tests.factories.caseload import JobFactory, PlacementFactory
from tests.factories.commissioning import (
    ContractFactory,
    ContractProfileFactory,
    ExpenditureFactory,
    FindingFactory,
    MonitoringVisitFactory,
)
from tests.factories.partners import OrganisationFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("scope")
TODAY = date(2007, 12, 31)


def contract_with(*, jobs: int = 0, placements: int = 0, spent: int = 0, provider: Any = None) -> Any:
    contract = ContractFactory(provider=provider or OrganisationFactory())
    for _ in range(jobs):
        JobFactory(contract=contract, started_on=date(2007, 6, 1))
    for _ in range(placements):
        PlacementFactory(contract=contract, started_on=date(2007, 6, 1), kind="work_placement")
    if spent:
        ExpenditureFactory(contract=contract, amount=spent, indicator="journey_job_started")
    return contract


def test_one_costs_the_spend_that_names_it_through_what_is_counted() -> None:
    plenty, none, unnamed = contract_with(jobs=3, spent=1000), contract_with(spent=500), contract_with(jobs=2)
    ExpenditureFactory(contract=plenty, amount=9000)
    ExpenditureFactory(contract=plenty, amount=700, indicator="journey_job_started", eligible=False)
    ExpenditureFactory(contract=plenty, amount=50, indicator="kpi_5")
    ExpenditureFactory(contract=plenty, amount=80, indicator="journey_job_started", incurred_on=date(2008, 2, 1))

    found = {
        (each.contract.pk, each.code): (each.recorded, each.spent, each.unit_cost)
        for each in deliveries([plenty, none, unnamed], today=TODAY, only="journey_job_started")
    }

    assert found == {
        (plenty.pk, "journey_job_started"): (3, 1000, Decimal("333.33")),
        (none.pk, "journey_job_started"): (0, 500, None),
        (unnamed.pk, "journey_job_started"): (2, 0, None),
    }
    assert unit_cost(Decimal("0.015"), 1) == Decimal("0.02")


def test_unit_costs_say_why_there_is_none_and_compare_one_output_only(other_consortium: Consortium) -> None:
    council = StaffFactory(organisation=OrganisationFactory(accountable_body=True), role=Role.COMMISSIONER)
    first = contract_with(jobs=2, spent=500)
    contract_with(spent=300)
    placed = contract_with(placements=4)
    ExpenditureFactory(contract=placed, amount=100, indicator="kpi_5")
    with in_consortium(other_consortium.pk):
        contract_with(jobs=1, spent=7777)
    url = reverse("reporting:unit-costs")

    unasked = signed_in(council).get(url).content.decode()
    page = signed_in(council).get(url, {"item": "journey_job_started"}).content.decode()
    own = signed_in(StaffFactory(organisation=first.provider, role=Role.PROJECT_MANAGER))

    assert "Choose an output that spend names" in unasked
    assert "£250.00" in page
    assert "—, nothing counted" in page
    assert "Job starts: £250.00 for one, £500.00 through 2 counted" in page
    assert placed.title not in page
    assert "7,777" not in page
    seen = own.get(url, {"item": "journey_job_started"}).content.decode()
    assert "£250.00" in seen
    assert "£300.00" not in seen


def test_the_report_says_how_one_provider_does(other_consortium: Consortium) -> None:
    council = StaffFactory(organisation=OrganisationFactory(accountable_body=True), role=Role.COMMISSIONER)
    provider, rival = OrganisationFactory(), OrganisationFactory()
    today = timezone.localdate()
    for each, title in ((provider, "Held by us"), (rival, "Held by them")):
        contract = contract_with(jobs=2, spent=500, provider=each)
        ContractProfileFactory(contract=contract, kind="output", indicator="journey_job_started", planned=4)
        visit = MonitoringVisitFactory(
            provider=each, visited_on=date(2007, 9, 5), result="serious_concern", planned_on=date(2007, 9, 4)
        )
        FindingFactory(visit=visit, found=f"{title}: no file")
        FindingFactory(visit=visit, closed_on=date(2007, 10, 5), answer="Found it")
        QualityStandard(
            provider=each, kind="guidance", title=title, result="Held", awarded_on=date(2005, 1, 1), expires_on=today
        ).save()
        ContractorRisk(
            provider=each,
            area="public_money",
            likelihood="high",
            impact="high",
            reason="x",
            advice=f"Advice about {title}",
            rated_on=today,
            review_on=today + timedelta(days=9),
        ).save()
    url = reverse("reporting:provider", args=[provider.uid])

    page = signed_in(council).get(url).content.decode()
    own = signed_in(StaffFactory(organisation=provider, role=Role.PROJECT_MANAGER)).get(url).content.decode()

    for text in ("50%", "£250.00", "Serious concern", "Held by us: no file", "1 open finding, 1 put right"):
        assert text in page
        assert text in own
    assert "Held by them" not in page
    assert "Advice about Held by us" in page
    assert "Advice about" not in own
    assert signed_in(StaffFactory(organisation=rival, role=Role.PROJECT_MANAGER)).get(url).status_code == 404
    assert signed_in(StaffFactory(role=Role.ADVISER)).get(url).status_code == 403


def test_the_list_of_providers_is_of_those_in_sight() -> None:
    council = StaffFactory(organisation=OrganisationFactory(accountable_body=True), role=Role.FINANCE_OFFICER)
    one, two, without = (
        contract_with(provider=OrganisationFactory(name="Ash")).provider,
        contract_with(provider=OrganisationFactory(name="Birch")).provider,
        OrganisationFactory(name="Cedar"),
    )
    url = reverse("reporting:providers")

    page = signed_in(council).get(url).content.decode()
    own = signed_in(StaffFactory(organisation=one, role=Role.PROJECT_MANAGER)).get(url).content.decode()

    assert str(one.uid) in page
    assert str(two.uid) in page
    assert str(without.uid) not in page
    assert str(one.uid) in own
    assert str(two.uid) not in own
