"""Who needs somebody today, and why (CAS-09): each reason is one set in SQL, and one entry of the list below.

What was recorded with a record that was merged counts for the one person: their contacts, jobs, actions and consents.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.db.models import CharField, Count, DateField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Greatest

from caseload.enums import ActivityKind, CheckWeek, ConsentPurpose, ReferralStatus, Stage
from caseload.models import (
    Activity,
    AdviserAssignment,
    Client,
    Consent,
    EmploymentCheck,
    Job,
    PlanAction,
    Referral,
    StageEvent,
)
from caseload.models.client import ClientQuerySet
from partners.models import StaffMember

# A set of the worklist: client_pk, subject, due, about.
Rows = QuerySet[Any, Any]
# Nobody on the way to work should be without a contact for longer (case management, Southampton 4.2.4).
CONTACT_DAYS = 28
AHEAD_DAYS = 7
CONSENT_DAYS = 30
CONTACTS = (ActivityKind.CONTACT, ActivityKind.APPOINTMENT, ActivityKind.CENTRE_VISIT, ActivityKind.ENGAGEMENT)
ROWS = 25


@dataclass(frozen=True)
class Reason:
    """Why a client is on the worklist. Each of ``sets`` gives the client, the day it is due and what it is about."""

    code: str
    title: str
    sets: tuple[Callable[["People", date], Rows], ...]
    one: str
    many: str


@dataclass(frozen=True)
class People:
    """Those whom a worklist is about. Few lists hold merged people: the others are spared the joins that pool them."""

    clients: ClientQuerySet
    has_merged: bool

    @classmethod
    def among(cls, clients: ClientQuerySet) -> "People":
        """Look by the index of merged records whether there are any: one query."""
        merged = Client.objects.filter(merged_into__isnull=False, merged_into__in=clients.order_by().values("pk"))
        return cls(clients, merged.exists())

    def with_any(self, rows: QuerySet[Any]) -> Q:
        """Return the condition that one of a person's records has such a row."""
        found = Q(Exists(rows.filter(client=OuterRef("pk"))))
        return found | Q(Exists(rows.filter(client__merged_into=OuterRef("pk")))) if self.has_merged else found

    def latest(self, rows: QuerySet[Any], day: str) -> Any:
        """Return the latest day of such rows on any of a person's records."""
        own = Subquery(rows.filter(client=OuterRef("pk")).order_by(f"-{day}").values(day)[:1])
        if not self.has_merged:
            return own
        merged = Subquery(rows.filter(client__merged_into=OuterRef("pk")).order_by(f"-{day}").values(day)[:1])
        return Greatest(own, merged)  # Postgres: of one day and nothing, the day

    def about(self, rows: QuerySet[Any], *, due: Any, about: Any) -> Rows:
        """Return such rows of these people as lines of the worklist."""
        clients = self.clients.order_by().values("pk")
        if self.has_merged:
            merged = Client.objects.filter(merged_into__isnull=False, merged_into__in=clients).values("pk")
            mine: Any = rows.filter(client__in=clients.union(merged, all=True))
            person: Any = Coalesce("client__merged_into_id", "client_id")
        else:
            mine, person = rows.filter(client__in=clients), F("client_id")
        found: Rows = mine.annotate(client_pk=person, subject=F("uid"), due=due, about=about)
        return found


def actions_due(people: People, today: date) -> Rows:
    """Open actions of the plan that fall due within the week; by the partial index on ``due_on``."""
    open_actions = PlanAction.objects.filter(
        done_on__isnull=True, cancelled_on__isnull=True, due_on__lte=today + timedelta(days=AHEAD_DAYS)
    )
    return people.about(open_actions, due=F("due_on"), about=F("title"))


def checks_due(people: People, today: date, *, week: int) -> Rows:
    """Jobs whose 13, 26 or 52 weeks are over or nearly, without a check of that week (CAS-18).

    A check stays on the list for a quarter; a job that ended earlier needs none.
    """
    after = timedelta(weeks=week)
    jobs = Job.objects.filter(
        Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on") + after),
        ~Exists(EmploymentCheck.objects.filter(job=OuterRef("pk"), week=week)),
        started_on__lte=today + timedelta(days=AHEAD_DAYS) - after,
        started_on__gt=today - timedelta(days=92) - after,
    )
    weeks = Value(f"{week} weeks", output_field=CharField())
    return people.about(jobs, due=Cast(F("started_on") + after, DateField()), about=weeks)


def appointments(people: People, today: date) -> Rows:
    """Appointments of today and of the week to come."""
    ahead = Activity.objects.filter(
        kind=ActivityKind.APPOINTMENT, occurred_on__range=(today, today + timedelta(days=AHEAD_DAYS))
    )
    return people.about(ahead, due=F("occurred_on"), about=F("note"))


def consents_expiring(people: People, today: date) -> Rows:
    """Consents that end within a month, or ended in the last one, with none of that purpose after them (CAS-03)."""
    newer = Consent.objects.filter(
        Q(expires_on__isnull=True) | Q(expires_on__gt=OuterRef("expires_on")),
        purpose=OuterRef("purpose"),
        withdrawn_on__isnull=True,
    )
    if people.has_merged:
        newer = newer.alias(person=Coalesce("client__merged_into_id", "client_id")).filter(
            person=Coalesce(OuterRef("client__merged_into_id"), OuterRef("client_id"))
        )
    else:
        newer = newer.filter(client=OuterRef("client"))
    ending = Consent.objects.filter(
        ~Exists(newer),
        withdrawn_on__isnull=True,
        expires_on__range=(today - timedelta(days=CONSENT_DAYS), today + timedelta(days=CONSENT_DAYS)),
    ).exclude(purpose=ConsentPurpose.EVALUATION)
    return people.about(ending, due=F("expires_on"), about=F("purpose"))


