"""Import in three steps, undo and export, in the browser."""

import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from partners.enums import AccessAction
from partners.models import AccessEntry, BackgroundJob, Consortium, ExchangeBatch, Organisation, StaffMember
from partners.platform.exchange.importing import time_left
from partners.platform.jobs.queue import run
from tests.conftest import signed_in
from tests.exchange.packages import ROWS


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    # Progress is told on a connection of its own, which cannot see a test's open transaction.
    monkeypatch.setattr("partners.platform.jobs.queue._tell", lambda *_: None)


def zipped(tables: dict[str, str]) -> SimpleUploadedFile:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in tables.items():
            archive.writestr(f"{name}.csv", content)
    return SimpleUploadedFile("march.zip", stream.getvalue())


def work(job: BackgroundJob | None) -> None:
    assert job is not None
    run(job.consortium_id, job.pk)


def upload(staff: StaffMember, tables: dict[str, str]) -> ExchangeBatch:
    answer = signed_in(staff).post(reverse("partners:import-choose"), {"package": zipped(tables)})
    batch: ExchangeBatch = ExchangeBatch.objects.latest("pk")
    assert answer["Location"] == reverse("partners:import", args=[batch.uid])
    work(batch.job)
    batch.refresh_from_db()
    return batch


def page_of(staff: StaffMember, name: str, *args: object) -> str:
    return signed_in(staff).get(reverse(f"partners:{name}", args=args)).content.decode()


def test_a_checked_package_is_loaded_and_undone(
    scope: Consortium, administrator: StaffMember, django_capture_on_commit_callbacks: Any
) -> None:
    batch = upload(administrator, {"organisations": ROWS["organisations"]})
    assert "Load the package" in page_of(administrator, "import", batch.uid)
    assert Organisation.objects.filter(external_id="o1").count() == 0

    with django_capture_on_commit_callbacks():
        signed_in(administrator).post(reverse("partners:import-load", args=[batch.uid]))
    batch.refresh_from_db()
    work(batch.job)
    assert Organisation.objects.filter(external_id__in=["o1", "o2"]).count() == 2
    assert "Undo this import" in page_of(administrator, "import", batch.uid)

    signed_in(administrator).post(reverse("partners:import-undo", args=[batch.uid]), {"reason": "Sent too early"})
    assert Organisation.objects.filter(external_id__in=["o1", "o2"]).count() == 0
    assert "Undone" in page_of(administrator, "import", batch.uid)


def test_a_refused_package_shows_equal_errors_together(scope: Consortium, administrator: StaffMember) -> None:
    batch = upload(administrator, {"organisations": "id,name,type\no1,A,bank\no2,B,bank\no3,C,=shop\n"})

    page = page_of(administrator, "import", batch.uid)
    report = signed_in(administrator).get(reverse("partners:import-report", args=[batch.uid]))

    assert "3 things to put right" in page
    assert "Load the package" not in page
    assert b"organisations.csv,4,type,'=shop," in b"".join(report.streaming_content)


@pytest.mark.parametrize(
    ("passed", "done", "said"),
    [
        (4, 50, ""),
        (60, 0, ""),
        (60, 90, ", less than a minute left"),
        (60, 50, ", about 1 minute left"),
        (60, 10, ", about 9 minutes left"),
    ],
)
def test_progress_says_how_long_it_still_takes(passed: float, done: int, said: str) -> None:
    assert time_left(passed, done, 100) == said


def test_loading_what_was_refused_is_refused(scope: Consortium, administrator: StaffMember) -> None:
    batch = upload(administrator, {"organisations": "id,name,type\no1,A,bank\n"})

    signed_in(administrator).post(reverse("partners:import-load", args=[batch.uid]))

    batch.refresh_from_db()
    assert (batch.dry_run, batch.loaded_at) == (True, None)


def test_an_upload_that_is_too_large_is_broken_off(administrator: StaffMember, settings: Any) -> None:
    settings.EXCHANGE_MOST_UPLOADED = 1024**2

    page = signed_in(administrator).post(
        reverse("partners:import-choose"), {"package": SimpleUploadedFile("big.zip", b"x" * 2 * 1024**2)}
    )

    assert "Choose a package of less than 1 MB." in page.content.decode()


def test_an_export_is_written_by_the_worker_and_every_look_is_kept(
    settled: Consortium, administrator: StaffMember
) -> None:
    signed_in(administrator).post(reverse("partners:export-all"))
    job = BackgroundJob.objects.get(kind="exchange_export")
    work(job)

    answer = signed_in(administrator).get(reverse("partners:export-file", args=[job.uid]))

    with zipfile.ZipFile(BytesIO(b"".join(answer.streaming_content))) as archive:
        assert len(archive.namelist()) == 40
    looks = AccessEntry.objects.filter(action=AccessAction.EXPORTED, subject="partners.consortium")
    assert set(looks.values_list("staff_member_id", flat=True)) == {administrator.pk}


@pytest.mark.parametrize("name", ["exchange", "import-choose"])
def test_an_adviser_does_not_move_records(adviser: StaffMember, name: str) -> None:
    assert signed_in(adviser).get(reverse(f"partners:{name}")).status_code == 403


def test_the_import_list_asks_the_same_for_one_and_for_three(
    scope: Consortium, administrator: StaffMember, django_assert_num_queries: Any
) -> None:
    browser = signed_in(administrator)
    ExchangeBatch(file_name="one.zip", asked_by=administrator).save()
    with django_assert_num_queries(QUERIES):
        browser.get(reverse("partners:exchange"))
    for name in ("two.zip", "three.zip"):
        ExchangeBatch(file_name=name, asked_by=administrator).save()
    with django_assert_num_queries(QUERIES):
        browser.get(reverse("partners:exchange"))


QUERIES = 15
