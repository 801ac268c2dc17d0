"""The PDF of a return that is not signed is made by the worker; its page leads each reader to what they read."""

from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from caseload.enums import Stage
from partners.enums import JobState, Role
from partners.models import BackgroundJob, StaffMember
from partners.platform.jobs import queue as jobs
from reporting.documents import pdf
from reporting.models import RenderedPdf, Return, Risk
from reporting.services.pdfs import JOB, KEPT
from tests.conftest import signed_in
from tests.factories.caseload import StageEventFactory
from tests.factories.partners import OrganisationFactory, StaffFactory
from tests.reporting.test_returns_built import QUARTER, build

OF_TRANSACTION = ("SAVEPOINT", "RELEASE")


@pytest.fixture(autouse=True)
def no_progress() -> Iterator[None]:
    """Keep to one connection: the test's records are not yet there for a second one."""
    with patch("partners.platform.jobs.queue._tell"):
        yield


@pytest.fixture
def filed(monitoring_officer: StaffMember) -> Return:
    for day in ("2007-05-14", "2007-05-15"):
        StageEventFactory(stage=Stage.ENGAGED, occurred_on=day)
    return build(monitoring_officer)


@pytest.fixture
def page(filed: Return) -> str:
    return reverse("reporting:pdf", args=[filed.uid])


@pytest.fixture
def file(filed: Return) -> str:
    return reverse("reporting:download", args=[filed.uid, "pdf"])


@pytest.fixture
def viewer(scope: object) -> StaffMember:
    return StaffFactory(organisation=OrganisationFactory(), role=Role.VIEWER)


def make() -> BackgroundJob:
    """Do what the worker does."""
    job: BackgroundJob = BackgroundJob.objects.under_way().get(kind=JOB)
    jobs.run(job.consortium_id, job.pk)
    job.refresh_from_db()
    return job


def text(browser: Browser, page: str) -> str:
    answer = browser.get(page, follow=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


def of(browser: Browser, page: str) -> str:
    """Return the address of the page that shows how far it is."""
    return str(browser.get(page)["Location"])


def test_the_worker_makes_it_once_and_its_page_leads_to_the_file(
    monitoring_officer: StaffMember, page: str, file: str
) -> None:
    browser = signed_in(monitoring_officer)
    assert browser.get(file)["Location"] == page
    assert "Being made" in text(browser, page)
    shown = of(browser, page)  # asks for it no second time
    assert "Being made" in browser.get(shown, headers={"HX-Request": "true"}).content.decode()

    assert make().state == JobState.DONE

    for headers in ({}, {"HX-Request": "true"}):
        assert f'href="{file}"' in browser.get(shown, headers=headers).content.decode()
    answer = browser.get(page, follow=True)
    assert answer.content.startswith(b"%PDF-1.7")
    assert f"-{QUARTER}-DRAFT.pdf" in answer["Content-Disposition"]
    assert not BackgroundJob.objects.under_way().filter(kind=JOB).exists()


def test_nobody_gets_a_copy_that_says_more_than_what_they_read(
    monitoring_officer: StaffMember, viewer: StaffMember, page: str, file: str
) -> None:
    text(signed_in(monitoring_officer), page)
    make()
    assert signed_in(viewer).get(file)["Location"] == page
    text(signed_in(viewer), page)
    make()

    whole, reduced = (signed_in(reader).get(file).content for reader in (monitoring_officer, viewer))

    assert whole.startswith(b"%PDF")
    assert reduced.startswith(b"%PDF")
    assert whole != reduced
    another = StaffFactory(organisation=OrganisationFactory(), role=Role.VIEWER)
    assert signed_in(another).get(file).content == reduced  # made once for all who read the same


def test_what_is_written_afterwards_is_in_the_next_one(monitoring_officer: StaffMember, page: str, file: str) -> None:
    browser = signed_in(monitoring_officer)
    text(browser, page)
    make()
    Risk.objects.create(title="The centre opens late", likelihood="high", impact="high", status="open")

    assert browser.get(file)["Location"] == page
    text(browser, page)
    make()
    assert browser.get(file).status_code == 200


def test_what_changes_before_it_is_made_is_asked_for_anew(monitoring_officer: StaffMember, page: str) -> None:
    browser = signed_in(monitoring_officer)
    shown = of(browser, page)
    Risk.objects.create(title="The centre opens late", likelihood="high", impact="high", status="open")
    make()

    assert browser.get(shown, headers={"HX-Request": "true"})["HX-Redirect"] == page
    assert browser.get(page, follow=True).content.startswith(b"%PDF")  # it was made with what was written meanwhile


def test_a_failure_says_what_to_do_and_is_tried_again_when_asked(
    monitoring_officer: StaffMember, page: str, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text("raise SystemExit('no space left on device')")
    browser = signed_in(monitoring_officer)
    text(browser, page)
    with patch.object(pdf, "TYPESETTER", broken):
        assert make().state == JobState.FAILED

    assert "The PDF could not be made, so nothing was changed." in text(browser, page)
    assert not BackgroundJob.objects.under_way().filter(kind=JOB).exists()
    browser.post(page)
    assert make().state == JobState.DONE


def test_those_of_yesterday_go(monitoring_officer: StaffMember, viewer: StaffMember, page: str) -> None:
    text(signed_in(monitoring_officer), page)
    make()
    RenderedPdf.objects.update(made_at=timezone.now() - KEPT)

    text(signed_in(viewer), page)
    make()

    assert RenderedPdf.objects.count() == 1


def test_who_reads_no_returns_asks_for_none(adviser: StaffMember, foreigner: StaffMember, page: str, file: str) -> None:
    assert [signed_in(adviser).get(address).status_code for address in (page, file)] == [403, 403]
    assert signed_in(adviser).post(page).status_code == 403
    assert signed_in(foreigner).get(page).status_code in {403, 404}
    assert not BackgroundJob.objects.filter(kind=JOB).exists()


def test_looking_how_far_it_is_asks_the_database_little(monitoring_officer: StaffMember, page: str) -> None:
    browser = signed_in(monitoring_officer)
    shown = of(browser, page)

    with CaptureQueriesContext(connection) as asked:
        text(browser, shown)

    counted = [each["sql"] for each in asked.captured_queries if not each["sql"].startswith(OF_TRANSACTION)]
    assert len(counted) <= 15
