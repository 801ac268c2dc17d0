"""Who may call, and what everybody else is told (API.md "Who may call")."""

import datetime as dt
import json
from typing import Any

import pytest
from django.test import Client as Browser

from caseload.models import Referral
from partners.models import ApiKey, Consortium, Organisation, StaffMember
from partners.platform.tenancy.scope import in_consortium
from partners.services.api_keys import revoke_key
from tests.caseload.api.conftest import EVERY_SCOPE, Call, caller, calling
from tests.factories.caseload import ReferralFactory

ABSENT = "01234567-89ab-7def-8123-456789abcdef"
ADDRESSES = [
    ("get", "/referrals/", "referrals:read"),
    ("post", "/referrals/", "referrals:write"),
    ("post", "/referrals/bulk/", "referrals:write"),
    ("get", f"/referrals/{ABSENT}/", "referrals:read"),
    ("post", f"/referrals/{ABSENT}/accept/", "referrals:write"),
    ("get", "/clients/", "clients:read"),
    ("get", f"/clients/{ABSENT}/", "clients:read"),
    ("post", f"/clients/{ABSENT}/events/", "journey:write"),
]


def is_problem(answer: Any, status: int) -> bool:
    said = json.loads(answer.content)
    return (
        answer.status_code == status
        and answer["Content-Type"] == "application/problem+json"
        and said["status"] == status
        and {"type", "title", "detail"} <= set(said)
    )


@pytest.mark.parametrize(("method", "path", "needed"), ADDRESSES, ids=lambda part: part)
def test_each_address_needs_a_key(method: str, path: str, needed: str, consortium: Consortium) -> None:
    answer = getattr(Browser(), method)(f"/api/v1{path}")

    assert is_problem(answer, 401)
    assert answer["WWW-Authenticate"] == 'Bearer realm="Caseload"'


@pytest.mark.parametrize(("method", "path", "needed"), ADDRESSES, ids=lambda part: part)
def test_each_address_needs_its_scope(method: str, path: str, needed: str, jobcentre: Organisation) -> None:
    others = [each for each in EVERY_SCOPE if each != needed]

    answer = caller(jobcentre, others)(method, path)

    assert is_problem(answer, 403)
    assert answer.json()["scope"] == needed


@pytest.mark.parametrize(
    "secret",
    ["", "nonsense", "cl_1_abcd_efgh", "cl_999999_abcd_efgh", "cl_x_abcd_efgh", "cl_" + "9" * 18 + "_a_b", "cl_1_é_b"],
)
def test_a_bad_key_is_refused(secret: str, consortium: Consortium) -> None:
    assert is_problem(calling(secret)("get", "/referrals/"), 401)


def test_a_key_ends_with_its_last_day(jobcentre: Organisation) -> None:
    call = caller(jobcentre)
    assert call("get", "/referrals/").status_code == 200

    ApiKey.objects.update(expires_on=dt.date(2007, 5, 14))

    assert is_problem(call("get", "/referrals/"), 401)


def test_a_revoked_key_ends_at_once(jobcentre: Organisation) -> None:
    call = caller(jobcentre)
    assert call("get", "/referrals/").status_code == 200

    revoke_key(ApiKey.objects.get())

    assert is_problem(call("get", "/referrals/"), 401)


def test_anothers_referral_is_as_absent_as_one_that_never_was(
    jobcentre: Organisation, outsider: StaffMember, foreigner: StaffMember
) -> None:
    own = ReferralFactory(from_organisation=jobcentre, client__organisation=jobcentre)
    others = ReferralFactory(from_organisation=outsider.organisation, client__organisation=outsider.organisation)
    with in_consortium(foreigner.consortium_id):
        elsewhere = ReferralFactory(client__organisation=foreigner.organisation)
    call = caller(jobcentre)
    assert call("get", f"/referrals/{own.uid}/").status_code == 200

    for act in ("get", "accept"):
        answers = [
            call("get", f"/referrals/{uid}/") if act == "get" else call("post", f"/referrals/{uid}/accept/", {})
            for uid in (others.uid, elsewhere.uid, ABSENT, "no-uuid", "\N{SNOWMAN}")
        ]
        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.content for answer in answers}) == 1
        assert len({tuple(sorted(set(answer.headers) - {"X-Request-Id"})) for answer in answers}) == 1


