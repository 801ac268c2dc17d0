"""Every task and command enters a consortium, or says why it goes through all of them."""

import inspect
import zipfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from django.apps import apps
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import get_commands, load_command_class
from django.db import connection
from django.utils import timezone

from partners.enums import Role
from partners.models import BackgroundJob, Consortium, Document, ExchangeBatch, Invitation
from partners.platform.documents.keeping import keep_document
from partners.platform.documents.subjects import find_subject
from partners.platform.jobs import queue as jobs
from partners.platform.tenancy.scope import in_consortium
from partners.tasks import run_job
from reporting.models import Return
from tests.factories.caseload import ClientFactory
from tests.factories.partners import OrganisationFactory, StaffFactory
from tests.partners.documents.clamav import scanner_at_work

OURS = {config.name for config in apps.get_app_configs()} & {
    "partners",
    "employers",
    "commissioning",
    "caseload",
    "reporting",
    "config",
}
WITHOUT_CONSORTIUM = {
    **dict.fromkeys(("makemigrations", "migrate"), "of all tables"),
    "create_consortium": "makes one",
    "create_operator": "makes the installation's own sign-in, which belongs to none",
    "demonstration_sign_ins": "prints the demonstration's sign-ins, of each of its consortia",
    "generate_city": "writes files and reads no database",
    "load_demonstration": "makes the demonstration consortia, entering one after the other",
    "load_postcodes": "public places that belong to no consortium",
}


def our_tasks() -> list[str]:
    current_app.loader.import_default_modules()
    return sorted(name for name, task in current_app.tasks.items() if task.__module__.split(".")[0] in OURS)


def our_commands() -> list[str]:
    return sorted(name for name, app in get_commands().items() if str(app).split(".")[0] in OURS)


def test_the_search_finds_tasks_and_commands() -> None:
    assert "partners.run_job" in our_tasks()
    assert "export_package" in our_commands()


@pytest.mark.parametrize("name", our_tasks())
def test_a_task_takes_its_consortium_first_or_goes_through_all_of_them(name: str) -> None:
    task = current_app.tasks[name]
    first = next(iter(inspect.signature(task.run).parameters), "")

    assert first == "consortium_id" or "across_consortia(reason=" in inspect.getsource(task.run)


@pytest.mark.parametrize("name", our_commands())
def test_a_command_takes_its_consortium_or_says_why_not(name: str) -> None:
    parser = ArgumentParser()
    load_command_class(get_commands()[name], name).add_arguments(parser)
    takes_one = any("--consortium" in action.option_strings and action.required for action in parser._actions)

    assert takes_one or name in WITHOUT_CONSORTIUM


def test_a_task_with_another_consortiums_job_does_nothing(consortium: Consortium, other_consortium: Consortium) -> None:
    with in_consortium(consortium.pk):
        job = BackgroundJob(kind="nothing", title="Ours")
        job.save()

    run_job(other_consortium.pk, job.pk)

    with in_consortium(consortium.pk):
        job.refresh_from_db()
        assert (job.state, job.attempts) == ("waiting", 0)


def test_every_kind_of_work_is_attacked_below() -> None:
    assert set(jobs._kinds) == {*ATTACKED, "exchange_export", "scan_documents"}


ATTACKED = ["exchange_import", "return", "return-pdf", "recount", "known", "invitation", "sign-off", "sign-off-digest"]


@pytest.mark.parametrize("kind", ATTACKED)
def test_a_job_forged_with_another_consortiums_record_fails_and_changes_nothing(
    kind: str, consortium: Consortium, other_consortium: Consortium
) -> None:
    with in_consortium(other_consortium.pk):
        batch, filed = ExchangeBatch(file_name="theirs.zip"), Return(kind="journey", quarter="2007-08-Q1")
        batch.save()
        filed.save()
        invitation = Invitation(
            staff_member=StaffFactory(), invited_by=StaffFactory(), token_hash="x", expires_at=timezone.now()
        )
        invitation.save()
        person = str(StaffFactory().uid)
    payload = {
        "sign-off": {"kind": "reporting.return", "record": filed.pk, "by": person, "seen": 0},
        "sign-off-digest": {"to": person},
        "exchange_import": {"batch": batch.pk},
        "return": {"return": str(filed.uid)},
        "return-pdf": {"return": str(filed.uid), "by": person},
        "recount": {"return": str(filed.uid)},
        "known": {"return": str(filed.uid), "on": "2008-07-03"},
        "invitation": {"invitation": str(invitation.uid), "link": "http://testserver/invitation/0_key/"},
    }[kind]
    with in_consortium(consortium.pk):
        forged = BackgroundJob(kind=kind, title="Forged", payload=payload)
        forged.save()

    run_job(consortium.pk, forged.pk)

    with in_consortium(consortium.pk):
        forged.refresh_from_db()
        assert forged.state == "failed"
        assert theirs_not_in(forged.message)
    with in_consortium(other_consortium.pk):
        assert not filed.builds.exists()
        assert ExchangeBatch.objects.get().groups == []
        assert Invitation.objects.get().token_hash == "x"
    assert mail.outbox == []


def test_the_scanner_is_shown_the_documents_of_its_own_consortium_alone(
    consortium: Consortium, other_consortium: Consortium, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_tell", lambda *_: None)
    settings.CLAMAV_ADDRESS = "127.0.0.1:1"
    kept = {}
    for each in (consortium, other_consortium):
        with in_consortium(each.pk):
            kept[each.pk] = document_of(f"Of {each.slug}".encode())
    with scanner_at_work() as (settings.CLAMAV_ADDRESS, seen), in_consortium(consortium.pk):
        job = BackgroundJob.objects.get(kind="scan_documents")
        run_job(consortium.pk, job.pk)

    assert seen == [b"Of leicester"]
    with in_consortium(other_consortium.pk):
        kept[other_consortium.pk].refresh_from_db()
        assert kept[other_consortium.pk].scan == "waiting"


def document_of(content: bytes) -> Document:
    client = ClientFactory()
    adviser = StaffFactory(organisation=client.organisation)
    subject = find_subject(adviser, "caseload.client", client.uid)
    assert subject is not None
    return keep_document(subject, SimpleUploadedFile("note.txt", content), by=adviser)


def theirs_not_in(message: str) -> bool:
    return "theirs" not in message and "Something went wrong; nothing was changed." in message


def test_an_export_holds_its_own_consortium_alone(
    consortium: Consortium, other_consortium: Consortium, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(jobs, "_tell", lambda *_: None)
    for each in (consortium, other_consortium):
        with in_consortium(each.pk):
            OrganisationFactory(name=f"Secret of {each.slug}")
    with in_consortium(consortium.pk):
        body = OrganisationFactory(accountable_body=True)
        boss = StaffFactory(organisation=body, role=Role.ADMINISTRATOR)
        job = BackgroundJob(kind="exchange_export", title="Export", asked_by=boss)
        job.save()

    run_job(consortium.pk, job.pk)

    with zipfile.ZipFile(next(tmp_path.rglob("*.zip"))) as archive:
        organisations = archive.read("organisations.csv").decode()
    assert "Secret of leicester" in organisations
    assert "Secret of elsewhere" not in organisations


def test_a_task_leaves_no_consortium_behind_on_its_connection(consortium: Consortium) -> None:
    run_job(consortium.pk, 0)

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM partners_organisation")
        assert cursor.fetchone() == (0,)
