"""The proportions a synthetic package follows: those of the pack (``margins.json``) and its priority areas."""

import json
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from random import Random
from typing import Any, Generic, TypeVar

from partners.errors import CaseloadError
from reporting.packs.loading import FOLDER, Pack, load_pack

T = TypeVar("T")


class Choice(Generic[T]):
    """A weighted draw, quick enough to be made millions of times."""

    def __init__(self, weights: Iterable[tuple[T, float]]) -> None:
        self.weighted = [(item, float(weight)) for item, weight in weights if float(weight) > 0]
        self.items: Sequence[T] = [item for item, _ in self.weighted]
        self._bounds = list(accumulate(weight for _, weight in self.weighted))
        self._total = self._bounds[-1]

    def draw(self, random: Random) -> T:
        return self.items[bisect_right(self._bounds, random.random() * self._total)]


@dataclass(frozen=True)
class Area:
    """A small area: the postcodes of ``sector`` lie in it. Unknown areas have no LSOA and perhaps no ward."""

    lsoa: str
    ward: str
    sector: str = ""
    is_priority: bool = False


@dataclass(frozen=True)
class Partner:
    """An organisation of the package; ``part`` says what it does in the story, ``share`` how many clients it has."""

    id: str
    name: str
    type: str
    part: str
    share: float
    accountable_body: bool


@dataclass(frozen=True)
class Margins:
    """All that the generator knows of a partnership."""

    pack: Pack
    town: str
    district: str
    programme_start: date
    areas: Choice[Area]
    reach_percent: float
    starting_points: Choice[str]
    ages: dict[str, Choice[tuple[int, int]]]
    jsa_months: Choice[tuple[int, int]]
    female: dict[str, float]
    ethnicity: Choice[str]
    qualifications: Choice[str]
    statuses: dict[str, float]
    sectors: Choice[str]
    partners: tuple[Partner, ...]

    def partner(self, part: str) -> Partner:
        return next(partner for partner in self.partners if partner.part == part)


INWARD = ("AA", "AB", "BD", "DE", "EF", "FG", "GH", "HJ", "JL", "LN")


def postcodes_of(area: Area) -> list[str]:
    """The invented postcodes of an area, ten of them; none exists."""
    return [f"{area.sector}{inward}" for inward in INWARD] if area.sector else []


def load_margins(name: str) -> Margins:
    """Read what the pack of this name says about its people; refuse a pack that says nothing."""
    pack = load_pack(name)
    path = FOLDER / name / "margins.json"
    if not path.is_file():
        raise CaseloadError(f"The pack {name} has no margins.json, so no city can be made from it.", field="pack")
    read = json.loads(path.read_text(encoding="utf-8"))
    start = pack.settings["consortium"]["programme_start"] or date.fromisoformat(read["programme_start"]["value"])
    return Margins(
        pack=pack,
        town=read["town"],
        district=read["district"],
        programme_start=start,
        areas=Choice(_areas(read["areas"], pack)),
        reach_percent=read["reach"]["priority_percent"],
        starting_points=Choice(read["starting_points"]["weights"].items()),
        ages={point: Choice(_bands(bands)) for point, bands in read["ages"]["weights"].items()},
        jsa_months=Choice(_bands(read["jsa_months"]["weights"])),
        female=read["female"]["shares"],
        ethnicity=Choice(read["ethnicity"]["weights"].items()),
        qualifications=Choice(read["qualifications"]["weights"].items()),
        statuses=read["statuses"]["shares"],
        sectors=Choice(read["sectors"]["weights"].items()),
        partners=tuple(_partners(read["partners"], pack)),
    )


def reached_areas(margins: Margins) -> Choice[Area]:
    """Return the same areas by who a programme works with, who come from its target areas more often than claimants."""
    total = sum(weight for _, weight in margins.areas.weighted)
    inside = sum(weight for area, weight in margins.areas.weighted if area.is_priority)
    if not inside:
        return margins.areas
    more, less = margins.reach_percent / inside, (100 - margins.reach_percent) / (total - inside)
    return Choice((area, weight * (more if area.is_priority else less)) for area, weight in margins.areas.weighted)


def areas_of(margins: Margins) -> list[Area]:
    return [area for area in margins.areas.items if area.lsoa]


def _bands(bands: dict[str, float]) -> list[tuple[tuple[int, int], float]]:
    def band(words: str) -> tuple[int, int]:
        low, _, high = words.partition("-")
        return int(low), int(high)

    return [(band(words), weight) for words, weight in bands.items()]


def _areas(read: dict[str, Any], pack: Pack) -> list[tuple[Area, float]]:
    """The priority LSOAs by their targets, invented LSOAs of every ward by its weight, and the unknown ones."""
    weights: dict[str, int] = {}
    for row in pack.rows("headline_targets"):
        if row["lsoa"]:
            weights[row["lsoa"]] = weights.get(row["lsoa"], 0) + row["value"]
    wards = {row["lsoa"]: row["ward"] for row in pack.rows("priority_areas") if row["kind"] == "lsoa"}
    found: list[tuple[Area, float]] = []
    priority_share, unknown_share = read["priority_percent"], read["unknown_percent"]
    total = sum(weights.values())
    for lsoa, weight in weights.items():
        area = Area(lsoa, wards[lsoa], _sector(read, len(found)), is_priority=True)
        found.append((area, priority_share * weight / total))
    elsewhere = 100 - priority_share - unknown_share
    total = sum(read["wards"].values())
    for ward, weight in read["wards"].items():
        for _ in range(read["lsoas_per_ward"]):
            area = Area(f"E01{read['first_lsoa'] + len(found):06}", ward, _sector(read, len(found)))
            found.append((area, elsewhere * weight / total / read["lsoas_per_ward"]))
    somewhere = max(read["wards"], key=lambda ward: (read["wards"][ward], ward))
    return [*found, (Area("", ""), unknown_share * 0.7), (Area("", somewhere), unknown_share * 0.3)]


def _sector(read: dict[str, Any], number: int) -> str:
    return f"{read['postcode_area']}{read['first_postcode_district'] + number % 10} {number // 10 + 1}"


def _partners(read: list[dict[str, Any]], pack: Pack) -> list[Partner]:
    """A partner that is in the pack is written as the pack has it, so that importing it changes nothing."""
    known = {row["id"]: row for row in pack.rows("organisations")}
    made = []
    for item in read:
        row = known.get(item["id"], item)
        made.append(
            Partner(
                id=item["id"],
                name=row["name"],
                type=row["type"],
                part=item["part"],
                share=item["share"],
                accountable_body=row["accountable_body"],
            )
        )
    return made
