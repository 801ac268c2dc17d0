import csv
import hashlib
import json
import zipfile
from collections import Counter
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from partners.errors import CaseloadError
from partners.places import find_place
from partners.platform.exchange.declarations import all_tables
from partners.platform.exchange.runs import load_package
from partners.platform.tenancy.scope import in_consortium
from partners.services.postcodes import load_sample
from reporting.packs.loading import pack_names
from reporting.services.city import generate_city
from reporting.services.consortia import create_consortium


def rows(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A city large enough that shares can be looked at."""
    path = tmp_path_factory.mktemp("city") / "package"
    generate_city(path, pack="leicester", clients=3000, quarters=4, seed=1)
    return path


def test_the_same_arguments_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.zip", "b.zip"):
        generate_city(tmp_path / name, pack="leicester", clients=40, quarters=2, seed=5)

    assert digest(tmp_path / "a.zip") == digest(tmp_path / "b.zip")


def test_another_seed_gives_another_city(tmp_path: Path) -> None:
    for seed in (5, 6):
        generate_city(tmp_path / f"{seed}", pack="leicester", clients=40, quarters=2, seed=seed)

    assert digest(tmp_path / "5" / "clients.csv") != digest(tmp_path / "6" / "clients.csv")


def test_a_zip_and_a_folder_hold_the_same(tmp_path: Path) -> None:
    generate_city(tmp_path / "p.zip", pack="blank", clients=10, quarters=1, seed=1)
    generate_city(tmp_path / "p", pack="blank", clients=10, quarters=1, seed=1)

    with zipfile.ZipFile(tmp_path / "p.zip") as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            path.name: path.read_bytes() for path in (tmp_path / "p").iterdir()
        }


def test_every_table_has_rows(city: Path) -> None:
    assert [table.name for table in all_tables() if not table.is_extra and not rows(city, table.name)] == []


@pytest.mark.parametrize("pack", pack_names())
def test_a_package_is_taken_without_refusal_or_warning(db: None, tmp_path: Path, pack: str) -> None:
    generate_city(tmp_path / "p.zip", pack=pack, clients=120, quarters=4, seed=3)
    consortium = create_consortium(pack=pack)

    with in_consortium(consortium.pk):
        outcome = load_package(tmp_path / "p.zip", report=tmp_path / "report.csv")

    assert (outcome.loaded, outcome.summary.groups) == (True, {})


def test_rows_of_the_pack_are_written_as_the_pack_has_them(db: None, tmp_path: Path) -> None:
    generate_city(tmp_path / "p.zip", pack="leicester", clients=20, quarters=1, seed=3)
    consortium = create_consortium(pack="leicester")

    with in_consortium(consortium.pk):
        counts = load_package(tmp_path / "p.zip", report=tmp_path / "report.csv").counts

    assert counts["organisations"]["same"] == 10
    assert counts["funding_streams"] == {"new": 0, "changed": 0, "same": 14}


def test_areas_follow_the_plan(city: Path) -> None:
    addresses = rows(city, "client_addresses")
    lsoas = Counter(row["lsoa"] for row in addresses)
    priority = sum(count for lsoa, count in lsoas.items() if lsoa.startswith(("E010136", "E010137")))

    # 18.8% of claimants live in the 18 LSOAs with targets; 1.1% have no ward or LSOA.
    assert priority / len(addresses) == pytest.approx(0.188, abs=0.02)
    assert lsoas[""] / len(addresses) == pytest.approx(0.011, abs=0.006)


def test_benefits_and_ethnicity_follow_the_plan(city: Path) -> None:
    clients = rows(city, "clients")
    first = {
        row["client_id"]: row["code"]
        for row in reversed(rows(city, "client_circumstances"))
        if row["kind"] == "benefit"
    }
    codes = Counter(first.values())
    indian = sum(row["ethnicity"] == "asian_indian" for row in clients) / len(clients)

    # 8,413 on JSA, 15,530 on IB and 6,250 lone parents (section 2.1.2); 25.73% of residents are Indian (Table 4).
    assert (codes["ib"] + codes["esa"]) / codes["jsa"] == pytest.approx(15530 / 8413, rel=0.15)
    assert codes["is_lone_parent"] / codes["jsa"] == pytest.approx(6250 / 8413, rel=0.15)
    assert indian == pytest.approx(0.2573, abs=0.025)


def test_nobody_can_be_taken_for_a_real_person(city: Path) -> None:
    clients = rows(city, "clients")

    assert all(row["nino"].startswith("QQ") for row in clients if row["nino"])
    assert all(row["phone"].startswith(("07700 900", "0116 496 0")) for row in clients if row["phone"])
    assert all(row["email"].endswith("@example.org") for row in clients if row["email"])
    assert len({row["nino"] for row in clients if row["nino"]}) == sum(bool(row["nino"]) for row in clients)


def test_journeys_lose_people_at_each_step(city: Path) -> None:
    stages = Counter(row["stage"] for row in rows(city, "stage_events"))
    jobs = len({row["client_id"] for row in rows(city, "jobs")})

    assert stages["engaged"] > stages["assessed"] > stages["plan_agreed"] > stages["job_ready"] > jobs > 300


def test_nothing_has_happened_after_the_last_day(city: Path) -> None:
    for table, column in (("jobs", "started_on"), ("employment_checks", "checked_on"), ("activities", "occurred_on")):
        assert max(row[column] for row in rows(city, table)) <= "2008-03-31"


def test_some_referrals_wait_for_the_units_answer(tmp_path: Path) -> None:
    generate_city(tmp_path / "p", pack="leicester", clients=200, quarters=4, seed=2, until=date(2026, 11, 23))

    waiting = [
        row
        for row in rows(tmp_path / "p", "referrals")
        if row["status"] == "sent" and row["to_organisation_id"] == "employment-support-unit"
    ]
    assert len(waiting) >= 3
    assert min(row["made_on"] for row in waiting) >= "2026-11-14"


def test_every_address_is_in_the_sample_directory(db: None, city: Path) -> None:
    load_sample()

    for row in [row for row in rows(city, "client_addresses") if row["postcode"]][:40]:
        place = find_place(row["postcode"])
        assert place is not None
        assert (place.lsoa, place.ward, place.district) == (row["lsoa"], row["ward"], row["district"])


def test_a_place_that_is_taken_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")

    with pytest.raises(CommandError, match="Name a new folder or zip file") as refusal:
        call_command("generate_city", tmp_path, pack="blank", clients=1, quarters=1, seed=1)

    assert refusal.value.returncode == 1
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_failed_writing_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_city: object) -> None:
        raise CaseloadError("stopped")

    monkeypatch.setattr("reporting.services.city.CHAPTERS", (fail,))

    with pytest.raises(CaseloadError, match="stopped"):
        generate_city(tmp_path / "p", pack="blank", clients=1, quarters=1, seed=1)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("wrong", [("--clients", "0"), ("--quarters", "x"), ("--until", "soon")])
def test_wrong_numbers_are_wrong_usage(tmp_path: Path, wrong: tuple[str, str]) -> None:
    given = {"--pack": "blank", "--clients": "1", "--quarters": "1", "--seed": "1", wrong[0]: wrong[1]}

    with pytest.raises(CommandError, match=wrong[0]):
        call_command("generate_city", str(tmp_path / "p"), *[word for pair in given.items() for word in pair])


def test_the_command_tells_the_rows(tmp_path: Path) -> None:
    told = StringIO()

    call_command("generate_city", tmp_path / "p", pack="blank", clients=7, quarters=1, seed=1, stdout=told)

    assert "\nclients: 7\n" in told.getvalue()


@pytest.mark.parametrize("pack", pack_names())
def test_margins_add_up_to_something_and_name_their_source(pack: str) -> None:
    read = json.loads((settings.BASE_DIR / "reporting" / "packs" / pack / "margins.json").read_text())

    assert all(block["source"] for block in read.values() if isinstance(block, dict))
