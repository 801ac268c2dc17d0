import datetime as dt
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from caseload.models import Activity, Assessment, Client, Job, PlanAction, StageEvent
from caseload.services.merging import merge_clients
from caseload.services.sharing import bring_shares_up_to_date
from partners.enums import AccessAction, Role
from partners.models import AccessEntry, Organisation, StaffMember
from tests.conftest import signed_in
from tests.factories import caseload as make
from tests.factories.employers import EmployerAgreementFactory
from tests.factories.partners import OrganisationFactory, StaffFactory


@pytest.fixture
def client(adviser: StaffMember) -> Client:
    return make.ClientFactory(
        given_name="Asha",
        family_name="Invented",
        organisation=adviser.organisation,
        adviser=adviser,
        ethnicity="asian_indian",
    )


def page(client: Client) -> str:
    return reverse("caseload:client", args=[client.uid])


def add(client: Client, what: str) -> str:
    return reverse("caseload:add", args=[client.uid, what])


def test_opening_a_client_is_written_down(client: Client, adviser: StaffMember) -> None:
    response = signed_in(adviser).get(page(client))

    assert response.status_code == 200
    entry = AccessEntry.objects.get(action=AccessAction.VIEWED)
    assert (entry.subject, entry.subject_id, entry.staff_member) == ("caseload.client", client.pk, adviser)


def test_opening_a_form_about_a_client_is_written_down(client: Client, adviser: StaffMember) -> None:
    signed_in(adviser).get(reverse("caseload:change-identity", args=[client.uid]))

    entry = AccessEntry.objects.get(action=AccessAction.VIEWED)
    assert (entry.subject_id, entry.purpose) == (client.pk, "Work with the organisation's own client")


def test_somebody_elses_client_is_not_there(client: Client, outsider: StaffMember, foreigner: StaffMember) -> None:
    for stranger in (outsider, foreigner):
        browser = signed_in(stranger)
        assert browser.get(page(client)).status_code == 404
        assert browser.get(add(client, "activity")).status_code == 404
        assert browser.post(add(client, "activity"), {"kind": "contact", "occurred_on": "today"}).status_code == 404


def test_a_role_without_clients_is_refused(client: Client, commissioner: StaffMember) -> None:
    assert signed_in(commissioner).get(page(client)).status_code == 403


def test_who_sees_all_reads_and_does_not_write(client: Client, monitoring_officer: StaffMember) -> None:
    browser = signed_in(monitoring_officer)

    assert browser.get(page(client)).status_code == 200
    assert browser.get(add(client, "activity")).status_code == 403


def test_a_merged_record_leads_to_the_surviving_one(client: Client, adviser: StaffMember) -> None:
    merged = make.ClientFactory(organisation=adviser.organisation, merged_into=client)

    assert signed_in(adviser).get(page(merged)).url == page(client)


def test_special_categories_are_hidden_from_a_partner(client: Client, outsider: StaffMember) -> None:
    make.ClientCircumstanceFactory(client=client, code="esa")
    make.ClientCircumstanceFactory(client=client, code="jsa")
    make.ReferralFactory(client=client, to_organisation=outsider.organisation, status="accepted")
    make.ConsentFactory(client=client)
    bring_shares_up_to_date(today=timezone.localdate())

    text = signed_in(outsider).get(page(client)).content.decode()

    assert "Jobseeker" in text
    assert "Employment and Support Allowance" not in text
    assert "Asian: Indian" not in text
    assert "are not part of what was shared" in text


def test_a_page_full_of_entries_keeps_to_fifteen_queries(
    client: Client, adviser: StaffMember, django_assert_max_num_queries: Any
) -> None:
    for _ in range(3):
        make.ActivityFactory(client=client)
        make.StageEventFactory(client=client)
        make.PlanActionFactory(client=client)
        make.ClientAddressFactory(client=client)
        make.ConsentFactory(client=client)
    browser = signed_in(adviser)
    browser.get(page(client))

    # Session, user, memberships and the scope's own settings come on top of the page's fifteen.
    with django_assert_max_num_queries(30) as counted:
        browser.get(page(client))

    settings = ("set_config", "SAVEPOINT", "django_session", "partners_user", "partners_staffmember")
    own = [q["sql"] for q in counted.captured_queries if not any(word in q["sql"] for word in settings)]
    assert len(own) <= 15


