"""Some sixty people, each at an edge of the rules; every figure worked out by hand, with its reason beside it."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from tests.module_data import shared_rows
from tests.oracle.compare import differences
from tests.oracle.count import count
from tests.oracle.returns import build, load_into_leicester
from tests.oracle.sheet import FIGURE_KEY
from tests.oracle.words import WINDOWS

HERE = Path(__file__).parent / "hand_made"
PACKAGE = HERE / "package"
QUARTER = "2008-09-Q2"
LATER_QUARTER = "2009-10-Q4"
NOTHING = {"0", "0.00", ""}

Figures = dict[tuple[str, ...], tuple[str, ...]]


def figures(rows: list[dict[str, str]]) -> Figures:
    return {tuple(row[part] for part in FIGURE_KEY): tuple(row[window] for window in WINDOWS) for row in rows}


def worked_out(name: str) -> Figures:
    with (HERE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return figures(list(csv.DictReader(file)))


def listed_or_something(found: Figures, listed: Figures) -> Figures:
    """Leave out the rows of members that are always shown and come to nothing, unless they are worked out too."""
    return {key: values for key, values in found.items() if key in listed or not set(values) <= NOTHING}


@pytest.fixture(scope="module")
def loaded_once(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    with shared_rows(django_db_blocker):
        with django_db_blocker.unblock():
            load_into_leicester(PACKAGE, "hand-made")
        yield "hand-made"


@pytest.fixture
def loaded(loaded_once: str, db: None) -> str:
    return loaded_once


@pytest.mark.parametrize("kind", ["leap", "journey"])
def test_count_by_the_oracle_gives_the_hand_worked_figures(kind: str) -> None:
    expected = worked_out(f"expected_{kind}")

    rows, _ = count(PACKAGE, kind, QUARTER)

    assert listed_or_something(figures(rows), expected) == expected


@pytest.mark.parametrize("kind", ["leap", "journey"])
def test_build_return_gives_the_hand_worked_figures(loaded: str, kind: str, tmp_path: Path) -> None:
    expected = worked_out(f"expected_{kind}")

    rows, _ = build(loaded, kind, QUARTER, tmp_path)

    assert listed_or_something(figures(rows), expected) == expected


@pytest.mark.parametrize("kind", ["leap", "journey"])
@pytest.mark.parametrize("quarter", [QUARTER, LATER_QUARTER, "2007-08-Q1"])
def test_build_return_agrees_with_the_oracle(loaded: str, kind: str, quarter: str, tmp_path: Path) -> None:
    returned = build(loaded, kind, quarter, tmp_path)

    assert differences(count(PACKAGE, kind, quarter), returned) == []


def test_a_birthday_on_29_february_counts_on_1_march(loaded: str, tmp_path: Path) -> None:
    rows, _ = build(loaded, "leap", LATER_QUARTER, tmp_path)

    assert worked_out("expected_leap_2010").items() <= figures(rows).items()
