import datetime as dt
from typing import Any

import pytest

from caseload.enums import TimelineGroup
from caseload.kinds import KINDS
from caseload.queries.timeline import client_timeline
from caseload.views.shown import shown
from partners.models import StaffMember
from tests.factories import caseload as make


def everything(client: Any) -> None:
    job = make.JobFactory(client=client)
    make.EmploymentCheckFactory(job=job)
    for factory in (
        make.ActivityFactory,
        make.StageEventFactory,
        make.PlanActionFactory,
        make.QualificationFactory,
        make.PlacementFactory,
        make.InWorkTrainingFactory,
        make.InWorkSupportFactory,
        make.EnrolmentFactory,
        make.ReferralFactory,
        make.ConsentFactory,
        make.ClientAddressFactory,
        make.ClientCircumstanceFactory,
        make.AssessmentFactory,
    ):
        factory(client=client)


@pytest.mark.parametrize("number", [1, 3])
def test_everything_stands_on_the_timeline_in_two_queries(
    adviser: StaffMember, number: int, django_assert_num_queries: Any
) -> None:
    client = make.ClientFactory(organisation=adviser.organisation)
    for _ in range(number):
        everything(client)

    with django_assert_num_queries(2):
        entries, _ = client_timeline(client, limit=200)

    names = [kind.timeline.name for kind in KINDS if kind.timeline]
    assert {entry.what for entry in entries} == {*names, "registered"}
    assert all(shown(entry).title for entry in entries)
    assert len(set(names)) == len(names) == sum(bool(kind.person) for kind in KINDS)


def test_each_filter_shows_the_kinds_of_its_group(adviser: StaffMember) -> None:
    client = make.ClientFactory(organisation=adviser.organisation)
    everything(client)
    everything(make.ClientFactory(organisation=adviser.organisation))

    found = {group: client_timeline(client, group=group)[0] for group in TimelineGroup}

    assert all({entry.told.group for entry in entries} == {group} for group, entries in found.items())
    assert sum(len(entries) for entries in found.values()) == len(client_timeline(client, limit=200)[0])


def test_a_merged_records_entries_are_pooled(adviser: StaffMember) -> None:
    client = make.ClientFactory(organisation=adviser.organisation)
    make.ActivityFactory(client=make.ClientFactory(merged_into=client), note="of the other record")

    entries, _ = client_timeline(client, group="contacts")

    assert [entry.facts["note"] for entry in entries] == ["of the other record"]


def test_a_back_dated_step_is_marked(adviser: StaffMember) -> None:
    client = make.ClientFactory(organisation=adviser.organisation)
    make.StageEventFactory(client=client, occurred_on="2007-05-14", recorded_on="2007-05-20")

    entries, _ = client_timeline(client, group="journey")

    assert (
        shown(next(entry for entry in entries if entry.what == "stage")).late == "recorded 6 days later, on 20 May 2007"
    )


def test_older_entries_wait_for_being_asked(adviser: StaffMember) -> None:
    client = make.ClientFactory(organisation=adviser.organisation)
    for day in range(1, 4):
        make.ActivityFactory(client=client, occurred_on=dt.date(2007, 5, day))

    entries, has_more = client_timeline(client, group="contacts", limit=2)

    assert [entry.day.day for entry in entries] == [3, 2]
    assert has_more