def test_a_contact_is_recorded_and_can_be_undone(client: Client, adviser: StaffMember) -> None:
    browser = signed_in(adviser)

    browser.post(add(client, "activity"), {"kind": "contact", "occurred_on": "today", "note": "No answer"})
    shown = browser.get(page(client)).content.decode()
    activity = Activity.objects.get()
    undone = browser.post(reverse("caseload:undo", args=[client.uid, "activity", activity.uid]))

    assert "Undo this entry" in shown
    assert activity.recorded_by == adviser
    assert undone.url == page(client)
    assert not Activity.objects.exists()


def test_a_colleagues_entry_is_not_undone(client: Client, adviser: StaffMember) -> None:
    colleague = StaffFactory(organisation=adviser.organisation, role=Role.ADVISER)
    signed_in(colleague).post(add(client, "activity"), {"kind": "contact", "occurred_on": "today"})
    activity = Activity.objects.get()

    signed_in(adviser).post(reverse("caseload:undo", args=[client.uid, "activity", activity.uid]))

    assert Activity.objects.exists()


def test_a_job_with_checks_is_not_undone(client: Client, adviser: StaffMember) -> None:
    browser = signed_in(adviser)
    browser.post(add(client, "job"), {"self_employed": "true", "started_on": "1/5/2007", "evidence": "none"})
    job = Job.objects.get()
    browser.post(
        add(client, "check"),
        {"job": str(job.uid), "week": "13", "in_work": "true", "checked_on": "1/8/2007", "evidence": "none"},
    )

    browser.post(reverse("caseload:undo", args=[client.uid, "job", job.uid]))

    assert Job.objects.get().checks.get().in_work


def test_tomorrows_contact_is_refused_and_kept_as_typed(client: Client, adviser: StaffMember) -> None:
    tomorrow = timezone.localdate() + dt.timedelta(days=1)

    response = signed_in(adviser).post(
        add(client, "activity"), {"kind": "contact", "occurred_on": tomorrow.isoformat(), "note": "a long story"}
    )

    text = response.content.decode()
    assert "Enter the day it happened, today" in text
    assert "a long story" in text
    assert not Activity.objects.exists()


def test_a_job_finds_the_guarantee_of_its_employer(client: Client, adviser: StaffMember) -> None:
    guarantee = EmployerAgreementFactory(employer__name="Stadium Stores")

    signed_in(adviser).post(
        add(client, "job"),
        {"employer": "stadium stores", "started_on": "14 May 2007", "guarantee": "on", "evidence": "payslip"},
    )

    assert Job.objects.get().jigs_agreement == guarantee


def test_without_a_guarantee_the_form_says_so(client: Client, adviser: StaffMember) -> None:
    EmployerAgreementFactory(employer__name="Stadium Stores", from_date=dt.date(2007, 6, 1))

    response = signed_in(adviser).post(
        add(client, "job"),
        {"employer": "Stadium Stores", "started_on": "14 May 2007", "guarantee": "on", "evidence": "payslip"},
    )

    assert "Stadium Stores had no job interview guarantee in force on 14 May 2007." in response.content.decode()


def test_an_assessment_records_its_step_as_well(client: Client, adviser: StaffMember) -> None:
    signed_in(adviser).post(
        add(client, "assessment"), {"assessed_on": "14 May 2007", "skills": "4", "debt": "9", "stage": "on"}
    )

    assert dict(Assessment.objects.values_list("dimension", "score")) == {"skills": 4, "debt": 9}
    assert StageEvent.objects.get().stage == "assessed"


@pytest.mark.parametrize(
    ("what", "typed"),
    [
        ("stage", {"stage": "plan_agreed", "occurred_on": "14 May 2007"}),
        ("action", {"title_": "Write a CV", "owner": "client", "due_on": ""}),
        ("qualification", {"type": "nvq", "level": "2", "enrolled_on": "14 May 2007"}),
        ("placement", {"employer": "Stadium Stores", "kind": "work_trial", "started_on": "14 May 2007"}),
        ("in-work-training", {"employer": "Stadium Stores", "started_on": "14 May 2007"}),
        ("in-work-support", {"employer": "Stadium Stores", "person": "employee", "occurred_on": "14 May 2007"}),
        ("address", {"from_date": "14 May 2007", "postcode": "le5 3gh"}),
        ("circumstance", {"code": "jsa", "from_date": "1 Oct 2006"}),
        ("consent", {"purpose": "sharing", "given_on": "14 May 2007", "method": "paper", "expires_on": ""}),
    ],
)
def test_each_short_form_records_its_entry(
    client: Client, adviser: StaffMember, what: str, typed: dict[str, str]
) -> None:
    EmployerAgreementFactory(employer__name="Stadium Stores")
    browser = signed_in(adviser)

    assert browser.get(add(client, what)).status_code == 200
    response = browser.post(add(client, what), typed)

    assert response.status_code == 302, response.content.decode()
    assert browser.get(page(client)).status_code == 200


