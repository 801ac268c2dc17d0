"""May this process be sent people? Asked by balancers every few seconds, so one query and nothing imported."""

import pkgutil
from functools import cache
from pathlib import Path

from django.apps import apps
from django.db import DatabaseError, connection


def database_is_ready() -> bool:
    """Tell whether the database answers and has had every migration that this process's code brings."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT app, name FROM django_migrations")
            applied = set(cursor.fetchall())
    except DatabaseError:
        return False
    return known_migrations() <= applied


@cache
def known_migrations() -> frozenset[tuple[str, str]]:
    """Return the migrations of the code by the names of their files; Django would import and join all of them."""
    return frozenset(
        (app.label, module.name)
        for app in apps.get_app_configs()
        for module in pkgutil.iter_modules([str(Path(app.path) / "migrations")])
        if not module.ispkg and module.name[0] not in "_~"
    )
