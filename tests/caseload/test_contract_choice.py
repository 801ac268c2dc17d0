import datetime as dt
from typing import Any

from django.utils import timezone

from caseload.forms.entries import JobForm
from partners.models import StaffMember
from tests.factories.caseload import ClientFactory, EnrolmentFactory, JobFactory
from tests.factories.commissioning import ContractFactory


def running(**kwargs: Any) -> Any:
    today = timezone.localdate()
    year = dt.timedelta(days=365)
    return ContractFactory(**{"starts_on": today - year, "ends_on": today + year, **kwargs})


def test_ones_own_contracts_are_offered_with_their_provider(adviser: StaffMember) -> None:
    own = [running(provider=adviser.organisation, title=title) for title in ("Alpha", "Beta")]
    ContractFactory(provider=adviser.organisation)  # ended long ago
    running()
    form = JobForm(client=ClientFactory(organisation=adviser.organisation), staff=adviser)

    assert list(form.fields["contract"].queryset) == own
    assert [label for _, label in form.fields["contract"].choices][1] == f"Alpha ({adviser.organisation.name})"


def test_the_contract_a_client_is_enrolled_on_comes_chosen(adviser: StaffMember) -> None:
    own = [running(provider=adviser.organisation) for _ in range(2)]
    client, other = (ClientFactory(organisation=adviser.organisation) for _ in range(2))
    EnrolmentFactory(client=client, contract=own[1])
    EnrolmentFactory(client=other, contract=own[0])
    EnrolmentFactory(client=client, contract=running())

    form = JobForm(client=client, staff=adviser)
    assert form.initial["contract"] == own[1].uid
    assert f'<option value="{own[1].uid}" selected>' in str(form["contract"])


def test_a_corrected_entry_comes_with_its_contract_chosen(adviser: StaffMember) -> None:
    client, contracts = ClientFactory(organisation=adviser.organisation), [running() for _ in range(2)]
    job = JobFactory(client=client, contract=contracts[0])
    form = JobForm(client=client, staff=adviser, entry=job, initial=JobForm.initial_of(job))

    assert f'<option value="{contracts[0].uid}" selected>' in str(form["contract"])


def test_a_contract_pays_for_no_day_it_does_not_run_on(adviser: StaffMember) -> None:
    own = running(provider=adviser.organisation)
    client = ClientFactory(organisation=adviser.organisation)
    typed = {"started_on": "1 May 2007", "contract": own.uid, "evidence": "none"}
    form = JobForm(typed, client=client, staff=adviser)

    assert f"{own.title} runs from" in str(form.errors["contract"])


def test_an_entry_keeps_the_contract_it_names(adviser: StaffMember) -> None:
    client = ClientFactory(organisation=adviser.organisation)
    job = JobFactory(client=client, contract=ContractFactory())

    assert list(JobForm(client=client, staff=adviser, entry=job).fields["contract"].queryset) == [job.contract]
