"""A city as a whole: its partners, staff, centres, money and registers, in the order a package tells them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from reporting.synthetic import names
from reporting.synthetic.cast import CAST
from reporting.synthetic.margins import Choice, Margins, Partner, areas_of, postcodes_of
from reporting.synthetic.writing import Calendar, PackageWriter

CLIENTS_PER_ADVISER = 110
EMPLOYERS_PER_ACCOUNT_MANAGER = 60
COUNTED_LINES = ("kpi_4", "kpi_5", "kpi_6", "kpi_9", "kpi_11", "kpi_13", "kpi_16", "kpi_19", "kpi_22")
# What a year may bring: shares of the clients and of the employers, and a number that goes with neither.
AIMS = {
    "kpi_1": (0, 0.55, 0),
    "kpi_2": (0, 0.14, 0),
    "kpi_3": (0, 0.25, 0),
    "kpi_4": (0.04, 0, 0),
    "kpi_5": (0.05, 0, 0),
    "kpi_6": (0, 0.12, 0),
    "kpi_7": (0, 0.02, 0),
    "kpi_9": (0.03, 0, 0),
    "kpi_10": (0, 0, 5),
    "kpi_11": (0.5, 0, 0),
    "kpi_13": (0.005, 0, 0),
    "kpi_14": (0, 0, 4),
    "kpi_15": (0, 0, 3),
    "kpi_16": (0.2, 0, 0),
    "kpi_17": (0, 0, 24),
    "kpi_18": (0, 0.12, 0),
    "kpi_19": (0.03, 0, 0),
    "kpi_20": (0.015, 0, 0),
    "kpi_21": (0.05, 0, 0),
    "kpi_22": (0, 0, 62),
    "kpi_23": (0, 0, 1_600_000),
    "kpi_24": (0, 0, 50),
}
SERVICE_OF = {
    "unit": ("employment_support", "Support in and around work"),
    "jobcentre": ("job_brokerage", "Vacancy matching"),
    "lead": ("advice_and_guidance", "Neighbourhood advice sessions"),
    "brokerage": ("job_brokerage", "Job brokerage"),
    "college": ("skills_training", "Skills for work"),
    "young_people": ("engagement", "First-stop shop"),
    "probation": ("personal_support", "Disclosure coaching"),
    "voluntary": ("pre_employment", "Getting ready for work"),
    "network": ("engagement", "Community outreach"),
    "employers": ("other", "Employer helpline"),
}


@dataclass(slots=True)
class Employer:
    """What the stories of people need to know of an employer. A spell is (id, first day, last day or none)."""

    id: str
    sector: str
    is_agency: bool
    guarantees: list[tuple[str, int, int | None]] = field(default_factory=list)
    vacancies: list[tuple[str, int, int | None, str]] = field(default_factory=list)


@dataclass
class City:
    """The state of a city while its package is written. Everything kept here is far smaller than its clients."""

    margins: Margins
    out: PackageWriter
    calendar: Calendar
    random: Random
    clients: int
    advisers: dict[str, list[str]] = field(default_factory=dict)
    account_managers: list[str] = field(default_factory=list)
    centres: list[tuple[str, str, int]] = field(default_factory=list)
    contracts: dict[str, list[tuple[str, int, int]]] = field(default_factory=dict)
    services: dict[str, str] = field(default_factory=dict)
    employers: list[Employer] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.first, self.last = self.calendar.first, self.calendar.last
        self.owners: Choice[Partner] = Choice((partner, partner.share) for partner in self.margins.partners)
        self.streams: list[tuple[str, bool]] = []

    def text(self, day: int | None) -> str:
        """The day as text; a day the city has not reached yet is unknown."""
        return self.calendar.text(day) if day is not None and day <= self.last else ""

    def some_day(self) -> int:
        return self.random.randint(self.first, self.last)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def contract_on(self, partner_id: str, day: int) -> tuple[str, int, int] | None:
        running = [one for one in self.contracts.get(partner_id, []) if one[1] <= day <= one[2]]
        return self.random.choice(running) if running else None


def quarters(city: City) -> Iterator[tuple[int, int]]:
    """Yield the first and last day of each quarter the city lives through, the last one as far as it got."""
    day = date.fromordinal(city.first)
    while day.toordinal() <= city.last:
        after = date(day.year + (day.month >= 10), (day.month + 2) % 12 + 1, 1)
        yield day.toordinal(), min(after.toordinal() - 1, city.last)
        day = after


def financial_years(city: City) -> Iterator[tuple[str, int, int]]:
    """Yield each financial year as its name, first and last day."""
    start = date.fromordinal(city.first)
    year = start.year - (start.month < 4)
    while date(year, 4, 1).toordinal() <= city.last:
        label = f"{year}-{(year + 1) % 100:02}"
        yield label, date(year, 4, 1).toordinal(), date(year + 1, 3, 31).toordinal()
        year += 1


def months(first: int, last: int) -> Iterator[int]:
    day = date.fromordinal(first).replace(day=1)
    while day.toordinal() <= last:
        yield day.toordinal()
        day = date(day.year + day.month // 12, day.month % 12 + 1, 1)


def add_partners(city: City) -> None:
    """Partner organisations, some health centres on the Incapacity Benefit programme, and everybody's staff."""
    for partner in city.margins.partners:
        city.out.add(
            "organisations", partner.name, partner.type, partner.accountable_body, None, None, None, id=partner.id
        )
    for _ in range(max(6, min(60, city.clients // 2000))):
        joined = city.some_day() if city.chance(0.6) else None
        left = joined + city.random.randint(90, 500) if joined and city.chance(0.1) else None
        name = f"{names.family_name(city.random)} Medical Centre"
        city.out.add("organisations", name, "health", False, True, city.text(joined), city.text(left))
    _add_staff(city)


def _add_staff(city: City) -> None:
    town = city.margins.town
    for part in CAST:
        partner = city.margins.partner(part.partner)
        city.out.add("staff", partner.id, part.name(town), part.email(town), part.role.value, id=part.id)
        if part.role.value == "adviser" and not part.serves_both:
            city.advisers.setdefault(partner.id, []).append(part.id)
        elif part.role.value == "account_manager":
            city.account_managers.append(part.id)
    total = sum(partner.share for partner in city.margins.partners)
    for partner in city.margins.partners:
        advisers = int(city.clients * partner.share / total / CLIENTS_PER_ADVISER)
        for _ in range(max(1 if partner.share else 0, advisers)):
            city.advisers.setdefault(partner.id, []).append(_add_person(city, partner, "adviser"))
    for _ in range(max(2, employer_count(city) // EMPLOYERS_PER_ACCOUNT_MANAGER)):
        city.account_managers.append(_add_person(city, city.margins.partner("employers"), "account_manager"))


def _add_person(city: City, partner: Partner, role: str) -> str:
    name = f"{names.given_name(city.random, 'other')} {names.family_name(city.random)}"
    number = city.out.counts["staff"] + 1
    return city.out.add("staff", partner.id, name, f"staff{number}@example.org", role)


def employer_count(city: City) -> int:
    """One for forty clients in a city; a small place has more of them for each."""
    return max(30, min(150, city.clients // 10), city.clients // 40)


def add_centres(city: City) -> None:
    """Two centres from before, new ones as time goes on (Leicester business plan, Table 13), and outreach."""
    areas = [area for area in areas_of(city.margins) if area.is_priority] or areas_of(city.margins)
    plan = [("training_employment_centre", True)] * 2 + [("training_employment_centre", False)] * 4
    plan += [("multi_agency_locality", True)] + [("multi_agency_locality", False)] * 3
    plan += [("access_centre", False)] * 3 + [("outreach", False)] * 3
    for number, (kind, is_baseline) in enumerate(plan):
        area = areas[number * 5 % len(areas)]
        opened = city.first - city.random.randint(100, 2000) if is_baseline else city.some_day()
        closed = opened + city.random.randint(200, 400) if number % 7 == 6 else None
        word = {"training_employment_centre": "Work and Training Centre", "multi_agency_locality": "Locality Team"}
        title = f"{area.ward} {word.get(kind, kind.replace('_', ' ').capitalize())}"
        centre = city.out.add(
            "centres", title, kind, area.ward, area.lsoa, city.calendar.text(opened), city.text(closed), is_baseline
        )
        if closed is None:
            city.centres.append((centre, kind, opened))


def add_money(city: City) -> None:
    """Streams, what partners put in, contracts of each year with their months, spend, and the services they pay for."""
    rows = city.margins.pack.rows("streams") or [
        {"id": "riverside-stream-area", "name": "Area fund", "funder": "", "mainstream": False},
        {"id": "riverside-stream-core", "name": "Jobcentre core budget", "funder": "", "mainstream": True},
        {"id": "riverside-stream-skills", "name": "Skills budget", "funder": "", "mainstream": True},
    ]
    for row in rows:
        city.out.add("funding_streams", row["name"], row["funder"], row["mainstream"], id=row["id"])
        city.streams.append((row["id"], row["mainstream"]))
    objectives = [row["title"] for row in city.margins.pack.rows("objectives")] or [""]
    for year, first, last in financial_years(city):
        for stream in city.streams:
            if city.chance(0.8):
                _add_contribution(city, stream, year, first, objectives)
        for partner in city.margins.partners:
            if partner.share:
                _add_contract(city, partner, year, first, last)
    for partner in city.margins.partners:
        kind, title = SERVICE_OF[partner.part]
        contracts = city.contracts.get(partner.id)
        city.services[partner.id] = city.out.add(
            "services",
            title,
            partner.id,
            contracts[-1][0] if contracts else "",
            kind,
            city.random.choice(city.centres)[0] if city.chance(0.6) else "",
            "Residents of working age",
            city.random.randrange(20, 200, 10),
            city.calendar.text(city.first),
            "",
        )


def _add_contribution(city: City, stream: tuple[str, bool], year: str, first: int, objectives: list[str]) -> None:
    stream_id, is_mainstream = stream
    status = city.random.choice(("agreed", "agreed", "agreed", "proposed", "withdrawn"))
    agreed = first + city.random.randint(-60, 200) if status == "agreed" else None
    if agreed is not None and agreed > city.last:
        status, agreed = "proposed", None
    amount = city.random.randrange(20, 400) * (1500 if is_mainstream else 500)
    city.out.add(
        "contributions",
        stream_id,
        city.margins.partner(city.random.choice(("lead", "jobcentre", "college"))).id,
        year,
        f"{amount}.00",
        status,
        city.text(agreed),
        city.random.choice(objectives),
    )


def _add_contract(city: City, partner: Partner, year: str, first: int, last: int) -> None:
    value = int(partner.share * city.clients * city.random.uniform(4, 9))
    stream = city.random.choice(city.streams)[0]
    title = f"{SERVICE_OF[partner.part][1]} {year}"
    contract = city.out.add(
        "contracts", title, partner.id, stream, city.calendar.text(first), city.calendar.text(last), f"{value}.00"
    )
    city.contracts.setdefault(partner.id, []).append((contract, first, last))
    lines = [row["code"] for row in city.margins.pack.rows("indicators") if row["code"] in COUNTED_LINES] or [""]
    line = city.random.choice(lines)
    for month in months(first, last):
        planned = value / 12
        city.out.add("contract_profiles", contract, city.calendar.text(month), "spend", "", f"{planned:.2f}")
        city.out.add(
            "contract_profiles", contract, city.calendar.text(month), "output", line, city.random.randint(1, 9)
        )
        if month + 27 <= city.last:
            _add_spend(city, contract, month + 27, planned, lines)


def _add_spend(city: City, contract: str, day: int, planned: float, lines: list[str]) -> None:
    for number in range(city.random.randint(1, 3)):
        amount = planned * city.random.uniform(0.2, 0.6)
        if city.chance(0.03):
            amount = -amount / 4
        day = min(day + number, city.last)
        city.out.add(
            "expenditure",
            contract,
            city.calendar.text(day),
            f"{amount:.2f}",
            city.random.choice(lines) if city.chance(0.8) else "",
            city.random.choice(("staff", "premises", "client costs", "training", "management")),
            f"INV-{city.out.counts['expenditure'] + 1:06}",
            city.text(day + city.random.randint(5, 40)),
            _one_of_three(city),
        )


def _one_of_three(city: City) -> Any:
    """Eligible, mostly; now and then not, or not looked at yet."""
    draw = city.random.random()
    return None if draw < 0.1 else draw < 0.95


def add_registers(city: City) -> None:
    """Targets, outside measures, and what became of milestones and risks."""
    lines = [row["code"] for row in city.margins.pack.rows("indicators") if row["code"].startswith("kpi_")]
    for year, _first, _last in financial_years(city):
        for line in lines:
            if line in AIMS:
                of_clients, of_employers, fixed = AIMS[line]
                aim = of_clients * city.clients + of_employers * employer_count(city) + fixed
                value = max(1, round(aim * city.random.uniform(0.85, 1.25)))
                city.out.add("targets", line, "consortium", "", "", year, value)
    for number, (first, last) in enumerate(quarters(city)):
        use = 41.2 + 0.35 * number + city.random.uniform(-0.2, 0.2)
        city.out.add("observations", "kpi_8", "consortium", "", "", city.calendar.text(first), f"{use:.1f}", "Survey")
        _add_local_measures(city, last)
    _add_milestones_and_risks(city)


def _add_local_measures(city: City, day: int) -> None:
    wards = sorted({area.ward for area in areas_of(city.margins)})
    for ward in wards[::4]:
        rate = city.random.uniform(3, 14)
        city.out.add(
            "observations", "local_neet_rate", "ward", ward, "", city.calendar.text(day), f"{rate:.1f}", "Count"
        )
    claims = 8413 - city.random.randint(0, 300)
    city.out.add(
        "observations",
        "local_claimants",
        "district",
        city.margins.district,
        "jsa",
        city.calendar.text(day),
        claims,
        "Published count",
    )


def _add_milestones_and_risks(city: City) -> None:
    titles = {row["code"]: row["title"] for row in city.margins.pack.rows("objectives")}
    for row in city.margins.pack.rows("milestones"):
        due = row["due_on"].toordinal()
        reached = due + city.random.randint(-200, 250) if city.chance(0.8) else None
        late = due + 180 if due < city.last and (reached is None or reached > due) else None
        city.out.add(
            "milestones",
            row["title"],
            titles.get(row["objective"], ""),
            city.calendar.text(due),
            city.calendar.text(late),
            city.text(reached),
            "Partners have agreed who does what by when." if late else "",
            id=row["id"],
        )
    review = max(city.first, city.last - 40)
    for title, likelihood, impact in (
        ("Fewer vacancies than expected in growth sectors", "moderate", "high"),
        ("Referrals wait longer than agreed", "high", "moderate"),
    ):
        city.out.add(
            "risks",
            title,
            likelihood,
            impact,
            "Looked at in each monthly meeting",
            "Project manager",
            "open",
            city.calendar.text(review),
        )


def postcode_in(city: City) -> str:
    area = city.random.choice(areas_of(city.margins))
    return city.random.choice(postcodes_of(area))
