"""A statement in a file is one statement, takes its values as parameters, and is asked by somebody."""

import re
from pathlib import Path

import pytest
import sqlglot

from partners.platform.sql_files import sql
from reporting.counting.claims import STEPS
from reporting.counting.sources import SOURCES
from reporting.services.outcomes import STEPS as OF_OUTCOMES

ROOT = Path(__file__).parents[2]
APPS = ("partners", "employers", "commissioning", "caseload", "reporting")
FILES = sorted(ROOT.glob("*/sql/*.sql"))
ASKED = re.compile(r'sql\("(\w+)", "(\w+)"\)')


def test_every_statement_is_asked_and_each_that_is_asked_is_there() -> None:
    sources = [path.read_text() for app in APPS for path in (ROOT / app).rglob("*.py")]
    asked = {found for source in sources for found in ASKED.findall(source)}
    asked |= {("reporting", name) for name, source in SOURCES.items() if source.funder is None}
    asked |= {("reporting", step) for step in (*STEPS, *OF_OUTCOMES)}

    assert {(path.parts[-3], path.stem) for path in FILES} == asked


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_a_file_holds_one_statement(path: Path) -> None:
    text = re.sub(r"%(\(\w+\))?s", "NULL", sql(path.parts[-3], path.stem))

    assert "%" not in text
    assert len([each for each in sqlglot.parse(text, dialect="postgres") if each]) == 1
