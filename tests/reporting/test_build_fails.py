"""A build that fails leaves what was built before: its figures, their records and files, beside what went wrong."""

from collections.abc import Iterator
from html import unescape
from unittest.mock import patch

import pytest
from django.db import OperationalError
from django.urls import reverse

from partners.enums import JobState
from partners.models import BackgroundJob, StaffMember
from reporting.enums import ReturnState
from reporting.models import Return, ReturnLine, ReturnMember
from tests.conftest import signed_in
from tests.reporting.test_returns_built import ask, build, engaged
from tests.reporting.test_returns_built import jobs as queue

# Where a build is at work: counting its lines, keeping their records, judging small numbers, storing lines, comparing.
STEPS = ("store_members", "keep_members", "judge_small_numbers", "ReturnLine.objects.bulk_create", "keep_changes")


@pytest.fixture(autouse=True)
def no_progress() -> Iterator[None]:
    with patch("partners.platform.jobs.queue._tell"):
        yield


def built_again(by: StaffMember, *, failing_at: str) -> tuple[Return, BackgroundJob]:
    """Build anew with a client more, and a database that goes away in the middle."""
    engaged(1)
    filed, job = ask(by)
    gone = OperationalError("the connection to the database was lost")
    with patch(f"reporting.services.returns.{failing_at}", side_effect=gone):
        queue.run(by.consortium_id, job.pk)
    job.refresh_from_db()
    filed.refresh_from_db()
    return filed, job


@pytest.mark.parametrize("step", STEPS)
def test_the_last_good_build_stays_whole_while_a_new_one_fails(monitoring_officer: StaffMember, step: str) -> None:
    engaged(3)
    good = build(monitoring_officer).builds.get()
    lines, members = ReturnLine.objects.count(), ReturnMember.objects.count()

    filed, job = built_again(monitoring_officer, failing_at=step)

    assert job.state == JobState.FAILED
    assert [each.pk for each in filed.builds.finished()] == [good.pk]
    assert (ReturnLine.objects.count(), ReturnMember.objects.count()) == (lines, members)
    assert filed.state == ReturnState.BUILT


def test_the_page_has_the_last_good_figures_and_says_what_failed_until_a_build_succeeds(
    monitoring_officer: StaffMember,
) -> None:
    engaged(3)
    build(monitoring_officer)
    filed, job = built_again(monitoring_officer, failing_at="keep_changes")
    browser, page = signed_in(monitoring_officer), reverse("reporting:return", args=[filed.uid])
    figure = f"{reverse('reporting:figure', args=[filed.uid])}?line=journey_engaged&measure=value&window=quarter"

    failed = unescape(browser.get(page).content.decode())
    file = browser.get(reverse("reporting:download", args=[filed.uid, "csv"])).content.decode()
    records = browser.get(figure)
    build(monitoring_officer)
    mended = unescape(browser.get(page).content.decode())

    assert "Failed" in failed
    assert job.title in failed
    assert job.message
    assert job.message in failed
    assert "Build again" in failed
    assert ",3,3,3," in next(line for line in file.splitlines() if line.startswith("journey_engaged"))
    assert len(records.context["table"].page_rows) == 3
    assert job.message not in mended
    assert len(browser.get(figure).context["table"].page_rows) == 4
