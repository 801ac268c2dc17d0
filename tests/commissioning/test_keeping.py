"""Money and provision are kept in the browser: by whom, what is refused, what is asked about, what lists say."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from commissioning.models import Contract, ContractProfile, Expenditure, Service
from partners.enums import Role
from partners.models import Organisation, StaffMember
from tests.conftest import signed_in
from tests.factories.commissioning import (
    ContractFactory,
    ContractProfileFactory,
    ContributionFactory,
    ExpenditureFactory,
    FundingStreamFactory,
    ServiceFactory,
)
from tests.factories.partners import CentreFactory, OrganisationFactory, StaffFactory


@pytest.fixture
def finance(city_council: Organisation) -> StaffMember:
    found: StaffMember = StaffFactory(organisation=city_council, role=Role.FINANCE_OFFICER)
    return found


def add_url(slug: str, **given: Any) -> str:
    uids = "&".join(f"{name}={record.uid}" for name, record in given.items())
    return f"{reverse('commissioning:record-add', args=[slug])}?{uids}"


def errors_of(answer: Any) -> dict[str, str]:
    return (
        {} if answer.status_code == 302 else {name: str(said) for name, said in answer.context["form"].errors.items()}
    )


def shown(answer: Any) -> list[str]:
    return [str(row) for row in answer.context["table"].page_rows]


def test_finance_of_the_accountable_body_keeps_a_contract_and_its_spend(finance: StaffMember) -> None:
    stream, provider = FundingStreamFactory(), OrganisationFactory()
    ContractFactory(provider=provider)
    browser = signed_in(finance)
    typed = {
        "title": "Routes to work",
        "provider": provider.uid,
        "funding_stream": stream.uid,
        "starts_on": "1/4/2026",
        "ends_on": "31/3/2027",
        "value": "£120,000.50",
    }

    added = browser.post(add_url("contracts"), typed)
    contract = Contract.objects.get(title="Routes to work")
    spend = {"contract": contract.uid, "incurred_on": "3/4/2026", "amount": "12.50", "category": "refund"}
    browser.post(add_url("spend", contract=contract), spend)

    assert added.url == reverse("commissioning:contract", args=[contract.uid])
    assert str(contract.value) == "120000.50"
    assert [str(each.amount) for each in contract.expenditure.all()] == ["12.50"]
    page = browser.get(added.url).content.decode()
    assert f"{reverse('commissioning:spend')}?contract={contract.uid}" in page
    assert "Add a line of spend" in page


def test_finance_of_another_organisation_reads_only(finance: StaffMember) -> None:
    contract = ContractFactory()
    other = StaffFactory(organisation=contract.provider, role=Role.FINANCE_OFFICER)

    assert signed_in(other).get(contract_page(contract)).status_code == 200
    for slug in ("contracts", "spend", "profiles", "contributions", "streams"):
        assert signed_in(other).get(add_url(slug)).status_code == 403
        assert signed_in(finance).get(add_url(slug)).status_code == 200


def contract_page(contract: Contract) -> str:
    return reverse("commissioning:contract", args=[contract.uid])


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"financial_year": "2007-09"}, "financial_year", "like 2007-08"),
        ({"agreed_on": ""}, "agreed_on", "in no figure"),
        ({"amount": "12,50"}, "amount", "point between them"),
        ({"amount": "-5"}, "amount", "0 or more"),
        ({"agreed_on": "1/1/2099"}, "agreed_on", "today or earlier"),
    ],
)
def test_a_contribution_that_cannot_be_is_refused_beside_its_field(
    finance: StaffMember, typed: dict[str, str], field: str, said: str
) -> None:
    there = ContributionFactory()
    right = {
        "organisation": there.organisation.uid,
        "funding_stream": FundingStreamFactory().uid,
        "financial_year": "2008-09",
        "amount": "500",
        "status": "agreed",
        "agreed_on": "1/5/2008",
    }

    answer = signed_in(finance).post(add_url("contributions"), {**right, **typed})

    assert said in errors_of(answer)[field]
    assert signed_in(finance).post(add_url("contributions"), right).status_code == 302


def test_a_profile_names_its_month_by_any_day_within_the_contract(finance: StaffMember) -> None:
    ContractProfileFactory()
    contract = ContractFactory(starts_on=dt.date(2097, 4, 1), ends_on=dt.date(2098, 3, 31))
    right = {"contract": contract.uid, "month": "17/5/2097", "kind": "spend", "planned": "4000"}
    browser, url = signed_in(finance), add_url("profiles", contract=contract)

    late = browser.post(url, {**right, "month": "1/4/2098"})
    nameless = browser.post(url, {**right, "kind": "output"})
    first, again = browser.post(url, right), browser.post(url, right)

    assert "1 April 2097 to 31 March 2098" in errors_of(late)["month"]
    assert "indicator" in errors_of(nameless)
    assert (first.status_code, "another" in errors_of(again)) == (302, True)
    assert ContractProfile.objects.get(contract=contract).month == dt.date(2097, 5, 1)


@pytest.mark.parametrize(("typed", "asked"), [({"invoice_ref": " inv 1"}, True), ({"invoice_ref": "INV 2"}, False)])
def test_one_invoice_of_a_provider_is_asked_about_twice(
    finance: StaffMember, typed: dict[str, str], asked: bool
) -> None:
    contract = ContractFactory()
    other = ContractFactory(provider=contract.provider)
    ExpenditureFactory(contract=other, amount=10, invoice_ref="INV 1")
    ExpenditureFactory(amount=10, invoice_ref="INV 2")
    spend = {"contract": contract.uid, "incurred_on": "3/5/2007", "amount": "10", **typed}

    answer = signed_in(finance).post(add_url("spend", contract=contract), spend)

    assert ("another" in errors_of(answer)) == asked


def test_spend_is_incurred_after_the_contract_began(finance: StaffMember) -> None:
    contract = ContractFactory()
    spend = {"contract": contract.uid, "incurred_on": "3/5/2007", "amount": "10"}
    browser, url = signed_in(finance), add_url("spend", contract=contract)

    assert "incurred_on" in errors_of(browser.post(url, {**spend, "incurred_on": "2/3/2007"}))
    assert not Expenditure.objects.exists()


def test_a_record_says_pounds_days_and_codes_in_words(finance: StaffMember) -> None:
    spend = ExpenditureFactory(amount="1295.43", category="staff_costs", indicator="kpi_16")
    ExpenditureFactory()

    page = signed_in(finance).get(reverse("commissioning:record", args=["spend", spend.uid])).content.decode()

    for said in ("£1,295.43", "Staff costs", "KPI 16", "20 Apr 2007"):
        assert said in page
    assert "kpi_16" not in page


def test_a_stream_contracted_beyond_what_is_agreed_is_marked(finance: StaffMember) -> None:
    over, within, _empty = (FundingStreamFactory(name=name) for name in ("Over", "Within", "Empty"))
    for stream, value in ((over, 1500), (within, 900)):
        ContributionFactory(funding_stream=stream, amount=600, financial_year="2007-08")
        ContributionFactory(funding_stream=stream, amount=400, financial_year="2008-09")
        ContractFactory(funding_stream=stream, value=value)
    browser, url = signed_in(finance), reverse("commissioning:streams")

    page = browser.get(url)
    of_year = browser.get(url, {"year": "2008-09"}).context["table"].page_rows

    assert "£500.00 over" in page.content.decode()
    assert "2007-08 to 2008-09" in page.content.decode()
    assert shown(browser.get(url, {"over": "on"})) == ["Over"]
    assert [(row.agreed, row.contracted) for row in of_year] == [(0, 0), (400, 0), (400, 0)]
    assert "contracted beyond what is agreed" in browser.get("/").content.decode()


def test_what_is_left_of_a_stream_is_for_who_sees_all_of_it(finance: StaffMember) -> None:
    contract = ContractFactory(value=1500)
    ContributionFactory(funding_stream=contract.funding_stream, amount=1000)
    provider = StaffFactory(organisation=contract.provider, role=Role.PROJECT_MANAGER)

    page = signed_in(provider).get(reverse("commissioning:streams")).content.decode()

    assert "Not contracted" not in page
    assert "over" not in page.split("<table")[1]
    assert "Not contracted" in signed_in(finance).get(reverse("commissioning:streams")).content.decode()


def test_contracts_that_run_with_spend_above_profile_are_listed(finance: StaffMember) -> None:
    today = timezone.localdate()
    runs = {"starts_on": today - dt.timedelta(days=60), "ends_on": today + dt.timedelta(days=60)}
    above, on_profile, ended = ContractFactory(**runs), ContractFactory(**runs), ContractFactory()
    for contract, amount in ((above, 120), (on_profile, 100), (ended, 500)):
        month = contract.starts_on.replace(day=1)
        ContractProfileFactory(contract=contract, month=month, planned=100)
        ExpenditureFactory(contract=contract, incurred_on=contract.starts_on, amount=amount)
    browser = signed_in(finance)

    listed = browser.get(reverse("commissioning:contracts"), {"current": "on", "above": "on"})
    assert shown(listed) == [above.title]


def test_an_adviser_finds_provision_by_words_within_and_by_whom_it_is_for(adviser: StaffMember) -> None:
    for name, more in (
        ("First steps", {"eligibility": "Lone parents"}),
        ("Parents into work", {"ends_on": dt.date(2008, 3, 31)}),
        ("Welding", {"centre": CentreFactory(name="Parent Street")}),
        ("Plumbing", {}),
    ):
        ServiceFactory(name=name, **more)
    browser = signed_in(adviser)
    url = reverse("commissioning:services")

    assert f'href="{url}"' in browser.get("/").content.decode()
    found = browser.get(url, {"q": "parent"})
    assert shown(found) == ["First steps", "Parents into work", "Welding"]
    assert "Ended" in found.content.decode()
    assert shown(browser.get(url, {"q": "parent", "current": "on"})) == ["First steps", "Welding"]
    assert browser.get(add_url("services")).status_code == 403


def test_a_project_manager_keeps_the_services_of_their_own_organisation(finance: StaffMember) -> None:
    theirs, ours = ServiceFactory(), ServiceFactory()
    manager = StaffFactory(organisation=ours.organisation, role=Role.PROJECT_MANAGER)
    browser = signed_in(manager)
    typed = {"name": "Night school", "kind": "skills_training"}

    refused = browser.post(add_url("services"), {**typed, "organisation": theirs.organisation.uid})
    added = browser.post(add_url("services"), {**typed, "organisation": ours.organisation.uid})

    assert "organisation" in errors_of(refused)
    assert added.status_code == 302
    assert Service.objects.get(name="Night school").organisation == ours.organisation
    for service, status in ((ours, 200), (theirs, 403)):
        assert browser.get(reverse("commissioning:record-change", args=["services", service.uid])).status_code == status


def test_a_contract_out_of_sight_is_neither_named_nor_lost(finance: StaffMember) -> None:
    hidden = ContractFactory(title="Secret bid")
    service = ServiceFactory(contract=hidden)
    ServiceFactory()
    manager = StaffFactory(organisation=service.organisation, role=Role.PROJECT_MANAGER)
    browser = signed_in(manager)
    url = reverse("commissioning:record-change", args=["services", service.uid])

    page = browser.get(url).content.decode()
    typed = {"name": "Renamed", "kind": "other", "organisation": service.organisation.uid, "version": "1"}
    answer = browser.post(url, typed)

    service.refresh_from_db()
    assert "Secret bid" not in page + browser.get(answer.url).content.decode()
    assert (service.name, service.contract) == ("Renamed", hidden)
