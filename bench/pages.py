"""How fast the pages of a city answer (DESIGN.md "Budgets"): whole HTML, signed in, from outside.

Signs advisers of one consortium in, starts the server as a deployment does (2 processes of 4 threads), and asks for
their pages: one at a time, with 20 callers without a pause, and as 20 people who each click every three seconds. Prints
the times beside the budgets, and the statements of each page. Run it on a database with a city in it (bench/city.py) by
    eval "$(script/env)"; python bench/pages.py --consortium city [--seconds 20] [--beside another]
With ``--beside`` it then makes a second city of the same size, gathers statistics, measures the first city's pages
again and prints both (budget: a second city changes nothing).
"""

import argparse
import http.client
import os
import random
import statistics
import sys
import threading
import time
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.referral_settings")

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client as Browser  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from bench.city import analyse, make_city  # noqa: E402
from bench.server import Server  # noqa: E402
from caseload.models import Client  # noqa: E402
from employers.models import Employer  # noqa: E402
from partners.models import Consortium, StaffMember, User  # noqa: E402
from partners.platform.tenancy.scope import in_consortium  # noqa: E402

CALLERS = 20
TURNS = 40
THINKS = 3.0
OF_TRANSACTION = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
Pages = dict[str, list[str]]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--consortium", required=True)
    options.add_argument("--seconds", type=float, default=20)
    options.add_argument("--beside", metavar="SLUG", help="a second city to make, of the same size")
    asked = options.parse_args()
    if not asked.beside:
        measure(asked.consortium, asked.seconds)
        return
    if Consortium.objects.filter(slug=asked.beside).exists():
        sys.exit(f"{asked.beside} stands beside {asked.consortium} already: name one that is still to be made.")
    analyse()
    alone = measure(asked.consortium, asked.seconds)
    make_city(asked.beside, clients=number_of_clients(asked.consortium), seed=2)
    print(f"\nwith {asked.beside} beside it")
    compare(alone, measure(asked.consortium, asked.seconds))


def measure(slug: str, seconds: float) -> dict[str, float]:
    """Print what the pages of a city take, and return the median of each when one asks at a time."""
    people = [signed_in(staff, pages) for staff, pages in advisers(slug)]
    statements_of(people[0])
    server = Server(os.environ)
    try:
        for cookie, pages in people:  # every process has compiled its templates, every thread its connection
            for paths in pages.values():
                ask(server, http.client.HTTPConnection("127.0.0.1", server.port), paths[0], cookie)
        medians = one_at_a_time(server, people[0])
        without_a_pause(server, people, seconds)
        clicking(server, people, seconds)
    finally:
        server.stop()
    return medians


def compare(alone: dict[str, float], beside: dict[str, float]) -> None:
    print("\none at a time, with one city and with two (budget: a ratio of 1)")
    for name, median in alone.items():
        print(f"  {name:18} {1000 * median:6.1f} ms {1000 * beside[name]:6.1f} ms  {beside[name] / median:5.2f}")


def number_of_clients(slug: str) -> int:
    with in_consortium(Consortium.objects.get(slug=slug).pk):
        return Client.objects.count()


def advisers(slug: str) -> list[tuple[StaffMember, Pages]]:
    """Return the advisers with most clients, and what each would open."""
    consortium = Consortium.objects.get(slug=slug)
    with in_consortium(consortium.pk), connection.cursor() as cursor:
        cursor.execute(
            "SELECT adviser_id FROM caseload_client client JOIN partners_staffmember staff"
            " ON staff.consortium_id = client.consortium_id AND staff.id = client.adviser_id"
            " WHERE staff.role = 'adviser' AND staff.left_at IS NULL"
            " GROUP BY adviser_id ORDER BY count(*) DESC, adviser_id LIMIT %s",
            [CALLERS],
        )
        ids = [pk for (pk,) in cursor.fetchall()]
        found = list(StaffMember.objects.filter(pk__in=ids).select_related("user", "organisation"))
        employers = [f"/employers/{uid}/" for uid in Employer.objects.values_list("uid", flat=True)[:50]]
        return [(staff, pages_of(staff, employers)) for staff in found]


