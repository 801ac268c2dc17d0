"""Reads a pack from its folder and refuses a faulty one with every fault, so that one look mends it."""

import csv
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from caseload.queries.target_groups import RuleNotUnderstood, check_rule
from partners.errors import CaseloadError
from partners.platform.forms.reading import iso_day
from reporting.packs import shapes
from reporting.packs.shapes import Column, Shape

FOLDER = Path(__file__).parent
MOST_DIGITS, MOST_DECIMALS = 15, 12
PLANNED = ("bcbc", "coventry", "liverpool", "southampton")

Row = dict[str, Any]


class UnknownPack(CaseloadError):
    code = "unknown_pack"

    def __init__(self, name: str) -> None:
        here = ", ".join(pack_names())
        known = f"The pack {name} is not here yet." if name in PLANNED else f"There is no pack {name}."
        super().__init__(f"{known} Packs that are here: {here}.", field="pack")


class FaultyPack(CaseloadError):
    code = "faulty_pack"

    def __init__(self, name: str, faults: list[str]) -> None:
        self.faults = faults
        super().__init__(f"The pack {name} cannot be used:\n" + "\n".join(faults))


@dataclass(frozen=True)
class Pack:
    """A pack as read: its settings and, by file name without ending, its rows with typed values."""

    name: str
    settings: Row
    tables: dict[str, list[Row]] = field(default_factory=dict)

    def rows(self, table: str) -> list[Row]:
        return self.tables.get(table, [])


def pack_names() -> list[str]:
    """Return the packs that are here, in the order of their names."""
    return sorted(path.parent.name for path in FOLDER.glob("*/pack.json"))


def pack_choices() -> list[tuple[str, str]]:
    """Return each pack's name with its title, for a list to choose from."""
    return [(name, load_pack(name).settings["title"]) for name in pack_names()]


def load_pack(name: str, *, folder: Path | None = None) -> Pack:
    """Read and check the pack of this name; ``folder`` is where packs lie."""
    folder = folder or FOLDER
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or not (folder / name / "pack.json").is_file():
        raise UnknownPack(name)
    reading = _Reading(folder / name)
    pack = reading.pack()
    if reading.faults:
        raise FaultyPack(name, reading.faults)
    return pack


def plan_facts(name: str, table: str) -> list[Row]:
    """Return one list of further facts of a pack's plan (its folder ``facts``), as they stand in the file."""
    folder = FOLDER / name / "facts"
    path = folder / f"{table}.json"
    if path.is_file():
        rows: list[Row] = json.loads(path.read_text(encoding="utf-8"))
        return rows
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


