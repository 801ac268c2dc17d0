"""Fills the benchmark's database with people to be matched against, and prints the sender's key."""

import random
import sys
from datetime import date

import django

django.setup()

from django.db import connection  # noqa: E402

from caseload.evidence import index_of_nino  # noqa: E402
from caseload.models import Client, ClientAddress  # noqa: E402
from partners.models import ApiKey, Consortium, Organisation  # noqa: E402
from partners.platform.tenancy.scope import in_consortium  # noqa: E402
from partners.services.api_keys import create_key  # noqa: E402

LETTERS = "abcdefghijklmnopqrstuvwxyz"
chance = random.Random(1)  # noqa: S311
number = chance.randrange


def main(clients: int) -> None:
    consortium, _ = Consortium.objects.get_or_create(slug="bench", name="Bench", pack="blank")
    with in_consortium(consortium.pk):
        sender, _ = Organisation.objects.get_or_create(name="Sender", type="jobcentre", external_id="sender")
        receiver, _ = Organisation.objects.get_or_create(name="Receiver", type="provider", external_id="receiver")
        _, secret = create_key(sender, label="Bench", scopes=["referrals:write", "referrals:read"])
        ApiKey.objects.update(calls_per_minute=10_000_000)
        for start in range(0, clients, 1000):
            people(start, min(start + 1000, clients), receiver)
    print(secret)


def people(start: int, end: int, organisation: Organisation) -> None:
    rows = [person(each, organisation) for each in range(start, end)]
    Client.objects.bulk_create(rows)
    homes = [ClientAddress(client=row, from_date=date(2007, 4, 1), postcode=postcode()) for row in rows]
    for home in homes:
        home.external_id = str(home.uid)
    ClientAddress.objects.bulk_create(homes)


def person(each: int, organisation: Organisation) -> Client:
    nino = f"AB{each:06}C"
    row = Client(
        given_name="".join(chance.choices(LETTERS, k=6)),
        family_name="".join(chance.choices(LETTERS, k=7)),
        date_of_birth=date(1950 + number(40), 1 + number(12), 1 + number(28)),
        nino=nino,
        nino_index=index_of_nino(nino),
        registered_on=date(2007, 4, 1),
        organisation=organisation,
    )
    row.external_id = str(row.uid)
    return row


def postcode() -> str:
    return f"LE{1 + number(9)} {number(10)}{'ABDEFG'[number(6)]}{'HJLNPQ'[number(6)]}"


if __name__ == "__main__":
    main(int(sys.argv[1]))
    connection.close()
