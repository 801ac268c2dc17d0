"""Rows per second and memory of an import, next to a plain COPY of the same rows.

    python bench/import_rate.py --consortium SLUG [--rows 500000]

Makes an invented package of about that many rows, loads it into an empty consortium with every check, index and
history trigger on, and copies the same files into bare tables of the same types without any of them.
"""

import argparse
import csv
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

# Rows of each table for one client.
PER_CLIENT = {"client_addresses": 1, "client_circumstances": 2, "stage_events": 4, "activities": 2, "assessments": 4}
JOBS_EVERY, CHECKS_PER_JOB = 2, 2
DAY = date(2007, 4, 1)


def make_package(folder: Path, rows: int) -> int:
    """Write the package and return how many rows it has."""
    clients = rows // (1 + sum(PER_CLIENT.values()) + (1 + CHECKS_PER_JOB) // JOBS_EVERY)
    days = [(DAY + timedelta(days=n)).isoformat() for n in range(400)]
    orgs, staff, employers = 40, 300, 2000
    tables = {
        "organisations": (["id", "name", "type"], ([f"o{n}", f"Organisation {n}", "provider"] for n in range(orgs))),
        "staff": (
            ["id", "organisation_id", "name", "email", "role"],
            ([f"s{n}", f"o{n % orgs}", f"Person {n}", f"p{n}@example.org", "adviser"] for n in range(staff)),
        ),
        "employers": (
            ["id", "name", "sector", "size_band", "ownership"],
            ([f"e{n}", f"Employer {n}", "Retail", "small", "private"] for n in range(employers)),
        ),
        "employer_agreements": (
            ["id", "employer_id", "kind", "from_date"],
            ([f"a{n}", f"e{n}", "jigs", "2007-04-01"] for n in range(employers)),
        ),
    }
    tables["clients"] = (
        [
            *("id", "given_name", "family_name", "date_of_birth", "sex", "ethnicity", "disability", "nino", "phone"),
            *("registered_on", "organisation_id", "adviser_id", "highest_qualification"),
        ],
        (
            [
                *(f"c{n}", f"Given{n % 977}", f"Family{n % 7919}", f"19{50 + n % 40}-0{1 + n % 9}-1{n % 10}"),
                *("female", "white_british", "no", f"AB{n:06}C", "0116 496 0000"),
                *("2007-03-01", f"o{n % orgs}", f"s{n % staff}", "2"),
            ]
            for n in range(clients)
        ),
    )
    tables["client_addresses"] = (
        ["id", "client_id", "from_date", "to_date", "postcode", "lsoa", "ward", "district"],
        (
            [f"d{n}", f"c{n}", "2005-01-01", "", "LE5 3GH", "E01013664", "Charnwood", "Leicester"]
            for n in range(clients)
        ),
    )
    tables["client_circumstances"] = (
        ["id", "client_id", "kind", "code", "from_date", "to_date"],
        (
            [f"x{n}-{k}", f"c{n}", kind, code, days[n % 300], ""]
            for n in range(clients)
            for k, (kind, code) in enumerate((("benefit", "jsa"), ("status", "low_income")))
        ),
    )
    tables["stage_events"] = (
        ["id", "client_id", "stage", "occurred_on", "recorded_on", "organisation_id", "note"],
        (
            [f"v{n}-{k}", f"c{n}", stage, days[n % 300 + 10 * k], days[n % 300 + 10 * k], f"o{n % orgs}", "Met, talked"]
            for n in range(clients)
            for k, stage in enumerate(("engaged", "assessed", "plan_agreed", "job_ready"))
        ),
    )
    tables["activities"] = (
        ["id", "client_id", "kind", "occurred_on", "organisation_id", "note"],
        (
            [f"t{n}-{k}", f"c{n}", "contact", days[n % 300 + k], f"o{n % orgs}", "Called: no answer"]
            for n in range(clients)
            for k in range(2)
        ),
    )
    tables["assessments"] = (
        ["id", "client_id", "assessed_on", "organisation_id", "dimension", "score"],
        (
            [f"m{n}-{k}", f"c{n}", days[n % 300], f"o{n % orgs}", dimension, str(1 + (n + k) % 10)]
            for n in range(clients)
            for k, dimension in enumerate(("skills", "motivation", "health", "debt"))
        ),
    )
    tables["jobs"] = (
        [
            *("id", "client_id", "employer_id", "jigs_agreement_id", "started_on", "hours_per_week", "hourly_wage"),
            *("evidence", "recorded_on"),
        ],
        (
            [
                *(f"j{n}", f"c{n}", f"e{n % employers}", f"a{n % employers}", days[n % 300], "37.5", "7.50"),
                *("payslip", days[n % 300]),
            ]
            for n in range(0, clients, JOBS_EVERY)
        ),
    )
    tables["employment_checks"] = (
        ["id", "job_id", "week", "checked_on", "in_work", "evidence"],
        (
            [f"k{n}-{week}", f"j{n}", week, days[n % 300 + 91], "true", "payslip"]
            for n in range(0, clients, JOBS_EVERY)
            for week in ("13", "26")
        ),
    )
    total = 0
    for name, (header, body) in tables.items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(header)
            for row in body:
                writer.writerow(row)
                total += 1
    return total


def plain_copy(folder: Path) -> float:
    """Copy the same files into bare tables and return the seconds it took."""
    import django  # noqa: PLC0415

    django.setup()
    from django.db import connection, transaction  # noqa: PLC0415

    from partners.platform.exchange.declarations import all_tables  # noqa: PLC0415

    began = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        for table in all_tables():
            path = folder / f"{table.name}.csv"
            if not path.exists():
                continue
            with path.open("rb") as stream:
                names = stream.readline().decode().strip().split(",")
                columns = [table.by_name[name] for name in names]
                types = ", ".join(f'"{c.name}" {"text" if c.sealed else c.sql_type}' for c in columns)
                cursor.execute(f"CREATE TEMPORARY TABLE bare_{table.name} ({types}) ON COMMIT DROP")
                cursor.copy_expert(f"COPY bare_{table.name} FROM STDIN WITH (FORMAT csv)", stream)
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--consortium", required=True)
    parser.add_argument("--rows", type=int, default=500_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = make_package(folder, options.rows)
        size = sum(path.stat().st_size for path in folder.iterdir())
        command = [sys.executable, str(ROOT / "manage.py"), "import_package", name, "--consortium", options.consortium]
        began = time.perf_counter()
        subprocess.run(command, check=True)
        took = time.perf_counter() - began
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        bare = plain_copy(folder)
        print(f"{rows:,} rows, {size / 1e6:.0f} MB")
        print(f"import: {took:.1f} s, {rows / took:,.0f} rows/s, peak memory of the command {peak:.0f} MB")
        print(f"plain COPY: {bare:.1f} s, {rows / bare:,.0f} rows/s; the import takes {took / bare:.1f} times as long")


if __name__ == "__main__":
    main()
