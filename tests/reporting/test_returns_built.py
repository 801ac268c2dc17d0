"""A return as it is built and read: the job, the records it keeps, its pages and who may open what."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs, urlparse

import pytest
from django.urls import reverse
from django.utils import timezone

from caseload.enums import Stage
from caseload.models import Client, StageEvent
from partners.enums import JobState, Role
from partners.errors import CaseloadError, NotAllowed
from partners.models import BackgroundJob, Consortium, StaffMember
from partners.platform.jobs import queue as jobs
from reporting.counting.windows import Quarter
from reporting.enums import ChangeKind, ReturnState
from reporting.indicators.kinds import UnknownKind
from reporting.models import Observation, Return, ReturnBuild, ReturnChange, ReturnLine, ReturnMember
from reporting.services.forecasts import set_forecasts
from reporting.services.returns import ReturnLocked, ask_for_build
from tests.conftest import signed_in
from tests.factories.caseload import ClientFactory, JobFactory, StageEventFactory
from tests.factories.partners import StaffFactory

TODAY = date(2007, 7, 10)
QUARTER = "2007-08-Q1"


@pytest.fixture(autouse=True)
def no_progress() -> Iterator[None]:
    """Keep to one connection: the test's records are not yet there for a second one."""
    with patch("partners.platform.jobs.queue._tell"):
        yield


def ask(by: StaffMember, kind: str = "journey", quarter: str = QUARTER) -> tuple[Return, BackgroundJob]:
    return ask_for_build(consortium=by.consortium, kind=kind, quarter=quarter, by=by, today=TODAY)


def build(by: StaffMember, kind: str = "journey") -> Return:
    filed, job = ask(by, kind)
    jobs.run(by.consortium_id, job.pk)
    job.refresh_from_db()
    assert (job.state, job.message) == (JobState.DONE, "")
    filed.refresh_from_db()
    return filed


def total(filed: Return, line: str, measure: str = "value") -> tuple[str, str, str]:
    newest = filed.builds.finished().order_by("-id").first()
    row = ReturnLine.objects.get(build=newest, line=line, measure=measure, dimension="")
    return row.quarter, row.year, row.all


def engaged(number: int, **more: Any) -> list[Client]:
    return [StageEventFactory(stage=Stage.ENGAGED, occurred_on="2007-05-14", **more).client for _ in range(number)]


def test_building_a_return_keeps_its_figures_and_the_records_in_them(monitoring_officer: StaffMember) -> None:
    clients = engaged(3)

    filed = build(monitoring_officer)

    assert filed.state == ReturnState.BUILT
    assert total(filed, "journey_engaged") == ("3", "3", "3")
    members = ReturnMember.objects.filter(build_id=filed.builds.get().pk, line="journey_engaged")
    assert set(members.values_list("person_id", flat=True)) == {client.pk for client in clients}


def test_asking_twice_is_one_build(monitoring_officer: StaffMember) -> None:
    first, job = ask(monitoring_officer)

    second, same_job = ask(monitoring_officer)

    assert (first.pk, job.pk) == (second.pk, same_job.pk)


def test_a_job_rung_again_after_its_build_was_stored_builds_no_second(monitoring_officer: StaffMember) -> None:
    filed = build(monitoring_officer)
    job = filed.builds.get().job
    BackgroundJob.objects.filter(pk=job.pk).update(state=JobState.RUNNING)

    jobs.run(job.consortium_id, job.pk)

    assert ReturnBuild.objects.filter(filed=filed).count() == 1


def test_a_cancelled_build_leaves_nothing(monitoring_officer: StaffMember) -> None:
    engaged(1)
    filed, job = ask(monitoring_officer)

    with patch("partners.platform.jobs.queue._tell", side_effect=jobs.JobCancelled):
        jobs.run(job.consortium_id, job.pk)

    assert not ReturnBuild.objects.exists()
    assert not ReturnMember.objects.exists()
    filed.refresh_from_db()
    assert filed.state == ReturnState.DRAFT


def test_a_build_whose_job_is_not_done_counts_for_nothing(monitoring_officer: StaffMember) -> None:
    filed = build(monitoring_officer)

    BackgroundJob.objects.update(state=JobState.CANCELLED)

    assert not filed.builds.finished().exists()


@pytest.mark.parametrize(
    ("kind", "quarter", "words"),
    [
        ("leap", QUARTER, "no leap return"),
        ("tax", QUARTER, "no return of the kind"),
        ("journey", "2007-Q1", "is not a quarter"),
        ("journey", "2007-09-Q1", "is not a quarter"),
        ("journey", "2007-08-Q3", "still to come"),
    ],
)
def test_a_wrong_kind_or_quarter_is_refused_with_a_sentence(
    monitoring_officer: StaffMember, kind: str, quarter: str, words: str
) -> None:
    with pytest.raises(CaseloadError, match=words):
        ask(monitoring_officer, kind, quarter)


