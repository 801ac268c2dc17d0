"""Whatever is sent to any described call, the answer is one that the description names."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from caseload.api.openapi import described
from caseload.enums import ReferralStatus
from partners.models import ApiKey, Organisation
from partners.platform.records.api import kinds_of_the_api, name_of
from tests.caseload.api.conftest import Call
from tests.caseload.api.test_fuzz import anything, texts
from tests.factories.caseload import JobFactory, ReferralFactory
from tests.kinds.cast import FACTORIES

DESCRIPTION = described()
CALLS = [(path, method) for path, methods in DESCRIPTION["paths"].items() for method in methods]
ABSENT = "01234567-89ab-7def-8123-456789abcdef"
DAYS = ["2007-05-14", "2007-02-30", "1979-02-03", "9999-12-31", "0001-01-01", "2026-1-1"]


def like(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Return values of a schema, now and then spoilt."""
    if "$ref" in schema:
        schema = DESCRIPTION["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return st.one_of(_right(schema), _right(schema), _right(schema), anything)


def _right(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    if several := schema.get("oneOf") or schema.get("anyOf"):
        return st.one_of([like(each) for each in several])
    if "enum" in schema or "const" in schema or schema.get("type") == "null":
        return st.sampled_from(schema.get("enum", [schema.get("const")]))
    if "items" in schema or "properties" in schema:
        return _inner(schema)
    said = st.sampled_from(schema.get("examples", ["x"]))
    if schema.get("format") == "date":
        return st.one_of(st.sampled_from(DAYS), said)
    if "boolean" in schema.get("type", ()):
        return st.booleans()
    return st.one_of(said, texts)


def _inner(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    if "items" in schema:
        return st.lists(like(schema["items"]), max_size=3)
    members = {name: like(each) for name, each in schema["properties"].items()}
    needed = {name: each for name, each in members.items() if name in schema.get("required", ())}
    return st.fixed_dictionaries(needed, optional={k: v for k, v in members.items() if k not in needed})


@pytest.fixture
def known(sender: Call, jobcentre: Organisation, organisation: Organisation) -> dict[str, list[str]]:
    """Records that the caller may see, so that not every call ends in 404."""
    ApiKey.objects.update(calls_per_minute=32_000)
    held = ReferralFactory(to_organisation=jobcentre, status=ReferralStatus.STARTED)
    sent = ReferralFactory(from_organisation=jobcentre, client__organisation=jobcentre)
    job = JobFactory(client=held.client)
    people = [str(each.client.uid) for each in (held, sent)]
    of_kinds = {name_of(kind): [str(FACTORIES[kind.model]().uid)] for kind in kinds_of_the_api()}
    return {**of_kinds, "referrals": [str(held.uid), str(sent.uid)], "clients": people, "jobs": [str(job.uid)]}


@pytest.mark.parametrize(("path", "method"), CALLS, ids=lambda part: part)
@given(data=st.data())
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_any_call_is_answered_as_described(
    path: str, method: str, known: dict[str, list[str]], sender: Call, data: st.DataObject
) -> None:
    operation = DESCRIPTION["paths"][path][method]
    ids = [*known[path.split("/")[1]], ABSENT, "no-id"]
    address = path.replace("{id}", data.draw(st.sampled_from(ids))).replace(
        "{step}", data.draw(st.sampled_from(["accept", "start", "return", "withdraw", "dance"]))
    )
    names = [each["name"] for each in operation["parameters"] if each["in"] == "query"]
    query = data.draw(st.dictionaries(st.sampled_from([*names, "x"]), st.sampled_from(["1", "sent", "\x00", *DAYS])))
    sent: dict[str, Any] = {}
    if "requestBody" in operation:
        body = data.draw(like(operation["requestBody"]["content"]["application/json"]["schema"]))
        if isinstance(body, dict) and "job_id" in body:
            body["job_id"] = known["jobs"][0]
        sent = {"body": body}

    answer = sender(method, f"{address}?{urlencode(query)}" if query else address, **sent)

    assert str(answer.status_code) in operation["responses"], answer.content
    if answer.status_code >= 400:
        assert answer["Content-Type"] == "application/problem+json"
        assert json.loads(answer.content)["status"] == answer.status_code


pytestmark = pytest.mark.slow
