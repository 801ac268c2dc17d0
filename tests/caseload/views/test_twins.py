"""The same fact twice: every form asks once, keeps what was typed, and stores what its sender says is another."""

import datetime as dt
import re
from typing import Any

import pytest
from django.urls import reverse

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
    Qualification,
    Referral,
    StageEvent,
)
from partners.models import StaffMember
from tests.conftest import signed_in
from tests.factories import caseload as make
from tests.factories.commissioning import ContractFactory
from tests.factories.employers import EmployerFactory
from tests.factories.partners import OrganisationFactory

AUGUST_20 = "20/8/2026"


@pytest.fixture
def client(adviser: StaffMember) -> Client:
    """Somebody with a record of each kind, and somebody else with the same ones."""
    mine = make.ClientFactory(organisation=adviser.organisation, adviser=adviser)
    other = make.ClientFactory(organisation=adviser.organisation, adviser=adviser)
    employer = EmployerFactory(name="Tesco")
    EmployerFactory(name="Greggs")
    contract = ContractFactory(title="Ready for work", starts_on="2026-01-01", ends_on="2027-01-01")
    for person in (other, mine):
        make.JobFactory(client=person, employer=employer, started_on=dt.date(2026, 8, 20))
        make.PlacementFactory(client=person, employer=employer, kind="work_trial", started_on=dt.date(2026, 8, 20))
        make.InWorkTrainingFactory(client=person, employer=employer, started_on=dt.date(2026, 8, 20))
        make.InWorkSupportFactory(client=person, employer=employer, occurred_on=dt.date(2026, 8, 20))
        make.ClientCircumstanceFactory(client=person, code="jsa", from_date=dt.date(2026, 5, 1))
        make.ClientAddressFactory(client=person, postcode="LE1 1AA", from_date=dt.date(2026, 5, 1))
        make.QualificationFactory(client=person, type="esol", level="entry3", enrolled_on=dt.date(2026, 5, 1))
        make.PlanActionFactory(client=person, title="Write CV")
        make.EnrolmentFactory(client=person, contract=contract, started_on=dt.date(2026, 5, 1))
        make.ActivityFactory(client=person, kind="contact", occurred_on=dt.date(2026, 8, 20), note="Rang about the job")
        make.StageEventFactory(client=person, stage="job_ready", occurred_on=dt.date(2026, 8, 20))
        make.AssessmentFactory(
            client=person, organisation=adviser.organisation, assessed_on=dt.date(2026, 8, 20), dimension="skills"
        )
        make.ConsentFactory(client=person, purpose="tracking", given_on=dt.date(2026, 8, 20))
    return mine


# What is typed, what it is asked about, and what is typed where there is nothing to ask.
SAME: dict[str, tuple[type[Any], dict[str, str], str, dict[str, str]]] = {
    "job": (
        Job,
        {"employer": "Tesco", "started_on": "10/9/2026", "evidence": "none"},
        "the job at Tesco of 20 August 2026",
        {"started_on": "1/11/2026"},
    ),
    "placement": (
        Placement,
        {"employer": "Tesco", "kind": "work_trial", "started_on": AUGUST_20},
        "the work trial at Tesco of 20 August 2026",
        {"kind": "apprenticeship"},
    ),
    "in-work-training": (
        InWorkTraining,
        {"employer": "Tesco", "started_on": AUGUST_20},
        "the training at Tesco of 20 August 2026",
        {"employer": "Greggs"},
    ),
    "in-work-support": (
        InWorkSupport,
        {"employer": "Tesco", "person": "employee", "occurred_on": AUGUST_20},
        "the support at Tesco on 20 August 2026",
        {"occurred_on": "21/8/2026"},
    ),
    "circumstance": (
        ClientCircumstance,
        {"code": "jsa", "from_date": "1/9/2026"},
        "Jobseeker&#x27;s Allowance since 1 May 2026",
        {"code": "uc"},
    ),
    "address": (
        ClientAddress,
        {"postcode": "LE1 1AA", "from_date": "1/9/2026"},
        "the address LE1 1AA since 1 May 2026",
        {"postcode": "LE2 2AA"},
    ),
    "qualification": (
        Qualification,
        {"type": "esol", "level": "entry3", "achieved_on": "1/9/2026"},
        "the learning ESOL, Entry 3, enrolled on 1 May 2026",
        {"level": "1"},
    ),
    "action": (PlanAction, {"title_": "write cv", "owner": "client"}, "the open action “Write CV”", {"title_": "CV"}),
    "activity": (
        Activity,
        {"kind": "contact", "occurred_on": AUGUST_20, "note": "Rang about the job"},
        "the contact of 20 August 2026",
        {"result": "no_answer"},
    ),
    "stage": (
        StageEvent,
        {"stage": "job_ready", "occurred_on": AUGUST_20},
        "the step “Ready for work” of 20 August 2026",
        {"occurred_on": "21/8/2026"},
    ),
    "assessment": (
        Assessment,
        {"assessed_on": AUGUST_20, "motivation": "4"},
        "your organisation&#x27;s assessment of 20 August 2026",
        {"assessed_on": "21/8/2026"},
    ),
    "consent": (
        Consent,
        {"purpose": "tracking", "given_on": AUGUST_20, "method": "paper"},
        "the consent for following the journey of 20 August 2026",
        {"given_on": "21/8/2026"},
    ),
}


