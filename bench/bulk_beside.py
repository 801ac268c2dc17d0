"""How long one partner's single referral takes while another's bulk is being stored (API.md, `updated_since`).

Calls a server that runs, with keys of two organisations of one consortium; prints the single post's times alone and
beside a bulk. Run it by
    BASE=http://localhost:8000/api/v1 SENDER=key THIRD=key TO=organisation N=600 python bench/bulk_beside.py
"""

import json
import os
import random
import statistics
import sys
import threading
import time
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.referral_rate import referral

CHANCE = random.Random()  # noqa: S311


def post(path: str, body: dict, key: str) -> float:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    asked = urllib.request.Request(os.environ["BASE"] + path, json.dumps(body).encode(), headers)  # noqa: S310
    began = time.monotonic()
    with urllib.request.urlopen(asked) as answer:  # noqa: S310
        answer.read()
    return time.monotonic() - began


def one() -> dict:
    return referral(CHANCE) | {"to_organisation": os.environ["TO"]}


def singles(until: threading.Event | None, count: int) -> list[float]:
    took = []
    while len(took) < count and not (until and until.is_set()):
        took.append(post("/referrals/", one(), os.environ["THIRD"]))
    return took


def main() -> None:
    singles(None, 10)
    alone, ended, bulk = singles(None, 40), threading.Event(), []

    def store() -> None:
        bulk.append(post("/referrals/bulk/", {"referrals": [one() for _ in range(size)]}, os.environ["SENDER"]))
        ended.set()

    size = int(os.environ.get("N", "600"))
    thread = threading.Thread(target=store)
    thread.start()
    time.sleep(0.3)
    beside = singles(ended, 1000)
    thread.join()
    print(f"a bulk of {size} took {bulk[0]:.2f} s")
    for name, took in (("alone", alone), ("beside it", beside)):
        shown = f"median {1000 * statistics.median(took):.0f} ms, longest {1000 * max(took):.0f} ms"
        print(f"  a single referral {name:9} {shown} ({len(took)} posts)")


if __name__ == "__main__":
    main()
