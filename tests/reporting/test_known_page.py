"""As known on 3 July: a monitoring officer asks for a day and reads figures, records that differ, and why they do."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from unittest.mock import patch

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from caseload.enums import Stage
from caseload.models import Client, ClientMerge, StageEvent
from partners.enums import JobState, Role
from partners.models import BackgroundJob, Consortium, StaffMember
from partners.platform.tenancy.scope import in_consortium
from reporting.enums import ChangeKind, ReturnState
from reporting.models import Return, ReturnBuild, ReturnChange, ReturnLine
from reporting.services.freezing import freeze
from reporting.services.known import JOB
from reporting.services.signing import makers
from tests.conftest import signed_in
from tests.factories.caseload import StageEventFactory
from tests.factories.partners import StaffFactory
from tests.reporting.test_corrections import build, run
from tests.reporting.test_known import let_it_be

KEPT_SINCE, KNOWN, BUILT = (datetime(2008, 7, day, 12, tzinfo=UTC) for day in (1, 3, 5))


@pytest.fixture(autouse=True)
def no_progress() -> Iterator[None]:
    with patch("partners.platform.jobs.queue._tell"):
        yield


@pytest.fixture
def kept(scope: Consortium) -> Consortium:
    Consortium.objects.filter(pk=scope.pk).update(created_at=KEPT_SINCE)
    scope.refresh_from_db()
    return scope


def engaged(at: datetime, number: int = 1) -> list[StageEvent]:
    found = [StageEventFactory(stage=Stage.ENGAGED, occurred_on="2007-05-14", recorded_at=at) for _ in range(number)]
    let_it_be(at)
    return found


def built(by: StaffMember) -> Return:
    filed = build(by)
    ReturnBuild.objects.update(snapshot_at=BUILT)
    return filed


def ask(filed: Return, by: StaffMember, on: str = "3 Jul 2008", line: str = "journey_engaged") -> str:
    page = reverse("reporting:known", args=[filed.uid])
    answer = signed_in(by).post(page, {"on": on, "line": line}, follow=True)
    for job in BackgroundJob.objects.filter(state=JobState.WAITING).exclude(kind="notices"):
        run(job)
    return answer.content.decode()


def page_of(filed: Return, by: StaffMember, on: str = "2008-07-03", line: str = "journey_engaged") -> str:
    return signed_in(by).get(reverse("reporting:known", args=[filed.uid]), {"on": on, "line": line}).content.decode()


def numbers(filed: Return, by: StaffMember, on: str = "2008-07-03") -> list[str]:
    """Return a total of the quarter three times, as the file has it: built, then and now."""
    file = reverse("reporting:known-file", args=[filed.uid])
    rows = signed_in(by).get(file, {"on": on, "line": "journey_engaged"}).content.decode().splitlines()
    return next(row.split(",")[7:10] for row in rows if row.startswith("journey_engaged,") and ",value,,," in row)


def test_the_page_and_its_file_show_the_figure_as_built_as_known_on_the_day_and_as_known_now(
    kept: Consortium, monitoring_officer: StaffMember
) -> None:
    early = engaged(KNOWN, 4)
    late = engaged(BUILT, 2)
    filed = built(monitoring_officer)
    StageEvent.objects.filter(pk=early[0].pk).delete()

    ask(filed, monitoring_officer)

    assert numbers(filed, monitoring_officer) == ["6", "4", "5"]
    page = page_of(filed, monitoring_officer)
    for event in (*late, early[0]):
        assert event.external_id in page
    assert early[1].external_id not in page
    assert "Came in: recorded since" in page
    assert "Left: the record was removed" in page
    records = signed_in(monitoring_officer).get(
        reverse("reporting:known", args=[filed.uid]), {"on": "2008-07-03", "line": "journey_engaged", "export": "csv"}
    )
    row = next(row for row in records.content.decode().splitlines() if late[0].external_id in row)
    assert row.startswith('"Quarter, Year to date, Since the start",Not counted,"Quarter, Year')


def test_a_return_keeps_its_figures_and_its_state_and_who_asked_has_built_nothing(
    kept: Consortium, monitoring_officer: StaffMember
) -> None:
    engaged(BUILT, 3)
    filed = built(monitoring_officer)
    other = StaffFactory(organisation=monitoring_officer.organisation, role=Role.MONITORING_OFFICER)
    Return.objects.filter(pk=filed.pk).update(state=ReturnState.IN_SIGN_OFF)

    ask(filed, other)

    filed.refresh_from_db()
    assert filed.state == ReturnState.IN_SIGN_OFF
    assert makers(filed) == {monitoring_officer.pk}
    own = filed.builds.get(known_on__isnull=True)
    assert filed.builds.shown().get() == own
    assert own.lines.get(line="journey_engaged", dimension="").quarter == "3"


def test_of_a_signed_return_it_is_told_what_was_known_before_it_was_signed_and_what_since(
    kept: Consortium, monitoring_officer: StaffMember
) -> None:
    one, other, third = engaged(KNOWN, 3)
    late = engaged(BUILT)[0]
    filed = built(monitoring_officer)
    freeze(filed, filed.builds.get(), by=monitoring_officer, at=timezone.now())
    Client.objects.filter(pk=other.client_id).update(merged_into=one.client)
    ClientMerge(record=other.client, into=one.client).save()
    signed = list(ReturnLine.objects.filter(build=filed.signed_build).values())

    ask(filed, monitoring_officer)

    assert numbers(filed, monitoring_officer) == ["4", "3", "3"]
    then = filed.builds.get(known_on=date(2008, 7, 3))
    changes = ReturnChange.objects.filter(build_id=then.pk, line="journey_engaged")
    assert [(each.record_id, each.change, each.windows_was, each.windows_now) for each in changes] == [
        (late.pk, ChangeKind.ENTERED, 7, 0)
    ]
    assert "were merged" in page_of(filed, monitoring_officer)
    assert third.external_id not in page_of(filed, monitoring_officer)
    assert list(ReturnLine.objects.filter(build=filed.signed_build).values()) == signed
    page = signed_in(monitoring_officer).get(reverse("reporting:corrections", args=[filed.uid])).content.decode()
    assert "Count as known on that day" in page


@pytest.mark.parametrize(
    ("on", "told"),
    [
        ("30 Jun 2008", "before 1 July 2008 cannot be told"),
        ("3 Jul 2099", "3 July 2099 is still to come"),
        ("a day", "day"),
        ("", "Enter"),
    ],
)
def test_a_day_of_which_nobody_can_tell_is_refused_with_a_sentence(
    kept: Consortium, monitoring_officer: StaffMember, on: str, told: str
) -> None:
    engaged(KNOWN)
    filed = built(monitoring_officer)

    page = ask(filed, monitoring_officer, on=on)

    assert "There is a problem" in page
    assert told in page
    assert not BackgroundJob.objects.filter(kind=JOB).exists()


def test_only_who_builds_asks_and_who_may_not_open_the_people_reads_no_small_number(
    kept: Consortium, monitoring_officer: StaffMember, outsider: StaffMember
) -> None:
    StaffMember.objects.filter(pk=outsider.pk).update(role=Role.PROJECT_MANAGER)
    outsider.refresh_from_db()
    events = [*engaged(KNOWN, 2), *engaged(BUILT, 9)]
    filed = built(monitoring_officer)
    page = reverse("reporting:known", args=[filed.uid])
    assert signed_in(outsider).post(page, {"on": "3 Jul 2008"}).status_code == 403

    ask(filed, monitoring_officer)

    assert numbers(filed, monitoring_officer) == ["11", "2", "11"]
    assert numbers(filed, outsider)[1] == "*"
    shown = page_of(filed, outsider)
    assert "Count as known on that day" not in shown
    assert not any(event.external_id in shown for event in events)
    assert "more that you may not open: 9" not in shown


def test_another_consortiums_history_is_in_no_count(
    kept: Consortium, monitoring_officer: StaffMember, other_consortium: Consortium
) -> None:
    with in_consortium(other_consortium.pk):
        engaged(KNOWN, 5)
    engaged(KNOWN, 2)
    filed = built(monitoring_officer)

    ask(filed, monitoring_officer)

    assert numbers(filed, monitoring_officer) == ["2", "2", "2"]


def test_a_figure_of_then_opens_its_records_and_each_figure_asks_for_a_day(
    kept: Consortium, monitoring_officer: StaffMember
) -> None:
    early, late = engaged(KNOWN)[0], engaged(BUILT)[0]
    filed = built(monitoring_officer)
    ask(filed, monitoring_officer)
    then = filed.builds.get(known_on=date(2008, 7, 3))

    figure = {"line": "journey_engaged", "measure": "value", "window": "quarter"}
    browser, page = signed_in(monitoring_officer), reverse("reporting:figure", args=[filed.uid])
    of_then = browser.get(page, {**figure, "build": str(then.uid)}).content.decode()

    assert "As known on 3 July 2008" in of_then
    assert early.external_id in of_then
    assert late.external_id not in of_then
    assert "Count as known on that day" in browser.get(page, figure).content.decode()
    assert browser.get(page, {**figure, "build": "none"}).status_code == 404


def test_the_command_counts_as_known_on_a_day(kept: Consortium, capsys: pytest.CaptureFixture[str]) -> None:
    engaged(KNOWN, 2)
    engaged(BUILT, 3)

    def counted(**asked: str) -> list[str]:
        call_command("build_return", consortium=kept.slug, kind="journey", quarter="2007-08-Q1", **asked)
        rows = capsys.readouterr().out.splitlines()
        return next(row.split(",")[7:10] for row in rows if row.startswith("journey_engaged,"))

    assert counted(as_known_on="2008-07-03") == ["2", "2", "2"]
    assert counted(as_known_on="2008-07-05") == ["5", "5", "5"]
    assert counted() == ["5", "5", "5"]


def test_a_day_counted_beside_an_earlier_build_stays_to_be_seen_and_is_counted_once_beside_each(
    kept: Consortium, monitoring_officer: StaffMember
) -> None:
    engaged(KNOWN, 2)
    filed = built(monitoring_officer)
    for _ in range(2):
        ask(filed, monitoring_officer)
    assert filed.builds.filter(known_on=date(2008, 7, 3)).count() == 1
    engaged(BUILT, 3)
    build(monitoring_officer)

    assert "The return was built again since" in page_of(filed, monitoring_officer)
    assert numbers(filed, monitoring_officer) == ["2", "2", "5"]
    ask(filed, monitoring_officer)
    assert "The return was built again since" not in page_of(filed, monitoring_officer)
    assert numbers(filed, monitoring_officer) == ["5", "2", "5"]


def test_no_page_of_a_signed_return_asks_the_database_more_than_fifteen_times(
    kept: Consortium, monitoring_officer: StaffMember
) -> None:
    early = engaged(KNOWN, 9)
    engaged(BUILT, 3)
    filed = built(monitoring_officer)
    freeze(filed, filed.builds.get(), by=monitoring_officer, at=timezone.now())
    StageEvent.objects.filter(pk__in=[event.pk for event in early[:4]]).delete()
    ask(filed, monitoring_officer)
    browser = signed_in(monitoring_officer)
    figure = {"line": "journey_engaged", "measure": "value", "window": "quarter"}
    pages = {"return": {}, "figure": figure, "changes": {}, "corrections": {}, "known": {"on": "2008-07-03"}}

    counts = {}
    for name, asked in pages.items():
        with CaptureQueriesContext(connection) as found:
            assert browser.get(reverse(f"reporting:{name}", args=[filed.uid]), asked).status_code == 200
        own = [each for each in found if "set_config" not in each["sql"] and "SAVEPOINT" not in each["sql"]]
        counts[name] = len(own)

    assert max(counts.values()) <= 15, counts
