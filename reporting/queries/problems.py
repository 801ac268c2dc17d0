"""What is missing or in doubt before a return is built: sets of records, each found in SQL, to be mended one by one.

A reader counts and opens what lies in their own sight only, so that no number tells of anybody else's people.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Lower, Trim

from caseload.enums import CheckWeek, Evidence
from caseload.models import Client, ClientAddress, EmploymentCheck, Job
from commissioning.enums import ProfileKind
from commissioning.models import Contract, ContractProfile
from partners.models import StaffMember
from partners.permissions import Capability, may
from partners.platform.records.today import HowMany
from reporting.counting.windows import Quarter
from reporting.enums import ReturnState, RiskStatus
from reporting.models import Milestone, Narrative, Objective, Observation, ProblemHolder, Return, Risk
from reporting.queries.report import as_at

CHECK_DUE = timedelta(days=91)  # the 13-week date (contract KPIS.md, kpi_22)
ONE_JOB = timedelta(days=28)  # "Counted job"
STALE = timedelta(days=365)


@dataclass(frozen=True)
class Span:
    """The return that is looked through, its quarter, and the last day that is looked at."""

    filed: Return
    quarter: Quarter
    until: date


Rows = Callable[[StaffMember, Span], QuerySet[Any]]


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One kind of problem; ``about`` says what it does to the return and how it is mended.

    ``of_client`` is the path from a row to the client it is about; a row without one is no person's.
    """

    code: str
    title: str
    about: str
    rows: Rows
    capability: Capability = Capability.VIEW_RETURNS
    of_client: str | None = None


@dataclass(frozen=True)
class Found:
    problem: Problem
    number: int
    holder: StaffMember | None


def span_of(filed: Return) -> Span:
    return Span(filed, Quarter.parse(filed.quarter), as_at(filed))


def _clients(staff: StaffMember, span: Span) -> QuerySet[Any]:
    registered = Client.objects.visible_to(staff).filter(registered_on__lte=span.until)
    return registered.standing_for(staff).select_related("adviser", "organisation").order_by("family_name", "pk")


def without_area(staff: StaffMember, span: Span) -> QuerySet[Any]:
    addresses = ClientAddress.objects.filter(client=OuterRef("pk"), from_date__lte=span.until).exclude(lsoa="")
    open_then = addresses.filter(Q(to_date__isnull=True) | Q(to_date__gte=span.until))
    return _clients(staff, span).filter(~Exists(open_then), summary__has_left=False)


def without_birth_date(staff: StaffMember, span: Span) -> QuerySet[Any]:
    return _clients(staff, span).filter(date_of_birth__isnull=True, summary__has_left=False)


def _jobs(staff: StaffMember) -> QuerySet[Any]:
    seen = Job.objects.filter(client__in=Client.objects.visible_to(staff))
    related = seen.select_related("client__adviser", "client__organisation", "employer")
    return related.order_by("started_on", "pk")


def without_check(staff: StaffMember, span: Span) -> QuerySet[Any]:
    due = (span.quarter.start - CHECK_DUE, span.until - CHECK_DUE)
    checked = EmploymentCheck.objects.filter(job=OuterRef("pk"), week=CheckWeek.WEEK_13)
    return _jobs(staff).filter(~Exists(checked), started_on__range=due)


def jobs_without_evidence(staff: StaffMember, span: Span) -> QuerySet[Any]:
    return _jobs(staff).filter(evidence=Evidence.NONE, started_on__range=(span.quarter.start, span.until))


def checks_without_evidence(staff: StaffMember, span: Span) -> QuerySet[Any]:
    seen = EmploymentCheck.objects.filter(job__client__in=Client.objects.visible_to(staff))
    made = seen.filter(checked_on__range=(span.quarter.start, span.until), in_work=True, evidence=Evidence.NONE)
    return made.select_related("job__client__adviser", "job__client__organisation", "job__employer").order_by(
        "checked_on", "pk"
    )


def double_counts(staff: StaffMember, span: Span) -> QuerySet[Any]:
    same = Job.objects.filter(client=OuterRef("client"), started_on__gte=OuterRef("started_on") - ONE_JOB)
    before = same.filter(
        Q(started_on__lt=OuterRef("started_on")) | Q(started_on=OuterRef("started_on"), pk__lt=OuterRef("pk"))
    )
    by_employer = Exists(before.filter(employer=OuterRef("employer")))
    without_one = Q(employer__isnull=True) & Exists(before.filter(employer__isnull=True))
    rows = _jobs(staff).filter(started_on__range=(span.quarter.year_start, span.until))
    return rows.filter(by_employer | without_one)


def stale_observations(staff: StaffMember, span: Span) -> QuerySet[Any]:
    place = {name: OuterRef(name) for name in ("consortium", "indicator", "area_kind", "area", "group")}
    measured = Observation.objects.filter(as_at__lte=span.until)
    newer = measured.filter(**place, as_at__gt=OuterRef("as_at"))
    return measured.filter(~Exists(newer), as_at__lt=span.until - STALE).order_by("as_at", "indicator", "pk")


def late_without_remedy(staff: StaffMember, span: Span) -> QuerySet[Any]:
    waiting = Q(achieved_on__isnull=True) | Q(achieved_on__gt=span.until)
    slips = Q(due_on__lt=span.until) | Q(forecast_on__gt=F("due_on"))
    return Milestone.objects.filter(waiting, slips, mitigation="").order_by("due_on", "pk")


def conflicting_milestones(staff: StaffMember, span: Span) -> QuerySet[Any]:
    named = Milestone.objects.annotate(name=Lower(Trim("title")))
    other = named.filter(consortium=OuterRef("consortium"), name=OuterRef("name")).exclude(due_on=OuterRef("due_on"))
    found: QuerySet[Any] = named.filter(Exists(other) | Q(needs__due_on__gt=F("due_on"))).order_by(
        "name", "due_on", "pk"
    )
    return found


