"""Who writes on a person's record, and who corrects what: every act, for everybody who might try it."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from caseload.errors import NotYetAccepted, RecordedByAnother, WorkEnded
from caseload.models import Client, Placement
from caseload.services import facts, journey, remarks, sharing
from caseload.services.sending import send_referral
from caseload.services.sharing import bring_shares_up_to_date
from caseload.services.undo import undo_entry
from partners.enums import Role
from partners.errors import NotAllowed
from partners.models import Notice, Organisation, StaffMember
from tests.factories import caseload as make
from tests.factories.commissioning import ContractFactory
from tests.factories.employers import EmployerFactory
from tests.factories.partners import OrganisationFactory, StaffFactory

DAY = dt.date(2007, 5, 14)
TODAY = timezone.localdate()
WORKING = ("owner", "accepted", "started")
SITUATIONS = (*WORKING, "sent", "completed", "returned", "withdrawn", "declined", "expired", "stranger")


@pytest.fixture
def client(adviser: StaffMember) -> Client:
    """A client of the adviser's organisation; others have referrals of somebody else, too."""
    other = make.ClientFactory(organisation=adviser.organisation)
    make.ConsentFactory(client=other)
    client = make.ClientFactory(organisation=adviser.organisation, adviser=adviser)
    make.ConsentFactory(client=client)
    return client


def somebody(client: Client, situation: str) -> StaffMember:
    """Return an adviser who stands to the client as said, and works with another client of the same owner."""
    if situation == "owner":
        return StaffFactory(organisation=client.organisation, role=Role.ADVISER)
    person: StaffMember = StaffFactory(organisation=OrganisationFactory(), role=Role.ADVISER)
    for other in Client.objects.exclude(pk=client.pk):
        make.ReferralFactory(client=other, to_organisation=person.organisation, status="accepted")
    if situation != "stranger":
        make.ReferralFactory(client=client, to_organisation=person.organisation, status=situation)
    bring_shares_up_to_date(today=TODAY)
    found: StaffMember = StaffMember.objects.select_related("organisation").get(pk=person.pk)
    return found


Act = Callable[[Client, StaffMember], Any]


def _job(client: Client) -> Any:
    return client.jobs.first() or make.JobFactory(client=client, started_on=DAY)


