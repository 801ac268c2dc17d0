"""A city for the benchmarks: a consortium of its own with a generated package in it, and statistics of its tables.

eval "$(script/env)"; python bench/city.py --consortium city [--clients 100000] [--seed 1]
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg2

ROOT = Path(__file__).resolve().parent.parent
PACK, QUARTERS = "leicester", 8


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--consortium", required=True)
    options.add_argument("--clients", type=int, default=100_000)
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    make_city(asked.consortium, clients=asked.clients, seed=asked.seed)


def make_city(slug: str, *, clients: int, seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder, "city")
        size = ("--clients", str(clients), "--quarters", str(QUARTERS), "--seed", str(seed))
        manage("create_consortium", "--pack", PACK, "--slug", slug, "--name", f"Bench {slug}")
        manage("generate_city", str(package), "--pack", PACK, *size)
        manage("import_package", str(package), "--consortium", slug)
    analyse()


def manage(*command: str) -> None:
    subprocess.run([sys.executable, str(ROOT / "manage.py"), *command], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def analyse() -> None:
    """Gather statistics of every table, as Postgres does by itself overnight; only the owner may."""
    with psycopg2.connect(os.environ["DATABASE_OWNER_URL"]) as connection, connection.cursor() as cursor:
        cursor.execute("ANALYZE")


if __name__ == "__main__":
    main()
