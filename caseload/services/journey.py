"""What an adviser logs about a journey: one function an act, the same for a page, a partner's call and a command.

``by`` is the member of staff at work; a partner's system has none and names its ``organisation`` instead.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from caseload.enums import CAN_FAIL, REACHES, ActionOwner, ActivityKind, ContactResult
from caseload.errors import NotYetAccepted, RecordedByAnother, WorkEnded
from caseload.models import (
    Activity,
    Assessment,
    Client,
    EmploymentCheck,
    Enrolment,
    InWorkSupport,
    InWorkTraining,
    Job,
    Placement,
    PlanAction,
    Qualification,
    StageEvent,
)
from caseload.queries.writing import may_correct, record_of, waits_for_answer, works_with
from commissioning.models import Contract
from employers.enums import AgreementKind
from employers.models import Employer, EmployerAgreement, Vacancy
from partners.errors import CaseloadError, ChangedMeanwhile
from partners.models import Centre, Organisation, StaffMember
from partners.permissions import Capability, may, require
from partners.platform.dates import long_date
from partners.platform.records.changing import change, keep, refuse_before, refuse_future


def record_stage_event(
    client: Client,
    *,
    stage: str,
    occurred_on: date,
    by: StaffMember | None,
    organisation: Organisation | None = None,
    contract: Contract | None = None,
    note: str = "",
    external_id: str = "",
) -> StageEvent:
    """Record a step of the journey (CAS-07). An earlier day than today is back-dating: ``recorded_on`` keeps today."""
    happened(client, occurred_on, "occurred_on", by, organisation)
    return keep(
        StageEvent(
            client=client,
            stage=stage,
            occurred_on=occurred_on,
            recorded_on=timezone.localdate(),
            organisation=organisation_of(client, by, organisation),
            contract=contract,
            note=note,
            recorded_by=by,
            external_id=external_id,
        )
    )


def record_activity(
    client: Client,
    *,
    kind: str,
    occurred_on: date,
    by: StaffMember | None,
    organisation: Organisation | None = None,
    centre: Centre | None = None,
    contract: Contract | None = None,
    note: str = "",
    channel: str = "",
    result: str = "",
    length_minutes: int | None = None,
    next_on: date | None = None,
    external_id: str = "",
) -> Activity:
    """Record an engagement, visit, contact or appointment (CAS-05). Only an appointment may lie ahead.

    ``channel`` and ``result`` say how and with what result (ContactChannel, ContactResult); without a result it reached
    the client, or is still to come. ``length_minutes`` is 0 to 1440; on ``next_on`` the worklist asks to try again.
    """
    if kind == ActivityKind.APPOINTMENT:
        allowed(by, client, organisation)
    else:
        happened(client, occurred_on, "occurred_on", by, organisation)
    if occurred_on > timezone.localdate():
        result = result or ContactResult.PLANNED
    check_contact(kind, occurred_on, result, next_on)
    return keep(
        Activity(
            client=client,
            kind=kind,
            occurred_on=occurred_on,
            centre=centre,
            organisation=organisation_of(client, by, organisation),
            contract=contract,
            note=note,
            channel=channel,
            result=result,
            length_minutes=length_minutes,
            next_on=next_on,
            recorded_by=by,
            external_id=external_id,
        )
    )


def record_assessment(
    client: Client,
    *,
    scores: Mapping[str, int],
    assessed_on: date,
    by: StaffMember | None,
    organisation: Organisation | None = None,
) -> list[Assessment]:
    """Record the scores of one assessment, a row a dimension, all with one moment of recording (CAS-10)."""
    happened(client, assessed_on, "assessed_on", by, organisation)
    if not scores:
        raise CaseloadError("Score at least one part of the assessment.")
    now, own = timezone.now(), organisation_of(client, by, organisation)
    return [
        keep(
            Assessment(
                client=client,
                assessed_on=assessed_on,
                organisation=own,
                dimension=dimension,
                score=score,
                recorded_at=now,
            )
        )
        for dimension, score in scores.items()
    ]


def add_plan_action(
    client: Client, *, title: str, owner: str, by: StaffMember, due_on: date | None = None
) -> PlanAction:
    """Add an action to the jobs and skills action plan (CAS-11)."""
    allowed(by, client)
    return keep(
        PlanAction(client=client, title=title, owner=owner, due_on=due_on, recording_organisation=by.organisation)
    )


def finish_plan_action(action: PlanAction, *, on: date, by: StaffMember) -> PlanAction:
    """Mark an action done: whose plan it is, or the partner who was to do it."""
    happened(action.client, on, "done_on", by)
    if action.owner != ActionOwner.PARTNER:
        require_own(action, by)
    return change(action, version=action.version, values={"done_on": on, "cancelled_on": None})


def cancel_plan_action(action: PlanAction, *, on: date, by: StaffMember) -> PlanAction:
    happened(action.client, on, "cancelled_on", by)
    require_own(action, by)
    return change(action, version=action.version, values={"cancelled_on": on, "done_on": None})


def reopen_plan_action(action: PlanAction, *, by: StaffMember) -> PlanAction:
    require_own(action, by)
    return change(action, version=action.version, values={"cancelled_on": None, "done_on": None})


def record_qualification(
    client: Client,
    *,
    type: str,  # noqa: A002  the exchange package's own name
    level: str,
    by: StaffMember,
    enrolled_on: date | None = None,
    achieved_on: date | None = None,
    first_at_level: bool | None = None,
    accredited: bool | None = None,
    contract: Contract | None = None,
) -> Qualification:
    """Record learning, from enrolment or with its achievement at once (CAS-13)."""
    if enrolled_on is None and achieved_on is None:
        raise CaseloadError("Enter the day of enrolment, the day of achievement, or both.", field="enrolled_on")
    happened(client, enrolled_on, "enrolled_on", by)
    happened(client, achieved_on, "achieved_on", by)
    return keep(
        Qualification(
            client=client,
            type=type,
            level=level,
            enrolled_on=enrolled_on,
            achieved_on=achieved_on,
            first_at_level=first_at_level,
            accredited=accredited,
            contract=contract,
            recording_organisation=by.organisation,
        )
    )


def record_placement(
    client: Client,
    *,
    employer: Employer | None,
    kind: str,
    started_on: date,
    by: StaffMember,
    ended_on: date | None = None,
    result: str = "",
    contract: Contract | None = None,
) -> Placement:
    """Record a work placement, trial, apprenticeship or funded job (CAS-14)."""
    happened(client, started_on, "started_on", by)
    happened(client, ended_on, "ended_on", by)
    return keep(
        Placement(
            client=client,
            employer=employer,
            kind=kind,
            started_on=started_on,
            ended_on=ended_on,
            result=result,
            contract=contract,
            recording_organisation=by.organisation,
        )
    )


def record_job_start(
    client: Client,
    *,
    started_on: date,
    evidence: str,
    by: StaffMember | None,
    organisation: Organisation | None = None,
    employer: Employer | None = None,
    vacancy: Vacancy | None = None,
    jigs_agreement: EmployerAgreement | None = None,
    contract: Contract | None = None,
    ended_on: date | None = None,
    hours_per_week: Decimal | None = None,
    hourly_wage: Decimal | None = None,
    self_employed: bool | None = None,
    permanent: bool | None = None,
    verified_on: date | None = None,
) -> Job:
    """Record a job start (CAS-17), through an interview guarantee where ``jigs_agreement`` says so."""
    happened(client, started_on, "started_on", by, organisation)
    happened(client, ended_on, "ended_on", by, organisation)
    happened(client, verified_on, "verified_on", by, organisation)
    check_guarantee(jigs_agreement, employer, started_on)
    check_vacancy(vacancy, employer)
    return keep(
        Job(
            client=client,
            employer=employer,
            vacancy=vacancy,
            jigs_agreement=jigs_agreement,
            contract=contract,
            started_on=started_on,
            ended_on=ended_on,
            hours_per_week=hours_per_week,
            hourly_wage=hourly_wage,
            self_employed=self_employed,
            permanent=permanent,
            evidence=evidence,
            verified_on=verified_on,
            recorded_on=timezone.localdate(),
            recorded_by=by,
            recording_organisation=organisation or whose(by),
        )
    )


def record_check(
    job: Job,
    *,
    week: int,
    checked_on: date,
    in_work: bool,
    evidence: str,
    by: StaffMember | None,
    organisation: Organisation | None = None,
    verified_on: date | None = None,
    external_id: str = "",
) -> EmploymentCheck:
    """Record whether the client is still in this job 13, 26 or 52 weeks after its start (CAS-18).

    The weeks must be over: an earlier answer would count as theirs (KPIS.md: the latest check counts, "whenever
    made"). A package may hold earlier ones, and its import takes them.
    """
    happened(job.client, checked_on, "checked_on", by, organisation)
    happened(job.client, verified_on, "verified_on", by, organisation)
    refuse_early_check(job, week, checked_on)
    return keep(
        EmploymentCheck(
            job=job,
            week=week,
            checked_on=checked_on,
            in_work=in_work,
            evidence=evidence,
            verified_on=verified_on,
            recorded_by=by,
            recording_organisation=organisation or whose(by),
            external_id=external_id,
        )
    )


def record_in_work_training(
    client: Client,
    *,
    employer: Employer | None,
    started_on: date,
    by: StaffMember,
    completed_on: date | None = None,
    result: str = "",
) -> InWorkTraining:
    """Record training taken up in work (CAS-20)."""
    happened(client, started_on, "started_on", by)
    happened(client, completed_on, "completed_on", by)
    return keep(
        InWorkTraining(
            client=client,
            employer=employer,
            started_on=started_on,
            completed_on=completed_on,
            result=result,
            recording_organisation=by.organisation,
        )
    )


def record_in_work_support(
    client: Client,
    *,
    employer: Employer | None,
    occurred_on: date,
    by: StaffMember,
    person: str = "employee",
    manager_name: str = "",
) -> InWorkSupport:
    """Record support used by the client in work, or by their manager (CAS-19)."""
    happened(client, occurred_on, "occurred_on", by)
    return keep(
        InWorkSupport(
            client=client,
            employer=employer,
            occurred_on=occurred_on,
            person=person,
            manager_name=manager_name,
            recording_organisation=by.organisation,
        )
    )


def enrol(client: Client, *, contract: Contract | None, started_on: date, by: StaffMember) -> Enrolment:
    """Enrol a client on a contract, on a day the contract runs."""
    happened(client, started_on, "started_on", by)
    if contract is not None and not contract.starts_on <= started_on <= contract.ends_on:
        raise CaseloadError("Enter a day on which the contract runs.", field="started_on")
    return keep(
        Enrolment(client=client, contract=contract, started_on=started_on, recording_organisation=by.organisation)
    )


def correct_entry(entry: Any, *, version: int, values: Mapping[str, Any], by: StaffMember) -> Any:
    """Change what was recorded, if nobody else has since; days still may not lie ahead, unless they are plans.

    Only the organisation that recorded it does (caseload.queries.writing).
    """
    require_own(entry, by)
    planned = {"due_on", "expires_on", "next_on"} | ({"occurred_on"} if _is_appointment(entry, values) else set())
    for name, value in values.items():
        if isinstance(value, date) and name not in planned:
            refuse_future(value, name)
    if isinstance(entry, Activity):
        check_contact(
            values.get("kind", entry.kind),
            values.get("occurred_on", entry.occurred_on),
            values.get("result", entry.result),
            values.get("next_on", entry.next_on),
        )
    if isinstance(entry, Job):
        check_guarantee(
            values.get("jigs_agreement", entry.jigs_agreement),
            values.get("employer", entry.employer),
            values.get("started_on", entry.started_on),
        )
        check_vacancy(values.get("vacancy", entry.vacancy), values.get("employer", entry.employer))
        refuse_outrunning_checks(entry, values.get("started_on", entry.started_on))
    if isinstance(entry, EmploymentCheck):
        refuse_early_check(entry.job, values.get("week", entry.week), values.get("checked_on", entry.checked_on))
    return change(entry, version=version, values=values)


def correct_assessment(
    entry: Assessment, *, version: int, assessed_on: date, scores: Mapping[str, int], by: StaffMember
) -> Assessment:
    """Correct one assessment as a whole: scores changed, added, or taken out because they were left empty."""
    require_own(entry, by)
    happened(entry.client, assessed_on, "assessed_on", by)
    if not scores:
        raise CaseloadError("Score at least one part of the assessment.")
    rows = Assessment.objects.select_for_update().filter(
        client=entry.client_id, assessed_on=entry.assessed_on, organisation=entry.organisation_id
    )
    before = {row.dimension: row for row in rows}
    if max(row.version for row in before.values()) != version:
        raise ChangedMeanwhile
    for dimension, score in scores.items():
        row = before.pop(dimension, None)
        if row is None:
            row = Assessment(
                client=entry.client, organisation=entry.organisation, dimension=dimension, recorded_at=entry.recorded_at
            )
        row.score, row.assessed_on, row.version = score, assessed_on, version + 1
        keep(row)
    for row in before.values():
        row.delete()
    return entry


def refuse_early_check(job: Job, week: int, checked_on: date) -> None:
    """Refuse a check before the job started, or before its weeks were over."""
    refuse_before(checked_on, job.started_on, "checked_on", what="the day the job started")
    over = job.started_on + timedelta(weeks=week)
    if checked_on < over:
        can = f"The check at {week} weeks can be recorded from {long_date(over)}, when they are over."
        raise CaseloadError(f"{can} If the job has ended before, enter that on the job.", field="checked_on")


def refuse_outrunning_checks(job: Job, started_on: date) -> None:
    """Refuse to move a job's start so late that a check which was in time would stand before its weeks were over."""
    if started_on <= job.started_on:
        return
    starts = {
        check: check.checked_on - timedelta(weeks=check.week) for check in job.checks.order_by("week", "checked_on")
    }
    outrun = {check: start for check, start in starts.items() if job.started_on <= start < started_on}
    if not outrun:
        return
    named = [f"at {check.week} weeks ({long_date(check.checked_on)})" for check in outrun]
    checks, them = ("The check", "it") if len(named) == 1 else ("The checks", "them")
    raise CaseloadError(
        f"{checks} {' and '.join(named)} would stand before the weeks were over. Enter a start on or"
        f" before {long_date(min(outrun.values()))}, or correct {them} first.",
        field="started_on",
    )


def check_contact(kind: str, occurred_on: date, result: str, next_on: date | None) -> None:
    """Refuse a result of what is still to come or of what cannot fail, and a next day before the contact itself."""
    if occurred_on > timezone.localdate() and result not in {"", ContactResult.PLANNED}:
        raise CaseloadError("Leave the result empty: the appointment is still to come.", field="result")
    if kind not in CAN_FAIL and result not in REACHES:
        raise CaseloadError(
            "Only a contact or an appointment can fail. Choose one of them, or no result.", field="result"
        )
    refuse_before(next_on, occurred_on, "next_on", what="the day of the contact")


def check_vacancy(vacancy: Vacancy | None, employer: Employer | None) -> None:
    if vacancy is not None and (employer is None or vacancy.employer_id != employer.pk):
        named = employer.name if employer is not None else "the employer"
        raise CaseloadError(f"Choose a vacancy of {named}.", field="vacancy")


def check_guarantee(agreement: EmployerAgreement | None, employer: Employer | None, started_on: date) -> None:
    """Refuse what is no interview guarantee, of another employer, or not in force when the job started (EMP-07)."""
    if agreement is None:
        return
    if agreement.kind != AgreementKind.JIGS:
        raise CaseloadError("Choose a job interview guarantee.", field="jigs_agreement")
    if employer is not None and agreement.employer_id != employer.pk:
        raise CaseloadError(f"Choose a guarantee given by {employer.name}.", field="jigs_agreement")
    if agreement.from_date > started_on or (agreement.to_date and agreement.to_date < started_on):
        raise CaseloadError("Choose a guarantee that was in force on the day the job started.", field="jigs_agreement")


def happened(
    client: Client, day: date | None, field: str, by: StaffMember | None, organisation: Organisation | None = None
) -> None:
    """Require that they may write here, and a day that is neither ahead nor before the client was born."""
    allowed(by, client, organisation)
    refuse_future(day, field)
    refuse_before(day, client.date_of_birth, field, what="the client's date of birth")


def allowed(by: StaffMember | None, client: Client | None = None, organisation: Organisation | None = None) -> None:
    """Require the capability and, with a client, that their organisation writes on this record.

    :raises NotAllowed: with the reason; before a referral is accepted :class:`NotYetAccepted`, after the work
        :class:`WorkEnded`
    """
    if by is not None:
        require(by, Capability.RECORD_JOURNEY)
    whom = organisation or whose(by)
    if client is not None and whom is not None:
        require_working(client, whom.pk, sees_all=by is not None and may(by, Capability.SEE_ALL_CLIENTS))


def require_working(client: Client, organisation_id: int, *, sees_all: bool = False) -> None:
    """Require that an organisation works with a client: theirs, or accepted and neither completed nor handed back."""
    if not sees_all and not works_with(client, organisation_id):
        raise NotYetAccepted if waits_for_answer(client, organisation_id) else WorkEnded


def require_own(entry: Any, by: StaffMember) -> None:
    """Require that their organisation recorded an entry, or that it is theirs for another reason (queries.writing).

    :raises RecordedByAnother: who recorded it corrects it
    """
    allowed(by, record_of(entry))
    if not may_correct(by, entry):
        raise RecordedByAnother


def whose(by: StaffMember | None) -> Organisation | None:
    return by.organisation if by is not None else None


def organisation_of(client: Client, by: StaffMember | None, organisation: Organisation | None) -> Organisation:
    if organisation is not None:
        return organisation
    own: Organisation = by.organisation if by is not None else client.organisation
    return own


def _is_appointment(entry: Any, values: Mapping[str, Any]) -> bool:
    return isinstance(entry, Activity) and values.get("kind", entry.kind) == ActivityKind.APPOINTMENT
