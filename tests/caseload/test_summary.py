"""What lists know of a client without reading their records: it follows every change of them, however it is written."""

import datetime as dt

import pytest
from django.utils import timezone

from caseload.models import Activity, Client, ClientSummary, Job, StageEvent
from caseload.receivers import MANY_ROWS, on_package_loaded, on_package_loading
from caseload.services.upkeep import let_a_day_pass
from tests.factories.caseload import ActivityFactory, ClientFactory, JobFactory, StageEventFactory


def summary_of(client: Client) -> tuple[str, dt.date | None, bool, bool]:
    found = ClientSummary.objects.get(client=client)
    return found.stage, found.last_contact_on, found.in_work, found.has_left


@pytest.fixture
def client(scope: None) -> Client:
    return ClientFactory()


def test_a_new_client_stands_at_the_beginning(client: Client) -> None:
    assert summary_of(client) == ("", None, False, False)


def test_it_follows_what_is_written_changed_and_taken_back(client: Client) -> None:
    step = StageEventFactory(client=client, stage="assessed", occurred_on="2007-05-14")
    StageEventFactory(client=client, stage="engaged", occurred_on="2007-05-01")
    ActivityFactory(client=client, kind="contact", occurred_on="2007-06-01")
    JobFactory(client=client)
    assert summary_of(client) == ("assessed", dt.date(2007, 6, 1), True, False)

    StageEvent.objects.filter(pk=step.pk).update(stage="exited")
    Activity.objects.update(kind="survey")
    Job.objects.update(ended_on="2026-01-01")
    assert summary_of(client) == ("exited", None, False, True)

    StageEvent.objects.filter(pk=step.pk).delete()
    assert summary_of(client) == ("engaged", None, False, False)


def test_an_entry_that_moves_to_another_client_moves_in_both(client: Client) -> None:
    other = ClientFactory()
    activity = ActivityFactory(client=client, kind="contact", occurred_on="2007-06-01")

    Activity.objects.filter(pk=activity.pk).update(client=other)

    assert summary_of(client)[1] is None
    assert summary_of(other)[1] == dt.date(2007, 6, 1)


def test_the_entries_of_a_merged_record_count_until_it_is_separated(client: Client) -> None:
    double = ClientFactory()
    StageEventFactory(client=double, stage="assessed", occurred_on="2007-05-14")

    Client.objects.filter(pk=double.pk).update(merged_into=client)
    assert summary_of(client)[0] == "assessed"

    Client.objects.filter(pk=double.pk).update(merged_into=None)
    assert (summary_of(client)[0], summary_of(double)[0]) == ("", "assessed")


def test_an_appointment_to_come_is_no_contact_before_its_day(client: Client) -> None:
    today = timezone.localdate()
    ActivityFactory(client=client, kind="appointment", occurred_on=today + dt.timedelta(days=3))
    assert summary_of(client)[1] is None

    # The day comes: the clock cannot be moved, so the row is, and what followed at once is taken back.
    Activity.objects.update(occurred_on=today, recorded_at=timezone.now() - dt.timedelta(days=3))
    ClientSummary.objects.update(last_contact_on=None)
    let_a_day_pass(today=today)

    assert summary_of(client)[1] == today


def test_a_client_that_goes_takes_it_along(client: Client) -> None:
    Client.objects.filter(pk=client.pk).delete()

    assert not ClientSummary.objects.exists()


def test_a_long_load_summarises_everybody_at_its_end(client: Client) -> None:
    on_package_loading(rows=MANY_ROWS)
    ActivityFactory(client=client, kind="contact", occurred_on="2007-06-01")
    assert summary_of(client)[1] is None

    on_package_loaded(tables=["activities"])
    assert summary_of(client)[1] == dt.date(2007, 6, 1)

    ActivityFactory(client=client, kind="contact", occurred_on="2007-06-02")
    assert summary_of(client)[1] == dt.date(2007, 6, 2)
