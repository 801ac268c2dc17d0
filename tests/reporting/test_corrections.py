"""What is known later moves no signed figure: it stands beside it, record by record, with its reason."""

from collections.abc import Iterator
from datetime import date
from unittest.mock import patch

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from caseload.enums import Stage
from caseload.models import Client, ClientMerge, EmploymentCheck, StageEvent
from partners.enums import JobState
from partners.errors import CaseloadError
from partners.models import BackgroundJob, Consortium, StaffMember
from partners.platform.jobs import queue as jobs
from partners.platform.tenancy.scope import in_consortium
from reporting.enums import ChangeKind
from reporting.models import Return, ReturnBuild, ReturnChange, ReturnDefinition, ReturnLine
from reporting.services.freezing import freeze
from reporting.services.ledger import faults
from reporting.services.returns import RECOUNT, ask_for_build, ask_for_recount
from tests.conftest import signed_in
from tests.factories.caseload import ClientFactory, EmploymentCheckFactory, JobFactory, StageEventFactory
from tests.factories.partners import OrganisationFactory

TODAY = date(2007, 10, 10)
BEFORE, SNAPSHOT = "2007-06-01T10:00Z", "2007-07-02T10:00Z"


@pytest.fixture(autouse=True)
def no_progress() -> Iterator[None]:
    """Keep to one connection: the test's records are not yet there for a second one."""
    with patch("partners.platform.jobs.queue._tell"):
        yield


@pytest.fixture(autouse=True)
def no_pdf() -> Iterator[None]:
    """Sign without laying out pages that nobody here looks at."""
    with patch("reporting.services.freezing.render_pdf", return_value=b"%PDF"):
        yield


def engaged(day: str = "2007-05-14", *, client: Client | None = None) -> StageEvent:
    known = {"client": client} if client else {}
    event: StageEvent = StageEventFactory(stage=Stage.ENGAGED, occurred_on=day, recorded_at=BEFORE, **known)
    return event


def build(by: StaffMember, quarter: str = "2007-08-Q1") -> Return:
    filed, job = ask_for_build(consortium=by.consortium, kind="journey", quarter=quarter, by=by, today=TODAY)
    run(job)
    filed.refresh_from_db()
    return filed


def run(job: BackgroundJob) -> None:
    jobs.run(job.consortium_id, job.pk)
    job.refresh_from_db()
    assert (job.state, job.message) == (JobState.DONE, "")


def sign(by: StaffMember) -> Return:
    """Build and sign the first quarter, and let all of it be of long ago."""
    filed = build(by)
    sign_now(filed, by)
    return filed


