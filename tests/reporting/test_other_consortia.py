"""What a package alone cannot say, against the independent count: merged records, programme starts, a round trip."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import DjangoDbBlocker

from caseload.models import Client
from caseload.services.merging import merge_clients
from partners.enums import Role
from partners.models import Consortium
from partners.platform.tenancy.scope import in_consortium
from tests.factories.partners import StaffFactory
from tests.module_data import shared_rows
from tests.oracle.compare import differences
from tests.oracle.count import LEICESTER_LSOAS, count
from tests.oracle.packages import Tables, random_tables, write_package
from tests.oracle.returns import KINDS, build, load_into_leicester
from tests.oracle.words import SetUp

pytestmark = pytest.mark.django_db

QUARTER = "2008-09-Q2"
SLUG = "example"
PROGRAMME = "programme"


def merged(tables: Tables, survivor_of: dict[str, str]) -> Tables:
    """Words, "People": spells are pooled under the surviving record, whose fields stand."""
    changed = {
        name: [
            {**row, "client_id": survivor_of.get(row["client_id"], row["client_id"])} if "client_id" in row else row
            for row in rows
        ]
        for name, rows in tables.items()
    }
    return {**changed, "clients": [row for row in tables["clients"] if row["id"] not in survivor_of]}


def merge_in_the_product(pairs: list[tuple[str, str]]) -> None:
    with in_consortium(Consortium.objects.get(slug=SLUG).pk):
        somebody = StaffFactory(role=Role.TRACKING_TEAM)
        for gone, kept in pairs:
            records = {record.external_id: record for record in Client.objects.filter(external_id__in=[gone, kept])}
            merge_clients(records[kept], records[gone], by=somebody)


def all_differences(package: Path, folder: Path, set_up: SetUp | None = None, slug: str = SLUG) -> list[str]:
    expected = SetUp(date(2007, 4, 1), LEICESTER_LSOAS) if set_up is None else set_up
    return [
        difference
        for kind in KINDS
        for difference in differences(count(package, kind, QUARTER, expected), build(slug, kind, QUARTER, folder))
    ]


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow), pytest.param(3, marks=pytest.mark.slow)])
def test_merged_records_count_as_one_person(seed: int, tmp_path: Path) -> None:
    tables = random_tables(seed, 12, QUARTER)
    load_into_leicester(write_package(tables, tmp_path / "apart"), SLUG)
    a, b, c, d, e, *_ = [row["id"] for row in tables["clients"]]

    # The survivor of one merge is merged itself; another pair stands alone.
    merge_in_the_product([(a, b), (b, c), (e, d)])

    as_one = write_package(merged(tables, {a: c, b: c, e: d}), tmp_path / "as-one")
    assert all_differences(as_one, tmp_path) == []


@pytest.fixture(scope="module")
def loaded_once(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    package = write_package(random_tables(71, 20, QUARTER), tmp_path_factory.mktemp("loaded") / "package")
    with shared_rows(django_db_blocker):
        with django_db_blocker.unblock():
            load_into_leicester(package, PROGRAMME)
        yield package


@pytest.mark.parametrize("start", [None, date(2008, 5, 1), date(2008, 9, 30), date(2005, 1, 1)])
def test_the_programme_start_opens_the_window_all(loaded_once: Path, start: date | None, tmp_path: Path) -> None:
    Consortium.objects.filter(slug=PROGRAMME).update(programme_start=start)

    assert all_differences(loaded_once, tmp_path, SetUp(start, LEICESTER_LSOAS), PROGRAMME) == []


def test_an_exported_package_gives_the_same_figures_elsewhere(tmp_path: Path) -> None:
    tables = random_tables(5, 20, QUARTER)
    load_into_leicester(write_package(tables, tmp_path / "package"), SLUG)
    a, b, *_ = [row["id"] for row in tables["clients"]]
    merge_in_the_product([(a, b)])

    call_command("export_package", str(tmp_path / "exported"), consortium=SLUG, verbosity=0)
    load_into_leicester(tmp_path / "exported", "elsewhere")

    assert all_differences(tmp_path / "exported", tmp_path) == []
    assert all_differences(tmp_path / "exported", tmp_path, slug="elsewhere") == []
