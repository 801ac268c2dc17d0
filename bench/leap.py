"""Time a return beside hand-written SQL for the same figures (bench/leap.sql, bench/claim.sql), in one run.

    python bench/leap.py --consortium city --quarter 2008-09-Q4 --times 3
    python bench/leap.py --consortium city --kind dwp_claim  # after bench/contracts.py --consortium city

Each is run in turn, in the same database and scope. The figures of both are compared before any time is printed.
"""

import argparse
import os
import resource
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

import django

django.setup()

from django.db import connection  # noqa: E402 -- Django is set up first

from partners.models import Consortium  # noqa: E402
from partners.platform.tenancy.scope import in_consortium  # noqa: E402
from reporting.counting.engine import counting  # noqa: E402
from reporting.counting.trace import write_trace  # noqa: E402
from reporting.counting.windows import WINDOWS, Quarter  # noqa: E402
from reporting.indicators.kinds import kind_for  # noqa: E402
from reporting.queries.returns import count_return  # noqa: E402

HAND_WRITTEN = {
    "leap": Path(__file__).with_name("leap.sql").read_text(encoding="utf-8"),
    "dwp_claim": Path(__file__).with_name("claim.sql").read_text(encoding="utf-8"),
}
Figures = dict[tuple[str, ...], tuple[Any, ...]]


def by_hand(consortium: Consortium, quarter: Quarter, kind: str) -> tuple[float, Figures]:
    started = time.perf_counter()
    parameters = quarter.parameters(consortium.programme_start)
    parameters |= {"quarter": str(quarter), "year": quarter.financial_year}
    with in_consortium(consortium.pk, snapshot=True), connection.cursor() as cursor:
        for statement in HAND_WRITTEN[kind].split(";\n\n"):
            if statement.strip():
                cursor.execute(statement, parameters)
        cursor.execute("SELECT * FROM figures")
        found = {row[:4]: tuple(Fraction(n) if n is not None else None for n in row[4:]) for row in cursor.fetchall()}
    return time.perf_counter() - started, found


def by_engine(consortium: Consortium, quarter: Quarter, kind: str) -> tuple[float, Figures]:
    started = time.perf_counter()
    found: Figures = {}
    with in_consortium(consortium.pk, snapshot=True), counting(consortium, quarter) as session:
        count_return(session, kind_for(consortium, kind))
        taken = time.perf_counter() - started
        for line in session.lines.values():
            for figures in line.figures:
                dimension, member, area_kind, area = figures.member
                for measure, windows in figures.values.items():
                    key = (line.indicator.code, measure, dimension, member + area_kind + area)
                    found[key] = tuple(windows.get(window) for window in WINDOWS)
    return taken, found


def traced(consortium: Consortium, quarter: Quarter, kind: str) -> float:
    started = time.perf_counter()
    with (
        tempfile.TemporaryFile("w", encoding="utf-8") as file,
        in_consortium(consortium.pk, snapshot=True),
        counting(consortium, quarter) as session,
    ):
        count_return(session, kind_for(consortium, kind))
        write_trace(session, file)
    return time.perf_counter() - started


def differences(hand: Figures, engine: Figures) -> list[str]:
    """Name the figures on which the two disagree; nothing and nought are the same here, and a ratio is rounded."""
    return [
        f"{'/'.join(key)}: by hand {hand[key]}, engine {engine.get(key)}"
        for key in sorted(hand)
        if [round(n or 0, 9) for n in hand[key]] != [round(n or 0, 9) for n in engine.get(key, (0, 0, 0))]
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--consortium", default="city")
    parser.add_argument("--quarter", default="2008-09-Q4")
    parser.add_argument("--kind", choices=sorted(HAND_WRITTEN), default="leap")
    parser.add_argument("--times", type=int, default=3)
    asked = parser.parse_args()
    consortium, quarter = Consortium.objects.get(slug=asked.consortium), Quarter.parse(asked.quarter)
    asked_for = (consortium, quarter, asked.kind)
    hand, engine = by_hand(*asked_for), by_engine(*asked_for)
    found = differences(hand[1], engine[1])
    for difference in found[:20]:
        print(difference)
    print(f"{len(hand[1])} figures by hand, {len(found)} differ")
    # In turn, so that what else the machine does falls on both alike.
    times = [(by_hand(*asked_for)[0], by_engine(*asked_for)[0]) for _ in range(asked.times)]
    times_by_hand, times_by_engine = sorted(each[0] for each in times), sorted(each[1] for each in times)
    best_by_hand, best_by_engine = times_by_hand[0], times_by_engine[0]
    print(f"by hand    {', '.join(f'{t:.2f}' for t in times_by_hand)} s")
    print(f"engine     {', '.join(f'{t:.2f}' for t in times_by_engine)} s")
    print(f"ratio      {best_by_engine / best_by_hand:.2f} (budget 1.50)")
    print(f"with trace {traced(*asked_for):.2f} s (budget 15)")
    print(f"memory     {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB (budget 300)")
    return 1 if found or best_by_engine > 1.5 * best_by_hand else 0


if __name__ == "__main__":
    sys.exit(main())
