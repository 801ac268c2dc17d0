"""Who needs somebody today, and why (CAS-09): each reason is one set in SQL, and one entry of the list below.

The sets are written by hand, once: built anew from the ORM for each page they take longer than all its queries. Each
yields, for every ``person`` (what stands on records merged into theirs counts too), the columns ``person_id subject due
about code``; the lists they are narrowed to hold a merged record or its survivor, never both. One adviser's few are
found once and their rows by the index on the client; a city's by the indexes on the dates.

Each set is put together with one of two ways to the person, and not read from a file: among 20,000 clients, one
statement for both, its list a parameter, took 16 ms instead of 8 for an adviser and up to 33 instead of 8 for an
organisation (November 2026), and a file for each way would say every rule twice.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from caseload.enums import ReferralStatus
from caseload.models import Client, Referral
from caseload.models.client import ClientQuerySet
from partners.models import StaffMember
from partners.platform.tenancy.scope import current_consortium_id

AHEAD_DAYS = 7
CONSENT_DAYS = 30
CHECK_DAYS = 92
ASKED_DAYS = 28
ROWS = 25
_NAMED = re.compile(r"%\((\w+)\)s")

# Whose the rows are. For a city: each row's record, and the one that was merged into; whose list it is comes last.
_OF_ANYBODY = {
    "person": """
      JOIN caseload_client record ON record.consortium_id = about.consortium_id AND record.id = about.client_id
      JOIN caseload_client person
        ON person.consortium_id = record.consortium_id AND (person.id = record.id OR person.id = record.merged_into_id)
""",
    "owner": """
      JOIN caseload_client owner
        ON owner.consortium_id = newer.consortium_id AND owner.id = newer.client_id
       AND (owner.id = person.id OR owner.merged_into_id = person.id)
""",
    "survivor": "caseload_client",
}
# For a few: their records are found first, once.
_OF_THESE = {
    "person": "JOIN person ON person.record_id = about.client_id",
    "owner": "JOIN person owner ON owner.record_id = newer.client_id AND owner.id = person.id",
    "survivor": "these",
}
_THESE = """
WITH these AS MATERIALIZED (
    SELECT id, uid, consortium_id, registered_on, adviser_id FROM caseload_client person WHERE {within}
), person AS MATERIALIZED (
    SELECT id AS record_id, * FROM these
     UNION ALL
    SELECT merged.id, these.*
      FROM these
      JOIN caseload_client merged
        ON merged.consortium_id = these.consortium_id AND merged.merged_into_id = these.id
)
"""
# Open actions of the plan that fall due within the week.
_ACTIONS_DUE = """
    SELECT person.id AS person_id, about.uid AS subject, about.due_on AS due, about.title AS about,
           'action'::text AS code
      FROM caseload_planaction about {person}
     WHERE about.consortium_id = %(consortium)s AND about.done_on IS NULL AND about.cancelled_on IS NULL
       AND about.due_on <= %(ahead)s
"""
# Jobs whose 13, 26 or 52 weeks are over or nearly, without a check of that week (CAS-18). A check stays on the list for
# a quarter; a job that ended earlier needs none.
_CHECKS_DUE = """
    SELECT person.id AS person_id, about.uid AS subject, about.started_on + 7 * checked.week AS due,
           checked.week || ' weeks' AS about,
           'check'::text AS code
      FROM (VALUES (13), (26), (52)) checked (week), caseload_job about {person}
     WHERE about.consortium_id = %(consortium)s
       AND about.started_on <= %(ahead)s - 7 * checked.week AND about.started_on > %(check_from)s - 7 * checked.week
       AND (about.ended_on IS NULL OR about.ended_on >= about.started_on + 7 * checked.week)
       AND NOT EXISTS (SELECT FROM caseload_employmentcheck made
                        WHERE made.consortium_id = about.consortium_id AND made.job_id = about.id
                          AND made.week = checked.week)
"""
# Appointments of today and of the week to come, and those of the last weeks of which nobody said what came of them.
_APPOINTMENTS = """
    SELECT person.id AS person_id, about.uid AS subject, about.occurred_on AS due, about.note AS about,
           'appointment'::text AS code
      FROM caseload_activity about {person}
     WHERE about.consortium_id = %(consortium)s AND about.kind = 'appointment'
       AND about.occurred_on BETWEEN %(asked_from)s AND %(ahead)s
       AND (about.result = 'planned' OR about.result = '' AND about.occurred_on >= %(today)s)
