"""May this process be sent people? Asked by balancers every few seconds, so one query and nothing imported."""

import pkgutil
import time
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import DatabaseError, ProgrammingError, connection, transaction
from django.db.models import BinaryField
from django.db.models.functions import Cast

from partners.platform.fields import EncryptedTextField, opens
from partners.platform.tenancy.models import TenantModel
from partners.platform.tenancy.scope import across_consortia

REMEMBERED_SECONDS = 5.0
TRY_TO_WRITE = """
    SELECT current_setting('transaction_read_only') = 'on' OR pg_is_in_recovery()
      FROM (SELECT number FROM generate_series(1, 40000) number ORDER BY hashint4(number) OFFSET 39999) sorted
"""
_wrote_at = -REMEMBERED_SECONDS


def database_is_ready() -> bool:
    """Tell whether the database answers, can write, and has had every migration that this process's code brings."""
    try:
        return tables_are_of_this_version() and can_write()
    except DatabaseError:
        return False


def tables_are_of_this_version() -> bool:
    """Tell whether every migration of the code has run; false where none has.

    :raises django.db.OperationalError: when the database is away
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT app, name FROM django_migrations")
            applied = set(cursor.fetchall())
    except ProgrammingError:  # there is no such table yet
        return False
    return known_migrations() <= applied


def can_write() -> bool:
    """Tell whether the database takes changes and its disk has room; asked every few seconds at most.

    Sorting more than fits into the memory given makes Postgres write a file where the tables lie, and leaves nothing.
    """
    global _wrote_at  # noqa: PLW0603  one remembered answer for each process
    if time.monotonic() - _wrote_at < REMEMBERED_SECONDS:
        return True
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64kB'")
        cursor.execute(TRY_TO_WRITE)
        (is_read_only,) = cursor.fetchone()
    if not is_read_only:
        _wrote_at = time.monotonic()
    return not is_read_only


@cache
def known_migrations() -> frozenset[tuple[str, str]]:
    """Return the migrations of the code by the names of their files; Django would import and join all of them."""
    return frozenset(
        (app.label, module.name)
        for app in apps.get_app_configs()
        for module in pkgutil.iter_modules([str(Path(app.path) / "migrations")])
        if not module.ispkg and module.name[0] not in "_~"
    )


def field_key_fits() -> bool:
    """Tell whether what is stored encrypted can be read with this key; true where nothing is stored yet."""
    for _ in across_consortia(reason="one stored value is enough to try the key of the installation"):
        for model, field in encrypted_fields():
            stored = model.objects.exclude(**{field: b""}).annotate(sealed=Cast(field, BinaryField()))
            sealed = stored.values_list("sealed", flat=True).first()
            if sealed is not None:
                return opens(bytes(sealed))
    return True


def encrypted_fields() -> list[tuple[Any, str]]:
    return [
        (model, field.name)
        for model in apps.get_models()
        if issubclass(model, TenantModel) and not hasattr(model, "pgh_tracked_model")
        for field in model._meta.concrete_fields
        if isinstance(field, EncryptedTextField)
    ]