def test_a_quarter_before_the_programme_is_refused(monitoring_officer: StaffMember, scope: Consortium) -> None:
    scope.programme_start = date(2007, 4, 1)
    monitoring_officer.consortium = scope

    with pytest.raises(CaseloadError, match="ended before the programme began"):
        ask(monitoring_officer, quarter="2006-07-Q4")


def test_only_the_pack_of_leicester_has_leap(monitoring_officer: StaffMember, scope: Consortium) -> None:
    with pytest.raises(UnknownKind):
        ask(monitoring_officer, "leap")

    scope.pack = "leicester"
    monitoring_officer.consortium = scope
    assert ask(monitoring_officer, "leap")[0].kind == "leap"


def test_an_adviser_may_not_build(adviser: StaffMember) -> None:
    with pytest.raises(NotAllowed):
        ask(adviser)


def test_a_signed_return_is_not_built_again(monitoring_officer: StaffMember) -> None:
    filed = build(monitoring_officer)
    Return.objects.filter(pk=filed.pk).update(
        state=ReturnState.SIGNED, signed_build=filed.builds.get(), signed_at="2007-07-10T10:00Z", own_hash="x"
    )

    with pytest.raises(ReturnLocked):
        ask(monitoring_officer)


def test_building_again_tells_a_late_entry_from_a_change_and_a_removal(monitoring_officer: StaffMember) -> None:
    stays, changes, goes = (
        StageEventFactory(stage=Stage.ENGAGED, occurred_on="2007-05-14", recorded_at="2007-05-14T10:00Z")
        for _ in range(3)
    )
    filed = build(monitoring_officer)
    ReturnBuild.objects.update(snapshot_at="2007-07-01T10:00Z")

    late = StageEventFactory(stage=Stage.ENGAGED, occurred_on="2007-05-15", recorded_at="2007-07-02T10:00Z")
    type(changes).objects.filter(pk=changes.pk).update(occurred_on="2007-03-01")
    gone = goes.pk
    goes.delete()
    build(monitoring_officer)

    newest = filed.builds.finished().order_by("-id").first()
    found = ReturnChange.objects.filter(build_id=newest.pk, line="journey_engaged")
    assert set(found.values_list("record_id", "change")) == {
        (late.pk, ChangeKind.ENTERED),
        (changes.pk, ChangeKind.MOVED),
        (gone, ChangeKind.REMOVED),
    }
    assert newest.changed_records == 3
    assert total(filed, "journey_engaged") == ("2", "2", "3")
    assert stays.pk not in set(found.values_list("record_id", flat=True))


def test_every_build_opens_the_records_of_its_figures_as_it_was_built(monitoring_officer: StaffMember) -> None:
    engaged(1)
    gone, stays = StageEvent.objects.get(), StageEventFactory(stage=Stage.ENGAGED, occurred_on="2007-05-15")
    filed = build(monitoring_officer)
    gone.delete()
    build(monitoring_officer)
    build(monitoring_officer)
    browser = signed_in(monitoring_officer)
    first = filed.builds.order_by("id").first()

    page = browser.get(reverse("reporting:return", args=[filed.uid])).content.decode()
    older = browser.get(reverse("reporting:return", args=[filed.uid]), {"build": str(first.uid)}).content.decode()

    assert "All 3 builds" in page
    assert f"?build={first.uid}" in page
    assert "These are the figures of the build of" in older
    link = re.search(r'href="([^"]*figure/[^"]*line=journey_engaged[^"]*window=quarter[^"]*)"[^>]*>\s*2\s*<', older)
    assert link is not None
    listed = browser.get(unescape(link[1])).content.decode()
    assert gone.external_id in listed
    assert stays.external_id in listed


def test_a_double_count_is_in_no_figure_and_is_listed(monitoring_officer: StaffMember) -> None:
    first = JobFactory(started_on="2007-05-14")
    again = JobFactory(client=first.client, employer=first.employer, started_on="2007-06-11")
    JobFactory(client=first.client, employer=first.employer, started_on="2007-06-12")

    filed = build(monitoring_officer)

    newest = filed.builds.get()
    listed = ReturnMember.objects.get(build_id=newest.pk, line="double_counts")
    assert (newest.double_counts, listed.record_id, listed.members) == (1, again.pk, [f"with={first.external_id}"])
    page = signed_in(monitoring_officer).get(reverse("reporting:double-counts", args=[filed.uid]))
    assert again.external_id in page.content.decode()


