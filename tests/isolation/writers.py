"""Every place of the source that writes a column which opens sight or gives power, found by reading it.

Found are attributes set, ``setattr``, keywords and field names of ``update``, ``bulk_update``, ``create`` and others,
records made, dictionaries of values handed to ``change``, and SQL that writes on the tables.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

APPS = ("partners", "caseload", "employers", "commissioning", "reporting")
ROOT = Path(__file__).parents[2]
# Made-up cities, the forms and declarations that write nothing, and what Django runs once.
LEFT_OUT = ("migrations", "synthetic")
MODELS = {
    *("StaffMember", "Organisation", "ApiKey", "Client", "Consent", "ConsentForm", "Referral", "Share"),
    *("ClientGroupPermission", "ClientRestriction", "RestrictionReader"),
    *("Post", "PostHolder", "SignOff", "SignOffStep", "SignOffPart", "SignOffAct"),
    "Objective",
}
TABLES = {f"{app}_{name.lower()}" for name in MODELS for app in ("partners", "caseload", "reporting")}
COLUMNS = {
    *("role", "data_lead", "left_at", "user", "accountable_body", "scopes", "revoked_at"),
    *("adviser", "restricted", "merged_into", "merged_by", "withdrawn_on", "parts", "parts_waiting"),
    *("from_organisation", "to_organisation", "organisation", "status"),
    *("post", "is_deputy", "position", "round", "verb", "signed_build", "pack_data", "lead_person"),
}
COLUMNS |= {f"{name}_id" for name in COLUMNS}
WRITING = {"update", "bulk_update", "create", "bulk_create", "get_or_create", "update_or_create"}
SQL = re.compile(rf"\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+({'|'.join(sorted(TABLES))})\b", re.IGNORECASE)


def places() -> dict[str, set[str]]:
    """Return what each place writes: ``module.function`` to the columns, models and tables found there."""
    found: dict[str, set[str]] = {}
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if not set(LEFT_OUT) & set(path.parts):
                for place, what in written(path.read_text(), ".".join(path.relative_to(ROOT).with_suffix("").parts)):
                    found.setdefault(place, set()).add(what)
        for path in sorted((ROOT / app).rglob("*.sql")):
            for table in SQL.findall(path.read_text()):
                found.setdefault(str(path.relative_to(ROOT)), set()).add(table)
    return found


def written(source: str, module: str) -> Iterator[tuple[str, str]]:
    """Yield each place of a module that writes, with what it writes."""
    tree = ast.parse(source)
    yield from _inside(tree, module)


def _inside(node: ast.AST, place: str) -> Iterator[tuple[str, str]]:
    for child in ast.iter_child_nodes(node):
        named = isinstance(child, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef)
        here = f"{place}.{child.name}" if named and isinstance(child, ast.FunctionDef | ast.ClassDef) else place
        for what in _writes(child):
            yield here, what
        yield from _inside(child, here)


def _writes(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for target in targets:
            for each in ast.walk(target):
                is_own = (
                    isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name) and each.value.id == "self"
                )
                if isinstance(each, ast.Attribute) and not is_own and each.attr in COLUMNS:
                    yield each.attr
    elif isinstance(node, ast.Call):
        yield from _called(node)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield from (table.lower() for table in SQL.findall(node.value))


def _called(node: ast.Call) -> Iterator[str]:
    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    if name in MODELS and isinstance(node.func, ast.Name):
        yield name
    if name == "setattr":
        yield "setattr"
    if name == "change" and not any(
        keyword.arg == "values" and isinstance(keyword.value, ast.Dict) for keyword in node.keywords
    ):
        yield "values"
    if name in WRITING and isinstance(node.func, ast.Attribute):
        yield from (keyword.arg for keyword in node.keywords if keyword.arg in COLUMNS)
        listed = [each for each in node.args if isinstance(each, ast.List)]
        yield from (
            str(each.value)
            for names in listed
            for each in names.elts
            if isinstance(each, ast.Constant) and each.value in COLUMNS
        )
