"""What is sent is read in one way only, or refused by name."""

import copy
import json
from typing import Any

import pytest
from django.test import Client as Browser
from django.test import RequestFactory

from caseload.models import Referral
from config.failures import LONGEST_ADDRESS, bad_request, server_error
from partners.models import Organisation
from tests.caseload.api.conftest import EVERY_SCOPE, Call
from tests.caseload.api.test_access import is_problem

SPOILT = {
    "a control character": "\x07",
    "an escape": "\x1b",
    "a mark that turns the direction": "\u202e",
    "a right-to-left mark": "\u200f",
    "an isolate": "\u2066",
    "a space of no width": "\u200b",
    "half a character": "\ud800",
    "no character at all": "\uffff",
    "a NUL": "\x00",
}


@pytest.fixture
def secret(jobcentre: Organisation) -> str:
    from partners.services.api_keys import create_key  # noqa: PLC0415

    return create_key(jobcentre, label="Strict", scopes=EVERY_SCOPE)[1]


def post_text(secret: str, text: str, path: str = "/referrals/") -> Any:
    headers = {"Authorization": f"Bearer {secret}"}
    return Browser().post(f"/api/v1{path}", text, content_type="application/json", headers=headers)


def pointers(answer: Any) -> set[str]:
    return {error["pointer"] for error in answer.json()["errors"]}


def test_a_member_said_twice_is_named(secret: str, body: dict[str, Any]) -> None:
    text = json.dumps(body).replace('"sex": "female"', '"sex": "female", "sex": "male"')

    answer = post_text(secret, text.replace('"urgent": false', '"urgent": false, "urgent": true'))

    assert is_problem(answer, 400)
    assert pointers(answer) == {"/client/sex", "/urgent"}
    assert not Referral.objects.exists()


def test_a_member_said_twice_in_one_of_many_is_named(secret: str, body: dict[str, Any]) -> None:
    twice = json.dumps(body)[:-1] + ', "reason": "another"}'

    answer = post_text(secret, f'{{"referrals": [{json.dumps(body)}, {twice}]}}', "/referrals/bulk/")

    assert is_problem(answer, 400)
    assert pointers(answer) == {"/referrals/1/reason"}


@pytest.mark.parametrize("character", SPOILT.values(), ids=list(SPOILT))
def test_a_character_of_no_text_is_refused_where_it_stands(character: str, sender: Call, body: dict[str, Any]) -> None:
    body["reason"] = f"a{character}b"
    body["client"] |= {"given_name": f"S{character}am", "external_id": f"J{character}"}

    answer = sender("post", "/referrals/", body)

    assert is_problem(answer, 400)
    assert pointers(answer) == {"/reason", "/client/given_name", "/client/external_id"}
    assert not Referral.objects.exists()


@pytest.mark.parametrize("name", ["Zoë", "Ó Néill-Darcy", "نور", "क्‍ष", "李"])
def test_a_name_in_any_script_is_kept(name: str, sender: Call, body: dict[str, Any]) -> None:
    body["client"]["given_name"] = name

    assert sender("post", "/referrals/", body).json()["client"]["given_name"] == name


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        ("/client/given_name", 7, "Send text."),
        ("/client/given_name", "  ", "This is required."),
        ("/client/given_name", "x" * 201, "Use 200 characters or fewer."),
        ("/reason", "x" * 10_001, "Use 10,000 characters or fewer."),
        ("/reason", "a\x07", "This holds U+0007, which is no character of a text. Send it without."),
        ("/made_on", "14/05/2007", "Send a date as 2007-05-14."),
        ("/made_on", 20070514, "Send a date as 2007-05-14."),
        ("/urgent", 1, "Send true or false."),
        ("/urgent", "true", "Send true or false."),
        ("/client", [], "Send an object."),
        ("/client", None, "This is required."),
        ("/client/circumstances", {}, "Send a list."),
        ("/client/circumstances", [{}] * 51, "Send 50 or fewer."),
        ("/client/circumstances/0", None, "This is required."),
        ("/client/circumstances/0", "jsa", "Send an object."),
        ("/client/circumstances/0/kind", ["benefit"], "Use one of: benefit, status."),
        ("/client/circumstances/0/kind", "Benefit", "Use one of: benefit, status."),
        ("/client/circumstances/0/to_date", "2006-09-30", "Send a date on or after from_date."),
        ("/client/circumstances/0/hobby", 1, "Unknown field. Known are: kind, code, from_date, to_date."),
        ("/client/circumstances/0/\ud800", 1, "Unknown field. Known are: kind, code, from_date, to_date."),
        ("/consent/a~1b", 1, "Unknown field. Known are: purpose, given_on, method, expires_on."),
    ],
    ids=str,
)
def test_each_mistake_has_its_place_and_its_sentence(
    path: str, value: Any, sentence: str, sender: Call, body: dict[str, Any]
) -> None:
    *steps, last = [step.replace("~1", "/") for step in path.split("/")[1:]]
    inner: Any = body
    for step in steps:
        inner = inner[int(step) if step.isdecimal() else step]
    inner[int(last) if last.isdecimal() else last] = value

    answer = sender("post", "/referrals/", body)

    (error,) = answer.json()["errors"]
    assert (error["pointer"], error["detail"]) == (path.replace("\ud800", "\\ud800"), sentence)
    assert not Referral.objects.exists()


