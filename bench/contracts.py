"""Two thousand contracts of DWP for the benchmark of the claim: jobs, enrolments and spend of a city, spread over them.

    python bench/contracts.py --consortium city [--contracts 2000]

Half of them are paid by outputs, half for what they spend. Earlier claims of the city stand as they are.
"""

import argparse
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

import django

django.setup()

from django.db import connection, transaction  # noqa: E402 -- Django is set up first

from commissioning.enums import TermItem  # noqa: E402
from commissioning.models import Contract, ContractTerm, FundingStream  # noqa: E402
from partners.models import Consortium, Organisation  # noqa: E402
from partners.platform.tenancy.scope import in_consortium  # noqa: E402

STREAMS, BY_OUTPUTS = 20, 2
PRICES = {TermItem.JOB_START: 400, TermItem.SUSTAINED_13W: 250, TermItem.SUSTAINED_26W: 150}
SPREAD = """
    UPDATE {table} record SET contract_id = chosen.ids[1 + record.id % array_length(chosen.ids, 1)]
    FROM (SELECT array_agg(id ORDER BY id) AS ids FROM commissioning_contract
          WHERE title LIKE 'Bench %' AND ({which})) chosen
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--consortium", default="city")
    parser.add_argument("--contracts", type=int, default=2000)
    asked = parser.parse_args()
    consortium = Consortium.objects.get(slug=asked.consortium)
    with in_consortium(consortium.pk), transaction.atomic():
        spread(asked.contracts)
    print(f"{asked.contracts} contracts")


def spread(number: int) -> None:
    providers = list(Organisation.objects.order_by("pk")[:20])
    streams = [FundingStream(name=f"Bench stream {n}", funder="DWP", mainstream=False) for n in range(STREAMS)]
    for stream in streams:
        stream.save()
    for n in range(number):
        contract = Contract(
            title=f"Bench {n}",
            provider=providers[n % len(providers)],
            funding_stream=streams[n % STREAMS],
            starts_on="2007-04-01",
            ends_on="2010-03-31",
            value=6000 + n % 7 * 1500,
        )
        contract.save()
        for item, price in PRICES.items() if n % BY_OUTPUTS == 0 else ():
            ContractTerm(contract=contract, item=item, unit_price=price, cap=12).save()
    terms = "EXISTS (SELECT FROM commissioning_contractterm term WHERE term.contract_id = commissioning_contract.id)"
    with connection.cursor() as cursor:
        cursor.execute(SPREAD.format(table="caseload_job", which=terms))
        cursor.execute(SPREAD.format(table="commissioning_expenditure", which=f"NOT {terms}"))


if __name__ == "__main__":
    main()
