"""Whether what a city tells on a day can be believed."""

import csv
import unicodedata
from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from partners.platform.exchange.columns import Kind
from partners.platform.exchange.declarations import all_tables
from reporting.packs.loading import load_pack
from reporting.services.city import generate_city
from reporting.synthetic.cast import CAST
from reporting.synthetic.chapters import CHAPTERS, add_risks

DAYS = [
    date(2024, 2, 29),
    date(2026, 11, 29),
    date(2026, 12, 31),
    date(2027, 1, 1),
    date(2027, 3, 31),
    date(2027, 4, 1),
    date(2028, 2, 29),
]
# What may lie ahead: what is planned, allowed or expected.
AHEAD = {
    ("consents", "expires_on"),
    ("contract_profiles", "month"),
    ("contracts", "ends_on"),
    ("employer_agreements", "to_date"),
    ("employer_contacts", "follow_up_on"),
    ("employer_events", "held_on"),
    ("milestones", "due_on"),
    ("milestones", "forecast_on"),
    ("plan_actions", "due_on"),
}
Rows = dict[str, list[dict[str, str]]]


def tell(folder: Path, **asked: Any) -> Rows:
    generate_city(folder / "p", **asked)
    rows: Rows = {}
    for path in (folder / "p").iterdir():
        with path.open(encoding="utf-8", newline="") as lines:
            rows[path.stem] = list(csv.DictReader(lines))
    return rows


@pytest.fixture(params=DAYS, ids=str)
def day(request: pytest.FixtureRequest) -> date:
    asked: date = request.param
    return asked


