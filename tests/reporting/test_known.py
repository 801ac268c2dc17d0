"""What was known on a day: counted from the history, it is what was counted on that day, digit by digit."""

import random
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction

from caseload.models import Client, EmploymentCheck, Job, StageEvent, TargetGroup
from caseload.services.merging import merge_clients, unmerge_client
from commissioning.models import ContractTerm
from employers.models import Employer
from partners.enums import Role
from partners.models import Consortium, ExchangeBatch, StaffMember
from partners.platform.exchange.declarations import table_named
from partners.platform.exchange.undoing import undo
from partners.platform.records.history import history_of
from partners.platform.tenancy.scope import in_consortium
from reporting.counting.engine import counting
from reporting.counting.known import COUNTED, NotKnownThen, known_at
from reporting.counting.sources import SOURCES
from reporting.counting.trace import write_trace
from reporting.counting.windows import Quarter
from reporting.indicators.kinds import KINDS, kind_for
from reporting.models import ClaimLine, Observation, Target
from reporting.queries.returns import count_return
from tests.factories.caseload import StageEventFactory
from tests.factories.partners import OrganisationFactory, StaffFactory
from tests.oracle.claim_packages import random_claim_tables
from tests.oracle.packages import write_package
from tests.oracle.returns import load_into_leicester

pytestmark = pytest.mark.django_db

QUARTER = "2007-08-Q2"
FIRST = datetime(2008, 7, 1, 12, tzinfo=UTC)


@contextmanager
def as_owner(table: str) -> Iterator[None]:
    """Let a test write history, which nobody else may."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        (role,) = cursor.fetchone()
        cursor.execute(f"RESET ROLE; ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        cursor.execute(f'ALTER TABLE {table} ENABLE TRIGGER USER; SET ROLE "{role}"')


def let_it_be(moment: datetime) -> None:
    """Let all that the consortium's history has of this very test have happened at a moment."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for model in COUNTED:
            table = history_of(model).model._meta.db_table
            with as_owner(table):
                cursor.execute(f"UPDATE {table} SET pgh_created_at = %s WHERE pgh_created_at = now()", [moment])


Counted = tuple[tuple[object, ...], str]


def counted(consortium: Consortium, kind: str, moment: datetime | None = None) -> Counted:
    """Return all figures of a return and all records behind them. What it made is undone, and its locks with it."""
    trace = StringIO()
    with transaction.atomic():
        with counting(consortium, Quarter.parse(QUARTER)) as session, known_at(consortium, moment):
            rows = count_return(session, kind_for(consortium, kind))
            write_trace(session, trace)
        transaction.set_rollback(True)
    return tuple(rows), trace.getvalue()


def load_changes(slug: str, folder: Path) -> None:
    """Load a package that moves every step before work, raises every wage and brings steps of its own."""
    first = StageEvent.objects.select_related("client", "organisation").first()
    assert first is not None
    of_the_package = {
        "id": "of-the-package",
        "client_id": first.client.external_id,
        "stage": "assessed",
        "occurred_on": "2007-08-08",
        "recorded_on": "2007-08-08",
        "organisation_id": first.organisation.external_id,
    }
    moved = [
        {**of_the_package, "id": each.external_id, "client_id": each.client.external_id, "occurred_on": "2007-07-15"}
        for each in StageEvent.objects.select_related("client")
    ]
    raised = [{"id": each.external_id, "hourly_wage": "19.99"} for each in Job.objects.all()]
    tables = {"stage_events": [*moved, of_the_package], "jobs": raised}
    package = write_package(tables, folder / f"{slug}-changes")
    call_command("import_package", str(package), consortium=slug, verbosity=0)


