"""The format bears what the four other partnerships wrote down, as data only."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from caseload.models import TargetGroup
from partners.models import PriorityArea
from partners.platform.tenancy.scope import in_consortium
from reporting.models import HeadlineTarget, Observation, Risk, Target
from reporting.packs import loading
from reporting.services.consortia import create_consortium


@pytest.fixture
def packs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of packs with one of a partnership unlike Leicester."""
    monkeypatch.setattr(loading, "FOLDER", tmp_path)
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    put(
        folder / "pack.json",
        {
            "format": 1,
            "name": "elsewhere",
            "title": "Elsewhere",
            "about": "A city region that names wards and neighbourhoods, not small areas.",
            "consortium": {
                "slug": "elsewhere",
                "name": "Elsewhere City Region",
                "area_name": "Elsewhere",
                "programme_start": None,
                "referral_days": 5,
                "contact_days": 42,
                "nation": "wales",
            },
            "returns": [{"code": "journey", "title": "Client journeys", "chain": None}],
            "words": {"adviser": "employment and skills coach"},
            "programme_start_basis": "",
            "source": "Plan, section 1",
        },
    )
    return folder


def put(path: Path, content: object) -> None:
    path.write_text(json.dumps(content), encoding="utf-8")


def put_csv(path: Path, *rows: Sequence[str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)


def test_priority_areas_may_be_wards_or_neighbourhoods(db: None, packs: Path) -> None:
    # Birmingham, Coventry and the Black Country: 55 wards; Coventry: nine neighbourhoods without codes.
    put_csv(
        packs / "priority_areas.csv",
        ("kind", "lsoa", "ward", "district", "name", "note", "source"),
        ("ward", "", "Aston", "Birmingham", "", "also chosen for the area fund", "Plan, section 2.1.19"),
        ("ward", "", "Aston", "Walsall", "", "", "Plan, section 2.1.19"),
        ("neighbourhood", "", "", "Coventry", "Wood End", "", "Plan, section 2"),
    )

    made = create_consortium(pack="elsewhere")

    with in_consortium(made.pk):
        assert [str(area) for area in PriorityArea.objects.order_by("pk")] == ["Aston", "Aston", "Wood End"]
        assert not HeadlineTarget.objects.exists()


def test_groups_have_rules_of_their_own(db: None, packs: Path) -> None:
    # "Young unemployed people" are 19 to 25 in one plan; a lone parent's duties begin with the child's age in another.
    put(
        packs / "target_groups.json",
        [
            {
                "code": "young_unemployed",
                "title": "Young unemployed people",
                "counted": True,
                "rule": {"benefit": ["jsa"], "age_from": 19, "age_to": 25},
                "special_category": False,
                "definition": "Aged 19 to 25 and claiming.",
                "needs": [],
                "sub_groups": [],
                "source": "Plan, section 2.1.33",
            }
        ],
    )

    made = create_consortium(pack="elsewhere")

    with in_consortium(made.pk):
        assert TargetGroup.objects.get().rule == {"benefit": ["jsa"], "age_from": 19, "age_to": 25}


def test_a_risk_without_a_rating_waits_for_one(db: None, packs: Path) -> None:
    # Coventry rates none of its five risks, Birmingham gives an impact and no likelihood.
    risk = {
        "title": "Recession",
        "control": "Work with employers",
        "owner": "",
        "review": "",
        "source": "Plan, section 7",
    }
    put(packs / "risks.json", [{"id": "elsewhere-risk-1", "likelihood": None, "impact": "high", **risk}])

    made = create_consortium(pack="elsewhere")

    assert [row["title"] for row in made.pack_data["risks_to_rate"]] == ["Recession"]
    with in_consortium(made.pk):
        assert not Risk.objects.exists()


def test_targets_by_year_and_baselines_come_with_the_pack(db: None, packs: Path) -> None:
    # Coventry: NI 152 from 14.8% in May 2007 to 14.3% in 2008-09.
    indicator = {
        "number": None,
        "objective": "",
        "counts": "claimants",
        "measured": "other",
        "breakdowns": [],
        "note": "",
    }
    put(
        packs / "indicators.json",
        [
            {
                "code": "ni152",
                "title": "Out-of-work benefit claimants",
                "unit": "percent",
                "direction": "lower_is_better",
                "source": "Plan, section 5",
                **indicator,
            }
        ],
    )
    head = ("id", "indicator", "area_kind", "area", "group")
    put_csv(
        packs / "targets.csv",
        (*head, "period", "value", "source"),
        ("elsewhere-target-1", "ni152", "consortium", "", "", "2008-09", "14.3", "Plan, section 1"),
    )
    put_csv(
        packs / "observations.csv",
        (*head, "as_at", "value", "source"),
        ("elsewhere-observation-1", "ni152", "consortium", "", "", "2007-05-31", "14.8", "Plan, section 1"),
    )

    made = create_consortium(pack="elsewhere")

    with in_consortium(made.pk):
        assert str(Target.objects.get().value) == "14.3"
        assert str(Observation.objects.get().value) == "14.8"


def test_an_amount_may_be_open_in_several_ways_and_is_never_zero(db: None, packs: Path) -> None:
    amounts = [
        {"period": "2006-07", "amount": 1370000, "status": "provisional"},
        {"period": "2007-08", "amount": None, "status": "dash"},
        {"period": "2008-09", "amount": None, "status": "to_be_confirmed"},
    ]
    stream = {"funder": "", "mainstream": False, "kind": "area_based", "conditions": "", "objectives": []}
    put(
        packs / "streams.json",
        [{"id": "elsewhere-stream-daf", "name": "Area fund", "amounts": amounts, "source": "Plan, 3.7.4", **stream}],
    )

    made = create_consortium(pack="elsewhere")

    assert [row["amount"] for row in made.pack_data["streams"][0]["amounts"]] == ["1370000", None, None]


def test_chains_are_as_long_as_the_plan_says(db: None, packs: Path) -> None:
    steps = [
        {"order": 1, "action": "compile", "role": "monitoring_officer", "post": "Local management group"},
        {"order": 2, "action": "sign_off", "role": "project_manager", "post": "Core team"},
    ]
    chain = {
        "document": "monthly_report",
        "frequency": "monthly",
        "one_person_one_step": True,
        "copied_to": [],
        "rule": "",
    }
    put(packs / "sign_off.json", [{"code": "monthly", "steps": steps, "source": "Plan, section 4.2.4", **chain}])

    made = create_consortium(pack="elsewhere")

    assert made.words["adviser"] == "employment and skills coach"
    assert [step["post"] for step in made.pack_data["sign_off"][0]["steps"]] == ["Local management group", "Core team"]


def test_a_partnership_has_clocks_of_its_own(db: None, packs: Path) -> None:
    made = create_consortium(pack="elsewhere")

    assert (made.referral_days, made.contact_days, made.nation) == (5, 42, "wales")
