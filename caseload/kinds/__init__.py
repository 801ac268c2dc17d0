"""The kinds of record of a journey, each as a list and a page. Rows are those of clients within a person's sight."""

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from caseload.models import (
    Activity,
    Assessment,
    Client,
    ClientAddress,
    ClientCircumstance,
    Consent,
    EmploymentCheck,
    Enrolment,
    InWorkSupport,
    InWorkTraining,
    Job,
    Placement,
    PlanAction,
    PreRecruitmentActivity,
    Qualification,
    Referral,
    StageEvent,
)
from caseload.models.restriction import open_to_reader
from caseload.queries.kept_names import names_kept
from caseload.queries.sight import readable
from partners.models import StaffMember
from partners.permissions import Capability, may
from partners.platform.records.kinds import RecordKind

CLIENTS = Capability.VIEW_CLIENTS


def of_clients(rows: QuerySet[Any], staff: StaffMember) -> QuerySet[Any]:
    return rows.filter(client__in=Client.objects.visible_to(staff))


def of_jobs(rows: QuerySet[Any], staff: StaffMember) -> QuerySet[Any]:
    return rows.filter(job__client__in=Client.objects.visible_to(staff))


def in_work(rows: QuerySet[Any], staff: StaffMember) -> QuerySet[Any]:
    """Support of managers is about no client; support of employees is of those in sight."""
    return rows.filter(Q(client__isnull=True) | Q(client__in=Client.objects.visible_to(staff)))


def known(rows: QuerySet[Any], staff: StaffMember) -> QuerySet[Any]:
    """Of clients in sight, what of special categories this reader may know."""
    return readable(of_clients(rows, staff), staff)


def of_referrals(rows: QuerySet[Any], staff: StaffMember) -> QuerySet[Any]:
    """Those sent or got, or all, that still name the person; of a restricted one for their named readers only."""
    rows = rows.filter(open_to_reader(staff, today=timezone.localdate(), of="client"))
    if may(staff, Capability.SEE_ALL_CLIENTS):
        return rows
    own = staff.organisation_id
    kept = names_kept(own, today=timezone.localdate(), days=staff.consortium.name_days)
    return rows.filter(kept, Q(from_organisation=own) | Q(to_organisation=own))


def client_page(client: Client) -> str:
    return reverse("caseload:client", args=[client.uid])


def employer_page(employer: Any) -> str:
    return reverse("employers:employer", args=[employer.uid]) if employer is not None else ""


def _personal(slug: str, title: str, about: str, model: Any, shown: tuple[str, ...], **more: Any) -> RecordKind:
    return RecordKind(
        slug=slug,
        title=title,
        about=about,
        model=model,
        shown=shown,
        **{
            "capability": CLIENTS,
            "within": of_clients,
            "is_personal": True,
            "person": "job.client_id" if "job.client" in shown else "client_id",
            "links": {"client": client_page, "employer": employer_page},
            **more,
        },
    )


KINDS: tuple[RecordKind, ...] = (
    _personal(
        "stage-events",
        "Journey steps",
        "Steps of the journey before work.",
        StageEvent,
        ("stage", "client", "occurred_on", "recorded_on", "organisation"),
        day="occurred_on",
        one="Step of",
        filters=("stage",),
    ),
    _personal(
        "activities",
        "Contacts and activities",
        "Engagement, surveys, visits, contacts and appointments.",
        Activity,
        ("kind", "client", "occurred_on", "organisation", "centre"),
        day="occurred_on",
        one="Activity of",
        filters=("kind",),
    ),
    _personal(
        "assessments",
        "Assessments",
        "Scores from 1, furthest from work, to 10.",
        Assessment,
        ("dimension", "client", "score", "assessed_on", "organisation"),
        day="assessed_on",
        one="Assessment of",
        filters=("dimension",),
        within=known,
    ),
    _personal(
        "plan-actions",
        "Plan actions",
        "Actions of the jobs and skills action plans.",
        PlanAction,
        ("title", "client", "owner", "due_on", "done_on", "cancelled_on"),
        day="due_on",
        one="Action of",
        filters=("owner",),
    ),
    _personal(
        "qualifications",
        "Learning",
        "Enrolments and achievements.",
        Qualification,
        ("type", "client", "level", "enrolled_on", "achieved_on", "accredited"),
        day="achieved_on",
        one="Learning of",
        filters=("type", "level"),
    ),
    _personal(
        "placements",
        "Placements",
        "Work placements, trials, apprenticeships and funded jobs.",
        Placement,
        ("kind", "client", "employer", "started_on", "ended_on", "result"),
        day="started_on",
        one="Placement of",
        filters=("kind", "result"),
    ),
    _personal(
        "jobs",
        "Job starts",
        "Jobs that clients started.",
        Job,
        ("started_on", "client", "employer", "ended_on", "hours_per_week", "evidence"),
        day="started_on",
        one="Job of",
        filters=("evidence",),
    ),
    _personal(
        "checks",
        "Job checks",
        "Still in work at 13, 26 and 52 weeks.",
        EmploymentCheck,
        ("week", "job.client", "checked_on", "in_work", "evidence"),
        day="checked_on",
        one="Job check of",
        filters=("week", "evidence"),
        within=of_jobs,
        links={},
    ),
    _personal(
        "in-work-training",
        "Training in work",
        "Training taken up by people in work.",
        InWorkTraining,
        ("started_on", "client", "employer", "completed_on", "result"),
        day="started_on",
        one="Training of",
        filters=("result",),
    ),
    _personal(
        "in-work-support",
        "Support in work",
        "Support used by employees and their managers.",
        InWorkSupport,
        ("person", "client", "employer", "manager_name", "occurred_on"),
        day="occurred_on",
        one="Support of",
        filters=("person",),
        within=in_work,
        links={"employer": employer_page},
    ),
    _personal(
        "enrolments",
        "Enrolments",
        "Clients on contracts.",
        Enrolment,
        ("started_on", "client", "contract", "ended_on", "end_reason"),
        day="started_on",
        one="Enrolment of",
    ),
    _personal(
        "referrals",
        "Referrals",
        "Hand-overs between organisations.",
        Referral,
        ("status", "client", "from_organisation", "to_organisation", "made_on", "answer_by"),
        day="made_on",
        one="Referral of",
        filters=("status",),
        within=of_referrals,
        links={},
    ),
    _personal(
        "consents",
        "Consents",
        "What clients agreed to.",
        Consent,
        ("purpose", "client", "organisation", "parts", "given_on", "expires_on", "withdrawn_on"),
        day="given_on",
        one="Consent of",
        filters=("purpose", "method"),
    ),
    _personal(
        "addresses",
        "Addresses",
        "Where clients lived and when.",
        ClientAddress,
        ("postcode", "client", "ward", "lsoa", "from_date", "to_date"),
        day="from_date",
        one="Address of",
    ),
    _personal(
        "circumstances",
        "Benefits and statuses",
        "Dated spells of benefits and statuses.",
        ClientCircumstance,
        ("code", "client", "kind", "from_date", "to_date"),
        day="from_date",
        one="Benefit or status of",
        filters=("kind", "code"),
        within=known,
    ),
    RecordKind(
        slug="pre-recruitment",
        title="Pre-recruitment courses",
        about="Courses run with an employer before recruiting.",
        model=PreRecruitmentActivity,
        shown=("title", "employer", "started_on", "ended_on", "applied", "attended", "interviewed", "offered"),
        capability=Capability.VIEW_EMPLOYERS,
        day="started_on",
        one="Course with",
        links={"employer": employer_page},
    ),
)
