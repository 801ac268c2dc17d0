"""Plain text and CSV: readable characters only, and no page or script that a browser would run."""

import codecs
import re
from typing import BinaryIO

from partners.platform.documents.refusals import FileRefused

MARKUP = re.compile(
    r"<\s*(?:!doctype|html|head|body|script|svg|iframe|object|embed|form|meta|link|img|math|\?xml|\?php|%|!--)"
    r"|^\s*<\w+[\s>]|javascript:|vbscript:",
    re.IGNORECASE,
)
SCRIPT = re.compile(
    r"^\s*(?:#!|@echo off|\$ErrorActionPreference|param\s*\(|Set-ExecutionPolicy|On Error Resume Next|Windows Registry)"
    r"|WScript\.|CreateObject\(|ActiveXObject|powershell(?:\.exe)?\s+-|Invoke-Expression|\bIEX\s*\(",
    re.IGNORECASE,
)
SCRIPT_ENDINGS = (".js", ".vbs", ".bat", ".cmd", ".ps1", ".hta", ".wsf", ".sh", ".py", ".php", ".reg", ".lnk", ".url")
FORMULA = re.compile(
    r"(?:^|[,;\t])\s*[\"']?\s*[=@](?=\s*[\w+\-(\"])|\|\s*'|(?:HYPERLINK|WEBSERVICE|DDE)\s*\(", re.MULTILINE
)
BINARY = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
NOT_TEXT = FileRefused("is of a kind that is not kept here", "Send a PDF, a picture, a Word or Excel file, or text.")
MOST_LOOKED_AT = 2**20


def check_text(stream: BinaryIO) -> str:
    """Refuse what is no text, or a page or script; say that a table has formulas."""
    text = decoded(stream.read())
    if BINARY.search(text):
        raise FileRefused(NOT_TEXT.what, NOT_TEXT.to_do)
    if MARKUP.search(text):
        raise FileRefused("is a web page or has parts of one", "Save what you need of it as PDF, or as plain text.")
    if SCRIPT.search(text):
        raise FileRefused("is a script or has one in it", "Scripts are not kept here.")
    return "It has formulas: open it in a spreadsheet only if you know who made it." if FORMULA.search(text) else ""


def decoded(content: bytes) -> str:
    """Read text as most programs save it: UTF-8, UTF-16 with its mark, or Windows' Western letters."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileRefused(NOT_TEXT.what, NOT_TEXT.to_do)
