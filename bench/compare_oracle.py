"""Compare the product with the independent count on one large random package.

    python bench/compare_oracle.py --clients 2000 --seed 1 --quarter 2008-09-Q2

Needs the settings of a database it may fill; it makes a consortium `compare-<seed>-<clients>-<quarter>` and leaves it.
With --package FOLDER and --slug NAME it takes that package, a generated city for example.
With --keep FOLDER the package stays there; --only-count times the independent count alone.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

import django

django.setup()

from tests.oracle.compare import differences  # noqa: E402 -- Django is set up first
from tests.oracle.count import count  # noqa: E402
from tests.oracle.packages import random_tables, write_package  # noqa: E402
from tests.oracle.returns import KINDS, build, load_into_leicester  # noqa: E402

MOST_SHOWN = 40


def compare(folder: Path, asked: argparse.Namespace) -> int:
    package = asked.package or write_package(
        random_tables(asked.seed, asked.clients, asked.quarter), folder / "package"
    )
    slug = asked.slug or f"compare-{asked.seed}-{asked.clients}-{asked.quarter.lower()}"
    if not asked.only_count:
        started = time.monotonic()
        load_into_leicester(package, slug)
        print(f"loaded in {time.monotonic() - started:.1f} s")
    found: list[str] = []
    for kind in KINDS:
        started = time.monotonic()
        counted = count(package, kind, asked.quarter)
        print(
            f"{kind}: counted in {time.monotonic() - started:.1f} s: {len(counted[0])} rows, {len(counted[1])} records"
        )
        if not asked.only_count:
            started = time.monotonic()
            returned = build(slug, kind, asked.quarter, folder)
            print(f"{kind}: built in {time.monotonic() - started:.1f} s")
            found += [f"{kind}: {difference}" for difference in differences(counted, returned)]
    for difference in found[:MOST_SHOWN]:
        print(difference)
    print(f"{len(found)} differences")
    return 1 if found else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quarter", default="2008-09-Q2")
    parser.add_argument("--package", type=Path)
    parser.add_argument("--slug")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--only-count", action="store_true")
    asked = parser.parse_args()
    if asked.keep:
        return compare(asked.keep, asked)
    with tempfile.TemporaryDirectory() as place:
        return compare(Path(place), asked)


if __name__ == "__main__":
    sys.exit(main())