ADDS: dict[str, Act] = {
    "step": lambda c, by: journey.record_stage_event(c, stage="engaged", occurred_on=DAY, by=by),
    "contact": lambda c, by: journey.record_activity(c, kind="contact", occurred_on=DAY, by=by),
    "appointment": lambda c, by: journey.record_activity(c, kind="appointment", occurred_on=TODAY, by=by),
    "assessment": lambda c, by: journey.record_assessment(c, scores={"skills": 9}, assessed_on=DAY, by=by),
    "action": lambda c, by: journey.add_plan_action(c, title="Write CV", owner="client", by=by),
    "learning": lambda c, by: journey.record_qualification(c, type="nvq", level="2", enrolled_on=DAY, by=by),
    "placement": lambda c, by: journey.record_placement(
        c, employer=EmployerFactory(), kind="work_trial", started_on=DAY, by=by
    ),
    "job": lambda c, by: journey.record_job_start(c, started_on=DAY, evidence="none", by=by),
    "check": lambda c, by: journey.record_check(
        _job(c), week=13, checked_on=dt.date(2007, 9, 1), in_work=True, evidence="none", by=by
    ),
    "training": lambda c, by: journey.record_in_work_training(c, employer=EmployerFactory(), started_on=DAY, by=by),
    "support": lambda c, by: journey.record_in_work_support(c, employer=EmployerFactory(), occurred_on=DAY, by=by),
    "enrolment": lambda c, by: journey.enrol(
        c, contract=ContractFactory(starts_on=DAY, ends_on=TODAY), started_on=DAY, by=by
    ),
    "address": lambda c, by: facts.add_address(c, from_date=DAY, postcode="LE1 1AA", by=by),
    "benefit": lambda c, by: facts.add_circumstance(c, code="jsa", from_date=DAY, by=by),
    "consent": lambda c, by: sharing.record_consent(
        c, purpose="tracking", given_on=DAY, method="paper", by=by, today=TODAY
    ),
    "withdrawal": lambda c, by: sharing.withdraw_consent(
        make.ConsentFactory(client=c, purpose="tracking"), on=TODAY, by=by, today=TODAY
    ),
    "referral": lambda c, by: send_referral(c, to_organisation=OrganisationFactory(), made_on=TODAY, by=by),
}
CHANGES: dict[str, Act] = {
    "correct a contact": lambda c, by: _correct(make.ActivityFactory(client=c, organisation=c.organisation), by),
    "correct a step": lambda c, by: _correct(make.StageEventFactory(client=c, organisation=c.organisation), by),
    "correct a placement": lambda c, by: _correct(make.PlacementFactory(client=c), by),
    "correct a job": lambda c, by: _correct(make.JobFactory(client=c), by),
    "correct a check": lambda c, by: _correct(make.EmploymentCheckFactory(job__client=c), by),
    "correct learning": lambda c, by: _correct(make.QualificationFactory(client=c), by),
    "correct training": lambda c, by: _correct(make.InWorkTrainingFactory(client=c), by),
    "correct support": lambda c, by: _correct(make.InWorkSupportFactory(client=c), by),
    "correct an enrolment": lambda c, by: _correct(make.EnrolmentFactory(client=c), by),
    "correct an action": lambda c, by: _correct(make.PlanActionFactory(client=c), by),
    "correct an assessment": lambda c, by: journey.correct_assessment(
        make.AssessmentFactory(client=c, organisation=c.organisation, score=4),
        version=1,
        assessed_on=DAY,
        scores={"skills": 9},
        by=by,
    ),
    "finish an action": lambda c, by: journey.finish_plan_action(make.PlanActionFactory(client=c), on=TODAY, by=by),
    "cancel an action": lambda c, by: journey.cancel_plan_action(make.PlanActionFactory(client=c), on=TODAY, by=by),
    "open an action again": lambda c, by: journey.reopen_plan_action(
        make.PlanActionFactory(client=c, done_on=DAY), by=by
    ),
    "correct an address": lambda c, by: facts.correct_spell(
        make.ClientAddressFactory(client=c), version=1, values={"ward": "Abbey"}, by=by
    ),
    "end a benefit": lambda c, by: facts.end_spell(
        make.ClientCircumstanceFactory(client=c), on=TODAY, version=1, by=by
    ),
    "correct a benefit": lambda c, by: facts.correct_spell(
        make.ClientCircumstanceFactory(client=c), version=1, values={"code": "uc"}, by=by
    ),
    "change personal details": lambda c, by: facts.change_client(
        c, version=c.version, values={"family_name": "Changed"}, by=by
    ),
}


def _correct(entry: Any, by: StaffMember) -> Any:
    return journey.correct_entry(entry, version=1, values={}, by=by)


def outcome(act: Act, client: Client, by: StaffMember) -> str:
    try:
        with transaction.atomic():
            act(client, by)
    except NotAllowed as refusal:
        return refusal.code
    return "done"


@pytest.mark.parametrize("situation", SITUATIONS)
def test_who_adds(client: Client, situation: str) -> None:
    person = somebody(client, situation)

    outcomes = {name: outcome(act, client, person) for name, act in ADDS.items()}

    wanted = "done" if situation in WORKING else "not_accepted" if situation == "sent" else "work_ended"
    told = {"referral": "not_allowed"} if situation not in {*WORKING, "sent", "completed"} else {}
    assert outcomes == {**dict.fromkeys(ADDS, wanted), **told}


@pytest.mark.parametrize("situation", SITUATIONS)
def test_who_corrects_ends_or_takes_back_what_the_owner_recorded(client: Client, situation: str) -> None:
    person = somebody(client, situation)

    outcomes = {name: outcome(act, client, person) for name, act in CHANGES.items()}

    refused = "not_accepted" if situation == "sent" else "work_ended"
    wanted = {"owner": "done", "accepted": "recorded_by_another", "started": "recorded_by_another"}
    assert outcomes == dict.fromkeys(CHANGES, wanted.get(situation, refused))


def test_another_consortium_reaches_nothing(client: Client, foreigner: StaffMember) -> None:
    for act in (ADDS["step"], CHANGES["correct a contact"]):
        assert outcome(act, client, foreigner) in {"work_ended", "not_allowed"}


