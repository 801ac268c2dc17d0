"""The few kinds of file that are taken, and how each is known and looked into.

A file is what its bytes say. Neither its name nor the browser's word is asked, except that both plain text and CSV are
text: there the name decides between them. A checker returns what in the file can act, to be said to people, or refuses
the file with a sentence.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from partners.platform.documents.archives import check_office, media_type_of
from partners.platform.documents.pdf import check_pdf
from partners.platform.documents.pictures import check_picture
from partners.platform.documents.refusals import FileRefused
from partners.platform.documents.text import check_text

HEAD = 4096


@dataclass(frozen=True)
class FileKind:
    """A kind that is taken: ``shown`` says how a browser may show it, as a picture, a PDF, text or not at all."""

    media_type: str
    title: str
    endings: tuple[str, ...]
    check: Callable[[BinaryIO], str]
    shown: str = ""


OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS = {
    kind.media_type: kind
    for kind in (
        FileKind("application/pdf", "PDF", (".pdf",), check_pdf, "pdf"),
        FileKind("image/jpeg", "JPEG picture", (".jpg", ".jpeg"), check_picture, "picture"),
        FileKind("image/png", "PNG picture", (".png",), check_picture, "picture"),
        FileKind("image/webp", "WebP picture", (".webp",), check_picture, "picture"),
        FileKind(f"{OFFICE}.wordprocessingml.document", "Word document", (".docx",), check_office),
        FileKind(f"{OFFICE}.spreadsheetml.sheet", "Excel workbook", (".xlsx",), check_office),
        FileKind("application/vnd.oasis.opendocument.text", "OpenDocument text", (".odt",), check_office),
        FileKind("application/vnd.oasis.opendocument.spreadsheet", "OpenDocument table", (".ods",), check_office),
        FileKind("text/csv", "CSV table", (".csv", ".tsv"), check_text, "text"),
        FileKind("text/plain", "Plain text", (".txt",), check_text, "text"),
    )
}
# What the field of a page offers to choose. Without HEIC an iPhone sends its pictures as JPEG.
ACCEPT = ",".join([*KINDS, *(ending for kind in KINDS.values() for ending in kind.endings)])
TAKEN = "PDF, JPEG, PNG or WebP pictures, Word, Excel and OpenDocument files without macros, plain text and CSV"

# What else people send, by its first bytes: each with what it is and what to do.
REFUSED = (
    (b"MZ", "a Windows program", "Programs are not kept here."),
    (b"\x7fELF", "a program", "Programs are not kept here."),
    (b"#!", "a script", "Scripts are not kept here."),
    (b"\xca\xfe\xba\xbe", "a program", "Programs are not kept here."),
    (b"\xd0\xcf\x11\xe0", "an old Office file, or one with a password", "Save it as .docx, .xlsx or PDF without one."),
    (b"{\\rtf", "a Rich Text file", "Save it as .docx or PDF."),
    (b"GIF8", "a GIF picture", "Save it as PNG."),
    (b"BM", "a bitmap picture", "Save it as PNG."),
    (b"II*\x00", "a TIFF picture", "Save it as PDF or JPEG."),
    (b"MM\x00*", "a TIFF picture", "Save it as PDF or JPEG."),
    (b"Rar!", "a packed folder", "Unpack it and send the files in it."),
    (b"7z\xbc\xaf", "a packed folder", "Unpack it and send the files in it."),
    (b"\x1f\x8b", "a packed file", "Unpack it and send the file in it."),
    (b"ID3", "a sound recording", "Recordings are not kept here."),
)
HEIC = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif"}
WAYS_TO_JPEG = "Save it as JPEG; on an iPhone choose Settings, Camera, Formats, Most Compatible."


def look_into(stream: BinaryIO, name: str) -> tuple[FileKind, str]:
    """Return what a file is, and what in it can act; raise :class:`FileRefused` with a sentence."""
    stream.seek(0)
    kind = _known(stream.read(HEAD), stream, name)
    stream.seek(0)
    return kind, kind.check(stream)


BEGINNINGS = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
)


def _known(head: bytes, stream: BinaryIO, name: str) -> FileKind:
    if not head:
        raise FileRefused("is empty", "Choose the file again: it may not have been saved.")
    for beginning, media_type in BEGINNINGS:
        if head.startswith(beginning):
            return KINDS[media_type]
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return KINDS["image/webp"]
    if head.startswith(b"PK\x03\x04"):
        return KINDS[media_type_of(stream)]
    _refuse_by_head(head)
    return KINDS["text/csv" if name.lower().endswith((".csv", ".tsv")) else "text/plain"]


def _refuse_by_head(head: bytes) -> None:
    if head[4:8] == b"ftyp" and head[8:12] in HEIC:
        raise FileRefused("is a HEIC picture, which not every computer here can open", WAYS_TO_JPEG)
    if head[4:8] == b"ftyp":
        raise FileRefused("is a film or a recording", "These are not kept here.")
    for beginning, what, to_do in REFUSED:
        if head.startswith(beginning):
            raise FileRefused(f"is {what}", to_do)