def pages_of(staff: StaffMember, employers: list[str]) -> Pages:
    mine = list(Client.objects.filter(adviser=staff, merged_into=None)[:20])
    return {
        "today": ["/"],
        "who needs me": ["/caseload/today/"],
        "my caseload": ["/caseload/"],
        "by stage": ["/caseload/?whose=organisation&stage=in_training"],
        "by last contact": ["/caseload/?whose=organisation&sort=contact"],
        "search by name": [f"/caseload/?q={client.family_name}" for client in mine],
        "search by NINO": [f"/caseload/?q={client.nino}" for client in mine if client.nino],
        "client": [f"/caseload/clients/{client.uid}/" for client in mine],
        "inbox": ["/caseload/referrals/"],
        "employers": ["/employers/"],
        "employer": employers,
    }


def signed_in(staff: StaffMember, pages: Pages) -> tuple[str, Pages]:
    """Return the cookie of a session of this person, who is given a sign-in if they have none, and their pages."""
    user = staff.user
    if user is None:
        email = f"bench-{staff.pk}@example.org"
        user = User.objects.filter(email=email).first() or User.objects.create_user(email=email, password=None)
        with in_consortium(staff.consortium_id):
            StaffMember.objects.filter(pk=staff.pk).update(user=user)
    browser = Browser()
    browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}", pages


def statements_of(person: tuple[str, Pages]) -> None:
    """Print how many statements each page takes, the scope's own among them, without begin and commit (budget 15)."""
    cookie, pages = person
    browser = Browser(headers={"cookie": cookie}, SERVER_NAME="127.0.0.1")
    print(f"{'page':18} status  statements  kB")
    for name, (path, *_) in pages.items():
        browser.get(path)
        with CaptureQueriesContext(connection) as caught:
            answer = browser.get(path)
        number = sum(not each["sql"].startswith(OF_TRANSACTION) for each in caught)
        print(f"{name:18} {answer.status_code:6} {number:11} {len(answer.content) / 1000:3.0f}")


def one_at_a_time(server: Server, person: tuple[str, Pages]) -> dict[str, float]:
    cookie, pages = person
    caller = http.client.HTTPConnection("127.0.0.1", server.port)
    print("\none at a time (budget: median 30 ms)")
    medians = {}
    for name, paths in pages.items():
        times = [ask(server, caller, paths[turn % len(paths)], cookie) for turn in range(TURNS)]
        medians[name] = statistics.median(times)
        print(f"  {name:18} median {1000 * medians[name]:6.1f} ms  p95 {1000 * late(times):6.1f} ms")
    return medians


def without_a_pause(server: Server, people: list[tuple[str, Pages]], seconds: float) -> None:
    times = load(server, people, seconds, pause=0)
    number = sum(map(len, times.values()))
    print(f"\n{len(people)} callers without a pause: {number / seconds:.0f} pages/s (budget 60)")


def clicking(server: Server, people: list[tuple[str, Pages]], seconds: float) -> None:
    times = load(server, people, max(seconds, 30), pause=THINKS)
    every = [took for each in times.values() for took in each]
    print(
        f"\n{len(people)} people clicking every {THINKS:.0f} s: {len(every)} pages,"
        f" median {1000 * statistics.median(every):.1f} ms, p95 {1000 * late(every):.1f} ms (budget: p95 120 ms)"
    )
    for name, each in times.items():
        print(f"  {name:18} median {1000 * statistics.median(each):6.1f} ms  p95 {1000 * late(each):6.1f} ms")


def load(server: Server, people: list[tuple[str, Pages]], seconds: float, *, pause: float) -> dict[str, list[float]]:
    """Let everybody open one page after another, at random, and return what each took."""
    times: dict[str, list[float]] = defaultdict(list)
    until = time.monotonic() + seconds

    def call(cookie: str, pages: Pages) -> None:
        chance = random.Random(cookie)  # noqa: S311
        caller = http.client.HTTPConnection("127.0.0.1", server.port)
        time.sleep(pause * chance.random())
        while time.monotonic() < until:
            name = chance.choice(list(pages))
            times[name].append(ask(server, caller, chance.choice(pages[name]), cookie))
            if pause:
                caller.close()  # the server hangs up meanwhile
                time.sleep(max(0.0, pause - times[name][-1]))

    threads = [threading.Thread(target=call, args=person) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times


def late(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


def ask(server: Server, caller: http.client.HTTPConnection, path: str, cookie: str) -> float:
    """Return the seconds that a page took, to its last byte."""
    began = time.monotonic()
    caller.request("GET", path.replace(" ", "%20"), headers={"Cookie": cookie})
    answer = caller.getresponse()
    answer.read()
    if answer.status != http.client.OK:
        sys.exit(f"{path} answered {answer.status}.")
    return time.monotonic() - began


if __name__ == "__main__":
    main()
