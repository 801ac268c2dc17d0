"""How fast a referral is posted, against a bare endpoint that inserts one row (DESIGN.md "Budgets").

Makes a database of its own, fills it with clients, runs both endpoints under the same server (2 processes of 4
threads) in turns, with 1 and with 20 callers, and prints rates, their ratio, and the times. Run it by
    eval "$(script/env)"; python bench/referral_rate.py [--clients 20000] [--seconds 8] [--rounds 3] [--keep]
"""

import argparse
import http.client
import json
import os
import random
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.server import Server  # noqa: E402

NAME = "caseload_bench_referrals"
OWNER = os.environ.get("DATABASE_OWNER_URL", "")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--clients", type=int, default=20_000)
    options.add_argument("--seconds", type=float, default=8)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--keep", action="store_true", help="leave the database for another run")
    options.add_argument("--reuse", action="store_true", help="use the database that another run left")
    asked = options.parse_args()
    secret = made(0) if asked.reuse else prepared(asked.clients)
    servers = {"bare": Endpoint("bench.bare"), "referral": Endpoint("config.urls")}
    try:
        for callers in (1, 20):
            compare(servers, secret, callers=callers, seconds=asked.seconds, rounds=asked.rounds)
    finally:
        for server in servers.values():
            server.stop()
        if not asked.keep:
            sql("postgres", f"DROP DATABASE {NAME}")


def compare(servers: dict, secret: str, *, callers: int, seconds: float, rounds: int) -> None:
    """Measure both in turns, so that whatever else the machine does disturbs both alike."""
    for name, server in servers.items():
        server.load(secret if name == "referral" else "", callers=8, seconds=2)  # every thread has its connection
    rates: dict[str, list[float]] = {name: [] for name in servers}
    times: dict[str, list[float]] = {name: [] for name in servers}
    for _ in range(rounds):
        for name, server in servers.items():
            took = server.load(secret if name == "referral" else "", callers=callers, seconds=seconds)
            rates[name].append(len(took) / seconds)
            times[name] += took
    ratio = statistics.median(rates["referral"]) / statistics.median(rates["bare"])
    print(
        f"\n{callers} caller{'s' if callers > 1 else ''}: a referral reaches {ratio:.0%} of the bare rate (budget 50%)"
    )
    for name in servers:
        ordered = sorted(times[name])
        middle, slow = (1000 * ordered[int(len(ordered) * part)] for part in (0.5, 0.95))
        print(f"  {name:9} {statistics.median(rates[name]):7.0f}/s  median {middle:6.1f} ms  p95 {slow:6.1f} ms")


class Endpoint(Server):
    """One of the two addresses, under a server of its own."""

    def __init__(self, urlconf: str) -> None:
        settings = environment() | {"BENCH_URLCONF": urlconf}
        settings.pop("DATABASE_OWNER_URL")
        is_bare = urlconf == "bench.bare"
        super().__init__(settings, "bench.bare_wsgi:application" if is_bare else "config.wsgi:application")
        self.path = "/bare/" if is_bare else "/api/v1/referrals/"

    def load(self, secret: str, *, callers: int, seconds: float) -> list[float]:
        """Let callers post one new person after another without a pause; return what each post took."""
        took: list[float] = []
        until = time.monotonic() + seconds
        threads = [threading.Thread(target=self._call, args=(secret, until, took)) for _ in range(callers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return took

    def _call(self, secret: str, until: float, took: list[float]) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        chance = random.Random()  # noqa: S311
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {secret}"}
        while time.monotonic() < until:
            sent = json.dumps(referral(chance))
            began = time.monotonic()
            connection.request("POST", self.path, sent, headers)
            answer = connection.getresponse()
            said = answer.read()
            took.append(time.monotonic() - began)
            if answer.status != 201:
                sys.exit(f"{answer.status}: {said[:500]!r}")


def referral(chance: random.Random) -> dict:
    number = chance.randrange(10**9)
    born = f"{1950 + chance.randrange(40)}-{1 + chance.randrange(12):02}-{1 + chance.randrange(28):02}"
    return {
        "external_id": f"R{number}",
        "to_organisation": "receiver",
        "made_on": "2007-05-14",
        "reason": "wants retail work",
        "urgent": False,
        "client": {
            "external_id": f"C{number}",
            "given_name": "".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=6)),
            "family_name": "".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=7)),
            "date_of_birth": born,
            "sex": "female",
            "ethnicity": "asian_indian",
            "nino": f"CE{number % 1_000_000:06}{chance.choice('ABCD')}",
            "postcode": postcode(chance),
            "lsoa": "E01013664",
            "phone": "0116 496 0000",
            "email": f"p{number}@example.org",
            "circumstances": [{"kind": "benefit", "code": "jsa", "from_date": "2006-10-01"}],
        },
        "consent": {"purpose": "sharing", "given_on": "2007-05-14", "method": "paper", "expires_on": None},
    }


def postcode(chance: random.Random) -> str:
    street = f"{chance.choice('ABDEFG')}{chance.choice('HJLNPQ')}"
    return f"LE{chance.randrange(1, 10)} {chance.randrange(10)}{street}"


def prepared(clients: int) -> str:
    sql("postgres", f"DROP DATABASE IF EXISTS {NAME}")
    sql("postgres", f"CREATE DATABASE {NAME}")
    subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], cwd=ROOT, env=environment(), check=True)
    role = os.environ["DATABASE_APP_ROLE"]
    sql(
        NAME,
        f"CREATE TABLE bench_bare (id bigserial PRIMARY KEY, uid uuid UNIQUE, external_id text, body jsonb);"
        f'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO "{role}";'
        f'GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO "{role}"',
    )
    secret = made(clients)
    sql(NAME, "ANALYZE")
    return secret


def made(clients: int) -> str:
    """Make so many more people, and return a key."""
    command = [sys.executable, "-m", "bench.referral_people", str(clients)]
    return subprocess.run(
        command, cwd=ROOT, env=environment(), check=True, stdout=subprocess.PIPE, text=True
    ).stdout.strip()


def environment() -> dict[str, str]:
    return os.environ | {
        "DATABASE_URL": database(os.environ["DATABASE_URL"]),
        "DATABASE_OWNER_URL": database(OWNER),
        "DJANGO_SETTINGS_MODULE": "bench.referral_settings",
    }


def database(url: str) -> str:
    head, _, tail = url.partition("?")
    return f"{head.rpartition('/')[0]}/{NAME}" + (f"?{tail}" if tail else "")


def sql(name: str, statement: str) -> None:
    url = database(OWNER).replace(f"/{NAME}", f"/{name}")
    subprocess.run(["psql", url, "-q", "-v", "ON_ERROR_STOP=1", "-c", statement], check=True)


if __name__ == "__main__":
    main()
