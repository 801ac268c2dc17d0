"""Statements of more than a few lines stand in files: one statement a file, values as parameters only."""

from functools import cache
from importlib.resources import files


@cache
def sql(app: str, name: str) -> str:
    return files(app).joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")
