"""The product's side of the comparison: make a consortium, load a package and build a return by command."""

from collections.abc import Sequence
from pathlib import Path

from django.core.management import call_command

from tests.oracle.compare import differences, read_return, read_trace
from tests.oracle.count import count
from tests.oracle.sheet import TraceRow

KINDS = ("leap", "journey", "dwp_claim")


def load_into_leicester(folder: Path, slug: str) -> None:
    call_command("create_consortium", pack="leicester", slug=slug, verbosity=0)
    call_command("import_package", str(folder), consortium=slug, verbosity=0)


def build(slug: str, kind: str, quarter: str, folder: Path) -> tuple[list[dict[str, str]], set[TraceRow]]:
    output, trace = folder / f"{slug}-{kind}.csv", folder / f"{slug}-{kind}-trace.csv"
    call_command(
        "build_return", consortium=slug, kind=kind, quarter=quarter, output=str(output), trace=str(trace), verbosity=0
    )
    return read_return(output), read_trace(trace)


def disagreements(package: Path, slug: str, quarter: str, folder: Path, kinds: Sequence[str] = KINDS) -> list[str]:
    """Name what the product and the independent count say differently about a package, in each return."""
    load_into_leicester(package, slug)
    return [
        f"{kind} {quarter}: {difference}"
        for kind in kinds
        for difference in differences(count(package, kind, quarter), build(slug, kind, quarter, folder))
    ]
