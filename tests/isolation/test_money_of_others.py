"""What a provider's contract is worth is nobody's business at another: every page and file, new ones by themselves."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from caseload.enums import Stage
from caseload.kinds import KINDS as CASELOAD
from commissioning.kinds import KINDS as COMMISSIONING
from commissioning.models import FundingStream
from partners.enums import Role
from partners.models import Organisation, StaffMember
from partners.platform.tenancy.models import TenantRecord
from reporting.services.returns import ask_for_build
from tests.conftest import signed_in
from tests.factories.caseload import ClientFactory, EnrolmentFactory, StageEventFactory
from tests.factories.commissioning import (
    ContractFactory,
    ContractProfileFactory,
    ContributionFactory,
    ExpenditureFactory,
    FundingStreamFactory,
    ServiceFactory,
)
from tests.factories.partners import OrganisationFactory, StaffFactory
from tests.isolation.addresses import PAGES, candidate_paths, lists
from tests.isolation.conftest import done

pytestmark = pytest.mark.slow

FIGURES = (
    "line=kpi_25&measure=spend&window=all&dimension=indicator&member=kpi_13",
    "line=kpi_23&measure=value&window=all",
    "line=kpi_24&measure=percent&window=all",
)


def money_of(name: str, provider: Organisation, stream: FundingStream, pounds: int) -> list[TenantRecord]:
    """Make a contract of everything, whose words and sums are told from any others."""
    contract = ContractFactory(title=f"{name} contract", provider=provider, funding_stream=stream, value=pounds)
    profile = ContractProfileFactory(contract=contract, planned=pounds + 1, indicator=f"{name}-profile")
    spend = ExpenditureFactory(
        external_id=f"{name}-spend",
        contract=contract,
        amount=pounds + 2,
        invoice_ref=f"{name}-invoice",
        indicator="kpi_13",
        category=f"{name}-category",
    )
    contribution = ContributionFactory(
        external_id=f"{name}-pot",
        organisation=provider,
        funding_stream=stream,
        amount=pounds + 3,
        objective=f"{name}-objective",
    )
    enrolment = EnrolmentFactory(contract=contract, client=ClientFactory(organisation=provider))
    return [contract, profile, spend, contribution, ServiceFactory(organisation=provider, contract=contract), enrolment]


def told(name: str, pounds: int, page: str) -> bool:
    sums = [f"{pounds + more:,}" for more in range(4)] + [str(pounds + more) for more in range(4)]
    words = [
        f"{name} contract",
        *(f"{name}-{word}" for word in ["profile", "spend", "invoice", "category", "pot", "objective"]),
    ]
    return any(each in page for each in [*words, *sums])


@pytest.fixture
def pages(city_council: Any, settings: Any, tmp_path: Any, monkeypatch: Any) -> tuple[list[str], Organisation]:
    """Return every page there is about two providers' money, and the project manager of one of them."""
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr("partners.platform.jobs.queue._tell", lambda *_: None)
    own, rival = OrganisationFactory(name="Own"), OrganisationFactory(name="Rival")
    stream = FundingStreamFactory()
    records = [*money_of("Own", own, stream, 70_001), *money_of("Rival", rival, stream, 7_654_321)]
    StageEventFactory(stage=Stage.ENGAGED)
    city_council.consortium.pack = "leicester"
    city_council.consortium.save()
    officer = StaffFactory(organisation=city_council, role=Role.MONITORING_OFFICER)
    filed, job = ask_for_build(
        consortium=officer.consortium, kind="leap", quarter="2007-08-Q1", by=officer, today=timezone.localdate()
    )
    done(job)
    about_one = [address for address in PAGES if address.record_names]
    found = [path for address in about_one for _, path in candidate_paths(address, [*records, filed])]
    found += [
        f"/{app}/records/{kind.slug}/{record.uid}/"
        for app, kinds in (("commissioning", COMMISSIONING), ("caseload", CASELOAD))
        for kind in kinds
        for record in records
        if isinstance(record, kind.model)
    ]
    figure = f"/returns/{filed.uid}/figure/"
    found += [f"{figure}?{asked}" for asked in FIGURES]
    found += lists()
    return found, own


def reading(person: StaffMember, paths: list[str]) -> Iterator[tuple[str, str]]:
    """Open the pages, and the files of those that are lists."""
    browser = signed_in(person)
    for path in paths:
        page = text_of(browser.get(path))
        yield path, page
        if "export=csv" in page:
            export = f"{path}{'&' if '?' in path else '?'}export=csv"
            yield export, text_of(browser.get(export))


def text_of(answer: Any) -> str:
    return "" if answer.status_code != 200 or answer.streaming else answer.content.decode(errors="replace")


def test_a_provider_reads_its_own_money_and_no_rivals(pages: Any) -> None:
    paths, own = pages
    manager = StaffFactory(organisation=own, role=Role.PROJECT_MANAGER)
    read = dict(reading(manager, paths))

    assert [path for path, page in read.items() if told("Rival", 7_654_321, page)] == []
    assert len([path for path, page in read.items() if told("Own", 70_001, page)]) > 12


@pytest.mark.parametrize("role", [Role.COMMISSIONER, Role.AUDITOR, Role.HEAD_OF_FINANCE, Role.VIEWER, Role.ADVISER])
def test_a_title_held_elsewhere_opens_no_rivals_money(pages: Any, role: str) -> None:
    paths, own = pages
    person = StaffFactory(organisation=own, role=role)

    assert [path for path, page in reading(person, paths) if told("Rival", 7_654_321, page)] == []


def test_the_accountable_bodys_commissioner_reads_all(pages: Any, commissioner: StaffMember) -> None:
    paths, _ = pages
    read = [path for path, page in reading(commissioner, paths) if told("Rival", 7_654_321, page)]

    assert len(read) > 12
    assert any("figure" in path for path in read)
