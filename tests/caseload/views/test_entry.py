"""Corrections are visible: by whom and when, with what it said before; and others say what looks wrong."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from caseload.models import Client, Remark
from caseload.services.sharing import bring_shares_up_to_date
from partners.enums import Role
from partners.models import StaffMember
from partners.platform.frame.tags import on
from tests.conftest import signed_in
from tests.factories import caseload as make
from tests.factories.partners import OrganisationFactory, StaffFactory

TODAY = timezone.localdate()


@pytest.fixture
def client(adviser: StaffMember) -> Client:
    make.ActivityFactory(note="Of somebody else")
    client: Client = make.ClientFactory(organisation=adviser.organisation, adviser=adviser)
    return client


@pytest.fixture
def partner(client: Client) -> StaffMember:
    college = OrganisationFactory(name="Riverside College")
    make.ReferralFactory(client=client, to_organisation=college, status="accepted")
    make.ConsentFactory(client=client)
    bring_shares_up_to_date(today=TODAY)
    person: StaffMember = StaffFactory(organisation=college, name="Pat Partner", role=Role.ADVISER)
    return person


def page_of(client: Client) -> str:
    return reverse("caseload:client", args=[client.uid])


def of_entry(client: Client, what: str, entry: Any, page: str = "entry") -> str:
    return reverse(f"caseload:{page}", args=[client.uid, what, entry.uid])


def add(browser: Any, client: Client, what: str, **typed: str) -> None:
    answer = browser.post(reverse("caseload:add", args=[client.uid, what]), typed)
    assert answer.status_code == 302


def correct(browser: Any, client: Client, what: str, entry: Any, **typed: str) -> Any:
    return browser.post(of_entry(client, what, entry, "correct"), {"version": str(entry.version), **typed})


def test_a_correction_says_by_whom_and_shows_what_it_was(client: Client, partner: StaffMember) -> None:
    browser = signed_in(partner)
    add(browser, client, "assessment", assessed_on="14/5/2026", skills="4", debt="6")
    add(browser, client, "assessment", assessed_on="15/5/2026", skills="2")
    score = client.assessments.get(score=4)
    colleague = StaffFactory(organisation=partner.organisation, name="Casey Colleague", role=Role.ADVISER)

    correct(signed_in(colleague), client, "assessment", score, assessed_on="14/5/2026", skills="9")

    owner = signed_in(client.adviser)
    page = owner.get(page_of(client)).content.decode()
    history = owner.get(of_entry(client, "assessment", score)).content.decode()
    assert page.count("Corrected by Casey Colleague, Riverside College") == 1
    assert page.count("by Pat Partner") == 2
    assert page.count("Riverside College") >= 2
    assert history.count("Score for skills") == 2  # as it stands, and as it was corrected
    assert "Before: 4<br>Now: 9" in history
    assert "Taken out: debt" in history


def test_filling_in_what_was_empty_is_no_correction(client: Client, adviser: StaffMember) -> None:
    browser = signed_in(adviser)
    add(browser, client, "circumstance", code="jsa", from_date="1/5/2026")
    spell = client.circumstances.get()
    browser.post(of_entry(client, "circumstance", spell, "end-spell"), {"on": "2/6/2026", "version": "1"})
    ended = browser.get(page_of(client)).content.decode()
    spell.refresh_from_db()
    correct(browser, client, "circumstance", spell, code="jsa", from_date="3/5/2026", to_date="2/6/2026")

    assert "Corrected by" not in ended
    assert (
        f"Corrected by {adviser.name}, {adviser.organisation}, {on(TODAY)}"
        in browser.get(page_of(client)).content.decode()
    )


def test_an_earlier_special_category_stays_with_who_may_read_it(
    client: Client, adviser: StaffMember, partner: StaffMember
) -> None:
    browser = signed_in(adviser)
    add(browser, client, "circumstance", code="esa", from_date="1/5/2026")
    spell = client.circumstances.get()
    correct(browser, client, "circumstance", spell, code="uc", from_date="1/5/2026")

    own, shared = (signed_in(each).get(of_entry(client, "circumstance", spell)) for each in (adviser, partner))

    assert "Employment and Support Allowance" in own.content.decode()
    assert "Employment and Support Allowance" not in shared.content.decode()


def test_special_fields_of_a_person_stay_hidden_in_their_history(
    client: Client, adviser: StaffMember, partner: StaffMember
) -> None:
    names = {"given_name": client.given_name, "family_name": "Before"}
    browser = signed_in(adviser)
    for ethnicity in ("chinese", "arab"):
        client.refresh_from_db()
        typed = {**names, "family_name": ethnicity, "ethnicity": ethnicity, "version": str(client.version)}
        browser.post(reverse("caseload:change-identity", args=[client.uid]), typed)

    own, shared = (
        signed_in(each).get(of_entry(client, "client", client)).content.decode() for each in (adviser, partner)
    )

    assert "Before: Chinese<br>Now: Arab" in own
    assert "Before: chinese<br>Now: arab" in shared
    assert "Ethnicity" not in shared


def test_a_partner_is_offered_no_correction_of_what_others_recorded(
    client: Client, adviser: StaffMember, partner: StaffMember
) -> None:
    entry = make.ActivityFactory(client=client, organisation=adviser.organisation, note="Called in")
    own = make.ActivityFactory(client=client, organisation=partner.organisation, note="Came in")

    page = signed_in(partner).get(page_of(client)).content.decode()

    assert of_entry(client, "activity", own, "correct") + '"' in page
    assert of_entry(client, "activity", entry, "correct") + '"' not in page
    assert of_entry(client, "activity", entry) + '"' in page


def test_before_accepting_nothing_is_offered_and_nothing_taken(client: Client, adviser: StaffMember) -> None:
    college = OrganisationFactory()
    make.ReferralFactory(client=client, to_organisation=college, status="sent")
    make.ConsentFactory(client=client)
    bring_shares_up_to_date(today=TODAY)
    action = make.PlanActionFactory(client=client, title="Write CV")
    browser = signed_in(StaffFactory(organisation=college, role=Role.ADVISER))

    page = browser.get(page_of(client)).content.decode()
    opened = browser.get(reverse("caseload:add", args=[client.uid, "activity"]))
    sent = browser.post(
        reverse("caseload:add", args=[client.uid, "activity"]),
        {"kind": "contact", "occurred_on": "today", "note": "Hm"},
    )
    browser.post(reverse("caseload:step-action", args=[client.uid, action.uid, "done"]))
    quick = browser.get(reverse("caseload:quick", args=[client.uid]), {"said": "call today"}, follow=True)

    assert "Write CV" in page
    assert "app-plan__do" not in page
    assert "Quick entry" not in page
    assert (opened.status_code, quick.status_code) == (403, 403)
    assert "Accept the referral first" in sent.content.decode()
    assert "Hm" in sent.content.decode()
    action.refresh_from_db()
    assert (action.done_on, client.activities.count()) == (None, 0)


def test_what_looks_wrong_stays_on_the_entry_until_answered(
    client: Client, adviser: StaffMember, partner: StaffMember
) -> None:
    entry = make.ActivityFactory(client=client, organisation=adviser.organisation, note="Called on Monday")
    make.ActivityFactory(client=client, organisation=adviser.organisation, note="Another")
    theirs, ours = signed_in(partner), signed_in(adviser)
    blank = theirs.post(of_entry(client, "activity", entry, "looks-wrong"), {"words": " "})
    told = theirs.post(of_entry(client, "activity", entry, "looks-wrong"), {"words": "It was a Tuesday"}, follow=True)

    page = ours.get(page_of(client)).content.decode()
    correct(ours, client, "activity", entry, kind="contact", occurred_on="15/5/2007", note="Called on Tuesday")

    assert "Enter what looks wrong" in blank.content.decode()
    assert "is told" in told.content.decode()
    assert page.count("It was a Tuesday") == 1
    assert "It was a Tuesday" not in ours.get(page_of(client)).content.decode()
    remark = Remark.objects.get()
    assert (remark.answer, remark.answered_by) == ("Corrected.", adviser)
    assert "Corrected." in theirs.get(of_entry(client, "activity", entry)).content.decode()


def test_an_answer_is_read_by_who_asked_and_by_no_third(
    client: Client, adviser: StaffMember, partner: StaffMember
) -> None:
    entry = make.PlacementFactory(client=client)
    third = StaffFactory(organisation=OrganisationFactory(), role=Role.ADVISER)
    make.ReferralFactory(client=client, to_organisation=third.organisation, status="accepted")
    bring_shares_up_to_date(today=TODAY)
    signed_in(partner).post(of_entry(client, "placement", entry, "looks-wrong"), {"words": "It ended in May"})
    remark = Remark.objects.get()
    answer = reverse("caseload:answer-remark", args=[client.uid, remark.uid])

    codes = [signed_in(each).get(answer).status_code for each in (partner, third)]
    signed_in(adviser).post(answer, {"words": "It goes on"})

    assert codes == [404, 404]
    pages = [signed_in(each).get(of_entry(client, "placement", entry)).content.decode() for each in (partner, third)]
    assert ["It goes on" in page for page in pages] == [True, False]


def test_the_later_check_of_a_week_corrects_the_earlier(client: Client, adviser: StaffMember) -> None:
    jobs = [make.JobFactory(client=client, started_on=dt.date(2026, 1, 5)) for _ in range(2)]
    for job in jobs:
        make.EmploymentCheckFactory(job=job, week=13, checked_on=dt.date(2026, 4, 10), in_work=True)
    make.EmploymentCheckFactory(job=jobs[0], week=13, checked_on=dt.date(2026, 4, 20), in_work=False)

    page = signed_in(adviser).get(page_of(client)).content.decode()

    assert page.count("In work at 13 weeks: corrected by the check of 20 April 2026</h3>") == 1
    assert page.count("corrects the check of 10 April 2026") == 1


def test_a_page_with_many_hands_keeps_to_its_queries(
    client: Client, partner: StaffMember, django_assert_max_num_queries: Any
) -> None:
    third = OrganisationFactory()
    for organisation in (client.organisation, partner.organisation, third):
        for _ in range(4):
            make.ActivityFactory(client=client, organisation=organisation)
            make.PlacementFactory(client=client, recording_organisation=organisation)
    for person in (partner, client.adviser):
        browser = signed_in(person)
        browser.get(page_of(client))
        with django_assert_max_num_queries(35) as counted:
            browser.get(page_of(client))
        settings = ("set_config", "SAVEPOINT", "django_session", "partners_user")
        # The person and their organisation set the scope; they come on top of the page's fifteen.
        own = [q["sql"] for q in counted.captured_queries if not any(word in q["sql"] for word in settings)]
        assert len(own) <= 15 + 2