def test_a_receiver_corrects_its_own_while_it_works_with_the_client(client: Client) -> None:
    person = somebody(client, "started")
    own, others = (
        StaffFactory(organisation=each, role=Role.ADVISER) for each in (person.organisation, client.organisation)
    )
    placement = ADDS["placement"](client, person)
    score = ADDS["assessment"](client, person)[0]

    journey.correct_entry(placement, version=1, values={"result": "completed"}, by=own)
    with pytest.raises(RecordedByAnother):
        journey.correct_entry(placement, version=2, values={"result": "left_early"}, by=others)
    with pytest.raises(RecordedByAnother):
        journey.correct_assessment(score, version=1, assessed_on=DAY, scores={"skills": 1}, by=others)


def test_what_a_receiver_left_behind_is_the_owners_to_put_right(client: Client) -> None:
    person = somebody(client, "started")
    placement = ADDS["placement"](client, person)
    owner = StaffFactory(organisation=client.organisation, role=Role.ADVISER)
    client.referrals.update(status="returned")

    with pytest.raises(WorkEnded):
        journey.correct_entry(placement, version=1, values={"result": "completed"}, by=person)
    journey.correct_entry(placement, version=1, values={"result": "left_early"}, by=owner)

    assert Placement.objects.get(pk=placement.pk).result == "left_early"


def test_nothing_is_taken_back_after_the_work_has_ended(client: Client) -> None:
    person = somebody(client, "started")
    action = ADDS["action"](client, person)
    client.referrals.update(status="completed")

    with pytest.raises(WorkEnded):
        undo_entry(action, by=person)


def test_a_partner_marks_done_what_the_partner_was_to_do(client: Client) -> None:
    receiver, waiting = somebody(client, "accepted"), somebody(client, "sent")
    action = make.PlanActionFactory(client=client, owner="partner")

    with pytest.raises(NotYetAccepted):
        journey.finish_plan_action(action, on=TODAY, by=waiting)
    assert journey.finish_plan_action(action, on=TODAY, by=receiver).done_on == TODAY
    with pytest.raises(RecordedByAnother):
        journey.cancel_plan_action(action, on=TODAY, by=receiver)


def test_a_move_told_by_a_partner_leaves_the_owners_address_as_it_is(client: Client) -> None:
    home = make.ClientAddressFactory(client=client, from_date=dt.date(2007, 1, 1))
    own = make.ClientAddressFactory(
        client=client,
        from_date=dt.date(2007, 2, 1),
        recording_organisation=(person := somebody(client, "started")).organisation,
    )

    facts.add_address(client, from_date=DAY, postcode="LE2 2AA", by=person)

    home.refresh_from_db()
    own.refresh_from_db()
    assert (home.to_date, own.to_date) == (None, DAY - dt.timedelta(days=1))


def test_those_who_track_every_client_record_and_correct_their_own(client: Client, city_council: Organisation) -> None:
    tracker = StaffFactory(organisation=city_council, role=Role.TRACKING_TEAM)
    placement = ADDS["placement"](client, tracker)

    assert placement.recording_organisation == city_council
    assert outcome(CHANGES["correct a placement"], client, tracker) == "recorded_by_another"
    assert journey.correct_entry(placement, version=1, values={"result": "completed"}, by=tracker).result == "completed"


def test_what_looks_wrong_is_told_to_whom_it_concerns(client: Client, adviser: StaffMember) -> None:
    person, waiting = somebody(client, "accepted"), somebody(client, "sent")
    entry = make.ActivityFactory(client=client, organisation=client.organisation)
    make.ActivityFactory(client=client, organisation=client.organisation)

    with pytest.raises(NotYetAccepted):
        remarks.say_wrong(entry, what="activity", words="It was Tuesday", by=waiting)
    remark = remarks.say_wrong(entry, what="activity", words="It was Tuesday", by=person)
    told = Notice.objects.get(staff=adviser)
    with pytest.raises(NotAllowed):
        remarks.answer_remark(remark, words="Yes", by=person)
    remarks.answer_remark(remark, words="It was Monday", by=adviser)

    assert client.external_id in told.words
    assert str(client) not in told.words
    assert str(entry.uid) in told.link
    assert Notice.objects.get(staff=person).words.startswith(str(adviser.organisation))