"""
# Contacts after which somebody said when to try again or meet next, until somebody does; of those who have left, none.
_NEXT_CONTACTS = """
    SELECT person.id AS person_id, about.uid AS subject, about.next_on AS due, about.note AS about,
           'next'::text AS code
      FROM caseload_activity about {person}
     WHERE about.consortium_id = %(consortium)s AND about.next_on <= %(ahead)s
       AND NOT EXISTS (SELECT FROM caseload_clientsummary stands
                        WHERE stands.consortium_id = about.consortium_id AND stands.client_id = person.id
                          AND stands.has_left)
       AND NOT EXISTS (SELECT FROM caseload_activity newer {owner}
                        WHERE newer.consortium_id = about.consortium_id AND newer.result <> 'planned'
                          AND newer.kind IN ('contact', 'appointment', 'centre_visit', 'engagement')
                          AND (newer.occurred_on, newer.id) > (about.occurred_on, about.id)
                          AND newer.occurred_on <= %(today)s)
"""
# Clients on the way, neither in work nor gone, without a contact for longer than the partnership allows (case
# management, Southampton 4.2.4); one whom an adviser just took on counts from that day.
_CONTACTS_OVERDUE = """
    SELECT person.id AS person_id, person.uid AS subject,
           coalesce(stands.last_contact_on, person.registered_on) + allowed.days AS due,
           coalesce(stands.last_contact_on, person.registered_on) || ' ' || stands.tries AS about,
           'contact'::text AS code
      FROM (SELECT contact_days AS days, %(today)s - contact_days AS since
              FROM partners_consortium WHERE id = %(consortium)s) allowed,
           caseload_clientsummary stands
      JOIN {survivor} person ON person.consortium_id = stands.consortium_id AND person.id = stands.client_id
     WHERE stands.consortium_id = %(consortium)s AND NOT stands.in_work AND NOT stands.has_left
       AND (stands.last_contact_on IS NULL OR stands.last_contact_on <= allowed.since)
       AND person.registered_on <= allowed.since
       AND NOT EXISTS (SELECT FROM caseload_adviserassignment given
                        WHERE given.consortium_id = person.consortium_id AND given.client_id = person.id
                          AND given.from_date > allowed.since)
"""
# Consents that end within a month, or ended in the last one, with none of that purpose after them (CAS-03).
_CONSENTS_ENDING = """
    SELECT person.id AS person_id, about.uid AS subject, about.expires_on AS due, about.purpose AS about,
           'consent'::text AS code
      FROM caseload_consent about {person}
     WHERE about.consortium_id = %(consortium)s AND about.withdrawn_on IS NULL AND about.purpose <> 'evaluation'
       AND about.expires_on BETWEEN %(consents_from)s AND %(consents_to)s
       AND NOT EXISTS (SELECT FROM caseload_consent newer {owner}
                        WHERE newer.consortium_id = about.consortium_id AND newer.purpose = about.purpose
                          AND newer.withdrawn_on IS NULL
                          AND (newer.expires_on IS NULL OR newer.expires_on > about.expires_on))
"""


@dataclass(frozen=True)
class Reason:
    """Why a client is on the worklist. Its set gives the client, the day it is due and what it is about."""

    code: str
    title: str
    rows: str
    one: str
    many: str


def referrals_to_answer(staff: StaffMember) -> QuerySet[Any, Referral]:
    """Referrals that wait for an answer of this person's organisation, by their clock (index: inbox)."""
    return (
        Referral.objects.filter(to_organisation=staff.organisation_id, status=ReferralStatus.SENT)
        .select_related("client", "from_organisation", "service")
        .order_by("answer_by", "made_on", "id")
    )


REASONS = (
    Reason("check", "Job checks", _CHECKS_DUE, "job check", "job checks"),
    Reason("action", "Plan actions", _ACTIONS_DUE, "plan action", "plan actions"),
    Reason("appointment", "Appointments", _APPOINTMENTS, "appointment this week", "appointments this week"),
    Reason("next", "Next contacts", _NEXT_CONTACTS, "next contact", "next contacts"),
    Reason("contact", "Contact overdue", _CONTACTS_OVERDUE, "contact overdue", "contacts overdue"),
    Reason("consent", "Consents that end", _CONSENTS_ENDING, "consent ending", "consents ending"),
)
TITLES = {reason.code: reason.title for reason in REASONS}


@dataclass(frozen=True)
class Need:
    """One line of the worklist."""

    reason: str
    client: Client
    subject: str
    due: date
    about: str


