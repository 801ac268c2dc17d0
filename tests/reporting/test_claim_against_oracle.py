"""Random packages about claims: every cell and every record of `dwp_claim` against the independent count."""

import tempfile
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings

from tests.oracle.claim_packages import claim_packages, random_claim_tables
from tests.oracle.packages import QUARTERS, Tables, write_package
from tests.oracle.returns import disagreements

pytestmark = pytest.mark.django_db

SLUG = "example"


def disagreements_about(quarter: str, tables: Tables, folder: Path) -> list[str]:
    """Each example is undone: its rows, and the locks its temporary tables hold, would pile up."""
    package = write_package(tables, folder / "package")
    with transaction.atomic():
        found = disagreements(package, SLUG, quarter, folder, kinds=("dwp_claim",))
        transaction.set_rollback(True)
    return found


def disagreements_about_seed(seed: int, folder: Path) -> list[str]:
    quarter = QUARTERS[seed % len(QUARTERS)]
    return disagreements_about(quarter, random_claim_tables(seed, 2 + seed % 11, quarter), folder)


@pytest.mark.parametrize("seed", range(5))
def test_a_claim_agrees_with_the_independent_count(seed: int, tmp_path: Path) -> None:
    assert disagreements_about_seed(seed, tmp_path) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5, 105))
def test_a_claim_agrees_with_the_independent_count_many_times(seed: int, tmp_path: Path) -> None:
    assert disagreements_about_seed(seed, tmp_path) == []


@pytest.mark.slow
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
@given(claim_packages())
def test_a_claim_agrees_on_packages_made_small(drawn: tuple[str, Tables]) -> None:
    quarter, tables = drawn

    with tempfile.TemporaryDirectory() as folder:
        assert disagreements_about(quarter, tables, Path(folder)) == []
