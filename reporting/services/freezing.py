"""Freezing a return at its signature: what is signed, with its files, its hash and the hash before it.

Files are kept in the database, not beside it: document, files, chain and state are stored in the one transaction of the
signature or not at all, and one backup has them all.
"""

import io
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from tempfile import SpooledTemporaryFile
from typing import IO

from django.db import connection

from commissioning.services.months import close_months
from partners.models import StaffMember
from reporting.counting.sheet import Row, write_csv
from reporting.counting.windows import Quarter
from reporting.documents.content import REDUCED, WHOLE, Signature, content_of
from reporting.documents.pdf import render_pdf
from reporting.documents.workbook import render_xlsx
from reporting.enums import ReturnState
from reporting.indicators.kinds import kind_of_return
from reporting.models import Return, ReturnBuild, ReturnLine, SignedDocument, SignedFile, SignedPiece
from reporting.queries.readers import as_read
from reporting.queries.report import forecast_table, milestones, narratives, risks, spend
from reporting.queries.tolerances import held_to
from reporting.services.canonical import Frozen, Stamp, rows, write_canonical
from reporting.services.claims import is_claim

CANONICAL = "signed.csv"
COPIES = (1, 2)
PIECE = 256 * 1024


def spooled() -> IO[bytes]:
    """Return a file that is on disk once it is large: what is signed is never in memory as a whole."""
    return SpooledTemporaryFile(max_size=16 * PIECE)


def freeze(filed: Return, build: ReturnBuild, *, by: StaffMember, at: datetime) -> None:
    """Store a build as the signed one; inside the transaction of the last step."""
    take_turns(filed)
    last = last_document(filed.kind)
    stamp = Stamp(
        position=last.position + 1 if last else 1,
        previous_hash=last.own_hash if last else "",
        signed_by=by.external_id,
        signed_at=at,
    )
    files = {name: io.BytesIO(content) for name, content in rendered(filed, build, Signature(by.name, at)).items()}
    frozen = {name: hashed(name, content) for name, content in files.items()}
    with spooled() as whole:
        write_canonical(filed, build, stamp, frozen.values(), whole)
        main = hashed(CANONICAL, whole)
        own_hash = main.sha256
        document: SignedDocument = SignedDocument.objects.create(
            filed=filed,
            build=build,
            kind=filed.kind,
            position=stamp.position,
            signed_by=by,
            signed_at=at,
            previous_hash=stamp.previous_hash,
            own_hash=own_hash,
        )
        keep(document, main, whole)
    for name, content in files.items():
        keep(document, frozen[name], content)
    filed.signed_build, filed.signed_at, filed.previous_hash = build, at, stamp.previous_hash
    filed.own_hash = own_hash
    filed.state = ReturnState.SIGNED
    filed.save(update_fields=["signed_build", "signed_at", "previous_hash", "own_hash", "state"])
    if not is_claim(filed):
        close_returned_months(filed)


def close_returned_months(filed: Return) -> None:
    """Let no variation change what was planned up to the end of a signed return: it stands in its table of money."""
    quarter, kind = Quarter.parse(filed.quarter), kind_of_return(filed)
    reason = f"{kind.title if kind else filed.kind} for {quarter.name} is signed"
    close_months(until=quarter.end, origin=f"return {filed.kind} {filed.quarter}", reason=reason)


def take_turns(filed: Return) -> None:
    """Let one signature of a kind follow the other, so that each knows the hash before it."""
    with connection.cursor() as cursor:
        key = f"signed {filed.consortium_id} {filed.kind}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def last_document(kind: str) -> SignedDocument | None:
    found: SignedDocument | None = SignedDocument.objects.filter(kind=kind).order_by("-position").first()
    return found


def rendered(filed: Return, build: ReturnBuild, signature: Signature) -> Mapping[str, bytes]:
    """Return the files of a build as they are handed out: whole, and reduced for who may not open the people."""
    lines = list(ReturnLine.objects.filter(build=build).order_by("id"))
    files = {"return.csv": as_csv(lines)}
    if not is_claim(filed):
        files["report.csv"] = report_of(filed)
    files["return-reduced.csv"] = as_csv([as_read(line, REDUCED, build) for line in lines])
    for name, reading in (("return", WHOLE), ("return-reduced", REDUCED)):
        content = content_of(filed, build, reading, signed=signature)
        files |= {f"{name}.xlsx": render_xlsx(content), f"{name}.pdf": render_pdf(content)}
    return files


def report_of(filed: Return) -> bytes:
    """Return what stood around the count when it was signed: texts, forecasts, money, milestones and risks."""
    money = spend(filed)
    told = forecast_table(filed).lines
    targets = {each.code: each.target for each in told}
    held = held_to(filed, dated=milestones(filed), money=money, targets=targets)
    found: list[tuple[object, ...]] = [
        *(("narrative", each.objective.code, each.body) for each in narratives(filed) if each.body),
        *(("forecast", each.code, each.target, each.before, each.this, each.next) for each in told),
        *(
            ("spend", each.title, each.profiled, each.spent, each.ineligible, each.spent_since_start, each.year_end)
            for each in [*money.streams, money.total]
        ),
        *(
            ("spend forecast", each.title, each.planned, each.this, each.planned_next, each.next)
            for each in money.foreseen
        ),
        *(
            ("milestone", each.milestone.title, each.milestone.due_on, each.expected_on, each.slippage, each.remedy)
            for each in milestones(filed)
        ),
        *(
            ("beyond tolerance", each.measure, each.limit_in_words, line.what, line.in_words)
            for each in held
            for line in each.beyond
        ),
        *(
            ("risk", each.risk.title, each.risk.likelihood, each.risk.impact, each.risk.control, each.risk.status)
            for each in risks(filed)
        ),
    ]
    return rows(found)


def signed_copy(filed: Return, form: str, *, whole: bool) -> bytes | None:
    """Return a file as it was signed; None of a return that is not signed, or was without it."""
    name = f"return.{form}" if whole else f"return-reduced.{form}"
    pieces = SignedPiece.objects.filter(file__document__filed=filed, file__name=name, copy=COPIES[0])
    return b"".join(bytes(piece) for piece in pieces.order_by("number").values_list("content", flat=True)) or None


def as_csv(lines: list[ReturnLine]) -> bytes:
    text = io.StringIO(newline="")
    write_csv([Row(**{name: getattr(line, name) for name in Row.__dataclass_fields__}) for line in lines], text)
    return text.getvalue().encode()


def hashed(name: str, content: IO[bytes]) -> Frozen:
    content.seek(0)
    digest = sha256()
    while piece := content.read(PIECE):
        digest.update(piece)
    return Frozen(name, content.tell(), digest.hexdigest())


def keep(document: SignedDocument, frozen: Frozen, content: IO[bytes]) -> None:
    file: SignedFile = SignedFile.objects.create(
        document=document, name=frozen.name, size=frozen.size, sha256=frozen.sha256
    )
    content.seek(0)
    number = 0
    while piece := content.read(PIECE):
        SignedPiece.objects.bulk_create(
            SignedPiece(file=file, copy=copy, number=number, content=piece) for copy in COPIES
        )
        number += 1
