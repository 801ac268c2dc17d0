from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import CommandError

from partners.enums import Scope
from partners.management.arguments import day
from partners.management.base import OperatorCommand
from partners.management.consortia import consortium_named
from partners.models import Organisation
from partners.platform.tenancy.scope import in_consortium
from partners.services.api_keys import create_key


class Command(OperatorCommand):
    help = "Makes a key for a partner's system and prints it, once: only its hash is kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--consortium", required=True, metavar="SLUG")
        parser.add_argument("--organisation", required=True, metavar="ID", help="its id in the exchange package")
        parser.add_argument("--scopes", required=True, metavar="A,B", help=f"some of {', '.join(Scope.values)}")
        parser.add_argument("--expires", type=day, metavar="DATE", help="its last day, as 2027-03-31")

    def handle(self, *args: Any, **options: Any) -> None:
        consortium = consortium_named(options["consortium"])
        scopes = [scope.strip() for scope in options["scopes"].split(",") if scope.strip()]
        with in_consortium(consortium.pk):
            self.stdout.write(_made(options["organisation"], scopes, options["expires"]))


def _made(organisation_id: str, scopes: list[str], expires_on: date | None) -> str:
    organisation = Organisation.objects.filter(external_id=organisation_id).first()
    refusals = [] if organisation else [f"There is no organisation {organisation_id} in this consortium."]
    unknown = sorted(set(scopes) - set(Scope.values))
    if unknown:
        refusals.append(f"Unknown scope {', '.join(unknown)}. Scopes are: {', '.join(Scope.values)}.")
    if organisation is None or refusals:
        raise CommandError("\n".join(refusals))
    _, secret = create_key(organisation, label="Made by command", scopes=scopes, expires_on=expires_on)
    return secret
