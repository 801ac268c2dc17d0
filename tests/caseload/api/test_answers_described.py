"""Every answer is as the published description says, and holds no member that this does not name."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client as Browser
from jsonschema import Draft202012Validator, FormatChecker

from caseload.models import Client
from partners.enums import Scope
from partners.models import ApiKey, Organisation
from partners.platform.records.api import kinds_of_the_api, name_of
from tests.caseload.api.conftest import Call, caller
from tests.factories.caseload import ClientAddressFactory, ClientFactory, JobFactory
from tests.kinds.cast import FACTORIES

Described = dict[str, Any]


@pytest.fixture(scope="module")
def description() -> Described:
    from caseload.api.openapi import described  # noqa: PLC0415

    return closed(described())


def closed(described: Any) -> Any:
    """Return a description that allows no member it does not name, so that an answer cannot hold one unseen."""
    if isinstance(described, list):
        return [closed(each) for each in described]
    if not isinstance(described, dict):
        return described
    inner = {name: closed(each) for name, each in described.items()}
    return {"additionalProperties": False} | inner if isinstance(inner.get("properties"), dict) else inner


class Checked:
    """A caller whose every answer is held against the description; ``seen`` are the operations and states met."""

    def __init__(self, call: Call, description: Described, seen: set[tuple[str, str, str]]) -> None:
        self.call, self.description, self.seen = call, description, seen

    def __call__(
        self, method: str, path: str, body: Any = ..., /, named: dict[str, str] | None = None, **headers: Any
    ) -> Any:
        address = path
        for name, value in (named or {}).items():
            address = address.replace(f"{{{name}}}", value)
        sent = () if body is ... else (body,)
        answer = self.call(method, address, *sent, **headers)
        path, status = path.partition("?")[0], str(answer.status_code)
        expected = self.description["paths"][path][method]["responses"][status]
        kind = answer.headers.get("Content-Type", "")
        if "content" in expected:
            (schema,) = (each["schema"] for media, each in expected["content"].items() if media == kind)
            assert [*mistakes_in(answer.json(), schema, self.description)] == []
        else:
            assert answer.content == b""
        self.seen.add((method, path, status))
        return answer


def mistakes_in(said: Any, schema: Any, description: Described) -> Iterator[str]:
    whole = {**schema, "components": description["components"]}
    for mistake in Draft202012Validator(whole, format_checker=FormatChecker()).iter_errors(said):
        yield f"{mistake.json_path}: {mistake.message}"


def test_the_schemas_are_schemas_of_json(description: Described) -> None:
    for schema in description["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_the_check_finds_what_is_not_described(description: Described) -> None:
    problem = {"type": "about:blank", "title": "x", "status": "400", "errors": [{"pointer": "/a"}], "insides": "x"}

    found = [*mistakes_in(problem, {"$ref": "#/components/schemas/Problem"}, description)]

    assert sorted(each.partition(":")[0] for each in found) == ["$", "$", "$.errors[0]", "$.status"]


def test_every_answer_of_every_address_is_as_described(
    jobcentre: Organisation, organisation: Organisation, body: dict[str, Any], description: Described
) -> None:
    seen: set[tuple[str, str, str]] = set()
    sender, receiver = (Checked(caller(each), description, seen) for each in (jobcentre, organisation))

    made = _send_referrals(sender, receiver, body)
    _answer_referrals(sender, receiver, made)
    _read_clients(sender, receiver, made)
    _record_events(receiver, made)
    _read_kinds(sender)
    _meet_refusals(sender, jobcentre, description, seen)

    operations = {(method, path) for path, methods in description["paths"].items() for method in methods}
    assert {(method, path) for method, path, _ in seen} == operations
    promised = {
        (method, path, status)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
        for status in operation["responses"]
        if status < "400"
    }
    assert promised <= seen
    assert {status for _, _, status in seen} >= {"400", "401", "403", "404", "409", "412", "413", "415", "422", "429"}


def _send_referrals(sender: Checked, receiver: Checked, body: dict[str, Any]) -> dict[str, Any]:
    """Send referrals whole and doubtful, again, with mistakes, in bulk; return the first as it was answered."""
    body["client"]["circumstances"].append(
        {"kind": "status", "code": "offender", "from_date": "2006-10-01", "to_date": "2007-01-01"}
    )
    made = sender("post", "/referrals/", body).json()
    assert sender("post", "/referrals/", body).status_code == 200
    doubtful = copy.deepcopy(body) | {"external_id": "R2", "service": None, "reason": ""}
    doubtful["client"] |= {"phone": "the hostel", "lsoa": "E02000001"}
    warnings = sender("post", "/referrals/", doubtful).json()["warnings"]
    assert {*warnings[0]} | {*warnings[-1]} == {"pointer", "detail", "looks_like"}
    several = {"referrals": [body | {"external_id": "R3"}, {"hobby": 1}, doubtful, body | {"consent": None}]}
    results = sender("post", "/referrals/bulk/", several).json()["results"]
    assert [each["status"] for each in results] == [201, 400, 200, 422]
    for wrong in ([], {"client": {}}, body | {"to_organisation": "nobody"}):
        assert sender("post", "/referrals/", wrong).status_code == 400
        assert sender("post", "/referrals/bulk/", wrong).status_code == 400
    assert sender("post", "/referrals/", body, idempotency_key="k" * 129).status_code == 400
    assert sender("post", "/referrals/", body | {"reason": "another"}).status_code == 409
    assert sender("post", "/referrals/", body | {"consent": None}).status_code == 422
    assert sender("post", "/referrals/", body | {"reason": "x" * 1024 * 1024}).status_code == 413
    return dict(made)


def _answer_referrals(sender: Checked, receiver: Checked, made: dict[str, Any]) -> None:
    one, step = "/referrals/{id}/", "/referrals/{id}/{step}/"
    etag = sender("get", one, named={"id": made["id"]})["ETag"]
    assert sender("get", one, named={"id": made["id"]}, if_none_match=etag).status_code == 304
    named = {"id": made["id"], "step": "accept"}
    assert sender("post", step, {}, named=named).status_code == 403
    assert receiver("post", step, {"because": "x"}, named=named).status_code == 400
    assert receiver("post", step, {}, named=named | {"step": "start"}).status_code == 409
    assert receiver("post", step, {"reason": "to begin"}, named=named, if_match=etag).json()["status_reason"]
    assert receiver("post", step, {}, named=named | {"step": "start"}, if_match=etag).status_code == 412
    for call in (sender, receiver):
        assert call("post", step, {}, named=named | {"id": "no-id"}).status_code == 404
        assert call("get", one, named={"id": "no-id"}).status_code == 404
        assert call("get", "/referrals/?page_size=2").json()["next"]
        assert call("get", "/referrals/?status=lost").status_code == 400
    Client.objects.filter(uid=made["client"]["id"]).update(restricted=True)
    assert {*receiver("get", one, named={"id": made["id"]}).json()["client"]} == {"id", "external_id"}
    Client.objects.update(restricted=False)


def _read_clients(sender: Checked, receiver: Checked, made: dict[str, Any]) -> None:
    person = Client.objects.get(uid=made["client"]["id"])
    ClientAddressFactory(client=person, postcode="", ward="")
    JobFactory(client=person)
    ClientFactory(organisation=person.organisation, date_of_birth=None, sex="", ethnicity="", disability="")
    for call, opened in ((sender, True), (receiver, False)):
        shown = call("get", "/clients/{id}/", named={"id": made["client"]["id"]}).json()
        assert ("ethnicity" in shown) == opened
        assert (len(shown["addresses"]), len(shown["jobs"])) == (3, 1)
        assert call("get", "/clients/{id}/", named={"id": "no-id"}).status_code == 404
    assert len(sender("get", "/clients/").json()["results"]) >= 2
    assert sender("get", "/clients/?direction=sent").status_code == 400


def _record_events(receiver: Checked, made: dict[str, Any]) -> None:
    path, named = "/clients/{id}/events/", {"id": made["client"]["id"]}
    event = {"type": "activity", "kind": "contact", "occurred_on": "2007-06-01", "external_id": "E1"}
    assert [receiver("post", path, event, named=named).status_code for _ in range(2)] == [201, 200]
    assert receiver("post", path, event | {"external_id": ""}, named=named).json()["warnings"][0]["looks_like"]
    assert receiver("post", path, event | {"kind": "x"}, named=named).status_code == 400
    assert receiver("post", path, {"type": "party"}, named=named).status_code == 400
    assert receiver("post", path, event | {"note": "another"}, named=named).status_code == 409
    assert receiver("post", path, event, named={"id": "no-id"}).status_code == 404


def _read_kinds(sender: Checked) -> None:
    for kind in kinds_of_the_api():
        record, path = FACTORIES[kind.model](), f"/{name_of(kind)}/"
        assert sender("get", path).json()["results"]
        etag = sender("get", f"{path}{{id}}/", named={"id": str(record.uid)})["ETag"]
        assert sender("get", f"{path}{{id}}/", named={"id": str(record.uid)}, if_none_match=etag).status_code == 304
        assert sender("get", f"{path}{{id}}/", named={"id": "no-id"}).status_code == 404


def _meet_refusals(
    sender: Checked, jobcentre: Organisation, description: Described, seen: set[tuple[str, str, str]]
) -> None:
    """Meet what every address may answer: its methods, no key, no scope, another kind of body, too many calls."""
    nobody = Checked(lambda method, path, *_, **__: getattr(Browser(), method)(f"/api/v1{path}"), description, seen)
    reader, recorder = (
        Checked(caller(jobcentre, [scope]), description, seen) for scope in (Scope.CLIENTS_READ, Scope.JOURNEY_WRITE)
    )
    for path, methods in description["paths"].items():
        named = {"id": "01234567-89ab-7def-8123-456789abcdef", "step": "accept"}
        for method in methods:
            assert nobody(method, path, named=named).status_code == 401
            if method == "options":
                assert sender(method, path, named=named).status_code == 204
            else:
                lacking = reader if path.endswith("/events/") else recorder
                assert lacking(method, path, named=named).status_code == 403
    plain = Checked(_plain_text(jobcentre), description, seen)
    assert plain("post", "/referrals/").status_code == 415
    ApiKey.objects.update(calls_per_minute=1)
    assert sender("get", "/referrals/").status_code == 429


def _plain_text(organisation: Organisation) -> Call:
    from partners.services.api_keys import create_key  # noqa: PLC0415
    from tests.caseload.api.conftest import EVERY_SCOPE  # noqa: PLC0415

    headers = {"Authorization": f"Bearer {create_key(organisation, label='Plain', scopes=EVERY_SCOPE)[1]}"}
    return lambda _, path: Browser().post(f"/api/v1{path}", "x", content_type="text/plain", headers=headers)
