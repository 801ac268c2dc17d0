"""What comes out goes in again: an export, imported into an empty consortium and exported again, is the same bytes."""

import csv
import json
import tempfile
import zipfile
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings

from caseload.models import Client
from partners.errors import CaseloadError, NoConsortiumInScope
from partners.models import Consortium
from partners.platform.exchange.declarations import Table, all_tables
from partners.platform.exchange.descriptor import descriptor
from partners.platform.exchange.exporting import export_package
from partners.platform.tenancy.scope import in_consortium
from tests.exchange.packages import load, write
from tests.exchange.random_packages import Row, as_files, packages
from tests.factories.partners import ConsortiumFactory, OrganisationFactory

CONTRACT = Path(__file__).parent / "contract.txt"
Contents = dict[str, bytes]


def exported(folder: Path) -> Contents:
    export_package(folder)
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def rows_of(content: bytes) -> list[Row]:
    return list(csv.DictReader(StringIO(content.decode(), newline="")))


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(package=packages())
def test_a_random_package_comes_out_as_it_went_in(db: None, package: dict[str, list[Row]]) -> None:
    comes_out_as_it_went_in(package)


@pytest.mark.slow
@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(package=packages())
def test_many_random_packages_come_out_as_they_went_in(db: None, package: dict[str, list[Row]]) -> None:
    comes_out_as_it_went_in(package)


def comes_out_as_it_went_in(package: dict[str, list[Row]]) -> None:
    with tempfile.TemporaryDirectory() as name, transaction.atomic():
        folder = Path(name)
        with in_consortium(ConsortiumFactory().pk):
            outcome, findings = load(write(folder / "given", {"risks": "id\n", **as_files(package)}))
            assert outcome.loaded, [f for f in findings if not f.is_warning]
            first = exported(folder / "first")
        with in_consortium(ConsortiumFactory().pk):
            load(folder / "first")
            second = exported(folder / "second")
        transaction.set_rollback(True)

    assert second == first
    for table, rows in package.items():
        assert rows_of(first[f"{table}.csv"]) == sorted(rows, key=lambda row: row["id"])


def test_an_export_holds_every_table_and_its_description(settled: Consortium, tmp_path: Path) -> None:
    contents = exported(tmp_path / "out")

    tables = [table for table in all_tables() if not table.is_extra]
    assert set(contents) == {table.file for table in tables} | {"datapackage.json"}
    assert contents["datapackage.json"].decode() == descriptor(tables)
    assert len(tables) == 39


def test_tables_columns_and_codes_are_those_of_the_contract() -> None:
    assert "".join(map(told, (table for table in all_tables() if not table.is_extra))) == CONTRACT.read_text()


def told(table: Table) -> str:
    lines = [f"{table.name}: {table.title}"]
    schema = json.loads(descriptor([table]))["resources"][0]["schema"]
    targets = {key["fields"]: key["reference"]["resource"] for key in schema.get("foreignKeys", ())}
    for field in schema["fields"]:
        limits, name = field.get("constraints", {}), field["name"]
        lines.append(
            f"    {name} {field['type']}"
            + (" required" if limits.get("required") else "")
            + (f" -> {targets[name]}" if name in targets else "")
            + (f" = {' '.join(limits['enum'])}" if "enum" in limits else "")
        )
    return "\n".join(lines) + "\n"


def test_a_zip_holds_the_same_files_and_the_same_bytes_each_time(settled: Consortium, tmp_path: Path) -> None:
    folder = exported(tmp_path / "folder")
    for name in ("one.zip", "two.zip"):
        export_package(tmp_path / name)

    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == folder
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_a_merged_client_is_left_out_and_the_survivor_stands_everywhere(settled: Consortium, tmp_path: Path) -> None:
    Client.objects.filter(external_id="c1").update(merged_into=Client.objects.get(external_id="c2"))

    contents = exported(tmp_path / "out")

    assert [row["id"] for row in rows_of(contents["clients.csv"])] == ["c2"]
    for table in all_tables():
        if not table.is_extra and any(column.refers_to == "clients" for column in table.columns):
            assert {row["client_id"] for row in rows_of(contents[table.file])} == {"c2"}


def test_rows_are_sorted_by_code_point(scope: Consortium, tmp_path: Path) -> None:
    ids = ["b", "B", "a", "é", "10", "9", "𐐷", "\uffff", "a b"]
    lines = "".join(f"{each},Name,health\n" for each in ids)
    load(write(tmp_path / "in", {"organisations": f"id,name,type\n{lines}"}))

    assert [row["id"] for row in rows_of(exported(tmp_path / "out")["organisations.csv"])] == sorted(ids)


def test_an_export_does_not_write_among_other_files(settled: Consortium, tmp_path: Path) -> None:
    write(tmp_path / "mine", {"letter.txt": "x"})

    with pytest.raises(CaseloadError, match=r"holds letter\.txt"):
        export_package(tmp_path / "mine")


def test_the_commands_say_who_is_not_there(db: None, tmp_path: Path) -> None:
    for command in ("import_package", "export_package"):
        with pytest.raises(CommandError, match="There is no consortium 'nowhere'"):
            call_command(command, str(tmp_path / "x"), consortium="nowhere")


def test_a_zip_of_everybody_is_for_its_owner_alone(scope: Consortium, tmp_path: Path) -> None:
    path = tmp_path / "all.zip"

    export_package(path)

    assert path.stat().st_mode & 0o077 == 0


def test_an_export_without_a_consortium_is_refused_and_writes_nothing(db: None, tmp_path: Path) -> None:
    with pytest.raises(NoConsortiumInScope):
        export_package(tmp_path / "all")

    assert list(tmp_path.iterdir()) == []


def test_the_command_writes_its_own_consortium_alone(
    consortium: Consortium, other_consortium: Consortium, tmp_path: Path
) -> None:
    for each in (consortium, other_consortium):
        with in_consortium(each.pk):
            OrganisationFactory(name=f"Secret of {each.slug}")

    call_command("export_package", str(tmp_path / "ours"), consortium=consortium.slug)

    assert "Secret of" in (written := (tmp_path / "ours" / "organisations.csv").read_text())
    assert f"Secret of {other_consortium.slug}" not in written
