"""Reads a pack from its folder and refuses a faulty one with every fault, so that one look mends it."""

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from partners.errors import CaseloadError
from reporting.packs import shapes
from reporting.packs.shapes import File

FOLDER = Path(__file__).parent
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
        for file_name, file in shapes.FILES.items():
            tables[file_name.partition(".")[0]] = self._typed(file_name, file)
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
        except (ValueError, RecursionError, csv.Error) as problem:
            self._fault(file_name, f"cannot be read: {problem}")
            return []
        if not isinstance(content, list):
            self._fault(file_name, "must hold a list")
            return []
        return content

    def _settings(self) -> Row:
        try:
            content = json.loads((self.folder / "pack.json").read_text(encoding="utf-8"))
        except (ValueError, RecursionError) as problem:
            self._fault("pack.json", f"cannot be read: {problem}")
            return {}
        if not isinstance(content, dict):
            self._fault("pack.json", "must hold one record")
            return {}
        settings = self._row("pack.json", content, shapes.Settings)
        if settings.get("format") != 1:
            self._fault("pack.json", "format must be 1")
        if settings.get("name") != self.name:
            self._fault("pack.json", f"name must be that of the folder, {self.name}")
        return settings

    def _typed(self, file_name: str, file: File) -> list[Row]:
        seen: set[Any] = set()
        typed = []
        for number, raw in enumerate(self._raw(file_name), 1):
            where = f"{file_name}: item {number}"
            if not isinstance(raw, dict):
                self._fault(where, "must be a record")
                continue
            row = self._row(where, raw, file.row)
            key = file.key_of(row)
            if key in seen:
                self._fault(where, f"{key!r} is there twice")
            seen.add(key)
            if file.own_id and not str(key).startswith(f"{self.name}-"):
                self._fault(where, f"the id {key!r} must begin with {self.name}-")
            typed.append(row)
        return typed

    def _row(self, where: str, raw: Row, model: type[shapes.Row]) -> Row:
        """Return a row with typed values; a faulty one with its faults told and without the values that have any."""
        try:
            return model.model_validate(raw).model_dump()
        except ValidationError as refusal:
            errors = refusal.errors(include_url=False)
        for error in errors:
            self._fault(*_told(where, error))
        faulty = {error["loc"][0] for error in errors if error["loc"]}
        return {name: value for name, value in raw.items() if name not in faulty}

    def _check_unknown_files(self) -> None:
        known = {"pack.json", "margins.json", "facts", *shapes.FILES}
        for path in sorted(self.folder.iterdir()):
            if path.name not in known:
                self._fault(path.name, "is not a file of a pack")

    def _check_references(self, settings: Row, tables: dict[str, list[Row]]) -> None:
        for file_name, file in shapes.FILES.items():
            for column, target in file.refers.items():
                known = {shapes.FILES[target].key_of(row) for row in tables[target.partition(".")[0]]}
                for number, row in enumerate(tables[file_name.partition(".")[0]], 1):
                    for named in _named(row.get(column)):
                        if named not in known:
                            self._fault(f"{file_name}: item {number}: {column}", f"{named!r} is not in {target}")
        chains = {row.get("code") for row in tables["sign_off"]}
        for item in settings.get("returns", []):
            if item.get("chain") and item["chain"] not in chains:
                self._fault("pack.json: returns", f"the chain {item['chain']!r} is not in sign_off.json")
        self._check_claims(settings, tables["claims"])

    def _check_claims(self, settings: Row, claims: list[Row]) -> None:
        """Refuse a claim that is no return of the pack, and two that ask one funder for the same streams."""
        returns = {item.get("code") for item in settings.get("returns", [])}
        asked: dict[str, str] = {}
        for number, row in enumerate(claims, 1):
            where = f"claims.json: item {number}"
            if row.get("code") not in returns:
                self._fault(where, f"{row.get('code')!r} is not among the returns of pack.json")
            streams = row.get("streams") or [""]
            for pays in [f"{name.strip().lower()} {stream}" for name in row.get("funders", []) for stream in streams]:
                if pays in asked:
                    self._fault(where, f"{pays.strip()!r} is asked by {asked[pays]!r} already")
                asked[pays] = str(row.get("code"))

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


def _told(where: str, error: ErrorDetails) -> tuple[str, str]:
    """Say where a fault is, by file, item and column, and what it is."""
    kind, steps = error["type"], [*error["loc"]]
    name = steps.pop() if kind in _ABOUT_THE_ROW else ""
    place = ": ".join([where, *(f"item {step + 1}" if isinstance(step, int) else str(step) for step in steps)])
    if kind in _ABOUT_THE_ROW:
        return place, f"{name} {_ABOUT_THE_ROW[kind]}"
    if error["input"] is None:
        return place, "must be given"
    return place, f"{error['input']!r} cannot be read as {_KINDS[kind]}" if kind in _KINDS else error["msg"]


_ABOUT_THE_ROW = {
    "missing": "is missing",
    "extra_forbidden": "is not a column here",
    "invalid_key": "is not a column here",
}
_KINDS = {
    "string_type": "text",
    "bool_type": "flag",
    "date_type": "day",
    "int_type": "whole",
    "decimal_type": "number",
    "list_type": "list",
    "dict_type": "record",
    "model_type": "record",
}