def test_every_figure_of_the_page_opens_a_list_of_its_records(monitoring_officer: StaffMember) -> None:
    engaged(2)
    filed = build(monitoring_officer)
    browser = signed_in(monitoring_officer)
    page = browser.get(reverse("reporting:return", args=[filed.uid])).content.decode()
    links = [part.split('"')[0].replace("&amp;", "&") for part in page.split('href="') if "/figure/?" in part[:120]]

    assert len(links) > 20
    for link in links:
        assert browser.get(link).status_code == 200, link


def test_the_list_behind_a_figure_names_the_people(monitoring_officer: StaffMember) -> None:
    clients = engaged(2)
    filed = build(monitoring_officer)

    page = figure(monitoring_officer, filed).content.decode()

    assert all(f"{client.family_name}, {client.given_name}" in page for client in clients)
    assert "that you may not open" not in page


def figure(staff: StaffMember, filed: Return, **more: str) -> Any:
    parts = {"line": "journey_engaged", "measure": "value", "window": "all", **more}
    return signed_in(staff).get(reverse("reporting:figure", args=[filed.uid]), parts)


def test_people_a_reader_may_not_open_are_only_counted(
    monitoring_officer: StaffMember, manager: StaffMember, adviser: StaffMember
) -> None:
    mine = engaged(1, client__organisation=adviser.organisation)
    others = engaged(5)
    filed = build(monitoring_officer)

    page = figure(manager, filed).content.decode()

    assert mine[0].family_name in page
    assert not any(client.family_name in page for client in others)
    assert "5 more that you may not open" in page


@pytest.mark.parametrize(("number", "words"), [(2, "may be more that"), (4, "may be more that"), (5, "5 more that")])
def test_a_reader_without_clients_sees_no_name_and_no_small_number(
    monitoring_officer: StaffMember, commissioner: StaffMember, number: int, words: str
) -> None:
    clients = engaged(number)
    filed = build(monitoring_officer)

    page = figure(commissioner, filed).content.decode()

    assert not any(client.family_name in page for client in clients)
    assert f"{words} you may not open" in page
    assert f"<title>People who reached the stage: engaged: {'*' if number < 5 else number}" in " ".join(page.split())


@pytest.mark.parametrize("name", ["return", "changes", "double-counts"])
def test_an_adviser_opens_no_return(monitoring_officer: StaffMember, adviser: StaffMember, name: str) -> None:
    filed = build(monitoring_officer)

    assert signed_in(adviser).get(reverse(f"reporting:{name}", args=[filed.uid])).status_code == 403


def test_another_consortium_finds_no_return(monitoring_officer: StaffMember, other_consortium: Consortium) -> None:
    from partners.platform.tenancy.scope import in_consortium  # noqa: PLC0415
    from tests.factories.partners import OrganisationFactory  # noqa: PLC0415

    filed = build(monitoring_officer)
    with in_consortium(other_consortium.pk):
        foreigner = StaffFactory(organisation=OrganisationFactory(), role=Role.MONITORING_OFFICER)

    assert signed_in(foreigner).get(reverse("reporting:return", args=[filed.uid])).status_code == 404


def test_a_lines_page_has_its_rule_its_figures_and_its_breakdowns(monitoring_officer: StaffMember) -> None:
    engaged(1)
    filed = build(monitoring_officer)

    address = reverse("reporting:line", args=[filed.uid, "journey_engaged"])
    page = signed_in(monitoring_officer).get(address).content.decode()
    fragment = signed_in(monitoring_officer).get(address, headers={"HX-Request": "true"}).content.decode()

    assert "first ever step" in page
    assert "measure=value&amp;window=all" in page
    assert "By target group" not in page  # this consortium has no groups
    assert "<html" in page
    assert "<html" not in fragment


def test_lines_without_any_record_say_so_by_name(monitoring_officer: StaffMember) -> None:
    engaged(1)
    filed = build(monitoring_officer)

    page = signed_in(monitoring_officer).get(reverse("reporting:return", args=[filed.uid])).content.decode()

    assert "Distance travelled" in page
    assert page.count("Not yet recorded") > 10
    assert total(filed, "journey_job_started") == ("0", "0", "0")


def test_the_csv_download_is_the_contracts(monitoring_officer: StaffMember) -> None:
    engaged(1)
    filed = build(monitoring_officer)

    answer = signed_in(monitoring_officer).get(reverse("reporting:download", args=[filed.uid, "csv"]))

    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert answer.content.startswith(
        b"line,title,measure,dimension,member,area_kind,area,quarter,year,all,target,forecast\n"
    )
    assert next(row for row in rows if row["line"] == "journey_engaged")["all"] == "1"
    keys = [(row["line"], row["measure"], row["dimension"], row["member"]) for row in rows]
    assert keys == sorted(keys)


