"""Where money comes from and goes: streams, contracts with their months and spend, and what partners put in."""

from typing import Any

from reporting.counting.sources import DWP
from reporting.synthetic.chapters.partners import SERVICE_OF
from reporting.synthetic.city import City, Paid, financial_years, months
from reporting.synthetic.margins import Partner

# What of its profile a partner spends; the others spend a little less than planned.
PACE = {"college": 1.13, "probation": 0.74, "young_people": 0.86}
# The output a contract is bought for, and how many a month for each hundred pounds planned.
BOUGHT = {
    "unit": ("kpi_22", 0.06),
    "jobcentre": ("kpi_11", 0.14),
    "lead": ("kpi_11", 0.14),
    "college": ("kpi_9", 0.04),
    "brokerage": ("kpi_4", 0.03),
    "young_people": ("kpi_11", 0.14),
}
OTHERS_BUY = ("kpi_16", 0.12)
CATEGORIES = ("staff", "staff", "premises", "client costs", "training", "management")
PAID_WITHIN, JUDGED_WITHIN = 75, 60
# Pounds for each, where a contract is paid by outputs.
PRICES = {"job_start": 350, "sustained_13w": 250, "sustained_26w": 150}
NO_STREAMS = [
    {"id": "riverside-stream-area", "name": "Area fund", "funder": "DWP", "mainstream": False},
    {"id": "riverside-stream-core", "name": "Jobcentre core budget", "funder": "", "mainstream": True},
    {"id": "riverside-stream-skills", "name": "Skills budget", "funder": "", "mainstream": True},
]


def add_contracts(city: City) -> None:
    """Streams, and each year's contract of each partner who has clients; a partner is paid from one stream."""
    streams = _streams(city)
    for row in streams:
        city.out.add(
            "funding_streams", id=row["id"], name=row["name"], funder=row["funder"], mainstream=row["mainstream"]
        )
    providers = [partner for partner in city.margins.partners if partner.share]
    paid_from = {partner.id: _stream_of(partner, number, streams) for number, partner in enumerate(providers)}
    for year, first, last in financial_years(city):
        for partner in providers:
            _add_contract(city, partner, paid_from[partner.id], (year, first, last))


def _stream_of(partner: Partner, number: int, streams: list[dict[str, Any]]) -> str:
    """Return a partner's own stream, or one of the others in turn."""
    own = [row["id"] for row in streams if row["funder"] == partner.name]
    stream: str = own[0] if own else streams[number * 5 % len(streams)]["id"]
    return stream


def _streams(city: City) -> list[dict[str, Any]]:
    return city.margins.pack.rows("streams") or NO_STREAMS


def _add_contract(city: City, partner: Partner, stream: str, during: tuple[str, int, int]) -> None:
    year, first, last = during
    value = max(500, round(partner.share * city.clients * city.random.uniform(4, 9) / 500) * 500)
    contract = city.out.add(
        "contracts",
        title=f"{SERVICE_OF[partner.part][1]} {year}",
        provider_id=partner.id,
        funding_stream_id=stream,
        starts_on=city.planned(first),
        ends_on=city.planned(last),
        value=f"{value}.00",
    )
    city.contracts.setdefault(partner.id, []).append((contract, first, last))
    city.contracted[year, stream] = city.contracted.get((year, stream), 0) + value
    _add_profile(city, contract, partner, (first, last, value))
    funder = next(row["funder"] for row in _streams(city) if row["id"] == stream)
    if funder.lower() in DWP.names:
        _add_terms(city, Paid(contract, stream, {}, value * 100))
    elif _is_claimed(city, funder):
        for item, pounds in PRICES.items():
            city.out.add("contract_terms", contract_id=contract, item=item, unit_price=f"{pounds}.00", cap="")
    _add_spend(city, contract, partner, (first, last, value))


def _is_claimed(city: City, funder: str) -> bool:
    """Tell whether the pack declares a claim to this funder: its contracts are paid by outputs and for spend."""
    return any(funder in row["funders"] for row in city.margins.pack.rows("claims"))