def test_anothers_client_is_as_absent_as_one_that_never_was(jobcentre: Organisation, outsider: StaffMember) -> None:
    others = ReferralFactory(client__organisation=outsider.organisation).client
    call = caller(jobcentre)

    answers = [call("get", f"/clients/{uid}/") for uid in (others.uid, ABSENT, "no-uuid")]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


def test_lists_hold_ones_own_alone(jobcentre: Organisation, outsider: StaffMember, foreigner: StaffMember) -> None:
    own = ReferralFactory(from_organisation=jobcentre, client__organisation=jobcentre)
    ReferralFactory(from_organisation=outsider.organisation, client__organisation=outsider.organisation)
    with in_consortium(foreigner.consortium_id):
        ReferralFactory(client__organisation=foreigner.organisation)
    call = caller(jobcentre)

    assert [each["id"] for each in call("get", "/referrals/").json()["results"]] == [str(own.uid)]
    assert [each["id"] for each in call("get", "/clients/").json()["results"]] == [str(own.client.uid)]


@pytest.mark.parametrize("method", ["put", "patch", "delete", "trace"])
def test_a_wrong_method_is_named_so(method: str, sender: Call) -> None:
    answer = sender(method, "/referrals/")

    assert is_problem(answer, 405)
    assert answer["Allow"] == "GET, POST, HEAD, OPTIONS"


@pytest.mark.parametrize("path", [path for _, path, _ in ADDRESSES] + ["/schema/", "/docs/"])
def test_options_names_the_methods_of_every_address(path: str, sender: Call) -> None:
    answer = sender("options", path)

    assert (answer.status_code, answer.content) == (204, b"")
    wrong = sender("put", path)
    assert is_problem(wrong, 405)
    assert answer["Allow"] == wrong["Allow"]
    assert "OPTIONS" in answer["Allow"]


@pytest.mark.parametrize("path", ["/nothing/", "/referrals", "/", "/referrals/x/y/z/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_unknown_address_is_a_problem(method: str, path: str, sender: Call) -> None:
    assert is_problem(sender(method, path), 404)


def test_an_unknown_version_is_a_problem(consortium: Consortium) -> None:
    assert is_problem(Browser().get("/api/v2/referrals/"), 404)


def test_a_body_over_one_mebibyte_is_too_large(sender: Call, body: dict[str, Any]) -> None:
    body["reason"] = "x" * (1024 * 1024)

    assert is_problem(sender("post", "/referrals/", body), 413)
    assert not Referral.objects.exists()


@pytest.mark.parametrize(
    "sent", [b"", b"{", b"\xff\xfe", b'{"made_on": NaN}', b"[" * 100_000, b'{"a": 1' + b"0" * 9000 + b"}"], ids=repr
)
def test_what_is_no_json_is_refused(sent: bytes, jobcentre: Organisation) -> None:
    answer = _post_bytes(caller(jobcentre), sent, "application/json", jobcentre)

    assert is_problem(answer, 400)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", ""])
def test_another_content_type_is_named_so(kind: str, jobcentre: Organisation) -> None:
    assert is_problem(_post_bytes(caller(jobcentre), b"{}", kind, jobcentre), 415)


def test_too_many_calls_wait(jobcentre: Organisation) -> None:
    call = caller(jobcentre)
    ApiKey.objects.update(calls_per_minute=3)

    answers = [call("get", "/referrals/") for _ in range(5)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert is_problem(answers[-1], 429)
    assert 1 <= int(answers[-1]["Retry-After"]) <= 60


def test_our_own_mistake_tells_nothing_and_stores_nothing(
    sender: Call, body: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("secret of the house")

    monkeypatch.setattr("caseload.services.arrivals.store_together", broken)

    answer = sender("post", "/referrals/", body)

    assert is_problem(answer, 500)
    assert b"secret" not in answer.content


def _post_bytes(call: Call, sent: bytes, kind: str, organisation: Organisation) -> Any:
    from partners.services.api_keys import create_key  # noqa: PLC0415

    _, secret = create_key(organisation, label="Bytes", scopes=EVERY_SCOPE)
    return Browser().generic(
        "POST", "/api/v1/referrals/", sent, content_type=kind, headers={"Authorization": f"Bearer {secret}"}
    )