def contacts_overdue(people: People, today: date) -> Rows:
    """Clients on the way, without a contact for four weeks; one who just came counts from that day."""
    cutoff = today - timedelta(days=CONTACT_DAYS)
    contacts = Activity.objects.filter(kind__in=CONTACTS, occurred_on__lte=today)
    recent = contacts.filter(occurred_on__gt=cutoff)
    assigned = AdviserAssignment.objects.filter(from_date__gt=cutoff)
    quiet = on_the_way(people).filter(~people.with_any(recent), ~people.with_any(assigned), registered_on__lte=cutoff)
    since = Coalesce(people.latest(contacts, "occurred_on"), F("registered_on"))
    return quiet.annotate(
        client_pk=F("pk"),
        subject=F("uid"),
        due=Cast(since + timedelta(days=CONTACT_DAYS), DateField()),
        about=Cast(since, CharField()),
    )


def on_the_way(people: People) -> ClientQuerySet:
    """Clients who have not left the programme and are not in work."""
    left = StageEvent.objects.filter(stage=Stage.EXITED)
    at_work = Job.objects.filter(ended_on__isnull=True)
    return people.clients.filter(~people.with_any(left), ~people.with_any(at_work))


def referrals_to_answer(staff: StaffMember) -> QuerySet[Any, Referral]:
    """Referrals that wait for an answer of this person's organisation, by their clock (index: inbox)."""
    return (
        Referral.objects.filter(to_organisation=staff.organisation_id, status=ReferralStatus.SENT)
        .select_related("client", "from_organisation", "service")
        .order_by("answer_by", "made_on", "id")
    )


REASONS = (
    Reason(
        "check", "Job checks", tuple(partial(checks_due, week=week) for week in CheckWeek), "job check", "job checks"
    ),
    Reason("action", "Plan actions", (actions_due,), "plan action", "plan actions"),
    Reason("appointment", "Appointments", (appointments,), "appointment this week", "appointments this week"),
    Reason("contact", "No contact for four weeks", (contacts_overdue,), "contact overdue", "contacts overdue"),
    Reason("consent", "Consents that end", (consents_expiring,), "consent ending", "consents ending"),
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


def worklist_for(clients: ClientQuerySet, *, today: date, reasons: Sequence[str] = (), rows: int = ROWS) -> list[Need]:
    """Return what is due for these clients, soonest first, at most ``rows`` of each reason: three queries.

    ``clients`` is a list within ``visible_to``; one adviser's is read by the index on the adviser.
    """
    lines = _union([part.order_by("due")[:rows] for part in _sets(clients, today, reasons)])
    people = Client.objects.select_related("adviser").in_bulk({line["client_pk"] for line in lines})
    return _needs(lines, people)


def needs_of(clients: Sequence[Client], *, today: date, merged: Collection[int]) -> list[Need]:
    """Return what is due for clients that are at hand already, as those of one page: one query.

    ``merged`` are the records that were merged into them.
    """
    if not clients:
        return []
    people = {client.pk: client for client in clients}
    sets = _sets_of(People(Client.objects.filter(pk__in=list(people)), bool(merged)), today, ())
    return _needs(_union(sets), people)


def _needs(lines: list[dict[str, Any]], people: Mapping[int, Client]) -> list[Need]:
    needs = [
        Need(line["code"], people[line["client_pk"]], str(line["subject"]), line["due"], line["about"])
        for line in lines
    ]
    return sorted(needs, key=lambda need: (need.due, need.client.family_key, need.subject))


def counts_of(clients: ClientQuerySet, *, today: date) -> dict[str, int]:
    """Return how many lines each reason has: two queries."""
    counts = dict.fromkeys(TITLES, 0)
    counted = [
        part.order_by().values("code").annotate(lines=Count("pk")) for part in _sets(clients, today, tuple(TITLES))
    ]
    for line in _union(counted):
        counts[line["code"]] += line["lines"]
    return counts


def needing(clients: ClientQuerySet, *, today: date, reason: str) -> ClientQuerySet:
    """Narrow a list to the clients who need somebody for one reason."""
    wanted = Q()
    for part in _sets(clients, today, (reason,)):
        wanted |= Q(pk__in=part.order_by().values("client_pk"))
    return clients.filter(wanted)


def _sets(clients: ClientQuerySet, today: date, reasons: Sequence[str]) -> list[Rows]:
    return _sets_of(People.among(clients), today, reasons)


def _sets_of(people: People, today: date, reasons: Sequence[str]) -> list[Rows]:
    return [
        rows(people, today)
        .annotate(code=Value(reason.code, output_field=CharField()))
        .values("client_pk", "subject", "due", "about", "code")
        for reason in REASONS
        if not reasons or reason.code in reasons
        for rows in reason.sets
    ]


def _union(sets: list[Rows]) -> list[dict[str, Any]]:
    first, *others = sets
    return list(first.union(*others, all=True) if others else first)
