"""Documents on pages: sent, shown, downloaded, removed; each look in the record's trail."""

import io
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from caseload.models import Client
from caseload.services.sharing import bring_shares_up_to_date
from employers.models import Vacancy
from partners.enums import AccessAction, Role
from partners.models import AccessEntry, Document, Organisation, StaffMember
from partners.platform.documents import document_pages, keeping, storage
from partners.platform.documents.keeping import keep_document
from partners.platform.documents.subjects import Subject
from tests.conftest import signed_in
from tests.factories import caseload as make
from tests.factories.commissioning import ContractFactory
from tests.factories.employers import EmployerFactory, VacancyFactory
from tests.factories.partners import StaffFactory
from tests.partners.documents import files
from tests.partners.documents.clamav import VIRUS, scanner_at_work


def page_of(name: str, document: Document) -> str:
    return reverse(f"partners:{name}", args=[document.uid])


def to_upload(client: Client) -> str:
    return reverse("partners:document-add", args=["caseload.client", client.uid])


def client_page(client: Client) -> str:
    return reverse("caseload:client", args=[client.uid])


def panel_of(client: Client, reader: StaffMember) -> str:
    """Return the panel that the client's page fetches."""
    page = signed_in(reader).get(client_page(client)).content.decode()
    where = reverse("partners:parts", args=["caseload.client", client.uid])
    assert f'hx-get="{where}"' in page
    return str(signed_in(reader).get(where, headers={"HX-Request": "true"}).content.decode())


def send(staff: StaffMember, client: Client, *sent: Any, **more: Any) -> Any:
    return signed_in(staff).post(to_upload(client), {"files": list(sent), **more}, follow=True)


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else bytes(response.content)


def test_several_files_are_kept_and_stand_on_the_page_of_the_record(client: Client, adviser: StaffMember) -> None:
    answer = send(
        adviser, client, files.sent("CV.pdf", files.pdf()), files.sent("photo.jpg", files.picture()), title="For Tesco"
    )

    assert answer.redirect_chain[-1][0].startswith(client_page(client))
    assert "2 documents are kept." in answer.content.decode()
    assert panel_of(client, adviser).count("For Tesco") == 2
    assert {each.name for each in Document.objects.all()} == {"CV.pdf", "photo.jpg"}


def test_a_picture_from_the_camera_is_kept_too(client: Client, adviser: StaffMember) -> None:
    taken = files.sent("image.jpg", files.picture())
    signed_in(adviser).post(to_upload(client), {"camera": taken, "files": files.sent("CV.pdf", files.pdf())})

    assert {each.name for each in Document.objects.all()} == {"CV.pdf", "image.jpg"}


def test_a_bad_file_is_said_beside_the_field_and_the_others_are_kept(client: Client, adviser: StaffMember) -> None:
    answer = send(
        adviser, client, files.sent("a.pdf", files.pdf()), files.sent("b.pdf", b"MZ\x90"), files.sent("c.txt", b"")
    )

    assert answer.context["form"].errors["files"] == [
        "“b.pdf” is a Windows program. Programs are not kept here.",
        "“c.txt” is empty. Choose the file again: it may not have been saved.",
    ]
    assert "This file is kept:" in answer.content.decode()
    assert [each.name for each in Document.objects.all()] == ["a.pdf"]


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        (("MOST_IN_A_FILE", 2000), "“large.txt” is larger than"),
        (("MOST_FILES", 1), "“large.txt” is more than is taken at once"),
        (("MOST_IN_ALL", 3000), "“large.txt” is more than is taken at once"),
    ],
)
def test_what_is_too_much_is_left_out_by_name(
    client: Client, adviser: StaffMember, monkeypatch: pytest.MonkeyPatch, limit: tuple[str, int], words: str
) -> None:
    monkeypatch.setattr(document_pages, *limit)

    answer = send(adviser, client, files.sent("a.pdf", files.pdf()), files.sent("large.txt", b"x" * 200_000))

    assert words in answer.context["form"].errors["files"][0]
    assert [each.name for each in Document.objects.all()] == ["a.pdf"]


def test_nothing_chosen_is_said(client: Client, adviser: StaffMember) -> None:
    answer = signed_in(adviser).post(to_upload(client), {"title": "CV"})

    assert answer.context["form"].errors["files"] == ["Choose at least one file."]


def test_who_may_not_keep_the_record_uploads_nothing(
    client: Client, monitoring_officer: StaffMember, outsider: StaffMember, foreigner: StaffMember
) -> None:
    for staff, status in ((monitoring_officer, 403), (outsider, 404), (foreigner, 404)):
        answer = signed_in(staff).post(to_upload(client), {"files": files.sent("a.pdf", files.pdf())})
        assert answer.status_code == status
    assert signed_in(monitoring_officer).get(client_page(client)).status_code == 200
    assert not Document.objects.exists()


