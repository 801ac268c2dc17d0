"""A list behind a figure tells what its members share: special categories stay with whoever owns the record."""

from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
from django.urls import reverse
from django.utils import timezone

from caseload.enums import PART_OF_CODE, PART_OF_FIELD
from caseload.models import Client
from caseload.services.sharing import bring_shares_up_to_date
from partners.enums import AccessAction
from partners.models import AccessEntry, StaffMember
from partners.platform.jobs import queue as jobs
from reporting.counting.declarations import Indicator
from reporting.indicators.kinds import KINDS
from reporting.models import Return
from reporting.services.returns import ask_for_build
from tests.conftest import signed_in
from tests.factories import caseload as make


@pytest.fixture(autouse=True)
def no_progress() -> Iterator[None]:
    """Keep to one connection: the test's records are not yet there for a second one."""
    with patch("partners.platform.jobs.queue._tell"):
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
    assert "may be more that you may not open" in page
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


def listed(staff: StaffMember, filed: Return, line: str, **more: str) -> set[str]:
    measure = {"kpi_22": "due"}.get(line, "value")
    return names(figure(staff, filed, line=line, measure=measure, **more))


def test_a_list_of_all_benefits_names_nobody_for_one_that_tells_of_health(
    filed: Return, shared: Client, manager: StaffMember, monitoring_officer: StaffMember
) -> None:
    assert listed(manager, filed, "flow_on") == {"Ourown"}
    assert listed(monitoring_officer, filed, "flow_on") == {"Sharedwith", "Ourown"}

    make.ClientCircumstanceFactory(client=shared, kind="benefit", code="jsa", from_date="2007-02-01")
    again = built(monitoring_officer, "journey")

    # The claim of Jobseeker's Allowance is no special category: its row stands there, the other does not.
    assert listed(manager, again, "flow_on") == {"Sharedwith", "Ourown"}
    assert listed(manager, again, "flow_on", dimension="benefit", member="ib") == {"Ourown"}
    page = figure(manager, again, line="flow_on")
    assert page.count("Sharedwith") == 1


def built(officer: StaffMember, kind: str) -> Return:
    filed, job = ask_for_build(
        consortium=officer.consortium, kind=kind, quarter="2007-08-Q1", by=officer, today=timezone.localdate()
    )
    jobs.run(officer.consortium_id, job.pk)
    filed.refresh_from_db()
    return filed


@pytest.fixture
def leap(filed: Return, shared: Client, monitoring_officer: StaffMember) -> Return:
    """A return of both people, into work from Incapacity Benefit."""
    for code, rule in (("jsa_6m", {"benefit": ["jsa"]}), ("lone_parent", {"status": ["lone_parent"]})):
        make.TargetGroupFactory(code=code, rule=rule)
    for client in Client.objects.filter(family_name__in=["Ourown", "Sharedwith"]):
        make.JobFactory(client=client, started_on="2007-05-20")
        make.ActivityFactory(client=client, kind="engagement", occurred_on="2007-05-20")
    monitoring_officer.consortium.pack = "leicester"
    monitoring_officer.consortium.save()
    Client.objects.filter(family_name__in=["Ourown", "Sharedwith"]).update(sex="")
    return built(monitoring_officer, "leap")


@pytest.mark.parametrize("line", ["headline_ib", "headline_total", "kpi_11"])
def test_nobody_is_named_where_the_other_lists_would_tell_why(
    leap: Return, manager: StaffMember, monitoring_officer: StaffMember, line: str
) -> None:
    assert listed(manager, leap, line) == {"Ourown"}
    assert listed(monitoring_officer, leap, line) == {"Sharedwith", "Ourown"}
    assert listed(manager, leap, "kpi_22", window="all") <= {"Sharedwith", "Ourown"}


def test_somebody_counted_for_another_reason_too_is_named(
    leap: Return, shared: Client, manager: StaffMember, monitoring_officer: StaffMember
) -> None:
    make.ClientCircumstanceFactory(client=shared, kind="status", code="lone_parent", from_date="2007-01-01")

    again = built(monitoring_officer, "leap")

    assert listed(manager, again, "headline_total") == {"Sharedwith", "Ourown"}
    assert listed(manager, again, "headline_lone_parent") == {"Sharedwith"}
    assert listed(manager, again, "headline_ib") == {"Ourown"}


def test_what_changed_names_nobody_for_a_line_that_tells(
    leap: Return, shared: Client, manager: StaffMember, monitoring_officer: StaffMember
) -> None:
    for client in Client.objects.filter(family_name__in=["Ourown", "Sharedwith"]):
        make.JobFactory(client=client, started_on="2007-06-25", employer=None)
    again = built(monitoring_officer, "leap")
    address = reverse("reporting:changes", args=[again.uid])

    def changed(reader: StaffMember, line: str) -> set[str]:
        return names(signed_in(reader).get(address, {"line": line}).content.decode())

    assert changed(manager, "headline_ib") == {"Ourown"}
    assert changed(monitoring_officer, "headline_ib") == {"Sharedwith", "Ourown"}


# Spend names nobody; its rows come from the table that has the jobs of a claim as well.
OF_NOBODY = {"claim_spend"}


@pytest.mark.parametrize(
    "indicator", [each for kind in KINDS.values() for each in kind.indicators], ids=lambda i: i.code
)
def test_every_line_says_what_being_counted_in_it_tells(indicator: Indicator) -> None:
    """A line whose query asks after groups, benefits or another special category has declared it."""
    tells, query = indicator.tells, indicator.query
    if any(f"groups {sign}" in query for sign in ("<>", "&&", "@>", "= ANY")):
        assert tells.by == "groups"
    codes = [code for code in (*PART_OF_CODE, *PART_OF_FIELD) if f"'{code}'" in query or f".{code}" in query]
    if codes or any(dimension.name == "benefit" for dimension in indicator.dimensions):
        assert tells.part or tells.by
    has_person = "person_id" in query or "client_id" in query or "count_" in query
    assert tells.people or not has_person or indicator.code in OF_NOBODY
