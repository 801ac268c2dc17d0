"""The demonstration: two partnerships of invented people, with a sign-in for every role.

Everything goes the way a real partnership's records go: a pack, an exchange package, the importer, then what its people
do in the pages (:mod:`reporting.synthetic`). What is special is that the passwords are known, so none of this runs in a
deployment (``DEMONSTRATION_ALLOWED``).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from caseload.enums import SharePart
from caseload.models import ConsentForm
from partners.errors import CaseloadError
from partners.models import Consortium, Organisation, Postcode, StaffMember, User
from partners.platform.exchange.runs import load_package
from partners.platform.tenancy.scope import in_consortium
from partners.services.organisations import ensure_group
from partners.services.postcodes import load_sample
from reporting.services.city import first_day, generate_city
from reporting.services.consortia import create_consortium
from reporting.services.scenes import SCENES
from reporting.services.scenes.stage import Stage
from reporting.synthetic.cast import CAST, Part
from reporting.synthetic.margins import load_margins

PASSWORD = "demonstration-only"  # noqa: S105  known on purpose; refused in a deployment
OPERATOR = "operator@example.org"
LOCK = 0x44_45
UNIT = "employment-support-unit"


@dataclass(frozen=True)
class City:
    """One demonstration consortium and the package it is filled with."""

    slug: str
    name: str
    pack: str
    clients: int
    quarters: int
    seed: int


CITIES = (
    City("leicester", "Leicester City Strategy Consortium", "leicester", clients=1100, quarters=5, seed=2007),
    City("riverside", "Riverside Demonstration Partnership", "blank", clients=120, quarters=5, seed=14),
)


@dataclass(frozen=True)
class SignIn:
    role: str
    name: str
    email: str
    consortium: str


class NotHere(CaseloadError):
    code = "demonstration_not_allowed"
    message = (
        "The demonstration has known passwords, so it is not loaded here."
        " Use it with script/server, or with settings that allow it (DEMONSTRATION_ALLOWED)."
    )


def require_allowed() -> None:
    if not getattr(settings, "DEMONSTRATION_ALLOWED", False):
        raise NotHere


def load_demonstration(*, today: date, cities: tuple[City, ...] = CITIES) -> list[Consortium]:
    """Make the demonstration consortia that are missing and return them; nothing happens to those that are there."""
    require_allowed()
    made = [consortium for city in cities if (consortium := _load_city(city, today=today))]
    if not User.objects.filter(email=OPERATOR).exists():
        _sign_in(OPERATOR, is_operator=True)
    if not Postcode.objects.exists():
        load_sample()
    return made


def demonstration_sign_ins() -> Iterator[SignIn]:
    """Yield every sign-in of the demonstration: the operator, then each consortium's cast."""
    require_allowed()
    if User.objects.filter(email=OPERATOR).exists():
        yield SignIn("Operator", "Installation", OPERATOR, "all")
    for consortium in Consortium.objects.filter(is_demonstration=True).order_by("pk"):
        with in_consortium(consortium.pk):
            staff = StaffMember.objects.filter(external_id__in=[part.id for part in CAST]).exclude(user=None)
            found = {person.external_id: person for person in staff.select_related("user", "organisation")}
        for part in CAST:
            if person := found.get(part.id):
                role = "Data lead" if person.data_lead else person.get_role_display()
                yield SignIn(f"{role}, {person.organisation.name}", person.name, person.email, consortium.slug)


def _load_city(city: City, *, today: date) -> Consortium | None:
    """Make one consortium with all its people in one transaction, so that a killed start leaves no half of it."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [LOCK])
        existing = Consortium.objects.filter(slug=city.slug).first()
        if existing is not None:  # made before, or a real one of that name, which is left alone
            return None
        consortium = create_consortium(pack=city.pack, slug=city.slug, name=city.name, is_demonstration=True)
        # The plan's years lie around today.
        consortium.programme_start = first_day(today, city.quarters)
        consortium.save(update_fields=["programme_start"])
        with in_consortium(consortium.pk):
            _let_the_unit_be_the_packs_own(consortium)
            # So that every part of the product can be tried, their consent form covers all there is.
            ConsentForm(parts=sorted(SharePart.values)).save()
            _import(city, today=today)
            for organisation in Organisation.objects.filter(group=None):
                ensure_group(organisation)
            _give_sign_ins(city)
            stage = Stage(consortium, load_margins(city.pack), today)
            for scene in SCENES:
                scene(stage)
    return consortium


def _let_the_unit_be_the_packs_own(consortium: Consortium) -> None:
    """The unit's own system calls it so; otherwise the pack's row and the package's would be two organisations."""
    Organisation.objects.filter(external_id=f"{consortium.pack}-org-{UNIT}").update(external_id=UNIT)


def _import(city: City, *, today: date) -> None:
    with TemporaryDirectory() as folder:
        package, report = Path(folder, "demonstration.zip"), Path(folder, "report.csv")
        generate_city(
            package, pack=city.pack, clients=city.clients, quarters=city.quarters, seed=city.seed, until=today
        )
        outcome = load_package(package, report=report)
        if outcome.is_refused:
            raise CaseloadError(f"The demonstration of {city.slug} was refused:\n{report.read_text(encoding='utf-8')}")


def _give_sign_ins(city: City) -> None:
    town = load_margins(city.pack).town
    staff = {person.external_id: person for person in StaffMember.objects.filter(external_id__in=[p.id for p in CAST])}
    for part in CAST:
        _tie(staff[part.id], part, town)


def _tie(person: StaffMember, part: Part, town: str) -> None:
    email = part.email(town)
    person.user = User.objects.filter(email=email).first() or _sign_in(email)
    person.data_lead = part.is_data_lead
    person.save(update_fields=["user", "data_lead"])


def _sign_in(email: str, *, is_operator: bool = False) -> User:
    user = User(email=email, password=_hashed(), is_operator=is_operator)
    user.save()
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


@cache
def _hashed() -> str:
    """Return one hash for all: making it is slow, and the password is no secret."""
    return make_password(PASSWORD)
