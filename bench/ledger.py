"""How many transactions a second four connections post to the books of a pot (budget: 300/s on two cores).

    eval "$(script/env)"; python bench/ledger.py [--seconds 10] [--connections 4] [--streams 4]

Makes a database of its own. Measured twice: postings of acts that are approved already, each with both entries, the
balances and the checks at the end, committed alone; and whole receipts, with the act and its trail of history. All
connections post to the same streams: at one stream they wait for each other. Afterwards the books are added up.
"""

import argparse
import os
import subprocess
import sys
import time
from datetime import date
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

NAME = "caseload_bench_ledger"
DAY = date(2007, 6, 1)
BUDGET = 300


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--seconds", type=float, default=10)
    options.add_argument("--connections", type=int, default=4)
    options.add_argument("--streams", type=int, default=4)
    options.add_argument("--worker", choices=("make", "post", "receive", "add-up"))
    asked = options.parse_args()
    if asked.worker:
        return worker(asked)
    sql("postgres", f"DROP DATABASE IF EXISTS {NAME}")
    sql("postgres", f"CREATE DATABASE {NAME}")
    try:
        subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], cwd=ROOT, env=environment(), check=True)
        role = os.environ["DATABASE_APP_ROLE"]
        sql(NAME, f'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO "{role}"')
        sql(NAME, f'GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO "{role}"')
        run("make", asked)
        rates = {what: sum(map(float, run(what, asked, number=asked.connections))) for what in ("post", "receive")}
        (said,) = run("add-up", asked)
    finally:
        sql("postgres", f"DROP DATABASE {NAME}")
    for what, rate in rates.items():
        print(f"{what:8} {rate:6.0f}/s from {asked.connections} connections, {asked.streams} streams (budget {BUDGET})")
    print(said)
    print(f"load of the machine in the last minute: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    return 0 if rates["post"] >= BUDGET else 1


def run(what: str, asked: argparse.Namespace, *, number: int = 1) -> list[str]:
    """Let processes do the same thing at once; return what each said."""
    command = [sys.executable, __file__, "--worker", what, "--streams", str(asked.streams)]
    command += ["--seconds", str(asked.seconds)]
    started = [
        subprocess.Popen(command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True) for _ in range(number)
    ]
    said = [each.communicate()[0].strip() for each in started]
    if any(each.returncode for each in started):
        sys.exit("A worker failed.")
    return said


def worker(asked: argparse.Namespace) -> int:
    import django  # noqa: PLC0415  the settings are of the worker's database

    django.setup()
    from partners.models import Consortium  # noqa: PLC0415  as above

    if asked.worker == "make":
        make(asked.streams)
        return 0
    consortium = Consortium.objects.get()
    if asked.worker == "add-up":
        print(added_up(consortium.pk))
        return 0
    print(rate(asked.worker, consortium.pk, seconds=asked.seconds))
    return 0


def make(streams: int) -> None:
    from partners.enums import Role  # noqa: PLC0415  Django is set up first
    from partners.platform.tenancy.scope import in_consortium  # noqa: PLC0415  as above
    from tests.factories.commissioning import ContributionFactory  # noqa: PLC0415  as above
    from tests.factories.partners import ConsortiumFactory, OrganisationFactory, StaffFactory  # noqa: PLC0415  as above

    with in_consortium(ConsortiumFactory(slug="bench").pk):
        StaffFactory(organisation=OrganisationFactory(accountable_body=True), role=Role.FINANCE_OFFICER)
        for _ in range(streams):
            ContributionFactory(amount=10**9)


def rate(what: str, consortium: int, *, seconds: float) -> float:
    """Return how many transactions a second one connection posts, while others post to the same streams."""
    from commissioning.enums import ActState, PostingKind  # noqa: PLC0415  Django is set up first
    from commissioning.models import Contribution, LedgerAct  # noqa: PLC0415  as above
    from commissioning.services.ledger import post  # noqa: PLC0415  as above
    from commissioning.services.ledger_acts import receive  # noqa: PLC0415  as above
    from partners.models import StaffMember  # noqa: PLC0415  as above
    from partners.platform.tenancy.scope import in_consortium  # noqa: PLC0415  as above

    with in_consortium(consortium):
        by = StaffMember.objects.select_related("organisation").get()
        into = list(Contribution.objects.select_related("funding_stream"))
        acts = []
        for number in range(int(seconds * 600) if what == "post" else 0):
            facts = {"kind": PostingKind.RECEIVE, "contribution": into[number % len(into)], "asked_by": by}
            facts |= {"stream": into[number % len(into)].funding_stream, "amount": Decimal(1), "booked_on": DAY}
            acts.append(LedgerAct(**facts, state=ActState.DONE, decided_at=by.recorded_at))
            acts[-1].external_id = acts[-1].make_reference()
        LedgerAct.objects.bulk_create(acts, batch_size=500)
    began, done = time.monotonic(), 0
    while time.monotonic() < began + seconds and (what == "receive" or done < len(acts)):
        with in_consortium(consortium):
            if what == "post":
                post(acts[done], by=by)
            else:
                receive(into[done % len(into)], amount=Decimal(1), on=DAY, by=by)
        done += 1
    return done / (time.monotonic() - began)


def added_up(consortium: int) -> str:
    from django.db.models import F, Sum  # noqa: PLC0415  Django is set up first

    from commissioning.models import LedgerAccount, LedgerEntry, LedgerTransaction  # noqa: PLC0415  as above
    from partners.platform.tenancy.scope import in_consortium  # noqa: PLC0415  as above

    with in_consortium(consortium):
        total = LedgerEntry.objects.aggregate(total=Sum("amount"))["total"]
        wrong = LedgerAccount.objects.annotate(added=Sum("entries__amount")).exclude(balance=F("added"))
        wrong = wrong.exclude(balance=0, added=None)
        number = LedgerTransaction.objects.count()
        return f"{number:,} transactions sum to {total}; accounts that differ from their entries: {wrong.count()}"


def environment() -> dict[str, str]:
    urls = {name: database(os.environ[name], NAME) for name in ("DATABASE_URL", "DATABASE_OWNER_URL")}
    return os.environ | urls | {"DJANGO_SETTINGS_MODULE": "bench.referral_settings"}


def database(url: str, name: str) -> str:
    head, _, tail = url.partition("?")
    return f"{head.rpartition('/')[0]}/{name}" + (f"?{tail}" if tail else "")


def sql(name: str, statement: str) -> None:
    url = database(os.environ["DATABASE_OWNER_URL"], name)
    subprocess.run(["psql", url, "-q", "-v", "ON_ERROR_STOP=1", "-c", statement], check=True)


if __name__ == "__main__":
    sys.exit(main())
