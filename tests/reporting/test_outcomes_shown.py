"""What is achieved and who claims it stands on the client's page; who else contributed sees their share of it."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from caseload.models import Client, Job
from commissioning.models import Contract
from partners.enums import Role
from partners.errors import CaseloadError, NotAllowed
from partners.models import Consortium, StaffMember
from partners.platform.tenancy.scope import in_consortium
from reporting.models import OutcomeShare
from reporting.services.shares import record_share, withdraw_share
from tests.conftest import signed_in
from tests.factories.caseload import ClientFactory, EmploymentCheckFactory, JobFactory
from tests.factories.commissioning import ContractFactory, FundingStreamFactory
from tests.factories.partners import OrganisationFactory, StaffFactory
from tests.factories.reporting import ClaimFactory, ClaimLineFactory, ClaimPaymentFactory, OutcomeShareFactory

pytestmark = pytest.mark.usefixtures("scope")


def contract_of(person: StaffMember, **more: object) -> Contract:
    return ContractFactory(provider=person.organisation, **more)


def job_of(client: Client, contract: Contract, **more: object) -> Job:
    return JobFactory(client=client, contract=contract, started_on=date(2007, 5, 1), **more)


def shown_to(staff: StaffMember, client: Client) -> str:
    answer = signed_in(staff).get(reverse("reporting:client-outcomes", args=[client.uid]))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_who_counted_an_outcome_is_said_before_anybody_works_for_it(adviser: StaffMember) -> None:
    stream = FundingStreamFactory()
    ours = contract_of(adviser, title="Ours", funding_stream=stream)
    theirs = ContractFactory(title="Theirs", provider__name="Rival Training", funding_stream=stream)
    client = ClientFactory(organisation=adviser.organisation)
    merged = ClientFactory(organisation=adviser.organisation, merged_into=client)
    job_of(client, ours, verified_on=None)
    ClaimLineFactory(claim=ClaimFactory(quarter="2007-08-Q1"), contract=theirs, job=job_of(merged, theirs))
    elsewhere = job_of(ClientFactory(organisation=adviser.organisation), ours)
    ClaimLineFactory(claim=ClaimFactory(quarter="2006-07-Q3"), contract=ours, job=elsewhere)

    page = shown_to(adviser, client)

    said = "Already counted by Rival Training, Claim to DWP 2007-08-Q1. It cannot be claimed again under this stream."
    assert page.count(said) == 1
    assert "2006-07-Q3" not in page
    assert "£" not in page
    assert (
        reverse("reporting:client-outcomes", args=[client.uid])
        in signed_in(adviser).get(reverse("caseload:client", args=[client.uid])).content.decode()
    )


def test_the_state_of_an_outcome_and_of_its_claim_are_two_things(adviser: StaffMember) -> None:
    contract = contract_of(adviser)
    client = ClientFactory(organisation=adviser.organisation)
    today = timezone.localdate()
    job = JobFactory(client=client, contract=contract, started_on=today - timedelta(weeks=30), verified_on=today)
    EmploymentCheckFactory(job=job, week=13, checked_on=today - timedelta(weeks=16), in_work=False, verified_on=None)
    EmploymentCheckFactory(job=job, week=13, checked_on=today - timedelta(weeks=15), in_work=True, verified_on=None)
    paid, part, back = ClaimFactory(), ClaimFactory(), ClaimFactory()
    ClaimLineFactory(claim=paid, contract=contract, job=job, amount=100)
    ClaimPaymentFactory(claim=paid, amount=100)
    ClaimLineFactory(claim=part, contract=contract, job=job, item="sustained_13w", amount=100)
    ClaimPaymentFactory(claim=part, amount=99)
    taken = ClaimLineFactory(claim=back, contract=contract, job=job, item="sustained_26w", amount=100)
    ClaimLineFactory(contract=contract, job=job, item="correction", amount=-100, corrects=taken)

    page = shown_to(adviser, client)

    for said in ("Proven on", "Achieved, not proven, on", "To be checked since", "Expected on"):
        assert page.count(said) == 1, said
    for claim, said in ((paid, "Paid"), (part, "Part paid"), (back, "Taken back")):
        assert f"{said}: {contract.provider}, {claim}" in page
    assert "Not claimed" in page


def test_nobody_sees_the_outcomes_of_a_client_that_they_may_not_open(
    adviser: StaffMember, outsider: StaffMember
) -> None:
    client = ClientFactory(organisation=adviser.organisation)
    address = reverse("reporting:client-outcomes", args=[client.uid])

    assert signed_in(outsider).get(address).status_code == 404
    assert signed_in(adviser).get(address).status_code == 200


@pytest.fixture
def provider(manager: StaffMember) -> StaffMember:
    return manager


def test_a_contributor_sees_its_share_and_not_whose_outcome_it_is(provider: StaffMember) -> None:
    helper = StaffFactory(role=Role.PROJECT_MANAGER)
    third = StaffFactory(role=Role.PROJECT_MANAGER)
    client = ClientFactory(organisation=provider.organisation, given_name="Sam", family_name="Unseenperson")
    job = job_of(client, contract_of(provider, title="Job coaching"))
    page = signed_in(provider)
    address = reverse("reporting:share-outcome", args=[job.uid])
    typed = {"item": "job_start", "organisation": str(helper.organisation.uid), "share": "30", "reason": "Found it"}

    assert page.get(address).status_code == 200
    assert page.post(address, typed).status_code == 302

    share = OutcomeShare.objects.get()
    listed = reverse("reporting:record-list", args=["outcome-shares"])
    for person, sees in ((provider, True), (helper, True), (third, False)):
        text = signed_in(person).get(listed).content.decode()
        assert (str(share.uid) in text) is sees, person
        one = signed_in(person).get(reverse("reporting:record", args=["outcome-shares", share.uid]))
        assert one.status_code == (200 if sees else 404)
        assert ("Unseenperson" in text + one.content.decode()) is False
    assert "Found it" in shown_to(provider, client)
    for person in (helper, third):
        assert signed_in(person).get(address).status_code == 404


def test_shares_never_come_to_the_whole_and_are_taken_back_with_a_reason(provider: StaffMember) -> None:
    job = job_of(ClientFactory(organisation=provider.organisation), contract_of(provider))
    other = OutcomeShareFactory(job=job, share=60)
    OutcomeShareFactory(share=90)
    given = {"item": "job_start", "reason": "Found it", "by": provider}

    with pytest.raises(CaseloadError, match="60% of this outcome is shared already"):
        record_share(job, organisation=OrganisationFactory(), share=40, **given)
    with pytest.raises(CaseloadError, match="claims the outcome itself"):
        record_share(job, organisation=provider.organisation, share=5, **given)
    with pytest.raises(CaseloadError, match="recorded already"):
        record_share(job, organisation=other.organisation, share=5, **given)
    record_share(job, organisation=OrganisationFactory(), share=39, **given)
    with pytest.raises(NotAllowed):
        withdraw_share(other, reason="No", by=StaffFactory(role=Role.PROJECT_MANAGER, organisation=other.organisation))
    answer = signed_in(provider).post(reverse("reporting:withdraw-share", args=[other.uid]), {"reason": "A mistake"})
    assert answer.status_code == 302
    assert not OutcomeShare.objects.filter(pk=other.pk).exists()


def test_another_consortium_sees_none_of_it(other_consortium: Consortium, adviser: StaffMember) -> None:
    client = ClientFactory(organisation=adviser.organisation)
    share = OutcomeShareFactory(job=job_of(client, contract_of(adviser)))
    with in_consortium(other_consortium.pk):
        stranger = StaffFactory(role=Role.MONITORING_OFFICER, organisation=OrganisationFactory(accountable_body=True))
        browser = signed_in(stranger)
    for name, record in (("client-outcomes", client), ("share-outcome", share.job), ("withdraw-share", share)):
        assert browser.get(reverse(f"reporting:{name}", args=[record.uid])).status_code == 404
