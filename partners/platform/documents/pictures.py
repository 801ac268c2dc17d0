"""Pictures: looked at by decoding them once, and shown as new ones, without what the camera wrote into them."""

import io
import re
import struct
from collections.abc import Callable
from typing import BinaryIO

from PIL import Image, ImageOps

from partners.platform.documents.refusals import FileRefused, damaged, refuse_second_file

FORMATS = ("JPEG", "PNG", "WEBP")
# A JPEG is decoded at the size it is needed; the others need memory for each of their points first.
MOST_POINTS = {"JPEG": 60_000_000, "MPO": 60_000_000, "PNG": 25_000_000, "WEBP": 25_000_000}
LONGEST_SIDE = 20_000
SHOWN = (1600, 1600)
Image.MAX_IMAGE_PIXELS = None  # the limits above refuse in words; the library's own only warns
# In the packed points of a JPEG 0xFF stands before 0x00 or a restart mark; before anything else the points have ended.
AFTER_POINTS = re.compile(rb"\xff(?=[^\x00\xff\xd0-\xd7])")
SCAN, END = 0xDA, 0xD9


def check_picture(stream: BinaryIO) -> str:
    """Refuse a picture that cannot be decoded, is far too large, or has another file behind it."""
    content = stream.read()
    refuse_second_file(content[_end_of(content) :])
    shown(io.BytesIO(content))
    return ""


def shown(stream: BinaryIO) -> bytes:
    """Return a picture anew, upright and small enough for a page: of the file nothing stays but its points."""
    try:
        with Image.open(stream, formats=FORMATS) as picture:
            _refuse_huge(picture)
            picture.draft("RGB", SHOWN)
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail(SHOWN)
            return _as_jpeg(upright)
    except FileRefused:
        raise
    except Exception as broken:  # whatever a decoder raises, the picture is broken
        raise damaged() from broken


def _refuse_huge(picture: Image.Image) -> None:
    most = MOST_POINTS.get(picture.format or "", 0)
    width, height = picture.size
    if width * height > most or max(width, height) > LONGEST_SIDE:
        raise FileRefused(
            f"is a picture of {width:,} by {height:,} points, which is too large",
            f"Make it smaller, to {most // 1_000_000} million points at most.",
        )


def _as_jpeg(picture: Image.Image) -> bytes:
    if picture.mode in {"RGBA", "LA", "PA", "P"}:
        clear = picture.convert("RGBA")
        picture = Image.new("RGB", clear.size, "white")
        picture.paste(clear, mask=clear.getchannel("A"))
    made = io.BytesIO()
    picture.convert("RGB").save(made, "JPEG", quality=85)
    return made.getvalue()


def _end_of(content: bytes) -> int:
    """Return where a picture ends by its own account; raise if it does not end."""
    try:
        ending: Callable[[bytes], int] = _end_of_jpeg
        if content.startswith(b"\x89PNG"):
            ending = _end_of_png
        elif content.startswith(b"RIFF"):
            ending = _end_of_webp
        end = ending(content)
    except (struct.error, IndexError) as short:
        raise damaged() from short
    if end > len(content):
        raise damaged()
    return end


def _end_of_jpeg(content: bytes) -> int:
    at: int = 2
    while True:
        while content[at] == 0xFF and content[at + 1] == 0xFF:
            at += 1
        if content[at] != 0xFF:
            raise damaged()
        mark = content[at + 1]
        if mark == END:
            return int(at + 2)
        (length,) = struct.unpack_from(">H", content, at + 2)
        at += 2 + length
        if mark == SCAN:
            after = AFTER_POINTS.search(content, at)
            if after is None:
                raise damaged()
            at = after.start()


def _end_of_png(content: bytes) -> int:
    at: int = 8
    while True:
        length, kind = struct.unpack_from(">I4s", content, at)
        at += 12 + length
        if kind == b"IEND":
            return int(at)


def _end_of_webp(content: bytes) -> int:
    (size,) = struct.unpack_from("<I", content, 4)
    return int(8 + size + size % 2)
