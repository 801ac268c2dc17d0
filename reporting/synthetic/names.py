"""Names that can be read aloud and that nobody has: given names are common, family names are put together."""

import json
from dataclasses import dataclass
from pathlib import Path
from random import Random

from reporting.synthetic.margins import Choice


@dataclass(frozen=True)
class Community:
    """Given names of a community, and the halves its made-up family names are put together from."""

    female: list[str]
    male: list[str]
    first: list[str]
    last: list[str]


def _read() -> tuple[dict[str, Community], dict[str, Choice[Community]]]:
    """Read the communities, and which of them people of an ethnicity belong to; also those who work here."""
    said = json.loads(Path(__file__).with_name("names.json").read_text(encoding="utf-8"))
    communities = {
        name: Community(**{part: words.split() for part, words in parts.items()})
        for name, parts in said["communities"].items()
    }
    weights = {**said["ethnicities"], STAFF: said["staff"], "": {ENGLISH: 1}}
    return communities, {
        whose: Choice((communities[name], weight) for name, weight in shares.items())
        for whose, shares in weights.items()
    }


ENGLISH, STAFF = "english", "staff"
COMMUNITIES, COMMUNITY_OF = _read()
TRADES = {
    "retail": ("Stores", "Market", "Outfitters", "Home and Garden"),
    "public_services": ("Community Trust", "Care Service", "School Meals", "Housing Service"),
    "financial_business": ("Payroll", "Insurance", "Contact Centre", "Facilities"),
    "construction": ("Builders", "Scaffolding", "Electrical", "Homes"),
    "creative_industries": ("Print", "Media", "Textile Design", "Games"),
    "science_technology": ("Instruments", "Laboratories", "Systems", "Optics"),
    "office_services": ("Office Supplies", "Cleaning", "Records", "Security"),
    "manufacturing": ("Hosiery", "Foods", "Engineering", "Packaging"),
    "transport_logistics": ("Logistics", "Couriers", "Coaches", "Warehousing"),
    "hospitality": ("Hotel", "Catering", "Kitchens", "Events"),
}
POSTS = {
    "retail": ("Sales assistant", "Shelf filler", "Customer adviser"),
    "public_services": ("Care assistant", "Teaching assistant", "Catering assistant"),
    "financial_business": ("Call handler", "Claims clerk", "Accounts assistant"),
    "construction": ("Site labourer", "Trainee electrician", "Storekeeper"),
    "creative_industries": ("Print finisher", "Studio assistant", "Sewing machinist"),
    "science_technology": ("Laboratory assistant", "Assembler", "Test technician"),
    "office_services": ("Cleaner", "Office junior", "Security guard"),
    "manufacturing": ("Packer", "Machine operator", "Quality checker"),
    "transport_logistics": ("Warehouse operative", "Driver's mate", "Forklift driver"),
    "hospitality": ("Kitchen porter", "Room attendant", "Waiter"),
}


def family_name(random: Random) -> str:
    return random.choice(COMMUNITIES[ENGLISH].first) + random.choice(COMMUNITIES[ENGLISH].last)


def names_of(random: Random, sex: str, ethnicity: str) -> tuple[str, str]:
    """Return a given and a family name, in the script this person writes."""
    return _names(random, sex, (COMMUNITY_OF.get(ethnicity) or COMMUNITY_OF[""]).draw(random))


def full_name(random: Random) -> str:
    return " ".join(_names(random, "", COMMUNITY_OF[STAFF].draw(random)))


def _names(random: Random, sex: str, of: Community) -> tuple[str, str]:
    is_female = sex == "female" or (sex != "male" and random.random() < 0.5)
    return random.choice(of.female if is_female else of.male), random.choice(of.first) + random.choice(of.last)


def phone(random: Random) -> str:
    """A number of the ranges Ofcom keeps for drama: Leicester's and the mobile one."""
    start = "07700 900" if random.random() < 0.7 else "0116 496 0"
    return f"{start}{random.randrange(1000):03}"


def nino(number: int) -> str:
    """The n-th example number: QQ is never issued. Each is used once in the first four million people."""
    shuffled = number * 7_919 % 1_000_000
    return f"QQ{shuffled:06}{'ABCD'[number // 1_000_000 % 4]}"
