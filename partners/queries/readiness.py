"""May this process be sent people? Asked by balancers every few seconds, so one query and nothing imported."""

import pkgutil
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import DatabaseError, connection
from django.db.models import BinaryField
from django.db.models.functions import Cast

from partners.fields import EncryptedTextField, opens
from partners.tenancy.models import TenantModel
from partners.tenancy.scope import across_consortia


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