def unreviewed_risks(staff: StaffMember, span: Span) -> QuerySet[Any]:
    before = Q(reviewed_on__isnull=True) | Q(reviewed_on__lt=span.quarter.start)
    return Risk.objects.filter(before, status=RiskStatus.OPEN).order_by("title", "pk")


def unwritten_objectives(staff: StaffMember, span: Span) -> QuerySet[Any]:
    written = Narrative.objects.filter(filed=span.filed, objective=OuterRef("pk"))
    return Objective.objects.filter(~Exists(written)).order_by("pk")


def contracts_without_profile(staff: StaffMember, span: Span) -> QuerySet[Any]:
    year_end = Quarter(span.quarter.first_year, 4).end
    months = (span.quarter.year_start, year_end)
    planned = ContractProfile.objects.filter(contract=OuterRef("pk"), kind=ProfileKind.SPEND, month__range=months)
    running = Contract.objects.visible_to(staff).filter(starts_on__lte=year_end, ends_on__gte=span.until)
    found: QuerySet[Any] = running.filter(~Exists(planned)).select_related("provider").order_by("title", "pk")
    return found


CLIENTS = Capability.VIEW_CLIENTS
PROBLEMS: tuple[Problem, ...] = (
    Problem(
        code="area",
        title="Clients without an area",
        about="They are in no ward and no LSOA of the return. Record the address they live at.",
        rows=without_area,
        capability=CLIENTS,
        of_client="",
    ),
    Problem(
        code="birth-date",
        title="Clients without a date of birth",
        about="They are in no group that needs an age. Ask, and record it.",
        rows=without_birth_date,
        capability=CLIENTS,
        of_client="",
    ),
    Problem(
        code="week-13",
        title="Jobs without their check at 13 weeks",
        about="They are due in this quarter and count as not in work. Record the check.",
        rows=without_check,
        capability=CLIENTS,
        of_client="client",
    ),
    Problem(
        code="job-evidence",
        title="Jobs without evidence",
        about="They started in this quarter, and nothing proves them. Record the evidence.",
        rows=jobs_without_evidence,
        capability=CLIENTS,
        of_client="client",
    ),
    Problem(
        code="check-evidence",
        title="Checks without evidence",
        about="They say in work, and nothing proves it, so they are not verified. Record the evidence.",
        rows=checks_without_evidence,
        capability=CLIENTS,
        of_client="job.client",
    ),
    Problem(
        code="double-counts",
        title="Jobs that may be recorded twice",
        about="They start 28 days or less after another job of the same person with the same employer. Correct the day"
        " or the employer if it is another job; otherwise the return counts them once.",
        rows=double_counts,
        capability=CLIENTS,
        of_client="client",
    ),
    Problem(
        code="observations",
        title="Observations out of date",
        about="The latest of them is more than a year old. Record what the source says now.",
        rows=stale_observations,
    ),
    Problem(
        code="remedies",
        title="Milestones that slip without a remedy",
        about="The report says what is done about each. Write it down at the milestone.",
        rows=late_without_remedy,
    ),
    Problem(
        code="conflicts",
        title="Milestones on which plans disagree",
        about="Milestones of one name are due on different days, or one is due before another that it needs. Agree on"
        " the days, or name them apart.",
        rows=conflicting_milestones,
    ),
    Problem(
        code="risks",
        title="Risks not reviewed in this quarter",
        about="Open risks are looked at every quarter. Review each and record the day.",
        rows=unreviewed_risks,
    ),
    Problem(
        code="narratives",
        title="Objectives of which nothing is said",
        about="The report tells activity and progress for each objective. Write it.",
        rows=unwritten_objectives,
    ),
    Problem(
        code="profiles",
        title="Contracts without a spend profile this year",
        about="The forecast of spend takes nothing of them. Record the months that are planned.",
        rows=contracts_without_profile,
        capability=Capability.VIEW_CONTRACTS,
    ),
)


def problem_called(code: str) -> Problem | None:
    return next((each for each in PROBLEMS if each.code == code), None)


def problems_of(filed: Return, staff: StaffMember) -> list[Found]:
    """Return each kind of problem that somebody may look into, how many they see, and who has it: two queries."""
    seen = [each for each in PROBLEMS if may(staff, each.capability)]
    numbers = numbers_of([(span_of(filed), each) for each in seen], staff)
    held = {each.problem: each.holder for each in filed.problem_holders.select_related("holder")}
    return [Found(each, number, held.get(each.code)) for each, number in zip(seen, numbers, strict=True)]


def numbers_of(wanted: Sequence[tuple[Span, Problem]], staff: StaffMember) -> list[int]:
    """Count all sets in one statement."""
    if not wanted:
        return []
    columns = {
        f"found_{place}": HowMany(problem.rows(staff, span).order_by().values("pk"))
        for place, (span, problem) in enumerate(wanted)
    }
    return list(StaffMember.objects.filter(pk=staff.pk).annotate(**columns).values_list(*columns).get())


def held_by(staff: StaffMember) -> list[tuple[ProblemHolder, int]]:
    """Return what somebody has to mend in returns that are not signed, and how many are left; none that is done."""
    mine = ProblemHolder.objects.filter(holder=staff).exclude(filed__state=ReturnState.SIGNED)
    rows = [
        (each, problem)
        for each in mine.select_related("filed").order_by("filed__quarter", "pk")
        if (problem := problem_called(each.problem)) and may(staff, problem.capability)
    ]
    numbers = numbers_of([(span_of(each.filed), problem) for each, problem in rows], staff)
    return [(each, number) for (each, _), number in zip(rows, numbers, strict=True) if number]
