"""A list behind a figure tells what its members share: special categories stay with whoever owns the record."""

from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
from django.urls import reverse
from django.utils import timezone

from caseload.models import Client
from caseload.services.sharing import bring_shares_up_to_date
from partners.enums import AccessAction
from partners.models import AccessEntry, StaffMember
from partners.services import jobs
from reporting.models import Return
from reporting.services.returns import ask_for_build
from tests.conftest import signed_in
from tests.factories import caseload as make


@pytest.fixture(autouse=True)
def no_progress() -> Iterator[None]:
    """Keep to one connection: the test's records are not yet there for a second one."""
    with patch("partners.services.jobs._tell"):
        yield


@pytest.fixture
def shared(manager: StaffMember, outsider: StaffMember) -> Client:
    """A claimant of another organisation, shared with the project manager's."""
    client: Client = make.ClientFactory(family_name="Sharedwith", organisation=outsider.organisation)
    make.ClientCircumstanceFactory(client=client, kind="benefit", code="ib", from_date="2007-01-01")
    make.ReferralFactory(client=client, to_organisation=manager.organisation, status="accepted")
    make.ConsentFactory(client=client)
    bring_shares_up_to_date(today=timezone.localdate())
    return client


@pytest.fixture
def filed(shared: Client, manager: StaffMember, monitoring_officer: StaffMember) -> Return:
    make.TargetGroupFactory(code="ib", rule={"benefit": ["ib"]}, special_category=True)
    make.TargetGroupFactory(code="women", rule={"sex": ["female"]})
    own = make.ClientFactory(family_name="Ourown", organisation=manager.organisation, sex="female")
    make.ClientCircumstanceFactory(client=own, kind="benefit", code="ib", from_date="2007-01-01")
    Client.objects.filter(pk=shared.pk).update(sex="female")
    for client in (own, shared):
        make.StageEventFactory(client=client, stage="engaged", occurred_on="2007-05-14")
    filed, job = ask_for_build(
        consortium=monitoring_officer.consortium,
        kind="journey",
        quarter="2007-08-Q1",
        by=monitoring_officer,
        today=timezone.localdate(),
    )
    jobs.run(monitoring_officer.consortium_id, job.pk)
    filed.refresh_from_db()
    return filed


def figure(staff: StaffMember, filed: Return, **more: str) -> str:
    parts = {"line": "journey_engaged", "measure": "value", "window": "all", **more}
    return str(signed_in(staff).get(reverse("reporting:figure", args=[filed.uid]), parts).content.decode())


def names(page: str) -> set[str]:
    return {name for name in ("Sharedwith", "Ourown") if name in page}


def test_a_share_names_nobody_in_a_special_group(
    filed: Return, manager: StaffMember, monitoring_officer: StaffMember
) -> None:
    group = {"dimension": "target_group", "member": "ib"}
    page = figure(manager, filed, **group)

    assert names(page) == {"Ourown"}
    assert "1 more that you may not open" in page
    assert names(figure(manager, filed)) == {"Sharedwith", "Ourown"}
    assert names(figure(manager, filed, dimension="target_group", member="women")) == {"Sharedwith", "Ourown"}
    assert names(figure(monitoring_officer, filed, **group)) == {"Sharedwith", "Ourown"}


def test_a_list_taken_as_a_file_stands_in_each_persons_trail(
    filed: Return, shared: Client, monitoring_officer: StaffMember
) -> None:
    figure(monitoring_officer, filed, export="csv")

    exported: Any = AccessEntry.objects.filter(action=AccessAction.EXPORTED, subject="caseload.client")
    assert exported.count() == 2
    assert exported.filter(subject_id=shared.pk).exists()