def test_a_virus_is_told_and_written_into_the_trail(client: Client, adviser: StaffMember, settings: Any) -> None:
    with scanner_at_work() as (settings.CLAMAV_ADDRESS, _):
        answer = send(adviser, client, files.sent("a.txt", VIRUS))

    assert "was refused by the virus scanner" in answer.context["form"].errors["files"][0]
    line = AccessEntry.objects.get(action=AccessAction.FILE_REFUSED)
    assert (line.subject, line.subject_id, line.detail) == ("caseload.client", client.pk, {"found": "Eicar-Test"})


def test_an_upload_sent_again_is_stored_once(client: Client, adviser: StaffMember) -> None:
    browser = signed_in(adviser)
    once = browser.get(to_upload(client)).context["once"]
    for _ in range(2):
        answer = browser.post(to_upload(client), {"files": files.sent("a.pdf", files.pdf()), "once": once})
        assert answer.status_code == 302

    assert Document.objects.count() == 1


def test_a_download_is_never_opened_by_the_browser_and_always_a_look(
    client: Client, document: Document, adviser: StaffMember
) -> None:
    answer = signed_in(adviser).get(page_of("document-file", document))

    assert body(answer) == files.pdf()
    assert answer["Content-Disposition"] == 'attachment; filename="CV.pdf"'
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("application/octet-stream", "nosniff")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]
    line = AccessEntry.objects.get(action=AccessAction.OPENED_FILE)
    assert (line.subject, line.subject_id) == ("caseload.client", client.pk)
    assert (line.detail, line.purpose) == (
        {"document": str(document.uid)},
        "Work with the organisation's own client",
    )


def test_a_name_in_any_script_is_a_safe_header(subject: Subject, adviser: StaffMember) -> None:
    document = keep_document(subject, files.sent('Łó"dź\r\nX: y.pdf', files.pdf()), by=adviser)

    said = signed_in(adviser).get(page_of("document-file", document))["Content-Disposition"]

    assert said.startswith("attachment; filename*=utf-8''")
    assert "\n" not in said


def test_a_picture_is_shown_without_what_the_camera_wrote(subject: Subject, adviser: StaffMember) -> None:
    document = keep_document(subject, files.sent("photo.jpg", files.picture_with_gps()), by=adviser)
    browser = signed_in(adviser)

    answer = browser.get(page_of("document-show", document))

    assert page_of("document-show", document) in browser.get(page_of("document", document)).content.decode()
    assert answer["Content-Type"] == "image/jpeg"
    with Image.open(io.BytesIO(answer.content)) as picture:
        assert not picture.getexif()
    assert body(browser.get(page_of("document-file", document))) == files.picture_with_gps()


def test_a_pdf_is_shown_shut_in(document: Document, adviser: StaffMember) -> None:
    answer = signed_in(adviser).get(page_of("document-show", document))

    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
    assert answer["Content-Disposition"] == 'inline; filename="CV.pdf"'
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")
    assert body(answer) == files.pdf()


def test_a_pdf_that_can_act_is_said_and_only_downloaded(subject: Subject, adviser: StaffMember) -> None:
    content = files.pdf("1 0 obj<</S/JavaScript/JS(app.alert(1))>>endobj")
    document = keep_document(subject, files.sent("form.pdf", content), by=adviser)
    browser = signed_in(adviser)

    said = browser.get(page_of("document", document)).content.decode()

    assert "It has scripts inside. It is only downloaded, never shown here." in said
    assert page_of("document-show", document) not in said
    assert browser.get(page_of("document-show", document)).status_code == 404
    assert body(browser.get(page_of("document-file", document))) == content


def test_a_document_that_waits_for_the_scanner_is_not_given_out(
    subject: Subject, adviser: StaffMember, settings: Any
) -> None:
    settings.CLAMAV_ADDRESS = "127.0.0.1:1"
    document = keep_document(subject, files.sent("a.pdf", files.pdf()), by=adviser)
    browser = signed_in(adviser)

    for name in ("document-file", "document-show"):
        answer = browser.get(page_of(name, document), follow=True)
        assert "waiting for the scanner" in answer.content.decode()
        assert b"%PDF" not in answer.content
    assert not AccessEntry.objects.filter(action=AccessAction.OPENED_FILE).exists()


def test_a_file_that_was_lost_is_said(document: Document, adviser: StaffMember) -> None:
    storage.delete(document.consortium_id, document.uid)

    answer = signed_in(adviser).get(page_of("document-file", document), follow=True)

    assert "The file is not there, or not as it was stored." in answer.content.decode()


