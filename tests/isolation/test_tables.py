"""Every table has its wall, every reference stays inside it. New tables join by themselves."""

import re

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from partners.models import Consortium, Organisation
from partners.platform.tenancy.checks import GLOBAL_TABLES, guarded_tables, is_plain_role, tenant_models
from partners.platform.tenancy.models import TenantForeignKey
from partners.platform.tenancy.policies import is_history
from partners.platform.tenancy.scope import in_consortium
from tests.factories.partners import OrganisationFactory, StaffFactory

# Tables that Django's models do not know, or that belong to nobody.
UNMODELLED = {
    "django_migrations": "names of migrations",
    "throttle_cache": "attempts to sign in, by hash of address",
}

# History, marks, and the balances of the books, which nobody has the right to write.
WRITES_TRAIL = re.compile(r"(pgtrigger_(insert_insert|update_update|delete_delete|balances)|trail_mark)_")


def rows(sql: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def test_tests_run_as_a_role_that_the_wall_holds(db: None) -> None:
    assert is_plain_role()


def test_every_tenant_table_is_guarded_and_forced(db: None) -> None:
    tables = {model._meta.db_table for model in tenant_models()}

    assert tables - guarded_tables() == set()
    assert len(tables) > 60


def test_every_table_of_the_database_is_a_tenants_or_named_with_its_reason(db: None) -> None:
    found = {str(name) for (name,) in rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
    tenants = {model._meta.db_table for model in tenant_models()}
    partitions = {
        str(name) for (name,) in rows("SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid")
    }

    assert found - tenants - set(GLOBAL_TABLES) - set(UNMODELLED) - (partitions & guarded_tables()) == set()


def test_no_policy_lets_more_through_than_its_name_says(db: None) -> None:
    others = rows(
        "SELECT tablename, policyname, cmd FROM pg_policies WHERE policyname <> 'tenant' ORDER BY tablename, policyname"
    )

    # A person finds the consortia they belong to by their own rows, and can only read them.
    assert others == [("partners_staffmember", "own", "SELECT")]


def test_what_runs_with_the_owners_rights_is_known_and_looks_in_its_own_place(db: None) -> None:
    """Such a function sees with the owner's eyes, and a session's search path must not lead it elsewhere."""
    found = rows("SELECT proname, proconfig FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef")

    own = ["search_path=pg_catalog, pg_temp"]
    trail = {tuple(config or ()) for name, config in found if WRITES_TRAIL.match(str(name))}
    assert [(name, config) for name, config in found if not WRITES_TRAIL.match(str(name))] == [
        ("partners_refresh_statistics", own)
    ]
    assert {config[0] for config in trail} == {"search_path=public, pg_temp"}


def test_no_view_looks_over_the_wall(db: None) -> None:
    """A view reads as its owner and a materialized one keeps everybody's rows, unless it says otherwise."""
    assert (
        rows("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v','m')") == []
    )


def test_nothing_the_planner_keeps_of_tenants_rows_is_read(consortium: Consortium) -> None:
    with in_consortium(consortium.pk):
        OrganisationFactory(name="Secret")
        assert rows("SELECT partners_refresh_statistics('partners_organisation')")
        assert rows("SELECT most_common_vals FROM pg_stats WHERE tablename = 'partners_organisation'") == []


def test_every_reference_between_tenant_tables_is_composite(db: None) -> None:
    expected = {
        (model._meta.db_table, field.column)
        for model in tenant_models()
        if not is_history(model)
        for field in model._meta.local_concrete_fields
        if isinstance(field, TenantForeignKey)
    }
    found = rows(
        "SELECT c.conrelid::regclass::text, a.attname FROM pg_constraint c"
        " JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[2]"
        " JOIN pg_attribute first ON first.attrelid = c.conrelid AND first.attnum = c.conkey[1]"
        " WHERE c.contype = 'f' AND cardinality(c.conkey) = 2 AND first.attname = 'consortium_id'"
    )

    assert expected - set(found) == set()
    assert len(expected) > 60


def test_a_row_cannot_point_at_another_consortiums_row(consortium: Consortium, other_consortium: Consortium) -> None:
    with in_consortium(other_consortium.pk):
        theirs = OrganisationFactory()

    with pytest.raises(IntegrityError), transaction.atomic(), in_consortium(consortium.pk):
        StaffFactory(organisation_id=theirs.pk, organisation=None)


def test_a_row_cannot_be_written_into_another_consortium(consortium: Consortium, other_consortium: Consortium) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"), in_consortium(consortium.pk):
        Organisation(consortium_id=other_consortium.pk, name="Smuggled", type="other").save()


def test_a_row_cannot_be_moved_into_another_consortium(consortium: Consortium, other_consortium: Consortium) -> None:
    with in_consortium(consortium.pk):
        ours = OrganisationFactory()

    with pytest.raises(ProgrammingError, match="row-level security"), in_consortium(consortium.pk):
        Organisation.objects.filter(pk=ours.pk).update(consortium_id=other_consortium.pk)
