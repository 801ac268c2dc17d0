"""What the programme steers by: targets, measures from outside, milestones and risks."""

import re
from calendar import monthrange
from datetime import date
from typing import Any

from reporting.synthetic.cast import CAST
from reporting.synthetic.city import City, financial_years, months_later, quarters
from reporting.synthetic.margins import areas_of

# What a year may bring: shares of the clients and of the employers, and a number that goes with neither.
AIMS = {
    "kpi_1": (0, 0.55, 0),
    "kpi_2": (0, 0.14, 0),
    "kpi_3": (0, 0.25, 0),
    "kpi_4": (0.02, 0, 0),
    "kpi_5": (0.05, 0, 0),
    "kpi_6": (0, 0.12, 0),
    "kpi_7": (0, 0.02, 0),
    "kpi_9": (0.018, 0, 0),
    "kpi_10": (0, 0, 5),
    "kpi_11": (0.5, 0, 0),
    "kpi_13": (0.01, 0, 0),
    "kpi_14": (0, 0, 4),
    "kpi_15": (0, 0, 3),
    "kpi_16": (0.2, 0, 0),
    "kpi_17": (0, 0, 24),
    "kpi_18": (0, 0.12, 0),
    "kpi_19": (0.03, 0, 0),
    "kpi_20": (0.015, 0, 0),
    "kpi_21": (0.05, 0, 0),
    "kpi_22": (0, 0, 62),
    "kpi_23": (650, 0, 0),
    "kpi_24": (0, 0, 30),
}
# How far around its last day a current city's milestones lie, in months.
BEHIND, AHEAD = 12, 16
# What is later than this is reached by now.
LATE_WITHIN = 120
OWN_MILESTONES = tuple(
    enumerate(
        (
            "Partners have signed the sharing agreement",
            "The work club is open five days a week",
            "Every partner sends referrals through the system",
            "Twenty employers have an account manager",
            "A joint course with the college has begun",
            "The programme has been reviewed",
        ),
        1,
    )
)
# Years that a plan of another time names in its sentences.
_OLD_DATE = re.compile(r",? (?:to|by|reporting) (?:\w+ )?(?:19|20)\d\d")
# Who answers for a risk, in turn.
OWNERS = ("staff-project-manager", "staff-account-manager", "staff-commissioner", "staff-monitoring-officer")
OWN_RISKS = (
    (
        "Fewer vacancies than expected in growth sectors",
        "moderate",
        "high",
        "Account managers see the ten largest employers of each growth sector every quarter",
    ),
    (
        "Referrals wait longer than agreed",
        "high",
        "moderate",
        "Waiting referrals are looked at every Monday and named in the monthly meeting",
    ),
)
# How many days ago each risk was looked at, in turn: one has been forgotten.
REVIEWED_AGO = (12, 190, 26, 33, 40, 5)


def add_targets(city: City) -> None:
    lines = [row["code"] for row in city.margins.pack.rows("indicators")]
    for year, _first, _last in financial_years(city):
        for line in lines:
            if line in AIMS:
                of_clients, of_employers, fixed = AIMS[line]
                aim = of_clients * city.clients + of_employers * city.employer_count + fixed
                value = max(1, round(aim * city.random.uniform(0.85, 1.25)))
                city.out.add("targets", indicator=line, area_kind="consortium", period=year, value=value)


def add_observations(city: City) -> None:
    """Measures from outside, each quarter; one ward's has not come for a long time."""
    wards = sorted({area.ward for area in areas_of(city.margins)})[::4]
    every = list(quarters(city))
    for number, (first, last) in enumerate(every):
        use = 41.2 + 0.35 * number + city.random.uniform(-0.2, 0.2)
        _observe(city, "kpi_8", first, f"{use:.1f}", source="Survey")
        if last == city.last and city.is_current and number:
            return  # what is published comes after the quarter
        reached = [ward for ward in wards if ward != wards[0] or number < max(1, len(every) - 3)]
        for ward in reached:
            rate = city.random.uniform(3, 14)
            place = {"area_kind": "ward", "area": ward}
            _observe(city, "local_neet_rate", last, f"{rate:.1f}", source="Count", **place)
        claims = 8413 - 35 * number - city.random.randint(0, 40)
        place = {"area_kind": "district", "area": city.margins.district, "group": "jsa"}
        _observe(city, "local_claimants", last, claims, source="Published count", **place)


def _observe(city: City, indicator: str, day: int, value: Any, **said: str) -> None:
    cells = {"area_kind": "consortium", "indicator": indicator, "as_at": city.planned(day), "value": value, **said}
    city.out.add("observations", **cells)


def add_milestones(city: City) -> None:
    """The plan's milestones, most of them reached; those that slip say to when and what is done about it."""
    titles = {row["code"]: row["title"] for row in city.margins.pack.rows("objectives")}
    rows = sorted(city.margins.pack.rows("milestones"), key=lambda row: (row["due_on"], row["id"]))
    rows = rows or [{"id": f"riverside-milestone-{n}", "title": each, "objective": ""} for n, each in OWN_MILESTONES]
    dues = [
        _laid_around(city, number, len(rows)) if city.is_current or "due_on" not in row else row["due_on"].toordinal()
        for number, row in enumerate(rows)
    ]
    latest = max((due for due in dues if due < city.last), default=0)
    for row, due in zip(rows, dues, strict=True):
        late = due == latest or (city.last - LATE_WITHIN < due < city.last and city.chance(0.3))
        reached = None if late else due - city.random.randint(-20, 45)
        is_known = reached is not None and reached <= city.last
        slips = due < city.last and not is_known
        city.out.add(
            "milestones",
            id=row["id"],
            title=row["title"],
            objective=titles.get(row["objective"], ""),
            due_on=city.planned(due),
            forecast_on=city.planned(city.last + city.random.randint(20, 100)) if slips else "",
            achieved_on=city.happened(reached),
            mitigation="Partners have agreed who does what by when." if slips else "",
        )


def _laid_around(city: City, number: int, of: int) -> int:
    """Return the end of a month: the first of so many milestones lies behind the city's last day, the last ahead."""
    months = round(-BEHIND + (BEHIND + AHEAD) * number / max(1, of - 1))
    month = months_later(date.fromordinal(city.last), months)
    return month.replace(day=monthrange(month.year, month.month)[1]).toordinal()


def add_risks(city: City) -> None:
    """The plan's risks and two more, each with somebody who answers for it."""
    rows = [row for row in city.margins.pack.rows("risks") if row["likelihood"] and row["impact"]]
    keys = ("title", "likelihood", "impact", "control")
    said: list[dict[str, Any]] = [{"id": row["id"], **{key: row[key] for key in keys}} for row in rows]
    said += [dict(zip(keys, risk, strict=True)) for risk in OWN_RISKS]
    people = {part.id: part.name(city.margins.town) for part in CAST}
    for number, risk in enumerate(said):
        if city.is_current:
            risk["control"] = _OLD_DATE.sub("", risk["control"])
        reviewed = max(city.first, city.last - REVIEWED_AGO[number % len(REVIEWED_AGO)])
        city.out.add(
            "risks",
            **risk,
            owner=people[OWNERS[number % len(OWNERS)]],
            status="open",
            reviewed_on=city.planned(reviewed),
        )