@dataclass(frozen=True)
class Due:
    """What is due, soonest first, and how many lines each reason has, also of those that are not shown."""

    needs: list[Need]
    counts: dict[str, int]


def due_for(clients: ClientQuerySet, *, today: date, rows: int = ROWS, lead: StaffMember | None = None) -> Due:
    """Return what is due for a few clients, as one adviser's, at most ``rows`` of each reason: two queries.

    ``clients`` is a list within ``visible_to``. With ``lead``, the clock of contacts is that person's for whom they
    lead: for those they work with beside another lead, it is the lead's.
    """
    within, values = _within(clients)
    sql = f"""{_THESE.format(within=within)}
        SELECT person_id, subject, due, about, code, of_reason
          FROM (SELECT *, count(*) OVER (PARTITION BY code) AS of_reason,
                       row_number() OVER (PARTITION BY code ORDER BY due, subject) AS place
                  FROM ({" UNION ALL ".join(_FEW)}) due
                 WHERE code <> 'contact' OR %(lead)s::bigint IS NULL
                    OR person_id IN (SELECT id FROM these WHERE adviser_id = %(lead)s)) placed
         WHERE place <= %(most)s"""  # noqa: S608  no value is spliced in
    lines = _rows(sql, {**values, **_days(today), "most": rows, "lead": lead.pk if lead else None})
    counts = dict.fromkeys(TITLES, 0) | {code: number for *_, code, number in lines}
    return Due(_with_people([line[:-1] for line in lines]), counts)


def city_worklist_for(clients: ClientQuerySet, *, today: date, reason: str, rows: int = ROWS) -> list[Need]:
    """Return what is due for one reason, soonest first, for a list of any length: two queries."""
    within, values = _within(clients)
    sql = f"{_CITY[reason]} AND {within} ORDER BY due LIMIT %(most)s"
    return _with_people(_rows(sql, {**values, **_days(today), "most": rows}))


def needs_of(clients: Sequence[Client], *, today: date) -> list[Need]:
    """Return what is due for clients that are at hand already, as those of one page: one query."""
    if not clients:
        return []
    people = {client.pk: client for client in clients}
    sql = _THESE.format(within="id = ANY(%(people)s)") + " UNION ALL ".join(_FEW)
    return _needs(_rows(sql, {**_days(today), "people": list(people)}), people)


def needing(clients: ClientQuerySet, *, today: date, reason: str) -> ClientQuerySet:
    """Narrow a list to the clients who need somebody for one reason."""
    sql = f"SELECT person_id FROM ({_CITY[reason]}) due"  # noqa: S608  no value is spliced in
    days = _days(today)
    wanted = RawSQL(_NAMED.sub("%s", sql), [days[name] for name in _NAMED.findall(sql)])  # noqa: S611  likewise
    return clients.filter(pk__in=wanted)


_FEW = [reason.rows.format(**_OF_THESE) for reason in REASONS]
_CITY = {reason.code: reason.rows.format(**_OF_ANYBODY) for reason in REASONS}


def _with_people(lines: Sequence[tuple[Any, ...]]) -> list[Need]:
    return _needs(lines, Client.objects.select_related("adviser").in_bulk({line[0] for line in lines}))


def _needs(lines: Sequence[tuple[Any, ...]], people: Mapping[int, Client]) -> list[Need]:
    needs = [Need(code, people[key], str(subject), due, about) for key, subject, due, about, code in lines]
    return sorted(needs, key=lambda need: (need.due, need.client.family_key, need.subject))


def _within(clients: ClientQuerySet) -> tuple[str, dict[str, Any]]:
    """Return a condition on ``person`` that holds for a list of clients, with its values by name."""
    sql, values = clients.order_by().values("pk").query.sql_with_params()
    names = [f"client_{number}" for number in range(len(values))]
    return f"person.id IN ({sql % tuple(f'%({name})s' for name in names)})", dict(zip(names, values, strict=True))


def _days(today: date) -> dict[str, Any]:
    return {
        "consortium": current_consortium_id(),
        "today": today,
        "ahead": today + timedelta(days=AHEAD_DAYS),
        "asked_from": today - timedelta(days=ASKED_DAYS),
        "check_from": today - timedelta(days=CHECK_DAYS),
        "consents_from": today - timedelta(days=CONSENT_DAYS),
        "consents_to": today + timedelta(days=CONSENT_DAYS),
    }


def _rows(sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
