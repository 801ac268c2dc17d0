#!/usr/bin/env python
"""Django's command line: commands that change the schema connect as the owner, all others as the application."""

import os
import sys
from urllib.parse import unquote, urlsplit

OUR_PACKAGES = {"config", "partners", "employers", "commissioning", "caseload", "reporting"}
OWNER_COMMANDS = {"migrate", "sqlmigrate", "showmigrations", "makemigrations", "squashmigrations"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    owner_url = os.environ.get("DATABASE_OWNER_URL")
    if owner_url and len(sys.argv) > 1 and sys.argv[1] in OWNER_COMMANDS:
        # The migrations leave the application's role some rights and not others, so they must know its name.
        os.environ.setdefault("DATABASE_APP_ROLE", unquote(urlsplit(os.environ.get("DATABASE_URL", "")).username or ""))
        os.environ["DATABASE_URL"] = owner_url
    try:
        from django.core.management import execute_from_command_line  # noqa: PLC0415  settings are read on import

        execute_from_command_line(sys.argv)
    except ImportError as problem:
        if (problem.name or "").partition(".")[0] in OUR_PACKAGES:
            raise
        sys.exit(
            f"A Python module is missing or broken ({problem}): delete the folder .venv and run script/manage again."
        )


if __name__ == "__main__":
    main()
