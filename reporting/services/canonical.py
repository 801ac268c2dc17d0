"""The canonical file of a signed return: what was signed, in one text that anybody can hash (config/howto/signed.md).

UTF-8, a line feed after each row, comma-separated values. A row's first column is its section. The sections come in the
order of :func:`sections`, the rows of each sorted by code point. Records stand by their keys: no name, birth date or
number of a person is in it, so a person can be erased and the hash still holds.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO

from django.db import connection

from reporting.counting.sheet import HEADER
from reporting.models import ClaimEntry, Return, ReturnBuild, ReturnDefinition, ReturnLine, ReturnMember

FORMAT = "caseload-signed-return"
VERSION = "1"
MEMBERS = """
    COPY (
        SELECT 'member', line, "table", record_id, person_id, on_date, windows, measures,
            array_to_string(ARRAY(SELECT value FROM unnest(members) value
                                  WHERE value NOT LIKE 'for=%%' AND value NOT LIKE 'tells=%%' ORDER BY value), ' ')
        FROM reporting_returnmember
        WHERE consortium_id = %(consortium)s AND build_id = %(build)s AND line = %(line)s
        ORDER BY "table" COLLATE "C", record_id, on_date, windows, measures, members
    ) TO STDOUT (FORMAT csv)
"""


@dataclass(frozen=True)
class Stamp:
    """What stands at the head of the file beside the return itself."""

    position: int
    previous_hash: str
    signed_by: str
    signed_at: datetime


@dataclass(frozen=True, order=True)
class Frozen:
    """A file frozen beside the canonical one."""

    name: str
    size: int
    sha256: str


def write_canonical(filed: Return, build: ReturnBuild, stamp: Stamp, files: Iterable[Frozen], to: IO[bytes]) -> None:
    """Write the file. The counted records go into it as the database gives them: a build can have a million."""
    to.write(rows([(FORMAT, VERSION)]))
    for section, found in sections(filed, build, stamp, files):
        to.write(rows((section, *row) for row in sorted(found)))
    write_members(build, to)


def sections(
    filed: Return, build: ReturnBuild, stamp: Stamp, files: Iterable[Frozen]
) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    yield "document", head(filed, build, stamp)
    yield "file", [(each.name, str(each.size), each.sha256) for each in files]
    yield "definition", definitions(build)
    if items := entries(build):
        yield "item", items
    yield "line", [*ReturnLine.objects.filter(build=build).order_by().values_list(*HEADER, "starred")]


def head(filed: Return, build: ReturnBuild, stamp: Stamp) -> list[tuple[str, ...]]:
    return [
        ("built_at", moment(build.snapshot_at)),
        ("built_by", build.built_by.external_id if build.built_by else ""),
        ("kind", filed.kind),
        ("position", str(stamp.position)),
        ("previous_sha256", stamp.previous_hash),
        ("quarter", filed.quarter),
        ("return", filed.external_id),
        ("signed_at", moment(stamp.signed_at)),
        ("signed_by", stamp.signed_by),
    ]


def definitions(build: ReturnBuild) -> list[tuple[str, ...]]:
    names = ("line", "title", "counts", "measured", "unit", "source")
    return [*ReturnDefinition.objects.filter(build=build).values_list(*names)]


def entries(build: ReturnBuild) -> list[tuple[str, ...]]:
    """Return what a claim asks for, takes back and leaves out, item by item, with its pounds as they were counted."""
    names = ("item", "reason", "cause", "contract_id", "table", "record_id", "job_id", "expenditure_id", "corrects_id")
    found = ClaimEntry.objects.filter(build_id=build.pk).values_list(*names, "person_id", "on_date", "amount")
    return [tuple("" if each is None else str(each) for each in row) for row in found]


def write_members(build: ReturnBuild, to: IO[bytes]) -> None:
    lines = ReturnMember.objects.filter(build_id=build.pk).order_by().values_list("line", flat=True).distinct()
    for line in sorted(lines):
        parameters = {"consortium": build.consortium_id, "build": build.pk, "line": line}
        with connection.cursor() as cursor:
            cursor.copy_expert(cursor.mogrify(MEMBERS, parameters), to)


def rows(found: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(found)
    return text.getvalue().encode()


def moment(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="microseconds")
