"""A file is what its bytes say; what could harm a reader is refused, with what to do, or said."""

import io

import pytest
from PIL import Image

from partners.platform.documents import archives
from partners.platform.documents.kinds import look_into
from partners.platform.documents.names import tidy_name, with_ending
from partners.platform.documents.pictures import shown
from partners.platform.documents.refusals import FileRefused
from tests.partners.documents import files


@pytest.mark.parametrize(
    ("content", "name", "title"),
    [
        (files.pdf(), "plan.pdf", "PDF"),
        (files.picture(), "photo.jpg", "JPEG picture"),
        (files.picture(progressive=True), "photo.jpg", "JPEG picture"),
        (files.picture("PNG"), "called.jpg", "PNG picture"),
        (files.picture("WEBP"), "photo.webp", "WebP picture"),
        (files.picture() + b"\0" * 40 + files.picture(), "with its preview.jpg", "JPEG picture"),
        (files.word(), "letter.docx", "Word document"),
        (files.excel(), "budget.xlsx", "Excel workbook"),
        (files.open_document(), "letter.odt", "OpenDocument text"),
        ("Łódź: a note, 5 < 6 & 7".encode(), "note.txt", "Plain text"),
        ("caf\xe9".encode("cp1252"), "note", "Plain text"),
        ("Name;Age\nAda;36".encode("utf-16"), "people.csv", "CSV table"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_taken_is_known_by_its_content(content: bytes, name: str, title: str) -> None:
    kind, caution = look_into(io.BytesIO(content), name)

    assert (kind.title, caution) == (title, "")


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "empty.pdf", "is empty"),
        (b"MZ\x90\x00" + b"\0" * 100, "invoice.pdf", "is a Windows program"),
        (b"\x7fELF\x02", "photo.jpg", "is a program"),
        (b"#!/bin/sh\nrm -rf /", "note.txt", "is a script"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "photo.jpg", "is a web page"),
        (b"\xef\xbb\xbf  <svg onload=alert(1)>", "drawing.png", "is a web page"),
        (b"Hello <script src=//evil.example></script>", "note.txt", "has parts of one"),
        (b"<?xml version='1.0'?><x/>", "data.txt", "is a web page"),
        (b'Set x = CreateObject("WScript.Shell")', "note.txt", "is a script"),
        (b"some\x00bytes\x01", "data.bin", "is of a kind that is not kept here"),
        (b"GIF89a", "moving.gif", "is a GIF picture"),
        (b"\x00\x00\x00\x18ftypheic", "IMG_1.HEIC", "is a HEIC picture"),
        (b"\x00\x00\x00\x18ftypmp42", "film.mp4", "is a film"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old.doc", "is an old Office file"),
        (b"{\\rtf1 }", "old.doc", "is a Rich Text file"),
        (files.archive({"a.txt": "x"}), "letter.docx", "is a packed folder"),
        (files.bomb(), "letter.docx", "unpacks to far more than it says"),
        (files.word(**{"word/vbaProject.bin": b"x"}), "letter.docx", "has macros"),
        (files.excel(**{"xl/macrosheets/sheet1.xml": "x"}), "b.xlsx", "has macros"),
        (files.word(**{"word/activeX/activeX1.bin": b"x"}), "letter.docx", "has macros"),
        (files.open_document(**{"Basic/Standard/Module1.xml": "x"}), "letter.odt", "has macros"),
        (files.open_document(**{"META-INF/manifest.xml": "<m:encryption-data/>"}), "letter.odt", "is locked"),
        (files.word(**{"word/_rels/settings.xml.rels": files.REMOTE_TEMPLATE}), "l.docx", "fetches parts of itself"),
        (files.word(**{"../../etc/passwd": "x"}), "letter.docx", "is damaged"),
        (files.word() + b"<html><script>", "letter.docx", "is damaged"),
        (files.archive({"[Content_Types].xml": files.WORD_TYPES}, comment=b"%PDF-1.4"), "l.docx", "a second file"),
        (files.word()[:-30], "letter.docx", "is damaged"),
        (files.picture()[:300], "photo.jpg", "is damaged"),
        (files.picture() + files.archive({"a": "x"}), "photo.jpg", "a second file behind"),
        (files.picture("PNG") + b"<script>alert(1)</script>", "photo.png", "a second file behind"),
        (files.picture("WEBP") + b"MZ\x90", "photo.webp", "a second file behind"),
        (files.huge_png(), "photo.png", "40,000 by 40,000 points"),
        (files.pdf(tail=files.archive({"a": "x"})), "plan.pdf", "a second file behind"),
        (b"%PDF-1.7 no end", "plan.pdf", "is damaged"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_could_harm_is_refused_with_what_to_do(content: bytes, name: str, words: str) -> None:
    with pytest.raises(FileRefused) as refusal:
        look_into(io.BytesIO(content), name)

    said = refusal.value.about(name)
    assert said.startswith(f"“{name}” ")
    assert words in said
    assert refusal.value.to_do.endswith(".")


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (files.pdf("1 0 obj<</S/JavaScript/JS(app.alert(1))>>endobj"), "form.pdf", "scripts inside"),
        (files.pdf("1 0 obj<</S/J#61vaScript/JS(x)>>endobj"), "form.pdf", "scripts inside"),
        (files.pdf("1 0 obj<</S/Launch/F(cmd.exe)>>endobj"), "form.pdf", "start programs"),
        (files.pdf("1 0 obj<</Encrypt 3 0 R>>endobj"), "locked.pdf", "is protected"),
        (files.pdf_with_packed("1 0 <</S/JavaScript/JS(x)>>"), "form.pdf", "scripts inside"),
        (files.pdf("1 0 obj<</Type/ObjStm/Filter[/ASCIIHexDecode/FlateDecode]>>endobj"), "x.pdf", "packed so tightly"),
        (b'Name,Sum\nA,=HYPERLINK("http://evil.example")', "sums.csv", "formulas"),
        (b"=cmd|' /C calc'!A0", "sums.csv", "formulas"),
        (files.word(**{"word/embeddings/oleObject1.bin": b"x"}), "letter.docx", "objects of other programs"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_can_act_is_kept_and_said(content: bytes, name: str, words: str) -> None:
    _, caution = look_into(io.BytesIO(content), name)

    assert words in caution


def test_a_pdf_that_unpacks_without_end_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("partners.platform.documents.pdf.MOST_UNPACKED", 100_000)

    _, caution = look_into(io.BytesIO(files.pdf_with_packed("x" * 5_000_000)), "plan.pdf")

    assert "packed so tightly" in caution


def test_an_archive_with_a_list_of_great_length_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_LISTED", 2000)

    with pytest.raises(FileRefused, match="far more than it says"):
        look_into(io.BytesIO(files.word(**{f"word/x{n}.xml": "x" for n in range(50)})), "letter.docx")


def test_a_picture_is_shown_upright_without_where_it_was_taken() -> None:
    content = files.picture_with_gps()
    assert b"Secret Camera" in content

    made = shown(io.BytesIO(content))

    with Image.open(io.BytesIO(made)) as picture:
        assert picture.size == (40, 60)
        assert not picture.getexif()
    assert b"Secret Camera" not in made
    assert b"Exif" not in made


def test_a_large_picture_is_shown_small() -> None:
    with Image.open(io.BytesIO(shown(io.BytesIO(files.picture(size=(4000, 3000)))))) as picture:
        assert picture.size == (1600, 1200)


@pytest.mark.parametrize(
    ("given", "tidy"),
    [
        ("CV.pdf", "CV.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ada\\CV.pdf", "CV.pdf"),
        ("bill\u202efdp.exe", "billfdp.exe"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie x.pdf"),
        ("", "file"),
        ("..", "file"),
        ("con.txt", "_con.txt"),
        ("Łódź 資料.pdf", "Łódź 資料.pdf"),
    ],
)
def test_a_name_holds_nothing_that_misleads(given: str, tidy: str) -> None:
    assert tidy_name(given) == tidy


def test_a_long_name_is_shortened_before_its_ending() -> None:
    assert tidy_name("x" * 300 + ".pdf") == "x" * 146 + ".pdf"


def test_a_name_ends_as_its_content_asks() -> None:
    assert with_ending("photo.JPEG", (".jpg", ".jpeg")) == "photo.JPEG"
    assert with_ending("bill.exe", (".pdf",)) == "bill.exe.pdf"