def test_a_week_is_a_whole_number(receiver: Call, sender: Call, body: dict[str, Any]) -> None:
    made = sender("post", "/referrals/", body).json()
    receiver("post", f"/referrals/{made['id']}/accept/")
    event = {"type": "employment_check", "job_id": made["id"], "checked_on": "2007-08-13", "in_work": True}

    for week in ("13", 13.0, True, [13], {}, 14, 10**30):
        sent = event | {"week": week, "evidence": "payslip"}
        (error,) = receiver("post", f"/clients/{made['client']['id']}/events/", sent).json()["errors"]
        assert (error["pointer"], error["detail"]) == ("/week", "Use one of: 13, 26, 52."), week


def test_lines_are_kept_in_notes_and_refused_in_names(sender: Call, body: dict[str, Any]) -> None:
    lines = "first\r\nsecond\tpart"
    assert sender("post", "/referrals/", body | {"reason": lines}).json()["reason"] == lines

    wrong = copy.deepcopy(body) | {"external_id": "other"}
    wrong["client"]["family_name"] = "two\nlines"

    assert pointers(sender("post", "/referrals/", wrong)) == {"/client/family_name"}


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400", "1" + "0" * 5000])
def test_a_number_that_is_none_is_refused(number: str, secret: str, body: dict[str, Any]) -> None:
    text = json.dumps(body).replace('"wants retail work"', number)

    assert is_problem(post_text(secret, text), 400)


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("/referrals/?x=1", {"x"}),
        ("/referrals/?Status=sent&direction=sent", {"Status"}),
        ("/referrals/?page_size=1&page_size=2", {"page_size"}),
        ("/referrals/?cursor=", {"cursor"}),
        ("/clients/?direction=sent&status=sent", {"direction", "status"}),
        ("/clients/01234567-89ab-7def-8123-456789abcdef/?fields=nino", {"fields"}),
    ],
)
def test_a_parameter_that_filters_nothing_is_named(path: str, wrong: set[str], sender: Call) -> None:
    answer = sender("get", path)

    assert is_problem(answer, 400)
    assert {error["parameter"] for error in answer.json()["errors"]} == wrong


@pytest.mark.parametrize("since", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00%2B14:00", "2007-05-14"])
def test_a_time_outside_the_calendar_is_refused(since: str, sender: Call) -> None:
    assert is_problem(sender("get", f"/referrals/?updated_since={since}"), 400)


@pytest.mark.parametrize("etag", ["{}", "W/{}", '"other", {}', "*"])
def test_nothing_new_is_not_sent_again(etag: str, sender: Call, body: dict[str, Any]) -> None:
    made = sender("post", "/referrals/", body)

    answer = sender("get", f"/referrals/{made.json()['id']}/", if_none_match=etag.format(made["ETag"]))

    assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", made["ETag"])


@pytest.mark.parametrize("path", ["/api/v1/referrals/?x=", "/nothing/?x="])
def test_an_address_too_long_for_us_is_answered_in_our_words(path: str) -> None:
    answer = Browser().get(path + "a" * LONGEST_ADDRESS)

    assert answer.status_code == 414
    assert ("problem+json" in answer["Content-Type"]) == path.startswith("/api/")
    assert b"4,000" in answer.content


@pytest.mark.parametrize(("answers", "status"), [(server_error, 500), (bad_request, 400)])
def test_what_breaks_outside_a_view_is_a_problem_for_a_partner_and_a_page_for_people(answers: Any, status: int) -> None:
    to_partner, to_person = (answers(RequestFactory().get(path)) for path in ("/api/v1/referrals/", "/caseload/"))

    assert is_problem(to_partner, status)
    assert (to_person.status_code, to_person["Content-Type"][:9]) == (status, "text/html")
