#!/usr/bin/env python
"""Django's command line: commands that change the schema connect as the owner, all others as the application."""

import os
import sys
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

OUR_PACKAGES = {"config", "partners", "employers", "commissioning", "caseload", "reporting"}
OWNER_COMMANDS = {"migrate", "sqlmigrate", "showmigrations", "makemigrations", "squashmigrations"}
NEEDS_NO_TABLES = {"help", "check", "collectstatic", "compilemessages", "makemessages", "test", "pack"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    owner_url = os.environ.get("DATABASE_OWNER_URL")
    is_owners = len(sys.argv) > 1 and sys.argv[1] in OWNER_COMMANDS
    os.environ.setdefault("CASELOAD_WORK", "migration" if is_owners else "command")
    if owner_url and is_owners:
        # The migrations leave the application's role some rights and not others, so they must know its name.
        os.environ.setdefault("DATABASE_APP_ROLE", unquote(urlsplit(os.environ.get("DATABASE_URL", "")).username or ""))
        os.environ["DATABASE_URL"] = owner_url
    try:
        from django.core.management import execute_from_command_line  # noqa: PLC0415  settings are read on import

        if works_on_records(sys.argv[1:]):
            run_on_records(execute_from_command_line, owner_url)
        else:
            execute_from_command_line(sys.argv)
    except ImportError as problem:
        if (problem.name or "").partition(".")[0] in OUR_PACKAGES:
            raise
        sys.exit(
            f"A Python module is missing or broken ({problem}): delete the folder .venv and run script/manage again."
        )


def works_on_records(words: list[str]) -> bool:
    """Tell whether a command line needs the tables."""
    return (
        bool(words)
        and words[0] not in OWNER_COMMANDS | NEEDS_NO_TABLES
        and not {"-h", "--help", "--version"} & {*words}
    )


def run_on_records(execute: Callable[[list[str]], None], owner_url: str | None) -> None:
    """Run a command on tables of this version; a database that is away or full is said in a sentence."""
    import django  # noqa: PLC0415  as above

    django.setup()
    from config.starting import bring_tables_up_to_date  # noqa: PLC0415  needs the settings
    from partners.platform.frame.faults import fault_of  # noqa: PLC0415  as above

    try:
        bring_tables_up_to_date(owner_url)
        execute(sys.argv)
    except Exception as error:
        fault = fault_of(error)
        if fault is None:
            raise
        sys.exit(
            f"{fault.cause} Put that right, then run {sys.argv[1]} again: what it had done already stays as it is."
        )


if __name__ == "__main__":
    main()
