"""Whatever fails while a return is signed: the step is done or not, and once; what was built before is still read."""

import errno
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest.mock import Mock, patch

import pytest
from django.db import connection
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from partners.enums import JobState, Role
from partners.models import BackgroundJob, Consortium, SignOffAct, StaffMember
from partners.platform.jobs import queue as jobs
from partners.platform.signoff.posts import ensure_posts
from partners.platform.tenancy.scope import in_consortium
from reporting.documents import pdf
from reporting.enums import ReturnState
from reporting.models import Return, SignedDocument, SignedPiece
from reporting.services.ledger import faults
from tests.conftest import signed_in
from tests.exchange.test_interruption import start
from tests.factories.partners import ConsortiumFactory, OrganisationFactory, StaffFactory
from tests.reporting.test_signing import CHAINS, act, build, run, someone

KILLED_AT_THE_THIRD_FILE = """
import os, signal, django; django.setup()
from partners.tasks import run_job
from reporting.services import freezing
keep, kept = freezing.keep, []
def keep_some(document, frozen, content):
    kept.append(frozen)
    if len(kept) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    keep(document, frozen, content)
freezing.keep = keep_some
run_job({}, {})
"""


@pytest.fixture
def no_progress() -> Iterator[None]:
    with patch("partners.platform.jobs.queue._tell"):
        yield


@pytest.fixture
def rung(no_progress: None) -> Iterator[Mock]:
    """Let no worker hear what is rung for."""
    with patch.object(jobs, "ring") as ring:
        yield ring


def with_chain(consortium: Consortium) -> StaffMember:
    """Return the monitoring officer of a consortium that signs its returns."""
    consortium.pack_data = {"returns": [{"code": "journey", "chain": "quarterly_reports"}], "sign_off": CHAINS}
    consortium.save()
    ensure_posts(consortium)
    council = OrganisationFactory(accountable_body=True)
    officer: StaffMember = StaffFactory(organisation=council, role=Role.MONITORING_OFFICER)
    return officer


def checked(officer: StaffMember, quarter: str = "2007-08-Q1") -> tuple[Return, StaffMember]:
    """Return a return that wants its last step, and who does that."""
    filed = build(officer, quarter)
    manager = someone(Role.PROJECT_MANAGER, of=officer, post="Programme manager", is_deputy=True)
    for person in (officer, manager, someone(Role.FINANCE_OFFICER, of=officer)):
        act(filed, person)
    deputy = someone(Role.HEAD_OF_FINANCE, of=officer, post="Departmental head of finance", is_deputy=True)
    return filed, deputy


def has_signed(filed: Return) -> tuple[ReturnState, int, int]:
    """Return its state, and how many acts and documents say that it is signed."""
    state = ReturnState(Return.objects.get(pk=filed.pk).state)
    return state, SignOffAct.objects.filter(position=4).count(), SignedDocument.objects.count()


NOT_SIGNED = (ReturnState.IN_SIGN_OFF, 0, 0)
SIGNED_ONCE = (ReturnState.SIGNED, 1, 1)


def test_a_full_disk_or_a_broken_typesetter_leaves_the_step_to_be_done_and_says_what_to_do(
    scope: Consortium, no_progress: None, tmp_path: Path
) -> None:
    filed, head = checked(with_chain(scope))
    full = OSError(errno.ENOSPC, "No space left on device")
    with patch("reporting.services.freezing.spooled", side_effect=full):
        assert run(act(filed, head)).message == jobs.DISK_FULL
    broken = tmp_path / "broken.py"
    broken.write_text("raise SystemExit('no space left on device')")
    with patch.object(pdf, "TYPESETTER", broken):
        job = run(act(filed, head))

    assert (job.state, job.message) == (JobState.FAILED, pdf.NotRendered.message)
    assert has_signed(filed) == NOT_SIGNED
    browser = signed_in(head)
    page = browser.get(reverse("reporting:return", args=[filed.uid])).content.decode()
    assert f"<strong>It was not signed.</strong> {job.message}" in page
    assert browser.get(reverse("reporting:download", args=[filed.uid, "csv"])).status_code == 200


def test_without_the_broker_a_signature_waits_and_is_rung_for_once_it_is_back(
    scope: Consortium,
    no_progress: None,
    settings: Settings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    filed, head = checked(with_chain(scope))
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    with django_capture_on_commit_callbacks(execute=True):
        job = act(filed, head)

    assert job is not None
    assert (job.state, has_signed(filed)) == (JobState.WAITING, NOT_SIGNED)
    page = signed_in(head).get(reverse("reporting:return", args=[filed.uid])).content.decode()
    assert f"It is being signed by {head.name}." in page
    with patch.object(jobs, "ring") as ring, django_capture_on_commit_callbacks(execute=True):
        jobs.sweep()
    assert (filed.consortium_id, job.pk) in [call.args for call in ring.call_args_list]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_of_the_freeze_leaves_nothing_and_the_next_one_signs_once(rung: Mock) -> None:
    consortium = ConsortiumFactory()
    with in_consortium(consortium.pk):
        filed, head = checked(with_chain(consortium))
        job = act(filed, head)
        assert job is not None
    rung.reset_mock()

    worker = start("-c", KILLED_AT_THE_THIRD_FILE.format(consortium.pk, job.pk))

    assert worker.wait(120) == -signal.SIGKILL
    with connection.cursor() as cursor:  # wait: the server notices a moment later
        cursor.execute("SELECT pg_advisory_lock(%s), pg_advisory_unlock(%s)", [job.pk, job.pk])
    with in_consortium(consortium.pk):
        assert (has_signed(filed), SignedPiece.objects.count()) == (NOT_SIGNED, 0)
        assert BackgroundJob.objects.get(pk=job.pk).state == JobState.RUNNING
        jobs.sweep()
    rung.assert_called_once_with(consortium.pk, job.pk)
    for _ in range(2):
        jobs.run(consortium.pk, job.pk)
    with in_consortium(consortium.pk):
        assert has_signed(filed) == SIGNED_ONCE
        assert list(faults()) == []


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_returns_signed_in_one_moment_follow_each_other_in_the_chain(rung: Mock) -> None:
    consortium = ConsortiumFactory()
    with in_consortium(consortium.pk):
        officer = with_chain(consortium)
        wanted = [act(*checked(officer, quarter)) for quarter in ("2006-07-Q4", "2007-08-Q1")]

    def work(job: BackgroundJob | None) -> None:
        assert job is not None
        jobs.run(consortium.pk, job.pk)
        connection.close()

    with ThreadPoolExecutor(4) as pool:  # each of them rung twice
        list(pool.map(work, [*wanted, *wanted]))

    with in_consortium(consortium.pk):
        first, second = SignedDocument.objects.order_by("position")
        assert (first.position, second.position, second.previous_hash) == (1, 2, first.own_hash)
        assert list(faults()) == []