@pytest.fixture(scope="module")
def leicester(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """The city of the demonstration, on a day in a year's third quarter."""
    folder = tmp_path_factory.mktemp("leicester")
    return tell(folder, pack="leicester", clients=1100, quarters=5, seed=2007, until=date(2026, 11, 29))


@pytest.mark.parametrize("pack", ["leicester", "blank"])
def test_every_day_fits_the_day_it_is_told_on(tmp_path: Path, pack: str, day: date) -> None:
    rows = tell(tmp_path, pack=pack, clients=90, quarters=5, seed=4, until=day)
    days = [(table.name, column.name) for table in all_tables() for column in table.columns if column.kind == Kind.DAY]

    ahead = {
        (table, column)
        for table, column in days
        for row in rows.get(table, [])
        if row[column] > day.isoformat()  # "" is before every day
    }
    around = [date.fromisoformat(row["due_on"]) for row in rows["milestones"]]

    assert ahead <= AHEAD
    assert all(not row["attendance"] for row in rows["employer_events"] if row["held_on"] > day.isoformat())
    assert min(around) < day < max(around)
    assert all(abs(due - day) < timedelta(days=548) for due in around)


def test_what_is_due_about_now_is_there(tmp_path: Path, day: date) -> None:
    rows = tell(tmp_path, pack="leicester", clients=90, quarters=5, seed=4, until=day)
    today, week = day.isoformat(), (day + timedelta(days=7)).isoformat()

    assert [row for row in rows["employer_contacts"] if today <= row["follow_up_on"] <= week]
    assert [row for row in rows["employer_events"] if row["held_on"] > today]
    assert [row for row in rows["vacancies"] if not row["closed_on"]]
    assert len({row["to_organisation_id"] for row in rows["referrals"] if row["status"] == "sent"}) >= 3
    assert [row for row in rows["consents"] if today <= row["expires_on"] <= (day + timedelta(days=30)).isoformat()]
    assert [row for row in rows["milestones"] if row["due_on"] < today and not row["achieved_on"] and row["mitigation"]]


def test_checks_of_every_week_fall_due_about_now(leicester: Rows) -> None:
    asked = {(row["job_id"], row["week"]) for row in leicester["employment_checks"]}
    running = [row for row in leicester["jobs"] if not row["ended_on"]]
    due = Counter(
        week
        for row in running
        for week in (13, 26, 52)
        if (row["id"], str(week)) not in asked
        and abs(date.fromisoformat(row["started_on"]) + timedelta(weeks=week) - date(2026, 11, 29)).days < 15
    )

    assert set(due) == {13, 26, 52}


def test_most_outcomes_are_in_the_target_areas(leicester: Rows) -> None:
    targets = {row["lsoa"] for row in load_pack("leicester").rows("headline_targets") if row["lsoa"]}
    homes: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in leicester["client_addresses"]:
        homes[row["client_id"]].append((row["from_date"], row["lsoa"]))
    inside = [
        max((since, lsoa) for since, lsoa in homes[row["client_id"]] if since < row["started_on"])[1] in targets
        for row in leicester["jobs"]
    ]

    assert len(inside) > 200
    assert 0.7 <= sum(inside) / len(inside) < 0.9  # and a rest that one believes


@pytest.mark.parametrize("pack", ["leicester", "blank"])
def test_every_risk_has_an_owner_who_works_there(tmp_path: Path, pack: str) -> None:
    rows = tell(tmp_path, pack=pack, clients=20, quarters=5, seed=4, until=date(2026, 11, 29))
    people = {row["name"] for row in rows["staff"]}

    assert len(rows["risks"]) >= 2
    assert {row["owner"] for row in rows["risks"]} <= people
    assert not [row for row in rows["risks"] if "2007" in row["control"]]


@pytest.mark.parametrize("pack", ["leicester", "blank"])
def test_money_adds_up_to_a_story(tmp_path: Path, pack: str, day: date) -> None:
    rows = tell(tmp_path, pack=pack, clients=300, quarters=5, seed=4, until=day)
    contracted, agreed, spent, planned = Counter[Any](), Counter[Any](), Counter[str](), Counter[str]()
    for contract in rows["contracts"]:
        contracted[contract["funding_stream_id"]] += float(contract["value"])
    for row in rows["contributions"]:
        agreed[row["funding_stream_id"]] += float(row["amount"]) * (row["status"] == "agreed")
    for row in rows["expenditure"]:
        spent[row["contract_id"]] += float(row["amount"])
    for row in rows["contract_profiles"]:
        over = row["kind"] == "spend" and date.fromisoformat(row["month"]) + timedelta(days=27) <= day
        planned[row["contract_id"]] += float(row["planned"]) * over

    short = {stream: agreed[stream] / value for stream, value in contracted.items() if agreed[stream] < value}
    pace = [spent[key] / planned[key] for key in spent if planned[key] > 0]
    assert len(short) <= 1
    assert all(share > 0.95 for share in short.values())
    assert all(spent[contract["id"]] <= float(contract["value"]) for contract in rows["contracts"])
    assert all(0.6 < share < 1.2 for share in pace)


def test_no_vacancy_is_filled_more_often_than_it_has_posts(leicester: Rows) -> None:
    filled = Counter(row["vacancy_id"] for row in leicester["jobs"] if row["vacancy_id"])
    posts = {row["id"]: int(row["posts"]) for row in leicester["vacancies"]}

    assert len(filled) > 20
    assert [key for key, number in filled.items() if number > posts[key]] == []


def test_people_write_their_names_in_several_scripts(leicester: Rows) -> None:
    names = {f"{row['given_name']} {row['family_name']}" for row in leicester["clients"]}
    scripts = {unicodedata.name(name[0]).split()[0] for name in names}

    assert len(names) > 0.9 * len(leicester["clients"])
    assert {"LATIN", "CYRILLIC", "ARABIC", "GUJARATI"} <= scripts


def test_a_chapter_less_leaves_the_others_as_they_were(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = {"pack": "leicester", "clients": 30, "quarters": 2, "seed": 1}
    whole = tell(tmp_path / "whole", **asked)
    monkeypatch.setattr(
        "reporting.services.city.CHAPTERS", tuple(chapter for chapter in CHAPTERS if chapter is not add_risks)
    )

    other = tell(tmp_path / "other", **asked)

    assert other["risks"] == []
    assert {name: rows for name, rows in whole.items() if name != "risks"} == {
        name: rows for name, rows in other.items() if name != "risks"
    }


def test_a_column_that_no_table_has_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reporting.services.city.CHAPTERS", (lambda city: city.out.add("risks", titel="Late"),))

    with pytest.raises(ValueError, match="titel"):
        tell(tmp_path, pack="blank", clients=1, quarters=1, seed=1)


def test_whoever_plays_a_part_is_on_the_staff(leicester: Rows) -> None:
    assert {part.id for part in CAST} <= {row["id"] for row in leicester["staff"]}