def _add_terms(city: City, paid: Paid) -> None:
    """Pay every second contract by outputs, up to so many job starts; the others for what they spend."""
    city.paid[paid.contract] = paid
    if len(city.paid) % 2:
        return
    paid.cap = max(2, paid.left // (PRICES["job_start"] * 200))
    for item, pounds in PRICES.items():
        paid.prices[item] = pounds * 100
        cap = paid.cap if item == "job_start" else ""
        city.out.add("contract_terms", contract_id=paid.contract, item=item, unit_price=f"{pounds}.00", cap=cap)


def _add_profile(city: City, contract: str, partner: Partner, during: tuple[int, int, int]) -> None:
    first, last, value = during
    line, rate = BOUGHT.get(partner.part, OTHERS_BUY)
    known = {row["code"] for row in city.margins.pack.rows("indicators")}
    for month in months(first, last):
        bought = max(1, round(value / 1200 * rate * city.random.uniform(0.8, 1.2)))
        for kind, indicator, planned in (("spend", "", f"{value / 12:.2f}"), ("output", line, bought)):
            city.out.add(
                "contract_profiles",
                contract_id=contract,
                month=city.planned(month),
                kind=kind,
                indicator=indicator if indicator in known else "",
                planned=planned,
            )


def _add_spend(city: City, contract: str, partner: Partner, during: tuple[int, int, int]) -> None:
    """Spend in each month that is over, near what was planned: most partners a little under, one a little over.

    No contract costs more than it is worth.
    """
    first, last, value = during
    pace = PACE.get(partner.part) or city.random.uniform(0.9, 0.99)
    line, _ = BOUGHT.get(partner.part, OTHERS_BUY)
    line = line if line in {row["code"] for row in city.margins.pack.rows("indicators")} else ""
    spent = 0.0
    for month in months(first, last):
        day = month + 27
        if day > city.last:
            return
        left = min(value / 12 * pace * city.random.uniform(0.95, 1.05), value * 0.998 - spent)
        spent += left
        for share in city.random.choice(((1,), (0.6, 1), (0.5, 0.6, 1))):
            amount = left * share
            left -= amount
            _add_invoice(city, contract, min(day, city.last), amount, line)
            day += 1
        if city.chance(0.04):
            _add_invoice(city, contract, min(day, city.last), -value / 1200, line)


def _add_invoice(city: City, contract: str, day: int, amount: float, line: str) -> None:
    """An invoice; the latest ones are not all paid, or judged eligible, yet."""
    age = city.last - day
    paid = None if age < PAID_WITHIN and city.chance(0.15) else day + city.random.randint(5, 30)
    eligible = None if age < JUDGED_WITHIN and city.chance(0.3) else not city.chance(0.04)
    spend = city.out.add(
        "expenditure",
        contract_id=contract,
        incurred_on=city.planned(day),
        amount=f"{amount:.2f}",
        indicator=line if city.chance(0.8) else "",
        category=city.random.choice(CATEGORIES),
        invoice_ref=f"INV-{city.out.counts['expenditure'] + 1:06}",
        defrayed_on=city.happened(paid),
        eligible=eligible,
    )
    claim = city.paid.get(contract)
    if claim and not claim.prices and paid is not None and eligible is not False:
        claim.earned.append((paid, "spend", spend, "", int(f"{amount:.2f}".replace(".", ""))))


def add_contributions(city: City) -> None:
    """What partners put into the pot: enough for the contracts of each stream, but for one that waits for more."""
    years = list(financial_years(city))
    short = max((of for of in city.contracted if of[0] == years[-1][0]), key=lambda of: city.contracted[of])
    for year, first, _last in years:
        for row in _streams(city):
            pledge = _pledge(city, row["id"], year, first)
            contracted = city.contracted.get((year, row["id"]), 0)
            if (year, row["id"]) == short:
                _put_in(city, pledge, contracted * 0.97, "agreed")
                _put_in(city, pledge, contracted * 0.06 + 500, "proposed")
            elif contracted:
                _put_in(city, pledge, contracted * city.random.uniform(1.02, 1.12) + 500, "agreed")
            elif city.chance(0.4):
                status = city.random.choice(("agreed", "proposed", "withdrawn"))
                _put_in(city, pledge, city.random.randrange(5_000, 60_000, 500), status)


def _pledge(city: City, stream: str, year: str, first: int) -> dict[str, str]:
    """Who puts money into a stream for a year, for what, and when they agreed."""
    objectives = [row["title"] for row in city.margins.pack.rows("objectives")] or [""]
    return {
        "funding_stream_id": stream,
        "organisation_id": city.margins.partner(city.random.choice(("lead", "jobcentre", "college"))).id,
        "financial_year": year,
        "agreed_on": city.planned(min(first + city.random.randint(-60, 100), city.last)),
        "objective": city.random.choice(objectives),
    }


def _put_in(city: City, pledge: dict[str, str], amount: float, status: str) -> None:
    said = pledge | {"status": status, "amount": f"{round(amount / 500) * 500}.00"}
    if status != "agreed":
        said["agreed_on"] = ""
    city.out.add("contributions", **said)
