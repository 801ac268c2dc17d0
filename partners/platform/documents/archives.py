"""Word, Excel and OpenDocument files: archives whose list of contents is judged, and never unpacked.

No XML of theirs is parsed: what is looked for is found as text in pieces of limited size.
"""

import re
import struct
import zipfile
from typing import BinaryIO

from partners.platform.documents.refusals import FileRefused, damaged, refuse_second_file

OFFICE = "application/vnd.openxmlformats-officedocument"
OPEN_DOCUMENT = "application/vnd.oasis.opendocument"
MAIN_PARTS = {
    f"{OFFICE}.{kind}.main+xml".encode(): f"{OFFICE}.{kind}"
    for kind in ("wordprocessingml.document", "spreadsheetml.sheet")
}
OPEN_TYPES = {f"{OPEN_DOCUMENT}.{kind}".encode(): f"{OPEN_DOCUMENT}.{kind}" for kind in ("text", "spreadsheet")}
LIST_OF_TYPES, OPEN_TYPE = "[Content_Types].xml", "mimetype"
MACROS = re.compile(
    r"vbaproject|vbadata|(?:^|/)activex/|macrosheets/|^basic/|^scripts/|\.(?:exe|dll|js|vbs|bat)$", re.IGNORECASE
)
OBJECTS = re.compile(r"embeddings/.*\.bin$|^object \d+/|oleobject", re.IGNORECASE)
FETCHED = re.compile(
    rb"<[^>]*relationships/(?:attachedTemplate|oleObject|frame|subDocument|externalLinkPath)\"[^>]*External"
    rb"|<[^>]*External[^>]*relationships/(?:attachedTemplate|oleObject|frame|subDocument|externalLinkPath)\"",
)
MOST_LISTED = 512 * 1024  # bytes of the list: some five thousand pieces
MOST_UNPACKED = 300 * 2**20
MOST_TIMES = 200
MOST_READ = 2**20
ENCRYPTED = 0x1
END_OF_LIST, SIZE_OF_END = b"PK\x05\x06", 22


def media_type_of(stream: BinaryIO) -> str:
    """Return which of the files that are taken an archive is."""
    archive = _opened(stream)
    names = set(archive.namelist())
    if LIST_OF_TYPES in names:
        listed = _read(archive, LIST_OF_TYPES)
        if b"macroEnabled" in listed:
            raise _macros()
        found = [kind for part, kind in MAIN_PARTS.items() if part in listed]
        if found:
            return found[0]
        if b"presentationml" in listed:
            raise FileRefused("is a PowerPoint file", "Save it as PDF.")
    if OPEN_TYPE in names and (kind := OPEN_TYPES.get(_read(archive, OPEN_TYPE).strip())):
        return kind
    raise FileRefused("is a packed folder", "Unpack it and send the files in it.")


def check_office(stream: BinaryIO) -> str:
    """Refuse what unpacks to far too much, has macros, or fetches parts from elsewhere; say what objects it has."""
    archive = _opened(stream)
    members = archive.infolist()
    names = [each.filename for each in members]
    if any(MACROS.search(name) for name in names):
        raise _macros()
    if any(each.flag_bits & ENCRYPTED for each in members) or _is_locked(archive, names):
        raise FileRefused("is locked with a password", "Save it without one.")
    for name in names:
        if name.endswith(".rels") and FETCHED.search(_read(archive, name)):
            raise FileRefused("fetches parts of itself from elsewhere", "Save it as PDF and send that.")
    has_objects = any(OBJECTS.search(name) for name in names)
    return "It has objects of other programs inside: open them only if you know who made it." if has_objects else ""


def _macros() -> FileRefused:
    return FileRefused("has macros or scripts inside", "Save it without macros, as .docx, .xlsx or PDF.")


def _is_locked(archive: zipfile.ZipFile, names: list[str]) -> bool:
    manifest = "META-INF/manifest.xml"
    return manifest in names and b"encryption-data" in _read(archive, manifest)


def _opened(stream: BinaryIO) -> zipfile.ZipFile:
    size = _size_checked(stream)
    try:
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, struct.error) as broken:
        raise damaged() from broken
    members = archive.infolist()
    unpacked = sum(each.file_size for each in members)
    if unpacked > MOST_UNPACKED or unpacked > MOST_TIMES * size or sum(each.compress_size for each in members) > size:
        raise FileRefused("unpacks to far more than it says", "Save it again, or send it as PDF.")
    if not members or min(each.header_offset for each in members) != 0:
        raise damaged()
    if any(_leads_out(each.filename) for each in members):
        raise damaged()
    return archive


def _leads_out(name: str) -> bool:
    return name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or ":" in name


def _size_checked(stream: BinaryIO) -> int:
    """Return the size of an archive that ends where it says, with a list of its contents that can be read."""
    size = stream.seek(0, 2)
    stream.seek(max(0, size - 2**16 - SIZE_OF_END))
    tail = stream.read()
    at = tail.rfind(END_OF_LIST)
    if at < 0 or len(tail) - at < SIZE_OF_END:
        raise damaged()
    listed, _, comment = struct.unpack_from("<IIH", tail, at + 12)
    if listed > MOST_LISTED:
        raise FileRefused("unpacks to far more than it says", "Save it again, or send it as PDF.")
    rest = tail[at + SIZE_OF_END :]
    if len(rest) != comment:
        raise damaged()
    refuse_second_file(rest)
    stream.seek(0)
    return size


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        with archive.open(name) as piece:
            return piece.read(MOST_READ)
    except Exception as broken:  # a damaged piece, or packed in a way that nobody reads
        raise damaged() from broken
