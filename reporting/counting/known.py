"""The records as they were known at a moment: what a count reads is hidden behind copies made from the history.

Each copy is a temporary table with the name of the table it stands for, and Postgres looks for a name among temporary
tables first, so that every statement of the count reads it unchanged. It has each record's last state in the history
at or before the moment; what was removed by then is not there. A change is of the moment its transaction began.
The history is behind the wall between consortia like the records are, so a copy has one consortium's rows.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

from django.db import connection, models
from django.utils import timezone

from caseload.models import (
    Activity,
    Assessment,
    Client,
    ClientAddress,
    ClientCircumstance,
    EmploymentCheck,
    Enrolment,
    InWorkSupport,
    InWorkTraining,
    Job,
    Placement,
    PreRecruitmentActivity,
    Qualification,
    StageEvent,
    TargetGroup,
)
from commissioning.models import Contract, ContractTerm, Contribution, Expenditure, FundingStream
from employers.models import AccountManager, Employer, EmployerAgreement, EmployerEvent
from partners.errors import CaseloadError
from partners.models import Centre, Consortium, Organisation
from partners.platform.records.history import history_of
from reporting.models import Claim, ClaimLine, Forecast, HeadlineTarget, Observation, Target

# What a return is counted from, and what stands beside its figures.
COUNTED: tuple[type[models.Model], ...] = (
    *(Client, ClientAddress, ClientCircumstance, StageEvent, Activity, Assessment, Qualification, Placement),
    *(Job, EmploymentCheck, PreRecruitmentActivity, InWorkTraining, InWorkSupport, TargetGroup),
    *(Employer, EmployerAgreement, EmployerEvent, AccountManager, Centre, Organisation),
    *(FundingStream, Contribution, Expenditure, Observation, Target, HeadlineTarget, Forecast),
    *(Enrolment, Contract, ContractTerm, Claim, ClaimLine),
)


class NotKnownThen(CaseloadError):
    """The history does not tell how the records were known on a day."""

    code = "not_known_then"


def first_day(consortium: Consortium) -> date:
    """Return the first day of which it can be told what was known: the one on which the consortium was set up here."""
    return timezone.localdate(consortium.created_at)


def end_of(day: date) -> datetime:
    """Return the last moment of a day, as clocks here show it."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time())) - timedelta(microseconds=1)


def check_day(day: date, consortium: Consortium, *, today: date) -> None:
    """Refuse a day to come, and one before the records were kept here."""
    first = first_day(consortium)
    if day > today:
        raise NotKnownThen(f"{day:%-d %B %Y} is still to come. Enter today or a day before it.", field="on")
    if day < first:
        raise NotKnownThen(
            f"What was known before {first:%-d %B %Y} cannot be told: the records are kept here since that day.",
            field="on",
        )


@contextmanager
def known_at(consortium: Consortium, moment: datetime | None) -> Iterator[None]:
    """Let the transaction in hand read the counted records as they were known at a moment; without one, as they are."""
    if moment is None:
        yield
        return
    check_history(consortium, moment)
    for model in COUNTED:
        copy(model, consortium, moment)
    yield
    # After an error the transaction is rolled back, and the copies go with it.
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {', '.join(f'pg_temp.{model._meta.db_table}' for model in COUNTED)}")


def copy(model: type[models.Model], consortium: Consortium, moment: datetime) -> None:
    history = history_of(model).model._meta
    kept = {field.column for field in history.local_concrete_fields}
    # What the database makes of other columns is not kept, and not counted.
    columns = [field.column for field in model._meta.local_concrete_fields if field.column in kept]
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE {model._meta.db_table} ON COMMIT DROP AS"  # noqa: S608  names of our own tables
            f" SELECT {names} FROM (SELECT DISTINCT ON (pgh_obj_id) pgh_label, {names} FROM public.{history.db_table}"
            " WHERE consortium_id = %(consortium)s AND pgh_created_at <= %(moment)s"
            " ORDER BY pgh_obj_id, pgh_id DESC) last WHERE pgh_label <> 'delete'",
            {"consortium": consortium.pk, "moment": moment},
        )
        # A statement that groups by the key may name other columns only where it is one.
        cursor.execute(f"ALTER TABLE pg_temp.{model._meta.db_table} ADD PRIMARY KEY (id)")
        cursor.execute(f"ANALYZE pg_temp.{model._meta.db_table}")


def check_history(consortium: Consortium, moment: datetime) -> None:
    """Refuse a moment at which a record was there, or may have been, whose state then was not kept."""
    silent = [(model, *silent_about(model, consortium, moment)) for model in COUNTED]
    unknown = [(model, number) for model, number, _ in silent if number]
    if not unknown:
        return
    model, number = unknown[0]
    kind = model._meta.verbose_name_plural if number > 1 else model._meta.verbose_name
    begins = [since for _, _, since in silent if since is not None]
    whole = len(begins) == len(silent)
    told = f" It is complete from {timezone.localdate(max(begins)):%-d %B %Y} on." if whole else ""
    raise NotKnownThen(
        f"What was known on {timezone.localdate(moment):%-d %B %Y} cannot be told:"
        f" the history of {number:,} {kind} does not reach back to that day.{told}"
    )


def silent_about(model: type[models.Model], consortium: Consortium, moment: datetime) -> tuple[int, datetime | None]:
    """Return of how many records the history does not tell how they were at a moment, and from when on it tells all.

    A history that does not begin with the record's making is silent about what was before its first line. A record
    without any may always have been there: then there is no such moment.
    """
    table, history = model._meta.db_table, history_of(model).model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH first AS MATERIALIZED (
                SELECT DISTINCT ON (pgh_obj_id) pgh_obj_id, pgh_label, pgh_created_at
                FROM public.{history} WHERE consortium_id = %(consortium)s
                ORDER BY pgh_obj_id, pgh_id
            ), without AS (
                SELECT FROM public.{table} record
                WHERE consortium_id = %(consortium)s
                    AND NOT EXISTS (SELECT FROM first WHERE first.pgh_obj_id = record.id)
            )
            SELECT count(*) FILTER (WHERE pgh_label <> 'insert' AND pgh_created_at > %(moment)s),
                COALESCE(max(pgh_created_at) FILTER (WHERE pgh_label <> 'insert'), '2000-01-01'),
                (SELECT count(*) FROM without)
            FROM first
            """,  # noqa: S608  names of our own tables
            {"consortium": consortium.pk, "moment": moment},
        )
        late, since, without = cursor.fetchone()
    return late + without, None if without else since