def tick_of(page: Any) -> str:
    found = re.search(r'name="another"[^>]*value="([0-9a-f]{16})"', page.content.decode())
    assert found is not None
    return found.group(1)


@pytest.mark.parametrize("what", SAME)
def test_a_form_asks_before_it_stores_the_same_twice(client: Client, adviser: StaffMember, what: str) -> None:
    model, typed, name, _ = SAME[what]
    before = model.objects.count()
    browser, address = signed_in(adviser), reverse("caseload:add", args=[client.uid, what])

    asked = browser.post(address, typed)
    text = asked.content.decode()
    kept = {each: asked.context["form"][each].value() for each in typed}
    stored = model.objects.count()
    answered = browser.post(address, {**typed, "another": tick_of(asked)})

    assert f"This looks like {name}. Open it, or tick that this is another one." in text
    assert kept == typed
    assert stored == before
    assert (answered.status_code, model.objects.count()) == (302, before + 1)


@pytest.mark.parametrize("what", SAME)
def test_a_form_asks_nothing_about_another_fact(client: Client, adviser: StaffMember, what: str) -> None:
    model, typed, _, besides = SAME[what]
    before = model.objects.count()

    answer = signed_in(adviser).post(reverse("caseload:add", args=[client.uid, what]), {**typed, **besides})

    assert (answer.status_code, model.objects.count()) == (302, before + 1)


def test_a_second_check_of_a_week_is_asked_about(client: Client, adviser: StaffMember) -> None:
    job = make.JobFactory(client=client, started_on=dt.date(2026, 1, 5))
    other = make.JobFactory(client=client, started_on=dt.date(2026, 1, 5))
    make.EmploymentCheckFactory(job=job, week=13, checked_on=dt.date(2026, 4, 10), in_work=True)
    make.EmploymentCheckFactory(job=other, week=26, checked_on=dt.date(2026, 7, 10), in_work=True)
    typed = {"job": str(job.uid), "week": "13", "in_work": "false", "checked_on": "20/4/2026", "evidence": "none"}
    browser, address = signed_in(adviser), reverse("caseload:add", args=[client.uid, "check"])

    asked = browser.post(address, typed)
    browser.post(address, {**typed, "week": "26"})
    browser.post(address, {**typed, "another": tick_of(asked)})

    assert "the check at 13 weeks of 10 April 2026, which says in work" in asked.content.decode()
    assert sorted(EmploymentCheck.objects.filter(job=job).values_list("week", "in_work")) == [(13, False), (13, True)]


def test_an_enrolment_on_a_contract_that_goes_on_is_asked_about(client: Client, adviser: StaffMember) -> None:
    contract = client.enrolments.get().contract
    contract.provider, contract.ends_on = adviser.organisation, dt.date(2200, 3, 31)
    contract.save()
    typed = {"contract": str(contract.uid), "started_on": "1/9/2026"}

    asked = signed_in(adviser).post(reverse("caseload:add", args=[client.uid, "enrolment"]), typed)

    assert "the enrolment on Ready for work of 1 May 2026" in asked.content.decode()
    assert Enrolment.objects.filter(client=client).count() == 1


def test_the_same_referral_is_asked_about(client: Client, adviser: StaffMember) -> None:
    college, other = OrganisationFactory(name="Riverside College"), OrganisationFactory()
    make.ConsentFactory(client=client)
    sent = {"from_organisation": adviser.organisation, "to_organisation": college}
    make.ReferralFactory(client=client, status="sent", made_on=dt.date(2026, 8, 20), **sent)
    ended = make.ReferralFactory(client=client, status="declined", **{**sent, "to_organisation": other})
    typed = {"to_organisation": str(college.uid), "reason": "wants work", "made_on": "today"}
    browser, address = signed_in(adviser), reverse("caseload:send-referral", args=[client.uid])

    asked = browser.post(address, typed)
    stored = Referral.objects.count()
    browser.post(address, {**typed, "another": tick_of(asked)})
    browser.post(address, {**typed, "to_organisation": str(other.uid)})

    assert "the referral to Riverside College, made on 20 August 2026" in asked.content.decode()
    assert (stored, Referral.objects.count(), ended.status) == (2, 4, "declined")


def test_a_tick_is_for_what_was_shown(client: Client, adviser: StaffMember) -> None:
    typed = SAME["job"][1]
    browser, address = signed_in(adviser), reverse("caseload:add", args=[client.uid, "job"])
    tick = tick_of(browser.post(address, typed))
    make.JobFactory(client=client, employer=Job.objects.filter(client=client).get().employer, started_on="2026-09-01")

    again = browser.post(address, {**typed, "another": tick})

    assert "the job at Tesco of 1 September 2026 and the job at Tesco of 20 August 2026" in again.content.decode()
    assert tick_of(again) != tick


def test_a_tick_stays_with_a_form_that_is_refused_for_something_else(client: Client, adviser: StaffMember) -> None:
    typed = SAME["job"][1]
    browser, address = signed_in(adviser), reverse("caseload:add", args=[client.uid, "job"])
    tick = tick_of(browser.post(address, typed))

    refused = browser.post(address, {**typed, "another": tick, "hours_per_week": "170"})
    browser.post(address, {**typed, "another": tick_of(refused), "hours_per_week": "17"})

    assert tick_of(refused) == tick
    assert Job.objects.filter(client=client).count() == 2
