"""``datapackage.json``: the registered tables as a Frictionless tabular data package (contract exchange/README.md)."""

import json
from collections.abc import Iterable
from typing import Any

from partners.platform.exchange.columns import Column, Kind
from partners.platform.exchange.declarations import Table


def descriptor(tables: Iterable[Table]) -> str:
    package = {
        "name": "caseload-exchange",
        "version": "1.0.0",
        "profile": "tabular-data-package",
        "title": "Caseload exchange package",
        "resources": [_resource(table) for table in tables],
    }
    return json.dumps(package, indent=1, ensure_ascii=False) + "\n"


def _resource(table: Table) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [_field(column) for column in table.columns],
        "primaryKey": "id",
        "missingValues": [""],
    }
    if table.references:
        schema["foreignKeys"] = [
            {"fields": column.name, "reference": {"resource": column.refers_to, "fields": "id"}}
            for column in table.references
        ]
    return {
        "name": table.name,
        "path": table.file,
        "title": table.title,
        "profile": "tabular-data-resource",
        "encoding": "utf-8",
        "schema": schema,
    }


def _field(column: Column) -> dict[str, Any]:
    kind = Kind.TEXT if column.kind in {Kind.CODE, Kind.REFERENCE} else column.kind
    constraints: dict[str, Any] = {}
    if column.required:
        constraints["required"] = True
    if column.name == "id":
        constraints["unique"] = True
    if column.codes:
        constraints["enum"] = list(column.codes)
    field: dict[str, Any] = {"name": column.name, "type": kind.value}
    return {**field, "constraints": constraints} if constraints else field