def life_of(slug: str, seed: int, folder: Path, by: StaffMember) -> Iterator[None]:
    """Let what happens to records happen, one thing after the other."""
    dice = random.Random(seed)  # noqa: S311  a test's choices

    def any_of(model: type) -> object:
        return dice.choice(list(model.objects.order_by("pk")))

    yield
    one, other = dice.sample(list(Client.objects.filter(merged_into=None).order_by("pk")), 2)
    for day in ("2007-05-14", "2007-08-02", "2007-09-30"):
        StageEventFactory(client=one, stage="engaged", occurred_on=day)
    Target.objects.filter(pk__in=list(Target.objects.values_list("pk", flat=True)[:2])).update(value=77)
    yield
    Job.objects.filter(pk__in=[any_of(Job).pk for _ in range(4)]).update(employer=any_of(Employer))
    yield
    merge_clients(one, other, by=by)
    yield
    EmploymentCheck.objects.update(verified_on=None)
    ContractTerm.objects.update(unit_price=33)
    ClaimLine.objects.filter(item="spend").update(rejected_on="2007-09-30")
    Job.objects.filter(client=one).update(verified_on=None)
    yield
    gone = list(StageEvent.objects.all())[:6]
    StageEvent.objects.filter(pk__in=[each.pk for each in gone]).delete()
    Observation.objects.all()[:1].get().delete() if Observation.objects.exists() else None
    yield
    unmerge_client(Client.objects.get(pk=other.pk), by=by)
    Client.objects.update(organisation=by.organisation)
    yield
    StageEvent.objects.bulk_create(gone)
    TargetGroup.objects.filter(counted=True).order_by("pk").first().delete()
    yield
    load_changes(slug, folder)
    yield
    undo(ExchangeBatch.objects.latest("pk"), by=None)
    yield


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow), pytest.param(3, marks=pytest.mark.slow)])
def test_the_count_as_known_at_each_moment_is_what_was_counted_then(seed: int, tmp_path: Path) -> None:
    slugs = ("here", "there")
    for number, slug in enumerate(slugs):
        tables = random_claim_tables(seed + 10 * number, 25, QUARTER)
        load_into_leicester(write_package(tables, tmp_path / slug), slug)
    consortia = [Consortium.objects.get(slug=slug) for slug in slugs]
    then: dict[tuple[str, str, datetime], Counted] = {}
    for number, consortium in enumerate(consortia):
        with in_consortium(consortium.pk):
            body = OrganisationFactory(accountable_body=False)
            by = StaffFactory(organisation=body, role=Role.TRACKING_TEAM)
            for step, _ in enumerate(life_of(consortium.slug, seed + 10 * number, tmp_path, by)):
                moment = FIRST + timedelta(days=step, hours=number)
                let_it_be(moment)
                for kind in KINDS:
                    then[consortium.slug, kind, moment] = counted(consortium, kind)

    by_slug = {consortium.slug: consortium for consortium in consortia}
    for (slug, kind, moment), found in then.items():
        with in_consortium(by_slug[slug].pk):
            assert counted(by_slug[slug], kind, moment) == found, (slug, kind, moment)
            assert counted(by_slug[slug], kind, moment + timedelta(hours=20)) == found, (slug, kind, moment)
    for slug in slugs:
        moments = sorted({moment for of, _, moment in then if of == slug})
        told = [tuple(then[slug, kind, moment] for kind in KINDS) for moment in moments]
        assert len(set(told)) >= 6, "most of what happens changes something"


def test_every_table_a_count_reads_is_read_as_known_then() -> None:
    queries = [source.sql for source in SOURCES.values()]
    queries += [indicator.query for kind in KINDS.values() for indicator in kind.indicators]
    tables = {model._meta.db_table for model in apps.get_models()}
    named = {name for query in queries for name in re.findall(r"\b[a-z]+_[a-z]+\b", query)} & tables
    listed = {
        table_named(name).model for kind in KINDS.values() for each in kind.indicators for name in each.record_tables
    }

    assert "caseload_client" in named
    assert named | {model._meta.db_table for model in listed} <= {model._meta.db_table for model in COUNTED}


def test_the_history_of_every_counted_table_has_all_its_columns_that_are_not_made_of_others() -> None:
    for model in COUNTED:
        kept = {field.column for field in history_of(model).model._meta.local_concrete_fields}
        fields = model._meta.local_concrete_fields
        assert {field.column for field in fields if not field.generated} <= kept


def forget(consortium: Consortium, change: Callable[[str], str]) -> None:
    table = history_of(StageEvent).model._meta.db_table
    with as_owner(table), connection.cursor() as cursor:
        cursor.execute(change(table))


def test_a_day_before_which_a_records_history_does_not_reach_is_refused(scope: Consortium) -> None:
    StageEventFactory()
    let_it_be(FIRST)
    forget(scope, lambda table: f"UPDATE {table} SET pgh_label = 'update'")

    with pytest.raises(NotKnownThen, match=r"1 stage event does not reach back .* complete from 1 July 2008 on\."):
        counted(scope, "journey", FIRST - timedelta(days=1))
    assert counted(scope, "journey", FIRST)


def test_no_day_is_counted_while_a_record_has_no_history(scope: Consortium) -> None:
    StageEventFactory()
    let_it_be(FIRST)
    forget(scope, lambda table: f"DELETE FROM {table}")

    with pytest.raises(NotKnownThen, match=r"1 stage event does not reach back to that day\.$"):
        counted(scope, "journey", FIRST)


def test_after_a_count_of_then_the_same_transaction_reads_the_records_of_now(scope: Consortium) -> None:
    let_it_be(FIRST)
    StageEventFactory(stage="engaged", occurred_on="2007-08-01")

    with counting(scope, Quarter.parse(QUARTER)), known_at(scope, FIRST):
        assert not StageEvent.objects.exists()
    assert StageEvent.objects.count() == 1
