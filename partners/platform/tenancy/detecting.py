"""What ``makemigrations`` finds: with the wall around new tenant tables, and the ties of new references."""

from typing import Any

from django.core.management.commands import makemigrations
from django.db.migrations import AddField, CreateModel, Migration
from django.db.migrations.state import ProjectState

from partners.platform.tenancy.models import TenantForeignKey
from partners.platform.tenancy.policies import AddTenantReference, ProtectTenantTables

# The one that also finds triggers: django-pgtrigger puts it there.
_Autodetector: Any = makemigrations.Command.autodetector


class WalledAutodetector(_Autodetector):  # type: ignore[misc]
    """Ends each migration that creates tenant tables, or adds references to them, with what protects them."""

    def changes(self, *args: Any, **kwargs: Any) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = super().changes(*args, **kwargs)
        for app, migrations in found.items():
            for migration in migrations:
                migration.operations = [*migration.operations, *walls_of(app, migration, self.to_state)]
        return found


def walls_of(app: str, migration: Migration, state: ProjectState) -> list[Any]:
    created = [each for each in migration.operations if isinstance(each, CreateModel)]
    tenants = [each.name for each in created if "consortium" in dict(each.fields)]
    references = [
        AddTenantReference(each.model_name, each.name)
        for each in migration.operations
        if isinstance(each, AddField)
        and isinstance(each.field, TenantForeignKey)
        and each.model_name.lower() not in {name.lower() for name in tenants}
        and "pgh_id" not in state.models[app, each.model_name.lower()].fields
    ]
    return [*([ProtectTenantTables(tenants)] if tenants else []), *references]