def sign_now(filed: Return, by: StaffMember) -> None:
    ReturnBuild.objects.update(snapshot_at=SNAPSHOT)
    freeze(filed, filed.builds.get(), by=by, at=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SELECT current_user")
        (role,) = cursor.fetchone()
        cursor.execute("RESET ROLE")
        for table in ("client", "job", "employmentcheck"):
            cursor.execute(f"ALTER TABLE caseload_{table}history DISABLE TRIGGER USER")
            cursor.execute(f"UPDATE caseload_{table}history SET pgh_created_at = %s", [BEFORE])
            cursor.execute(f"ALTER TABLE caseload_{table}history ENABLE TRIGGER USER")
        cursor.execute(f'SET ROLE "{role}"')


def count_again(filed: Return) -> dict[tuple[str, int], str]:
    job = ask_for_recount(filed)
    run(job)
    found = ReturnChange.objects.filter(build_id=ReturnBuild.objects.get(job=job).pk)
    return {(line, record): ChangeKind(why) for line, record, why in found.values_list("line", "record_id", "change")}


def test_each_record_that_changed_is_told_with_its_reason_and_the_signed_figures_stay(
    monitoring_officer: StaffMember,
) -> None:
    stays, one, other, goes, moves = (engaged() for _ in range(5))
    filed = sign(monitoring_officer)
    signed = list(ReturnLine.objects.filter(build=filed.signed_build).values())

    late = StageEventFactory(stage=Stage.ENGAGED, occurred_on="2007-05-20")
    Client.objects.filter(pk=other.client_id).update(merged_into=one.client)
    ClientMerge(record=other.client, into=one.client).save()
    StageEvent.objects.filter(pk=moves.pk).update(occurred_on="2007-02-01")
    gone = goes.pk
    goes.delete()

    told = {record: why for (line, record), why in count_again(filed).items() if line == "journey_engaged"}
    assert (told.pop(late.pk), told.pop(gone), told.pop(moves.pk)) == (
        ChangeKind.ENTERED,
        ChangeKind.REMOVED,
        ChangeKind.MOVED,
    )
    assert set(told.values()) == {ChangeKind.MERGED}
    assert stays.pk not in told
    assert list(ReturnLine.objects.filter(build=filed.signed_build).values()) == signed
    assert list(faults()) == []


def test_a_merge_undone_since_it_was_signed_is_told_as_that(monitoring_officer: StaffMember) -> None:
    one, other = engaged(), engaged("2007-05-15")
    engaged()
    Client.objects.filter(pk=other.client_id).update(merged_into=one.client)
    ClientMerge(record=other.client, into=one.client, recorded_at=BEFORE).save()
    filed = sign(monitoring_officer)

    Client.objects.filter(pk=other.client_id).update(merged_into=None)
    ClientMerge.objects.update(undone_at=timezone.now())

    told = count_again(filed)
    assert told["journey_engaged", other.pk] == ChangeKind.UNMERGED


def test_evidence_withdrawn_is_told_as_that(monitoring_officer: StaffMember, scope: Consortium) -> None:
    scope.pack = "leicester"
    scope.save()
    job = JobFactory(started_on="2007-02-01", recorded_at=BEFORE)
    check = EmploymentCheckFactory(
        job=job, week=13, in_work=True, checked_on="2007-05-03", verified_on="2007-05-04", recorded_at=BEFORE
    )
    engaged()
    filed, asked = ask_for_build(
        consortium=scope, kind="leap", quarter="2007-08-Q1", by=monitoring_officer, today=TODAY
    )
    run(asked)
    filed.refresh_from_db()
    sign_now(filed, monitoring_officer)

    EmploymentCheck.objects.filter(pk=check.pk).update(verified_on=None)

    told = count_again(filed)
    assert {why for (line, _), why in told.items() if line == "kpi_22"} == {ChangeKind.WITHDRAWN}
    assert {line for line, _ in told} == {"kpi_22"}


def test_a_definition_changed_since_it_was_signed_is_told_as_that(monitoring_officer: StaffMember) -> None:
    moves = engaged()
    filed = build(monitoring_officer)
    ReturnDefinition.objects.filter(line="journey_engaged").update(counts="People who were once seen")
    sign_now(filed, monitoring_officer)
    StageEvent.objects.filter(pk=moves.pk).update(occurred_on="2007-02-01")

    assert count_again(filed)["journey_engaged", moves.pk] == ChangeKind.REDEFINED
    line = reverse("reporting:line", args=[filed.uid, "journey_engaged"])
    assert "People who were once seen" in signed_in(monitoring_officer).get(line).content.decode()


def test_a_record_that_changed_with_its_clients_organisation_is_told_as_a_transfer(
    monitoring_officer: StaffMember,
) -> None:
    moves, stays = engaged(), engaged()
    filed = sign(monitoring_officer)

    Client.objects.filter(pk=moves.client_id).update(organisation=OrganisationFactory())
    StageEvent.objects.filter(pk__in=[moves.pk, stays.pk]).update(occurred_on="2007-02-01")

    told = count_again(filed)
    assert told["journey_engaged", moves.pk] == ChangeKind.TRANSFERRED
    assert told["journey_engaged", stays.pk] == ChangeKind.MOVED


def test_the_page_shows_as_signed_and_as_known_now_and_the_return_shows_what_was_signed(
    monitoring_officer: StaffMember,
) -> None:
    events = [engaged() for _ in range(6)]
    filed = sign(monitoring_officer)
    browser = signed_in(monitoring_officer)
    page = reverse("reporting:corrections", args=[filed.uid])
    assert "It was not counted again since it was signed" in browser.get(page).content.decode()

    events[0].delete()
    browser.post(reverse("reporting:count-again", args=[filed.uid]))
    run(BackgroundJob.objects.get(kind=RECOUNT))

    shown = browser.get(page).content.decode()
    assert "Left: the record was removed" in shown
    assert "As known now" in shown
    assert "Not counted" in shown
    csv = browser.get(f"{page}?export=csv").content.decode()
    assert "Quarter, Year to date, Since the start" in csv or "Not counted" in csv
    download = browser.get(reverse("reporting:download", args=[filed.uid, "csv"])).content.decode()
    row = next(each for each in download.splitlines() if each.startswith("journey_engaged,"))
    assert row.split(",")[7:10] == ["6", "6", "6"]


def test_the_next_return_lists_what_changed_in_the_signed_ones_and_counts_it_nowhere(
    monitoring_officer: StaffMember,
) -> None:
    engaged()
    sign(monitoring_officer)
    late = StageEventFactory(stage=Stage.ENGAGED, occurred_on="2007-05-20")

    following = build(monitoring_officer, "2007-08-Q2")
    run(BackgroundJob.objects.get(kind=RECOUNT))

    page = signed_in(monitoring_officer).get(reverse("reporting:corrections", args=[following.uid])).content.decode()
    assert "2007-08 Q1" in page
    assert late.external_id in page
    own = ReturnLine.objects.get(build=following.builds.get(), line="journey_engaged", dimension="")
    assert (own.quarter, own.all) == ("0", "2")


def test_only_a_signed_return_is_counted_again_and_only_by_who_builds(
    monitoring_officer: StaffMember, manager: StaffMember
) -> None:
    filed = build(monitoring_officer)

    with pytest.raises(CaseloadError, match="not signed yet"):
        ask_for_recount(filed)
    assert signed_in(manager).post(reverse("reporting:count-again", args=[filed.uid])).status_code == 403


def test_who_may_not_open_the_people_reads_no_number_of_them(
    monitoring_officer: StaffMember, outsider: StaffMember
) -> None:
    outsider.role = "project_manager"
    outsider.save()
    gone = engaged()
    engaged()
    filed = sign(monitoring_officer)
    gone.delete()
    count_again(filed)

    page = signed_in(outsider).get(reverse("reporting:corrections", args=[filed.uid])).content.decode()

    assert gone.external_id not in page
    assert "Left: the record was removed: 1" not in page
    assert "There may be more that you may not open" in page


def test_another_consortium_has_none_of_it(monitoring_officer: StaffMember, other_consortium: Consortium) -> None:
    engaged()
    filed = sign(monitoring_officer)
    StageEventFactory(stage=Stage.ENGAGED, occurred_on="2007-05-20", client=ClientFactory())
    assert count_again(filed)

    with in_consortium(other_consortium.pk):
        assert not ReturnChange.objects.exists()