def test_an_action_is_marked_done(client: Client, adviser: StaffMember) -> None:
    action = make.PlanActionFactory(client=client)

    signed_in(adviser).post(reverse("caseload:step-action", args=[client.uid, action.uid, "done"]))

    assert PlanAction.objects.get().done_on == timezone.localdate()


def test_an_unknown_step_is_not_there(client: Client, adviser: StaffMember) -> None:
    action = make.PlanActionFactory(client=client)

    url = reverse("caseload:step-action", args=[client.uid, action.uid, "explode"])

    assert signed_in(adviser).post(url).status_code == 404


def test_another_clients_entry_is_not_reached(client: Client, adviser: StaffMember) -> None:
    action = make.PlanActionFactory(client=make.ClientFactory(organisation=adviser.organisation))

    url = reverse("caseload:step-action", args=[client.uid, action.uid, "done"])

    assert signed_in(adviser).post(url).status_code == 404


def test_the_second_window_sees_what_the_first_changed(client: Client, adviser: StaffMember) -> None:
    url = reverse("caseload:change-identity", args=[client.uid])
    typed = {"given_name": "Asha", "family_name": "Invented", "ethnicity": "asian_indian", "version": "1"}
    colleague = StaffFactory(organisation=adviser.organisation, role=Role.ADVISER, name="Ada First")
    signed_in(colleague).post(url, {**typed, "phone": "0116 496 0000"})
    browser = signed_in(adviser)

    second = browser.post(url, {**typed, "email": "asha@example.org"}).content.decode()
    saved = browser.post(url, {**typed, "phone": "0116 496 0000", "email": "asha@example.org", "version": "2"})

    assert "Ada First saved this record while you had it open" in second
    assert 'value="0116 496 0000"' in second
    assert 'value="asha@example.org"' in second
    assert 'name="version" value="2"' in second
    assert saved.status_code == 302
    client.refresh_from_db()
    assert (client.phone, client.email) == ("0116 496 0000", "asha@example.org")


