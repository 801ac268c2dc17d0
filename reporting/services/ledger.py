"""Checking what was signed: each document's files against their hashes and each other, the chain, and the records.

A file is kept twice, and the canonical one can be written anew from the rows of the build, so that what differs is
named to the byte.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from typing import IO

from reporting.enums import ReturnState
from reporting.models import ClaimEntry, ClaimLine, Return, SignedDocument, SignedFile, SignedPiece
from reporting.services.canonical import Frozen, Stamp, write_canonical
from reporting.services.freezing import CANONICAL, COPIES, PIECE, hashed, spooled


def faults() -> Iterator[str]:
    """Say what is wrong with the signed returns of the consortium in scope, the first of each chain first."""
    documents = SignedDocument.objects.select_related("filed", "build__built_by", "signed_by")
    chain, place, before = "", 0, ""
    for document in documents.order_by("kind", "position"):
        if document.kind != chain:
            chain, place, before = document.kind, 0, ""
        place += 1
        yield from (f"{name_of(document)}: {fault}" for fault in faults_of(document, place, before))
        place, before = document.position, document.own_hash
    signed = Return.objects.filter(state=ReturnState.SIGNED)
    for filed in signed.exclude(pk__in=SignedDocument.objects.values("filed")).order_by("kind", "quarter"):
        yield f"{filed}: it was signed, and its document is gone."


def name_of(document: SignedDocument) -> str:
    return f"{document.kind} {document.filed.quarter}, number {document.position} of its chain"


def faults_of(document: SignedDocument, place: int, before: str) -> Iterator[str]:
    if document.position != place:
        yield f"the one before it, number {place}, is gone."
    elif document.previous_hash != before:
        yield f"it names {short(document.previous_hash)} as the hash before it, which is {short(before)}."
    yield from faults_of_files(document)
    yield from faults_of_return(document)


def faults_of_return(document: SignedDocument) -> Iterator[str]:
    """Look whether the return still says what its document does."""
    filed = document.filed
    for field, here, there in (
        ("its state", filed.state, ReturnState.SIGNED.value),
        ("its kind", filed.kind, document.kind),
        ("its signed build", filed.signed_build_id, document.build_id),
        ("its moment of signing", filed.signed_at, document.signed_at),
        ("its hash", filed.own_hash, document.own_hash),
        ("its hash before", filed.previous_hash, document.previous_hash),
    ):
        if here != there:
            yield f"{field} in the list of returns differs from the document's."
    if number := lines_unlike_items(document):
        yield f"{number} lines of its signed claim are not those that were signed."


def lines_unlike_items(document: SignedDocument) -> int:
    """Return how many lines of a claim differ from the items of the build that was signed."""
    names = ("item", "contract_id", "job_id", "expenditure_id", "corrects_id", "amount")
    lines = ClaimLine.objects.filter(claim__filed=document.filed).order_by().values_list(*names)
    items = ClaimEntry.objects.filter(build_id=document.build_id, reason="").order_by().values_list(*names)
    found, signed = Counter(lines), Counter(items)
    return (found - signed).total() + (signed - found).total()


def faults_of_files(document: SignedDocument) -> Iterator[str]:
    files = {file.name: file for file in document.files.order_by("name")}
    main = files.get(CANONICAL)
    if main is None:
        yield f"its canonical file {CANONICAL} is gone."
        return
    if main.sha256 != document.own_hash:
        yield f"the document's hash {short(document.own_hash)} is not that of {CANONICAL}, {short(main.sha256)}."
    with ExitStack() as opened:
        content, wrong = good_copy(main, document.own_hash, opened)
        yield from wrong
        yield from faults_against_records(document, files, content)
        yield from faults_of_others(files, content)


def good_copy(file: SignedFile, wanted: str, opened: ExitStack) -> tuple[IO[bytes], list[str]]:
    """Return a file, whichever copy has its hash, and what is wrong with the copies."""
    copies = {copy: opened.enter_context(kept(file, copy)) for copy in COPIES}
    good = next((content for content in copies.values() if hashed(file.name, content).sha256 == wanted), None)
    if good is None:
        first, second = copies.values()
        where = first_difference(first, second)
        apart = f"its copies differ from byte {where} on" if where is not None else "both its copies are the same"
        return first, [f"{file.name}: neither copy has the hash that was signed, {short(wanted)}; {apart}."]
    return good, [
        f"{file.name}, copy {copy}: byte {where} is not as it was signed."
        for copy, content in copies.items()
        if content is not good and (where := first_difference(good, content)) is not None
    ]


def kept(file: SignedFile, copy: int) -> IO[bytes]:
    content = spooled()
    pieces = SignedPiece.objects.filter(file=file, copy=copy).order_by("number")
    for piece in pieces.values_list("content", flat=True).iterator(chunk_size=8):
        content.write(piece)
    return content


def faults_against_records(document: SignedDocument, files: dict[str, SignedFile], content: IO[bytes]) -> Iterator[str]:
    """Write the canonical file anew from the rows of the build, which nobody may have touched since."""
    stamp = Stamp(document.position, document.previous_hash, document.signed_by.external_id, document.signed_at)
    frozen = [Frozen(file.name, file.size, file.sha256) for file in files.values() if file.name != CANONICAL]
    with spooled() as anew:
        write_canonical(document.filed, document.build, stamp, frozen, anew)
        where = first_difference(content, anew)
    if where is not None:
        yield f"its records now differ from {CANONICAL} from byte {where} on, in row {row_at(content, where)}."


def row_at(content: IO[bytes], place: int) -> int:
    content.seek(0)
    row = 1
    while place > 0:
        piece = content.read(min(PIECE, place))
        row, place = row + piece.count(b"\n"), place - len(piece)
    return row


def faults_of_others(files: dict[str, SignedFile], content: IO[bytes]) -> Iterator[str]:
    """Look at the files that the canonical one names, by the hashes that it names."""
    signed = dict(signed_files(content))
    for name in sorted(signed.keys() | (files.keys() - {CANONICAL})):
        if name not in files:
            yield f"its file {name} is gone."
        elif name not in signed:
            yield f"its file {name} was not signed."
        else:
            with ExitStack() as opened:
                yield from good_copy(files[name], signed[name], opened)[1]


def signed_files(content: IO[bytes]) -> Iterator[tuple[str, str]]:
    content.seek(0)
    for row in content:
        section, _, rest = row.rstrip(b"\n").partition(b",")
        if section == b"definition":
            return
        if section == b"file":
            name, _, digest = rest.decode(errors="replace").split(",")
            yield name, digest


def first_difference(one: IO[bytes], other: IO[bytes]) -> int | None:
    """Return the number of the first byte, counted from 0, that differs, or where the shorter one ends."""
    before = one.seek(0) or other.seek(0)
    while (mine := one.read(PIECE)) == (theirs := other.read(PIECE)):
        if not mine:
            return None
        before += len(mine)
    shorter = min(len(mine), len(theirs))
    return before + next((place for place in range(shorter) if mine[place] != theirs[place]), shorter)


def short(digest: str) -> str:
    return digest[:12] or "none"


def whole_documents() -> Iterator[str]:
    """Name what was looked at, with the hash that somebody may have kept elsewhere."""
    for document in SignedDocument.objects.select_related("filed").order_by("kind", "position"):
        yield f"{document.kind} {document.filed.quarter}  {document.own_hash}"
