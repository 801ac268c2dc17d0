"""PDF: whole, nothing behind its end, and what in it can act is found and said.

Names may be written with escapes, and objects may lie packed in streams, so everything that unpacks is looked through.
What cannot be looked into counts as what can act: it is downloaded and never shown.
"""

import re
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from partners.platform.documents.refusals import damaged, refuse_second_file

END = b"%%EOF"
NAME = re.compile(rb"/((?:[A-Za-z0-9]|#[0-9A-Fa-f]{2}){3,40})")
ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
STREAM = re.compile(rb"stream\r?\n")
PACKED_TWICE = re.compile(rb"ObjStm.{0,300}(?:ASCIIHexDecode|ASCII85Decode|LZWDecode|RunLengthDecode)", re.DOTALL)
ACTING = {
    b"JavaScript": "It has scripts inside.",
    b"Launch": "It can start programs.",
    b"EmbeddedFile": "It has other files inside.",
    b"EmbeddedFiles": "It has other files inside.",
    b"RichMedia": "It has films or games inside.",
    b"XFA": "It has an active form inside.",
    b"SubmitForm": "It can send what is typed into it elsewhere.",
    b"ImportData": "It can fetch data from elsewhere.",
    b"Encrypt": "It is protected, so nobody could look into it.",
}
MOST_UNPACKED = 64 * 2**20
TOO_MUCH = "It is packed so tightly that nobody could look into all of it."


def check_pdf(stream: BinaryIO) -> str:
    content = stream.read()
    end = content.rfind(END)
    if end < 0 or b"startxref" not in content[-4096:]:
        raise damaged()
    refuse_second_file(content[end:])
    said = {ACTING[name] for name in _names(content) if name in ACTING}
    if PACKED_TWICE.search(content):
        said.add(TOO_MUCH)
    unpacked = 0
    for piece in _unpacked(content):
        said |= {ACTING[name] for name in _names(piece) if name in ACTING}
        unpacked += len(piece)
        if unpacked > MOST_UNPACKED:
            said.add(TOO_MUCH)
            break
    return " ".join(sorted(said))


def _names(content: bytes) -> Iterator[bytes]:
    for found in NAME.finditer(content):
        name = found[1]
        yield ESCAPE.sub(lambda code: bytes([int(code[1], 16)]), name) if b"#" in name else name


def _unpacked(content: bytes) -> Iterator[bytes]:
    """Yield what streams hold that are packed with Flate; pictures are packed otherwise and end at once."""
    for start in STREAM.finditer(content):
        unpacker = zlib.decompressobj()
        try:
            rest = content[start.end() : start.end() + 2**16]
            at = start.end() + len(rest)
            while rest and not unpacker.eof:
                yield unpacker.decompress(rest, MOST_UNPACKED)
                rest = unpacker.unconsumed_tail or content[at : at + 2**16]
                at += 0 if unpacker.unconsumed_tail else len(rest)
        except zlib.error:
            continue
