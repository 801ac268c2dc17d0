import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import IO, Any

from django.core.management.base import CommandError
from django.utils import timezone

from partners.errors import CaseloadError
from partners.management.base import OperatorCommand
from partners.management.consortia import consortium_named
from partners.models import Consortium
from partners.platform.tenancy.scope import in_consortium
from reporting.counting.engine import Counting, counting
from reporting.counting.known import NotKnownThen, check_day, end_of, known_at
from reporting.counting.sheet import Row, write_csv
from reporting.counting.trace import write_trace
from reporting.counting.windows import Quarter, check_quarter
from reporting.documents.content import content_counted
from reporting.documents.pdf import render_pdf
from reporting.documents.workbook import render_xlsx
from reporting.indicators.kinds import Kind, kind_for
from reporting.queries.returns import count_return

RENDERERS = {"xlsx": render_xlsx, "pdf": render_pdf}


class Command(OperatorCommand):
    help = "Computes a return without filing it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--consortium", required=True, metavar="SLUG")
        parser.add_argument("--kind", required=True, help="leap or journey, for example")
        parser.add_argument("--quarter", required=True, metavar="2007-08-Q1")
        parser.add_argument("--format", choices=["csv", "xlsx", "pdf"], default="csv")
        parser.add_argument("--output", metavar="FILE", help="the standard output unless given")
        parser.add_argument("--as-known-on", metavar="2008-07-03", help="counts the records as known then, not now")
        parser.add_argument("--trace", metavar="FILE.csv", help="lists the records counted in every figure")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.build(options)
        except OSError as problem:
            raise CommandError(f"The output cannot be written: {problem.strerror}.") from problem

    def build(self, options: dict[str, Any]) -> None:
        consortium = consortium_named(options["consortium"])
        kind = kind_for(consortium, options["kind"])
        quarter = Quarter.parse(options["quarter"])
        check_quarter(quarter, programme_start=consortium.programme_start, today=timezone.localdate())
        day = day_of(options["as_known_on"], consortium) if options.get("as_known_on") else None
        at = end_of(day) if day and day < timezone.localdate() else None
        with in_consortium(consortium.pk, snapshot=True), counting(consortium, quarter) as session:
            with known_at(consortium, at):
                rows = count_return(session, kind)
                if options["trace"]:
                    with whole_file(options["trace"]) as path, path.open("w", encoding="utf-8", newline="") as file:
                        write_trace(session, file)
            self.write(session, kind, rows, day, options)

    def write(self, session: Counting, kind: Kind, rows: list[Row], day: date | None, options: dict[str, Any]) -> None:
        render = RENDERERS.get(options["format"])
        body = render(content_counted(session.consortium, kind, session.quarter, rows, known_on=day)) if render else b""
        if not options["output"]:
            if render:
                sys.stdout.buffer.write(body)
            else:
                write_csv(rows, self.plain_output())
            return
        with whole_file(options["output"]) as path:
            if render:
                path.write_bytes(body)
            else:
                with path.open("w", encoding="utf-8", newline="") as file:
                    write_csv(rows, file)

    def plain_output(self) -> IO[str]:
        """Return the standard output in UTF-8 and with the line ends of the contract, whatever the terminal's."""
        stream: Any = getattr(self.stdout, "_out", sys.stdout)
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", newline="")
        return stream  # type: ignore[no-any-return]


def day_of(text: str, consortium: Consortium) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise NotKnownThen(f"“{text}” is not a day. Write it like 2008-07-03.", field="as_known_on") from None
    check_day(day, consortium, today=timezone.localdate())
    return day


@contextmanager
def whole_file(name: str) -> Iterator[Path]:
    """Give a path to write to, and put it in the place of the file when all of it is there."""
    target = Path(name)
    if not target.parent.is_dir():
        raise CaseloadError(f"There is no folder {target.parent}.", field="output")
    if not target.is_file() and target.exists():
        # A device or a pipe takes what comes, as it comes.
        yield target
        return
    partial = target.with_name(f".{target.name}.partial")
    try:
        yield partial
        partial.replace(target)
    except OSError as problem:
        raise CaseloadError(f"{target} cannot be written: {problem.strerror}.", field="output") from problem
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