class _Reading:
    """One reading of one pack, gathering faults as ``file: item: what is wrong``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = folder.name
        self.faults: list[str] = []

    def pack(self) -> Pack:
        settings = self._settings()
        tables = {}
        for file_name, shape in shapes.FILES.items():
            rows = [row for row in self._raw(file_name) if isinstance(row, dict)]
            tables[file_name.partition(".")[0]] = self._typed(file_name, rows, shape)
        self._check_unknown_files()
        self._check_references(settings, tables)
        self._check_areas(tables)
        return Pack(name=self.name, settings=settings, tables=tables)

    def _fault(self, where: str, what: str) -> None:
        self.faults.append(f"{where}: {what}")

    def _raw(self, file_name: str) -> list[Any]:
        path = self.folder / file_name
        if not path.is_file():
            return []
        try:
            if path.suffix == ".csv":
                with path.open(encoding="utf-8", newline="") as lines:
                    return list(csv.DictReader(lines, strict=True))
            content = json.loads(path.read_text(encoding="utf-8"))
        except (ValueError, csv.Error) as problem:
            self._fault(file_name, f"cannot be read: {problem}")
            return []
        if not isinstance(content, list):
            self._fault(file_name, "must hold a list")
            return []
        return content

    def _settings(self) -> Row:
        try:
            content = json.loads((self.folder / "pack.json").read_text(encoding="utf-8"))
        except ValueError as problem:
            self._fault("pack.json", f"cannot be read: {problem}")
            return {}
        if not isinstance(content, dict):
            self._fault("pack.json", "must hold one record")
            return {}
        settings = self._row("pack.json", content, shapes.PACK)
        if settings.get("format") != 1:
            self._fault("pack.json", "format must be 1")
        if (settings.get("small_numbers") or 0) < shapes.SMALL_NUMBERS:
            self._fault("pack.json: small_numbers", f"must be {shapes.SMALL_NUMBERS} or more")
        if settings.get("name") != self.name:
            self._fault("pack.json", f"name must be that of the folder, {self.name}")
        settings["consortium"] = self._row("pack.json: consortium", settings.get("consortium"), shapes.CONSORTIUM)
        settings["returns"] = self._typed("pack.json: returns", settings.get("returns") or [], shapes.RETURN)
        return settings

    def _typed(self, where: str, rows: list[Any], shape: Shape) -> list[Row]:
        seen: set[Any] = set()
        typed = []
        for number, raw in enumerate(rows, 1):
            row = self._row(f"{where}: item {number}", raw, shape)
            key = row.get(shape.key) if isinstance(shape.key, str) else tuple(row.get(part) for part in shape.key)
            if key in seen:
                self._fault(f"{where}: item {number}", f"{key!r} is there twice")
            seen.add(key)
            if shape.own_id and not str(key).startswith(f"{self.name}-"):
                self._fault(f"{where}: item {number}", f"the id {key!r} must begin with {self.name}-")
            typed.append(row)
        return typed

    def _row(self, where: str, raw: Any, shape: Shape) -> Row:
        if not isinstance(raw, dict):
            self._fault(where, "must be a record")
            return {}
        for name in raw.keys() - shape.columns.keys():
            self._fault(where, f"{name} is not a column here")
        row = {}
        for name, column in shape.columns.items():
            if name not in raw and column.usual is not None:
                row[name] = column.usual
            elif name not in raw:
                self._fault(where, f"{name} is missing")
            else:
                row[name] = self._value(f"{where}: {name}", raw[name], column)
        return row

    def _value(self, where: str, value: Any, column: Column) -> Any:
        if value is None or (column.open and value == ""):
            if not column.open:
                self._fault(where, "must be given")
            return None
        try:
            typed = _READERS[column.kind](self, where, value)
        except (ValueError, TypeError, InvalidOperation):
            self._fault(where, f"{value!r} cannot be read as {column.kind}")
            return None
        words = typed if isinstance(typed, list) else [typed]
        if column.words and any(word not in column.words for word in words):
            self._fault(where, f"{value!r} is not one of {', '.join(sorted(column.words))}")
        return typed

    def _check_unknown_files(self) -> None:
        known = {"pack.json", "margins.json", "facts", *shapes.FILES}
        for path in sorted(self.folder.iterdir()):
            if path.name not in known:
                self._fault(path.name, "is not a file of a pack")

    def _check_references(self, settings: Row, tables: dict[str, list[Row]]) -> None:
        for file_name, shape in shapes.FILES.items():
            for column, target in shape.refers.items():
                key = str(shapes.FILES[target].key)
                known = {row.get(key) for row in tables[target.partition(".")[0]]}
                for number, row in enumerate(tables[file_name.partition(".")[0]], 1):
                    for named in _named(row.get(column)):
                        if named not in known:
                            self._fault(f"{file_name}: item {number}: {column}", f"{named!r} is not in {target}")
        chains = {row.get("code") for row in tables["sign_off"]}
        for item in settings.get("returns", []):
            if item.get("chain") and item["chain"] not in chains:
                self._fault("pack.json: returns", f"the chain {item['chain']!r} is not in sign_off.json")

    def _check_areas(self, tables: dict[str, list[Row]]) -> None:
        for number, row in enumerate(tables["priority_areas"], 1):
            where = f"priority_areas.csv: item {number}"
            if row.get("kind") == "lsoa" and not is_lsoa(row.get("lsoa") or ""):
                self._fault(where, f"{row.get('lsoa')!r} is not E01 and six digits")
            if not any(row.get(column) for column in ("lsoa", "ward", "name")):
                self._fault(where, "names no area")
        listed = {row.get("lsoa") for row in tables["priority_areas"]} | {""}
        for number, row in enumerate(tables["headline_targets"], 1):
            if row.get("lsoa") not in listed:
                self._fault(f"headline_targets.csv: item {number}", f"{row.get('lsoa')!r} is not a priority area")


def is_lsoa(code: str) -> bool:
    """Tell an LSOA code of England: E01 and six digits (exchange package, "Refused")."""
    return re.fullmatch(r"E01[0-9]{6}", code) is not None


def _named(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        yield from value
    elif value:
        yield value


def _text(reading: _Reading, where: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip() or value != value.strip():
        raise ValueError
    return value


def _note(reading: _Reading, where: str, value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _flag(reading: _Reading, where: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _day(reading: _Reading, where: str, value: Any) -> date:
    if (day := iso_day(value)) is None:
        raise ValueError
    return day


def _whole(reading: _Reading, where: str, value: Any) -> int:
    if isinstance(value, bool) or not re.fullmatch(r"-?[0-9]{1,9}", str(value)):
        raise ValueError
    return int(value)


def _number(reading: _Reading, where: str, value: Any) -> Decimal:
    if isinstance(value, bool):
        raise TypeError
    number = Decimal(str(value))
    if not number.is_finite() or not -MOST_DECIMALS <= number.adjusted() < MOST_DIGITS:
        raise ValueError
    return number


def _list(reading: _Reading, where: str, value: Any) -> list[str]:
    if not isinstance(value, list):
        raise TypeError
    return [_text(reading, where, item) for item in value]


def _record(reading: _Reading, where: str, value: Any) -> Row:
    if not isinstance(value, dict):
        raise TypeError
    return value


def _records(reading: _Reading, where: str, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError
    return value


def _steps(reading: _Reading, where: str, value: Any) -> list[Row]:
    steps = reading._typed(where, _records(reading, where, value), shapes.STEP)
    if [step.get("order") for step in steps] != list(range(1, len(steps) + 1)):
        reading._fault(where, "the steps must be in order, from 1")
    return steps


def _amounts(reading: _Reading, where: str, value: Any) -> list[Row]:
    return reading._typed(where, _records(reading, where, value), shapes.AMOUNT)


def _rule(reading: _Reading, where: str, value: Any) -> Row:
    try:
        check_rule(value)
    except RuleNotUnderstood as problem:
        reading._fault(where, problem.message)
    return _record(reading, where, value)


_READERS: dict[str, Callable[[_Reading, str, Any], Any]] = {
    shapes.TEXT: _text,
    shapes.NOTE: _note,
    shapes.FLAG: _flag,
    shapes.DAY: _day,
    shapes.WHOLE: _whole,
    shapes.NUMBER: _number,
    shapes.LIST: _list,
    "record": _record,
    "records": _records,
    "steps": _steps,
    "amounts": _amounts,
    "rule": _rule,
}