def test_of_two_who_change_a_document_the_second_is_shown_what_the_first_said(
    document: Document, adviser: StaffMember
) -> None:
    browser, path = signed_in(adviser), page_of("document-change", document)
    browser.post(path, {"title": "CV", "version": 1})

    answer = browser.post(path, {"title": "Curriculum vitae", "version": 1})

    assert "Saved now: <strong>CV</strong>" in answer.content.decode()
    document.refresh_from_db()
    assert (document.title, document.version) == ("CV", 2)


def test_a_document_is_removed_and_put_back(client: Client, document: Document, adviser: StaffMember) -> None:
    browser, path = signed_in(adviser), page_of("document-remove", document)
    assert browser.post(path, {"reason": "", "version": 1}).context["form"].errors["reason"] == ["Enter the reason."]

    said = browser.post(path, {"reason": "Of somebody else", "version": 1}, follow=True).content.decode()

    assert "Of somebody else" in said
    assert "CV.pdf" not in panel_of(client, adviser)
    browser.post(page_of("document-back", document))
    assert "CV.pdf" in panel_of(client, adviser)
    history = browser.get(page_of("document", document)).content.decode()
    assert [each in history for each in ("Recorded", "Removed, by", "Of somebody else", "Put back, by")] == [True] * 4


def test_a_document_changed_meanwhile_is_not_removed(document: Document, adviser: StaffMember) -> None:
    browser = signed_in(adviser)
    browser.post(page_of("document-change", document), {"title": "CV", "version": 1})

    answer = browser.post(page_of("document-remove", document), {"reason": "Old", "version": 1})

    assert "Somebody else changed this record" in answer.content.decode()
    document.refresh_from_db()
    assert document.removed_at is None


def test_a_partner_reads_what_is_shared_and_learns_of_nothing_else(
    client: Client, document: Document, outsider: StaffMember, subject: Subject, adviser: StaffMember
) -> None:
    health = keep_document(subject, files.sent("doctor.txt", b"A letter"), by=adviser, category="health")
    make.ReferralFactory(client=client, to_organisation=outsider.organisation, status="accepted")
    make.ConsentFactory(client=client, parts=[])
    bring_shares_up_to_date(today=timezone.localdate())
    browser = signed_in(outsider)

    everything = browser.get(reverse("partners:parts", args=["caseload.client", client.uid])).content.decode()

    for said in (panel_of(client, outsider), everything):
        assert ("CV.pdf" in said, "doctor.txt" in said) == (True, False)
    assert browser.get(page_of("document-file", document)).status_code == 200
    for name in ("document", "document-file", "document-show", "document-change", "document-remove"):
        assert browser.get(page_of(name, health)).status_code == 404
    assert browser.get(page_of("document-remove", document)).status_code == 403


@pytest.mark.parametrize("kind", ["contract", "employer"])
def test_documents_stand_on_contracts_and_employers_too(city_council: Organisation, kind: str) -> None:
    role = {"contract": Role.COMMISSIONER, "employer": Role.ACCOUNT_MANAGER}[kind]
    staff = StaffFactory(organisation=city_council, role=role)
    factory, app = {"contract": (ContractFactory, "commissioning"), "employer": (EmployerFactory, "employers")}[kind]
    record, other = factory(), factory()
    browser = signed_in(staff)

    for each, name in ((record, "one.pdf"), (other, "other.pdf")):
        path = reverse("partners:document-add", args=[f"{app}.{kind}", each.uid])
        browser.post(path, {"files": files.sent(name, files.pdf())})

    said = browser.get(reverse(f"{app}:{kind}", args=[record.uid])).content.decode()
    assert ("one.pdf" in said, "other.pdf" in said) == (True, False)


def test_a_record_with_a_document_is_not_removed_and_says_why(city_council: Organisation) -> None:
    staff = StaffFactory(organisation=city_council, role=Role.ACCOUNT_MANAGER)
    vacancy, other = VacancyFactory(), VacancyFactory()
    browser = signed_in(staff)
    path = reverse("partners:document-add", args=["employers.vacancy", vacancy.uid])
    browser.post(path, {"files": files.sent("advert.pdf", files.pdf())})
    pages = {each: reverse("employers:record-remove", args=["vacancies", each.uid]) for each in (vacancy, other)}

    answers = {
        each: browser.post(page, {"reason": "Filled", "version": 1}, follow=True).content.decode()
        for each, page in pages.items()
    }

    assert "advert.pdf" in browser.get(reverse("employers:record", args=["vacancies", vacancy.uid])).content.decode()
    assert "are kept with it. Remove those first" in answers[vacancy]
    assert set(Vacancy.objects.all()) == {vacancy}


def test_the_limits_said_are_those_that_hold() -> None:
    said = str(document_pages.UploadForm.base_fields["files"].help_text)

    assert (keeping.MOST_IN_A_FILE, keeping.MOST_FILES, document_pages.MOST_IN_ALL) == (25 * 2**20, 20, 100 * 2**20)
    assert "each of 25 MB at most, 20 files and 100 MB at once" in said
