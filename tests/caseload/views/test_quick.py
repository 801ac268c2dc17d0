"""The quick line opens the right form, filled in, and says what it understood and what it asks."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from caseload.models import Activity, Client, ClientCircumstance, Job, PlanAction
from partners.models import StaffMember
from partners.platform.dates import short_date
from tests.conftest import signed_in
from tests.factories import caseload as make
from tests.factories.employers import EmployerFactory
from tests.factories.partners import OrganisationFactory

TODAY = timezone.localdate()
YESTERDAY = TODAY - dt.timedelta(days=1)


@pytest.fixture
def client(adviser: StaffMember) -> Client:
    own = {"organisation": adviser.organisation, "adviser": adviser}
    others = [make.ClientFactory(**own) for _ in range(3)]
    for other in others:
        make.ClientCircumstanceFactory(client=other, code="jsa", from_date="2020-01-01")
    return make.ClientFactory(**own)


@pytest.fixture
def browser(adviser: StaffMember) -> Browser:
    return signed_in(adviser)


def say(browser: Browser, client: Client, said: str) -> Any:
    return browser.get(reverse("caseload:quick", args=[client.uid]), {"said": said}, follow=True)


def values(answer: Any) -> dict[str, Any]:
    return {name: answer.context["form"][name].value() for name in answer.context["form"].fields}


@pytest.mark.parametrize(
    ("said", "what", "filled"),
    [
        ("started job at Tesco yesterday", "job", {"employer": "Tesco", "started_on": YESTERDAY}),
        ("got level 2 maths yesterday", "qualification", {"level": "2", "achieved_on": YESTERDAY}),
        ("jsa stopped yesterday", "circumstance", {"code": "jsa", "to_date": YESTERDAY, "from_date": None}),
        ("claiming UC since yesterday", "circumstance", {"code": "uc", "from_date": YESTERDAY}),
        (
            "did not attend",
            "activity",
            {"kind": "appointment", "occurred_on": TODAY, "result": "did_not_attend", "note": "did not attend"},
        ),
        ("moved to LE33 2AB last week", "address", {"postcode": "LE33 2AB", "from_date": None}),
        (
            "job at Tesco yesterday 16 hours £11.44",
            "job",
            {"employer": "Tesco", "started_on": YESTERDAY, "hours_per_week": "16", "hourly_wage": "11.44"},
        ),
        ("starts at Greggs in 2 weeks", "action", {"due_on": TODAY + dt.timedelta(days=14)}),
        (
            "call, no answer, try in 3 days",
            "activity",
            {
                "kind": "contact",
                "channel": "call",
                "result": "no_answer",
                "occurred_on": TODAY,
                "next_on": TODAY + dt.timedelta(days=3),
            },
        ),
        ("text sent yesterday", "activity", {"channel": "text", "result": "sent", "occurred_on": YESTERDAY}),
        ("rang", "activity", {"channel": "call", "result": None, "occurred_on": TODAY}),
        ("bus pass expired", "activity", {"kind": None, "channel": None, "result": None, "note": "bus pass expired"}),
    ],
)
def test_each_sentence_opens_its_form(
    said: str, what: str, filled: dict[str, Any], client: Client, browser: Browser
) -> None:
    answer = say(browser, client, said)

    assert answer.request["PATH_INFO"] == reverse("caseload:add", args=[client.uid, what])
    assert {name: value or None for name, value in values(answer).items() if name in filled} == filled
    assert f"You said: “{said}”" in answer.content.decode()


def test_a_check_is_filled_in(client: Client, browser: Browser) -> None:
    make.JobFactory(client=client, started_on=TODAY - dt.timedelta(weeks=14))

    filled = values(say(browser, client, "week 13 check still working"))

    assert (str(filled["week"]), filled["in_work"], filled["checked_on"]) == ("13", "true", TODAY)


def test_a_referral_names_the_partner(client: Client, browser: Browser, adviser: StaffMember) -> None:
    college, _ = OrganisationFactory(name="Leicester College"), OrganisationFactory(name="Leicester Adult Education")

    certain = values(say(browser, client, "referred to Leicester College"))
    unclear = values(say(browser, client, "referred to Leicester"))

    assert (certain["to_organisation"], certain["reason"]) == (college.uid, "referred to Leicester College")
    assert unclear["to_organisation"] is None


def test_what_stopped_is_ended_where_it_was_recorded(client: Client, browser: Browser) -> None:
    spell = make.ClientCircumstanceFactory(client=client, code="jsa", from_date="2020-01-01")
    make.ClientCircumstanceFactory(client=client, code="uc", from_date="2020-01-01")

    answer = say(browser, client, "JSA stopped yesterday")
    browser.post(answer.request["PATH_INFO"], {"on": "yesterday", "version": "1"})

    assert answer.request["PATH_INFO"] == reverse("caseload:end-spell", args=[client.uid, "circumstance", spell.uid])
    assert values(answer)["on"] == YESTERDAY
    assert [*ClientCircumstance.objects.filter(to_date=YESTERDAY)] == [spell]


def test_two_readings_are_asked_about_and_a_choice_fills_the_form(client: Client, browser: Browser) -> None:
    weekday = f"{TODAY - dt.timedelta(days=2):%A}"

    asked = say(browser, client, f"call no answer {weekday}")
    (_, choices), *_ = asked.context["asked"]
    chosen = browser.get(choices[0][1])

    assert not values(asked)["occurred_on"]
    assert values(chosen)["occurred_on"] == TODAY - dt.timedelta(days=2)
    assert values(chosen)["note"] == f"call no answer {weekday}"


def test_several_facts_are_recorded_one_after_the_other(client: Client, browser: Browser) -> None:
    EmployerFactory(name="Tesco")
    answer = say(browser, client, "started job at Tesco yesterday, called no answer")
    address = f"{answer.request['PATH_INFO']}?{answer.request['QUERY_STRING']}"

    after = browser.post(
        address, {"employer": "Tesco", "started_on": "yesterday", "evidence": "self_reported"}, follow=True
    )
    there = f"{after.request['PATH_INFO']}?{after.request['QUERY_STRING']}"
    browser.post(there, {name: value or "" for name, value in values(after).items()} | {"occurred_on": "today"})

    assert after.request["PATH_INFO"] == reverse("caseload:add", args=[client.uid, "activity"])
    assert Job.objects.get().started_on == YESTERDAY
    assert (Activity.objects.get().note, Activity.objects.get().result) == (
        "started job at Tesco yesterday, called no answer",
        "no_answer",
    )


def test_words_without_a_field_are_told_once_more_after_saving(client: Client, browser: Browser) -> None:
    answer = say(browser, client, "change of address 12 High St LE3 1AA")
    address = f"{answer.request['PATH_INFO']}?{answer.request['QUERY_STRING']}"

    after = browser.post(address, {"from_date": "yesterday", "postcode": "LE3 1AA"}, follow=True)

    assert "12 High St" in after.content.decode()


def test_a_refused_form_still_shows_what_was_said(client: Client, browser: Browser) -> None:
    answer = say(browser, client, "job at Nowhere Ltd yesterday")
    address = f"{answer.request['PATH_INFO']}?{answer.request['QUERY_STRING']}"

    refused = browser.post(address, {"employer": "Nowhere Ltd", "started_on": "yesterday", "evidence": "none"})

    assert "You said: “job at Nowhere Ltd yesterday”" in refused.content.decode()
    assert not Job.objects.exists()


@pytest.mark.parametrize("said", ["", " ", "<script>alert(1)</script>", "\u202eabc", "x" * 3000, "\u2019;--", "fact=9"])
def test_whatever_is_said_opens_a_form_and_records_nothing(said: str, client: Client, browser: Browser) -> None:
    answer = say(browser, client, said)

    assert answer.status_code == 200
    assert "<script>alert(1)" not in answer.content.decode()
    assert not Activity.objects.exists()
    assert not PlanAction.objects.exists()


def test_another_organisations_client_cannot_be_spoken_of(client: Client, outsider: StaffMember) -> None:
    assert say(signed_in(outsider), client, "call no answer").status_code == 404


def test_a_call_without_an_answer_leaves_the_clock_running(client: Client, browser: Browser) -> None:
    last = make.ActivityFactory(client=client, kind="contact", occurred_on=TODAY - dt.timedelta(days=40))
    answer = say(browser, client, "call, no answer, try in 3 days")

    browser.post(
        answer.request["PATH_INFO"],
        {name: value or "" for name, value in values(answer).items()} | {"occurred_on": "today"},
    )

    caseload = browser.get(reverse("caseload:caseload"), {"whose": "all"}).content.decode()
    assert Activity.objects.filter(client=client).count() == 2
    assert short_date(last.occurred_on) in caseload