def test_the_workbook_is_the_same_twice(monitoring_officer: StaffMember) -> None:
    filed = build(monitoring_officer)
    browser = signed_in(monitoring_officer)
    address = reverse("reporting:download", args=[filed.uid, "xlsx"])

    assert browser.get(address).content == browser.get(address).content


def test_a_forecast_stands_in_the_next_build(monitoring_officer: StaffMember) -> None:
    filed = build(monitoring_officer)

    set_forecasts(
        filed=filed,
        quarter=Quarter.parse(QUARTER),
        values={"journey_engaged": Decimal("12.50")},
        seen={},
        by=monitoring_officer,
        today=date(2007, 6, 30),
    )
    build(monitoring_officer)

    newest = filed.builds.finished().order_by("-id").first()
    assert ReturnLine.objects.get(build=newest, line="journey_engaged", dimension="").forecast == "12.5"


def test_the_page_asks_for_a_build(monitoring_officer: StaffMember) -> None:
    ClientFactory(registered_on="2007-05-14")
    browser = signed_in(monitoring_officer)

    answer = browser.post(reverse("reporting:returns"), {"kind": "journey", "quarter": QUARTER})

    filed = Return.objects.get()
    assert urlparse(answer["Location"]).path == reverse("reporting:return", args=[filed.uid])
    assert BackgroundJob.objects.get().payload == {"return": str(filed.uid)}


def test_recording_an_observation_twice_for_one_day_is_refused(monitoring_officer: StaffMember) -> None:
    browser = signed_in(monitoring_officer)
    typed = {
        "indicator": "local_childcare",
        "area_kind": "consortium",
        "as_at": "1 Apr 2007",
        "value": "12",
        "source": "Census",
    }

    browser.post(reverse("reporting:record-observation"), typed)
    again = browser.post(reverse("reporting:record-observation"), typed)

    assert Observation.objects.count() == 1
    assert "there is an observation of this" in again.content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_the_figures_page_takes_the_same_queries_for_any_number_of_people(
    monitoring_officer: StaffMember, django_assert_num_queries: Any, number: int
) -> None:
    engaged(number)
    filed = build(monitoring_officer)
    browser = signed_in(monitoring_officer)

    with django_assert_num_queries(20):
        browser.get(reverse("reporting:return", args=[filed.uid]))


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_behind_a_figure_takes_the_same_queries_for_any_number_of_people(
    monitoring_officer: StaffMember, django_assert_num_queries: Any, number: int
) -> None:
    engaged(number)
    filed = build(monitoring_officer)
    parts = parse_qs("line=journey_engaged&measure=value&window=all")
    browser = signed_in(monitoring_officer)

    with django_assert_num_queries(22):
        browser.get(reverse("reporting:figure", args=[filed.uid]), parts)


def test_the_quarter_that_runs_is_marked_and_not_the_one_suggested(monitoring_officer: StaffMember) -> None:
    today = timezone.localdate()
    for ago in (0, 800):
        StageEventFactory(stage=Stage.ENGAGED, occurred_on=today - timedelta(days=ago))
    running = Quarter.of(today)

    page = " ".join(signed_in(monitoring_officer).get(reverse("reporting:returns")).content.decode().split())

    assert f'<optgroup label="{running.before.before.before.before.financial_year}">' in page
    assert f'<option value="{running}">{running.name} ({running.in_words}), not over yet</option>' in page
    assert (
        f'<option value="{running.before}" selected>{running.before.name} ({running.before.in_words})</option>' in page
    )


def test_the_trend_has_every_quarter_in_its_place(monitoring_officer: StaffMember) -> None:
    for day, number in {"2006-05-02": 1, "2006-11-14": 2, "2007-05-14": 3}.items():
        for _ in range(number):
            StageEventFactory(stage=Stage.ENGAGED, occurred_on=day, client__registered_on="2006-04-03")
    filed = build(monitoring_officer)

    page = signed_in(monitoring_officer).get(
        reverse("reporting:line", args=[filed.uid, "journey_engaged"]), {"csv": "trend"}
    )

    assert page.content.decode("utf-8-sig").split() == [
        *("Period,People", "in", "the", "quarter"),
        *("2006-07", "Q1,1", "2006-07", "Q2,0", "2006-07", "Q3,2", "2006-07", "Q4,0", "2007-08", "Q1,3"),
    ]
