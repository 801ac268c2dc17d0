import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from caseload.enums import ActivityKind, Dimension, Evidence, Stage
from caseload.models import Assessment, Client, EmploymentCheck, Job, StageEvent
from caseload.services import journey
from employers.enums import AgreementKind
from partners.errors import CaseloadError, ChangedMeanwhile, NotAllowed
from partners.models import StaffMember
from partners.platform.dates import long_date
from tests.factories.caseload import (
    ActivityFactory,
    ClientFactory,
    EmploymentCheckFactory,
    JobFactory,
    PlanActionFactory,
)
from tests.factories.employers import EmployerAgreementFactory, EmployerFactory

MAY_14 = dt.date(2007, 5, 14)


@pytest.fixture
def client(adviser: StaffMember) -> Client:
    return ClientFactory(organisation=adviser.organisation, adviser=adviser, date_of_birth=dt.date(1979, 2, 3))


def test_a_step_remembers_when_it_was_recorded(client: Client, adviser: StaffMember) -> None:
    event = journey.record_stage_event(client, stage=Stage.ASSESSED, occurred_on=MAY_14, by=adviser)

    assert event.recorded_on == timezone.localdate()
    assert event.organisation == adviser.organisation
    assert event.recorded_by == adviser


def test_a_step_in_the_future_is_refused(client: Client, adviser: StaffMember) -> None:
    tomorrow = timezone.localdate() + dt.timedelta(days=1)

    with pytest.raises(CaseloadError) as refusal:
        journey.record_stage_event(client, stage=Stage.ASSESSED, occurred_on=tomorrow, by=adviser)

    assert "or earlier" in refusal.value.fields["occurred_on"][0]
    assert not StageEvent.objects.exists()


def test_an_appointment_may_lie_ahead(client: Client, adviser: StaffMember) -> None:
    tomorrow = timezone.localdate() + dt.timedelta(days=1)

    activity = journey.record_activity(client, kind=ActivityKind.APPOINTMENT, occurred_on=tomorrow, by=adviser)

    assert activity.occurred_on == tomorrow


def test_a_day_before_birth_is_refused(client: Client, adviser: StaffMember) -> None:
    with pytest.raises(CaseloadError) as refusal:
        journey.record_activity(client, kind=ActivityKind.CONTACT, occurred_on=dt.date(1979, 2, 2), by=adviser)

    assert refusal.value.fields == {
        "occurred_on": ["Enter a date on or after 3 February 1979, the client's date of birth."]
    }


def test_who_does_not_record_journeys_is_refused(client: Client, commissioner: StaffMember) -> None:
    with pytest.raises(NotAllowed):
        journey.record_stage_event(client, stage=Stage.ASSESSED, occurred_on=MAY_14, by=commissioner)


def test_an_assessment_is_one_moment(client: Client, adviser: StaffMember) -> None:
    rows = journey.record_assessment(
        client, scores={Dimension.SKILLS: 4, Dimension.DEBT: 7}, assessed_on=MAY_14, by=adviser
    )

    assert len({row.recorded_at for row in rows}) == 1
    assert Assessment.objects.count() == 2


def test_a_score_of_eleven_is_refused_with_its_field(client: Client, adviser: StaffMember) -> None:
    with pytest.raises(CaseloadError) as refusal:
        journey.record_assessment(client, scores={Dimension.SKILLS: 11}, assessed_on=MAY_14, by=adviser)

    assert refusal.value.fields == {"score": ["A score is a whole number from 1 to 10."]}


def test_correcting_an_assessment_changes_adds_and_removes(client: Client, adviser: StaffMember) -> None:
    first = journey.record_assessment(
        client, scores={Dimension.SKILLS: 4, Dimension.DEBT: 7}, assessed_on=MAY_14, by=adviser
    )[0]

    journey.correct_assessment(
        first, version=1, assessed_on=MAY_14, scores={Dimension.SKILLS: 5, Dimension.HEALTH: 6}, by=adviser
    )

    kept = dict(Assessment.objects.values_list("dimension", "score"))
    assert kept == {Dimension.SKILLS: 5, Dimension.HEALTH: 6}


def test_a_job_through_a_guarantee_of_its_employer_is_kept(client: Client, adviser: StaffMember) -> None:
    guarantee = EmployerAgreementFactory()

    job = journey.record_job_start(
        client,
        started_on=MAY_14,
        evidence=Evidence.PAYSLIP,
        by=adviser,
        employer=guarantee.employer,
        jigs_agreement=guarantee,
    )

    assert job.jigs_agreement == guarantee


@pytest.mark.parametrize(
    ("agreement", "sentence"),
    [
        ({"kind": AgreementKind.AGENCY_STANDARD}, "Choose a job interview guarantee."),
        ({"to_date": dt.date(2007, 5, 13)}, "Choose a guarantee that was in force on the day the job started."),
    ],
)
def test_a_guarantee_that_does_not_hold_is_refused(
    client: Client, adviser: StaffMember, agreement: dict[str, Any], sentence: str
) -> None:
    kept = EmployerAgreementFactory(**agreement)

    with pytest.raises(CaseloadError) as refusal:
        journey.record_job_start(
            client, started_on=MAY_14, evidence=Evidence.NONE, by=adviser, employer=kept.employer, jigs_agreement=kept
        )

    assert refusal.value.fields == {"jigs_agreement": [sentence]}
    assert not Job.objects.exists()