def test_words_typed_while_signed_out_come_back(client: Client, adviser: StaffMember) -> None:
    browser = signed_in(adviser)
    browser.logout()
    url = add(client, "activity")

    sent = {"kind": "contact", "occurred_on": "today", "note": "a long story"}
    refused = browser.post(url, {**sent, "typed_by": f"{adviser.user.uid} {client.consortium.slug}"})
    browser.force_login(adviser.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    text = browser.get(url).content.decode()

    assert refused.status_code == 302
    assert "a long story" in text
    assert "What you typed is here again" in text
    assert not Activity.objects.exists()


def test_the_tab_names_the_client_as_one_says_it(client: Client, adviser: StaffMember) -> None:
    text = signed_in(adviser).get(reverse("caseload:client", args=[client.uid])).content.decode()

    assert f"<title>{client.given_name} {client.family_name} " in text


def test_a_data_lead_is_offered_who_looked(client: Client, adviser: StaffMember) -> None:
    adviser.data_lead = True
    adviser.save()
    colleague = StaffFactory(organisation=adviser.organisation, role=Role.ADVISER)

    assert "Who looked" in signed_in(adviser).get(page(client)).content.decode()
    assert "Who looked" not in signed_in(colleague).get(page(client)).content.decode()


@pytest.fixture
def partner(client: Client, outsider: StaffMember) -> StaffMember:
    """Somebody of another organisation, to whom consent and a referral opened the client."""
    make.ReferralFactory(client=client, to_organisation=outsider.organisation, status="accepted")
    make.ConsentFactory(client=client)
    bring_shares_up_to_date(today=timezone.localdate())
    return outsider


def correct(client: Client, what: str, entry: Any) -> str:
    return reverse("caseload:correct", args=[client.uid, what, entry.uid])


def test_a_partner_reads_no_health_score_in_any_form(
    client: Client, adviser: StaffMember, partner: StaffMember
) -> None:
    health = make.AssessmentFactory(client=client, organisation=adviser.organisation, dimension="health", score=3)
    make.AssessmentFactory(client=client, organisation=adviser.organisation, dimension="skills", score=4)
    browser = signed_in(partner)

    form = browser.get(add(client, "assessment")).content.decode()

    assert "Last: 4 on" in form
    assert "Last: 3 on" not in form
    assert browser.get(correct(client, "assessment", health)).status_code == 404
    assert "Correct" not in timeline_of(browser, client, "journey")
    assert "Last: 3 on" in signed_in(adviser).get(add(client, "assessment")).content.decode()


def timeline_of(browser: Any, client: Client, show: str) -> str:
    address = reverse("caseload:timeline", args=[client.uid])
    return str(browser.get(address, {"show": show}, headers={"HX-Request": "true"}).content.decode())


def test_a_partner_corrects_and_ends_only_spells_of_their_own(client: Client, partner: StaffMember) -> None:
    special = make.ClientCircumstanceFactory(client=client, code="offender", kind="status")
    plain = make.ClientCircumstanceFactory(client=client, code="jsa")
    own = make.ClientCircumstanceFactory(client=client, code="uc", organisation=partner.organisation)
    browser = signed_in(partner)

    assert browser.get(correct(client, "circumstance", own)).status_code == 200
    assert (
        browser.get(correct(client, "circumstance", plain)).url == f"{correct(client, 'circumstance', plain)}history/"
    )
    assert browser.get(correct(client, "circumstance", special)).status_code == 404
    assert browser.get(f"{correct(client, 'circumstance', special)}end/").status_code == 404


def test_a_partner_with_the_part_records_and_corrects_it(client: Client, outsider: StaffMember) -> None:
    make.ReferralFactory(client=client, to_organisation=outsider.organisation, status="accepted")
    make.ConsentFactory(client=client, parts=["health"])
    bring_shares_up_to_date(today=timezone.localdate())
    browser = signed_in(outsider)

    offered = browser.get(add(client, "circumstance")).content.decode()
    browser.post(add(client, "circumstance"), {"code": "esa", "from_date": "1 May 2007"})
    refused = browser.post(add(client, "circumstance"), {"code": "offender", "from_date": "1 May 2007"})
    browser.post(
        reverse("caseload:change-identity", args=[client.uid]),
        {"given_name": "Asha", "family_name": "Changed", "disability": "yes", "ethnicity": "chinese"},
    )

    assert "does not open offending to your organisation" in offered
    spell = client.circumstances.get()
    assert (spell.code, spell.organisation, refused.status_code) == ("esa", outsider.organisation, 200)
    client.refresh_from_db()
    assert (client.family_name, client.disability, client.ethnicity) == ("Invented", "", "asian_indian")
    assert browser.get(correct(client, "circumstance", spell)).status_code == 200


def test_an_older_version_of_a_spell_is_no_way_to_what_is_not_shared(client: Client, partner: StaffMember) -> None:
    spell = make.ClientCircumstanceFactory(client=client, code="esa")
    spell.code, spell.version = "jsa", 2
    spell.save()
    typed = {"code": "uc", "from_date": "1 May 2007", "version": "1"}

    browser = signed_in(partner)
    answer = browser.post(correct(client, "circumstance", spell), typed).content.decode()
    history = browser.get(f"{correct(client, 'circumstance', spell)}history/").content.decode()

    assert "Another organisation recorded this" in answer
    for page in (answer, history):
        assert "Employment and Support Allowance" not in page


def test_what_a_consent_covers_is_ticked_and_said(client: Client, adviser: StaffMember) -> None:
    browser = signed_in(adviser)
    typed = {"purpose": "sharing", "given_on": "today", "method": "paper", "parts": ["health", "ethnicity"]}

    wrong = browser.post(add(client, "consent"), {**typed, "purpose": "tracking"}).content.decode()
    browser.post(add(client, "consent"), typed)

    assert "These go with sharing." in wrong
    assert client.consents.get().parts == ["ethnicity", "health"]
    text = browser.get(page(client)).content.decode()
    assert text.count("covers the journey, with health and ethnicity") == 2  # in the panel and on the timeline


def test_each_consent_in_force_can_be_withdrawn_from_the_page(client: Client, adviser: StaffMember) -> None:
    endless, ending, withdrawn = (
        make.ConsentFactory(client=client, given_on=dt.date(2026, 5, day), **dates)
        for day, dates in enumerate(({}, {"expires_on": dt.date(2200, 1, 1)}, {"withdrawn_on": dt.date(2026, 6, 1)}), 1)
    )
    shown = signed_in(adviser).get(page(client)).content.decode()

    offered = {
        each: reverse("caseload:withdraw-consent", args=[client.uid, each.uid]) in shown
        for each in (endless, ending, withdrawn)
    }
    assert list(offered.values()) == [True, True, False]
    assert "without an end" in shown
    assert "until 1 Jan 2200" in shown


def test_what_a_client_agreed_to_is_not_corrected(client: Client, adviser: StaffMember) -> None:
    consent = make.ConsentFactory(client=client)

    assert signed_in(adviser).get(correct(client, "consent", consent)).status_code == 404


def test_who_assessed_is_told_by_the_organisation_not_by_its_name(client: Client, partner: StaffMember) -> None:
    namesake = OrganisationFactory(name=partner.organisation.name)
    make.AssessmentFactory(client=client, organisation=namesake, dimension="health", score=3)

    assert "Health" not in timeline_of(signed_in(partner), client, "journey")


def test_each_side_of_a_merge_reads_its_own_special_categories(
    client: Client, adviser: StaffMember, outsider: StaffMember, city_council: Organisation
) -> None:
    theirs = make.ClientFactory(organisation=outsider.organisation, ethnicity="chinese")
    make.ClientCircumstanceFactory(client=theirs, code="esa")
    make.ClientCircumstanceFactory(client=client, kind="status", code="offender")
    merge_clients(client, theirs, by=StaffFactory(organisation=city_council, role=Role.TRACKING_TEAM))

    kept, merged = (signed_in(each).get(page(client)).content.decode() for each in (adviser, outsider))

    special = ("Employment and Support Allowance", "Offender", "Asian: Indian", "Chinese")
    assert [word in kept for word in special] == [False, True, True, False]
    assert [word in merged for word in special] == [True, False, False, True]


def test_a_record_that_a_sure_match_linked_stands_for_its_owner(client: Client, outsider: StaffMember) -> None:
    theirs = make.ClientFactory(family_name="Aspostedbyus", organisation=outsider.organisation, merged_into=client)
    browser = signed_in(outsider)

    assert browser.get(page(theirs)).status_code == 200
    assert browser.get(page(client)).status_code == 404
    listed = browser.get(reverse("caseload:caseload"), {"whose": "organisation"}).content.decode()
    assert ("Aspostedbyus" in listed, "Invented" in listed) == (True, False)


def test_the_timeline_alone_is_a_look_too(client: Client, adviser: StaffMember) -> None:
    timeline_of(signed_in(adviser), client, "")

    assert AccessEntry.objects.get(action=AccessAction.VIEWED).subject_id == client.pk


def test_a_step_that_there_is_not_is_not_there(client: Client, adviser: StaffMember) -> None:
    action = make.PlanActionFactory(client=client)

    answer = signed_in(adviser).post(reverse("caseload:step-action", args=[client.uid, action.uid, "sample"]))

    assert answer.status_code == 404


@pytest.mark.parametrize("typed", ["12,50", "12,5", "1,2,3", "£12,50"])
def test_a_comma_before_the_pence_is_no_thousands(client: Client, adviser: StaffMember, typed: str) -> None:
    address = reverse("caseload:add", args=[client.uid, "job"])

    page = signed_in(adviser).post(address, {"started_on": "tomorrow", "hourly_wage": typed, "self_employed": "true"})

    errors = page.context["form"].errors
    assert "with a point between them, such as 12.50." in errors["hourly_wage"][0]
    assert "today or earlier" in errors["started_on"][0]  # with the others, not after them


def test_thousands_are_understood(client: Client, adviser: StaffMember) -> None:
    address = reverse("caseload:add", args=[client.uid, "job"])

    page = signed_in(adviser).post(address, {"hourly_wage": "£1,234.50"})

    assert str(page.context["form"].cleaned_data["hourly_wage"]) == "1234.50"
