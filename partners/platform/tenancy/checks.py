"""System checks: no table without a consortium unless it is named here with its reason, none without its wall."""

import sys
from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from partners.platform.tenancy.models import TenantForeignKey, TenantModel

# Tables that belong to the installation, not to a consortium.
GLOBAL_TABLES = {
    "partners_consortium": "the tenants themselves: names only",
    "partners_user": "sign-ins: e-mail and password; name and role stand on tenant rows",
    "partners_user_groups": "unused; Django's model has it",
    "partners_user_user_permissions": "unused; Django's model has it",
    "partners_signinevent": "sign-ins refused that belong to no consortium: masked addresses, for the operator",
    "partners_postcode": "where postcodes lie: published by the statistics office, the same for everyone",
    "auth_group": "one per organisation, named by its public id",
    "auth_group_permissions": "unused; Django's model has it",
    "auth_permission": "names of permissions",
    "django_content_type": "names of models",
    "django_session": "sessions, by unguessable key",
    "account_emailaddress": "the sign-in's address",
    "account_emailconfirmation": "the sign-in's address",
    "mfa_authenticator": "second factors of a sign-in",
    "guardian_userobjectpermission": "unused: direct foreign-key permission models instead",
    "guardian_groupobjectpermission": "unused: direct foreign-key permission models instead",
    "pghistory_context": "unused: the context stands in each event row",
}


def tenant_models() -> list[type[Any]]:
    """Return every model whose rows belong to a consortium, history tables included."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model._meta.db_table not in GLOBAL_TABLES
    ]


@register()
def every_table_has_a_consortium(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    return [
        Error(
            f"The table {model._meta.db_table} has no consortium.",
            hint="Derive the model from TenantModel, or name the table in GLOBAL_TABLES with its reason.",
            obj=model,
            id="tenancy.E001",
        )
        for model in tenant_models()
        if not any(field.column == "consortium_id" for field in model._meta.local_concrete_fields)
    ]


@register()
def every_reference_stays_inside(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    return [
        Error(
            f"{model.__name__}.{field.name} could point at another consortium's row.",
            hint="Use TenantForeignKey.",
            obj=model,
            id="tenancy.E002",
        )
        for model in tenant_models()
        if issubclass(model, TenantModel)
        for field in model._meta.local_concrete_fields
        if field.remote_field
        and issubclass(field.remote_field.model, TenantModel)
        and not isinstance(field, TenantForeignKey)
    ]


@register(Tags.database)
def every_table_is_guarded(
    app_configs: Sequence[Any] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    errors: list[CheckMessage] = []
    for alias in databases or []:
        guarded = guarded_tables(alias)
        # Before the first migration there is nothing to guard.
        existing = set(connections[alias].introspection.table_names())
        errors += [
            Error(
                f"The table {model._meta.db_table} is not guarded by row-level security.",
                hint="Add ProtectTenantTables to the migration that creates it.",
                obj=model,
                id="tenancy.E003",
            )
            for model in tenant_models()
            if model._meta.db_table in existing - guarded
        ]
    return errors


def refuse_bypassing_role() -> None:
    """End the start of a deployment's process that would see through the wall; called by web, worker and scheduler.

    No system check: migrations run those too, and are the owner's.
    """
    if not getattr(settings, "REQUIRE_PLAIN_DATABASE_ROLE", False) or is_plain_role():
        return
    sys.stderr.write(
        "DATABASE_URL names the owner of the tables, a member of the owner or a superuser, whom row-level security"
        " does not hold. Set it to the application's role; migrations use DATABASE_OWNER_URL.\n"
    )
    raise SystemExit(3)  # with which config.serving ends too, as config.env says


def guarded_tables(alias: str = "default") -> set[str]:
    """Return the tables with row-level security enabled, forced, and the tenant policy on every command."""
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_policies p ON p.tablename = c.relname"
            " WHERE c.relrowsecurity AND c.relforcerowsecurity AND p.policyname = 'tenant' AND p.cmd = 'ALL'"
            " AND p.qual LIKE '%%app.consortium_id%%' AND p.with_check LIKE '%%app.consortium_id%%'"
        )
        return {row[0] for row in cursor.fetchall()}


def is_plain_role(alias: str = "default") -> bool:
    """Tell whether the role is no superuser, not exempt from policies, and neither owner of a table nor its member."""
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT NOT rolsuper AND NOT rolbypassrls AND NOT EXISTS"
            " (SELECT 1 FROM pg_class WHERE relkind IN ('r', 'p') AND pg_has_role(pg_roles.oid, relowner, 'MEMBER'))"
            " FROM pg_roles WHERE rolname = current_user"
        )
        row = cursor.fetchone()
        return bool(row and row[0])
