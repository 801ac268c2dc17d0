import json
import shutil
from pathlib import Path

import pytest

from reporting.packs.loading import FOLDER, FaultyPack, UnknownPack, load_pack, pack_names, plan_facts


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The Leicester pack in a folder of its own, to spoil."""
    shutil.copytree(FOLDER / "leicester", tmp_path / "leicester")
    return tmp_path


def change(path: Path, **changes: object) -> None:
    rows = json.loads(path.read_text())
    (rows if isinstance(rows, dict) else rows[0]).update(changes)
    path.write_text(json.dumps(rows))


def faults_of(folder: Path) -> list[str]:
    with pytest.raises(FaultyPack) as refusal:
        load_pack("leicester", folder=folder)
    return refusal.value.faults


@pytest.mark.parametrize("name", pack_names())
def test_every_pack_that_is_here_loads(name: str) -> None:
    assert load_pack(name).name == name


@pytest.mark.parametrize("name", ["bcbc", "coventry", "liverpool", "southampton"])
def test_a_pack_to_come_is_refused_naming_those_that_are_here(name: str) -> None:
    with pytest.raises(UnknownPack) as refusal:
        load_pack(name)

    assert refusal.value.message.startswith(f"The pack {name} is not here yet.")
    assert "leicester" in refusal.value.message


@pytest.mark.parametrize("name", ["nowhere", "../leicester", "", "LEICESTER", "__pycache__"])
def test_an_unknown_pack_is_refused(name: str) -> None:
    with pytest.raises(UnknownPack):
        load_pack(name)


def test_the_leicester_pack_holds_what_the_plan_lists() -> None:
    pack = load_pack("leicester")

    assert {table: len(rows) for table, rows in pack.tables.items() if rows} == {
        "target_groups": 11,
        "objectives": 5,
        "indicators": 29,
        "organisations": 42,
        "streams": 14,
        "milestones": 30,
        "risks": 4,
        "sign_off": 3,
        "claims": 1,
        "tolerances": 3,
        "stages": 4,
        "approvals": 3,
        "appraisals": 1,
        "priority_areas": 18,
        "headline_targets": 58,
    }


def test_the_counted_groups_are_the_nine_of_the_counting_rules() -> None:
    groups = load_pack("leicester").rows("target_groups")

    assert [group["code"] for group in groups if group["counted"]] == [
        "ib",
        "jsa",
        "jsa_6m",
        "lone_parent",
        "bme",
        "new_arrival",
        "over_50",
        "offender",
        "neet",
    ]


def test_table_15_adds_up_to_1296_and_table_14_prints_1290() -> None:
    rows = load_pack("leicester").rows("headline_targets")
    lines = ["headline_jsa", "headline_ib", "headline_lone_parent"]

    computed = [sum(row["value"] for row in rows if row["line"] == line and row["lsoa"]) for line in lines]
    printed = {row["line"]: row["value"] for row in rows if not row["lsoa"]}

    assert computed == [392, 551, 353]
    assert sum(computed) == 1296
    assert printed == {"headline_jsa": 386, "headline_ib": 550, "headline_lone_parent": 354, "headline_total": 1290}
    assert sum(printed[line] for line in lines) == 1290


@pytest.mark.parametrize("table", ["claimant_baselines", "wards_neet"])
def test_further_facts_of_the_plan_can_be_read(table: str) -> None:
    assert all(row["source"].startswith("Leicester business plan") for row in plan_facts("leicester", table))


@pytest.mark.parametrize(
    ("file_name", "changes", "fault"),
    [
        ("pack.json", {"format": 2}, "pack.json: format must be 1"),
        ("pack.json", {"name": "other"}, "pack.json: name must be that of the folder, leicester"),
        ("pack.json", {"small_numbers": 3}, "pack.json: small_numbers: must be 4 or more"),
        ("risks.json", {"impact": "medium"}, "risks.json: item 1: impact: 'medium' is not one of high, low, moderate"),
        ("risks.json", {"id": "r1"}, "risks.json: item 1: the id 'r1' must begin with leicester-"),
        ("risks.json", {"colour": "red"}, "risks.json: item 1: colour is not a column here"),
        ("streams.json", {"mainstream": "no"}, "streams.json: item 1: mainstream: 'no' cannot be read as flag"),
        ("streams.json", {"name": None}, "streams.json: item 1: name: must be given"),
        (
            "milestones.json",
            {"due_on": "2009-02-30"},
            "milestones.json: item 1: due_on: '2009-02-30' cannot be read as day",
        ),
        (
            "milestones.json",
            {"objective": "none"},
            "milestones.json: item 1: objective: 'none' is not in objectives.json",
        ),
        (
            "organisations.json",
            {"primary_health_provider": True},
            "organisations.json: item 1: primary_health_provider is not a column here",
        ),
        (
            "target_groups.json",
            {"rule": {"benefit": ["dole"]}},
            "target_groups.json: item 1: rule: “dole” is not one of: jsa, ib, is_lone_parent, esa, uc, other_benefit.",
        ),
        ("pack.json", {"consortium": None}, "pack.json: consortium: must be given"),
        ("risks.json", {"title": " Delay"}, "risks.json: item 1: title: ' Delay' cannot be read as text"),
        ("stages.json", {"order": 1.5}, "stages.json: item 1: order: 1.5 cannot be read as whole"),
        ("stages.json", {"journey": ["engaged", None]}, "stages.json: item 1: journey: item 2: must be given"),
        ("stages.json", {"journey": "engaged"}, "stages.json: item 1: journey: 'engaged' cannot be read as list"),
        (
            "streams.json",
            {"amounts": [{"period": "2006-07", "amount": "lots", "status": "stated"}]},
            "streams.json: item 1: amounts: item 1: amount: 'lots' cannot be read as number",
        ),
        (
            "streams.json",
            {"amounts": [{"period": "2006-07", "amount": None, "status": "dash"}] * 2},
            "streams.json: item 1: amounts: item 2: '2006-07' is there twice",
        ),
        (
            "sign_off.json",
            {"steps": [{"order": 1, "action": "check", "role": "auditor", "post": "Owl", "colour": "brown"}]},
            "sign_off.json: item 1: steps: item 1: colour is not a column here",
        ),
        ("sign_off.json", {"steps": []}, None),
        (
            "sign_off.json",
            {"steps": [{"order": 2, "action": "check", "role": "auditor", "post": "Auditor"}]},
            "sign_off.json: item 1: steps: the steps must be in order, from 1",
        ),
    ],
)
def test_a_spoilt_pack_is_refused_with_its_fault(
    copy: Path, file_name: str, changes: dict[str, object], fault: str | None
) -> None:
    change(copy / "leicester" / file_name, **changes)

    if fault is None:
        load_pack("leicester", folder=copy)
    else:
        assert faults_of(copy) == [fault]


def test_all_faults_are_told_at_once(copy: Path) -> None:
    change(copy / "leicester" / "risks.json", impact="medium", likelihood="never")
    (copy / "leicester" / "notes.txt").write_text("a stray file")
    (copy / "leicester" / "priority_areas.csv").write_text(
        "kind,lsoa,ward,district,name,note,source\nlsoa,E0101,,,,,x\n"
    )

    faults = faults_of(copy)

    assert "notes.txt: is not a file of a pack" in faults
    assert "priority_areas.csv: item 1: 'E0101' is not E01 and six digits" in faults
    assert len(faults) == 4 + 54  # two risk words, the stray file, the area; each target of a missing area


def test_what_is_no_record_or_has_more_values_than_columns_is_a_fault(copy: Path) -> None:
    risks, areas = copy / "leicester" / "risks.json", copy / "leicester" / "priority_areas.csv"
    risks.write_text(json.dumps([*json.loads(risks.read_text()), "a risk", {"id": "leicester-risk-new"}]))
    areas.write_text(areas.read_text() + "ward,,Aston,Birmingham,,,Plan,too much\n" + "ward,,Aston\n")

    faults = faults_of(copy)

    missing = ["title", "likelihood", "impact", "control", "owner", "review", "source"]
    absent = ["district", "name", "note", "source"]
    assert faults == [
        "risks.json: item 5: must be a record",
        *(f"risks.json: item 6: {name} is missing" for name in missing),
        "priority_areas.csv: item 19: None is not a column here",
        *(f"priority_areas.csv: item 20: {name}: must be given" for name in absent),
    ]


def test_an_item_that_is_there_twice_is_a_fault(copy: Path) -> None:
    path = copy / "leicester" / "risks.json"
    rows = json.loads(path.read_text())
    path.write_text(json.dumps([*rows, rows[0]]))

    assert faults_of(copy) == ["risks.json: item 5: 'leicester-risk-staff-recruitment-delay' is there twice"]