def test_a_guarantee_of_another_employer_is_refused(client: Client, adviser: StaffMember) -> None:
    other = EmployerFactory(name="Stadium Stores")

    with pytest.raises(CaseloadError) as refusal:
        journey.check_guarantee(EmployerAgreementFactory(), other, MAY_14)

    assert refusal.value.fields == {"jigs_agreement": ["Choose a guarantee given by Stadium Stores."]}


def test_a_check_before_the_job_started_is_refused(client: Client, adviser: StaffMember) -> None:
    job = JobFactory(client=client)

    with pytest.raises(CaseloadError) as refusal:
        journey.record_check(
            job, week=13, checked_on=dt.date(2007, 5, 13), in_work=True, evidence=Evidence.NONE, by=adviser
        )

    assert "the day the job started" in refusal.value.fields["checked_on"][0]
    assert not EmploymentCheck.objects.exists()


@pytest.mark.parametrize(("week", "first"), [(13, dt.date(2007, 8, 13)), (52, dt.date(2008, 5, 12))])
def test_a_check_waits_until_its_weeks_are_over(
    week: int, first: dt.date, client: Client, adviser: StaffMember
) -> None:
    said: dict[str, Any] = {"week": week, "in_work": True, "evidence": Evidence.NONE, "by": adviser}
    job = JobFactory(client=client)

    with pytest.raises(CaseloadError) as refusal:
        journey.record_check(job, checked_on=first - dt.timedelta(days=1), **said)

    assert f"can be recorded from {long_date(first)}" in refusal.value.fields["checked_on"][0]
    assert journey.record_check(job, checked_on=first, **said).checked_on == first


def test_a_check_is_not_moved_before_its_weeks_are_over(client: Client, adviser: StaffMember) -> None:
    check = EmploymentCheckFactory(job__client=client, week=13, checked_on=dt.date(2007, 8, 13))

    for values in ({"checked_on": dt.date(2007, 8, 12)}, {"week": 26}):
        with pytest.raises(CaseloadError) as refusal:
            journey.correct_entry(check, version=check.version, values=values, by=adviser)
        assert "can be recorded from" in refusal.value.fields["checked_on"][0]


def test_a_job_start_is_not_moved_past_its_checks(client: Client, adviser: StaffMember) -> None:
    job = JobFactory(client=client)
    for week, day in ((13, dt.date(2007, 8, 15)), (26, dt.date(2007, 11, 12))):
        EmploymentCheckFactory(job=job, week=week, checked_on=day)

    with pytest.raises(CaseloadError) as refusal:
        journey.correct_entry(job, version=1, values={"started_on": dt.date(2007, 5, 17)}, by=adviser)
    journey.correct_entry(job, version=1, values={"started_on": dt.date(2007, 5, 14), "hours_per_week": 16}, by=adviser)

    (said,) = refusal.value.fields["started_on"]
    assert "checks at 13 weeks (15 August 2007) and at 26 weeks (12 November 2007) would stand before" in said
    assert "Enter a start on or before 14 May 2007, or correct them first." in said


def test_a_check_that_came_early_in_a_package_holds_no_correction_up(client: Client, adviser: StaffMember) -> None:
    check = EmploymentCheckFactory(job__client=client, week=13, checked_on=dt.date(2007, 6, 1))

    job = journey.correct_entry(check.job, version=1, values={"started_on": dt.date(2007, 5, 16)}, by=adviser)

    assert job.started_on == dt.date(2007, 5, 16)


def test_a_hundred_and_seventy_hours_are_refused(client: Client, adviser: StaffMember) -> None:
    with pytest.raises(CaseloadError) as refusal:
        journey.record_job_start(client, started_on=MAY_14, evidence=Evidence.NONE, by=adviser, hours_per_week=170)

    assert refusal.value.fields == {"hours_per_week": ["A week has 168 hours."]}


def test_learning_without_a_day_is_refused(client: Client, adviser: StaffMember) -> None:
    with pytest.raises(CaseloadError) as refusal:
        journey.record_qualification(client, type="nvq", level="2", by=adviser)

    assert "enrolled_on" in refusal.value.fields


def test_an_achievement_before_enrolment_is_refused(client: Client, adviser: StaffMember) -> None:
    with pytest.raises(CaseloadError) as refusal:
        journey.record_qualification(
            client, type="nvq", level="2", enrolled_on=MAY_14, achieved_on=dt.date(2007, 5, 1), by=adviser
        )

    assert refusal.value.fields == {"achieved_on": ["The end must be on or after the day of enrolment."]}


def test_an_action_is_done_and_opened_again(client: Client, adviser: StaffMember) -> None:
    action = PlanActionFactory(client=client)

    done = journey.finish_plan_action(action, on=MAY_14, by=adviser)
    opened = journey.reopen_plan_action(done, by=adviser)

    assert done.done_on == MAY_14
    assert opened.done_on is None


def test_the_second_of_two_corrections_is_told(client: Client, adviser: StaffMember) -> None:
    activity = ActivityFactory(client=client)
    journey.correct_entry(activity, version=1, values={"note": "first"}, by=adviser)

    with pytest.raises(ChangedMeanwhile):
        journey.correct_entry(activity, version=1, values={"note": "second"}, by=adviser)

    activity.refresh_from_db()
    assert activity.note == "first"
