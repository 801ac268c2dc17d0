"""The API described for programs (OpenAPI 3.1) and for people, from the shapes that read what is sent."""

import json
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.generic import TemplateView
from pydantic import BaseModel

from caseload.api import answers
from caseload.api.bodies import EVENTS, NewReferrals, Step
from caseload.enums import ReferralStatus
from caseload.steps import STEPS
from partners.enums import Scope
from partners.platform.api.absent import OpenToAll
from partners.platform.api.answers import Problem
from partners.platform.api.describing import components, ref
from partners.platform.api.problems import TITLES
from partners.platform.forms.plain import as_within
from partners.platform.records.api import answer_of, kinds_of_the_api, name_of, page_of
from partners.platform.records.kinds import RecordKind

BASE = "/api/v1"
UUID = {"type": "string", "format": "uuid"}
PAGED = ("cursor", "page_size")
PARAMETERS: dict[str, dict[str, Any]] = {
    "status": {
        "schema": {"type": "string"},
        "description": f"One or more of {', '.join(ReferralStatus.values)}, by comma.",
    },
    "updated_since": {
        "schema": {"type": "string", "format": "date-time"},
        "description": "Only what changed at this time or later, as 2007-05-14T09:00:00Z.",
    },
    "direction": {"schema": {"enum": ["sent", "received"]}, "description": "Those you sent or those you received."},
    "cursor": {"schema": {"type": "string"}, "description": "From the next or previous of another page."},
    "page_size": {"schema": {"type": "integer", "minimum": 1, "maximum": 200}, "description": "50 unless named."},
}
HEADERS = {
    "Idempotency-Key": "Any text of up to 128 characters: the same call again finds what the first one made.",
    "If-Match": "The ETag you last read: the step is taken only if the referral has not changed since.",
    "If-None-Match": "An ETag: answered with 304 when nothing has changed.",
}


@dataclass(frozen=True)
class Operation:
    """One call: its address, what it needs, what it takes and what it answers."""

    method: str
    path: str
    title: str
    about: str
    scope: Scope
    answers: dict[int, type[BaseModel] | None]
    body: str = ""
    query: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    problems: tuple[int, ...] = field(default=())

    @property
    def anchor(self) -> str:
        return self.title.lower().replace(" ", "-")

    @property
    def body_rows(self) -> list[dict[str, Any]]:
        return rows_of(schemas(), self.body) if self.body else []


OPERATIONS = [
    Operation(
        "post",
        "/referrals/",
        "Send a referral",
        "Stores the client, the consent and the referral, all or nothing. The client is matched to people the"
        " consortium knows; you are shown your own record only. A repeat with the same Idempotency-Key or the same"
        " external_id and content answers 200 with the same referral; with other content, 409. A new client.external_id"
        " always makes a record of its own. A malformed optional field does not cost the referral: it is named in"
        " `warnings`. An empty string is the same as an absent member.",
        Scope.REFERRALS_WRITE,
        {201: answers.PostedReferral, 200: answers.PostedReferral},
        body="NewReferral",
        headers=("Idempotency-Key",),
        problems=(400, 409, 413, 415, 422),
    ),
    Operation(
        "post",
        "/referrals/bulk/",
        "Send many referrals",
        "Up to 1,000; each stands alone and has its own result, in order.",
        Scope.REFERRALS_WRITE,
        {200: answers.BulkResults},
        body="NewReferrals",
        headers=("Idempotency-Key",),
        problems=(400, 413, 415),
    ),
    Operation(
        "get",
        "/referrals/",
        "List referrals",
        "Those your organisation sent or received, in the order of their last change.",
        Scope.REFERRALS_READ,
        {200: answers.Referrals},
        query=("status", "updated_since", "direction", *PAGED),
        problems=(400,),
    ),
    Operation(
        "get",
        "/referrals/{id}/",
        "Read a referral",
        "With an ETag.",
        Scope.REFERRALS_READ,
        {200: answers.Referral, 304: None},
        headers=("If-None-Match",),
        problems=(404,),
    ),
    Operation(
        "post",
        "/referrals/{id}/{step}/",
        "Answer a referral",
        f"The step is one of {', '.join(STEPS)}. The receiver accepts, declines, starts, completes or returns; the"
        " sender withdraws. A step that is not allowed now answers 409 and names those that are.",
        Scope.REFERRALS_WRITE,
        {200: answers.Referral},
        body="Step",
        headers=("If-Match",),
        problems=(400, 404, 409, 412),
    ),
    Operation(
        "get",
        "/clients/",
        "List clients",
        "Your organisation's own, and those that a referral and a consent open to it.",
        Scope.CLIENTS_READ,
        {200: answers.Clients},
        query=("updated_since", *PAGED),
        problems=(400,),
    ),
    Operation(
        "get",
        "/clients/{id}/",
        "Read a client",
        "What the consent does not cover is absent, not null: ethnicity, disability, and circumstances that tell of"
        " health or offending. Which of these a posted referral's consent covers is said by the partnership's form.",
        Scope.CLIENTS_READ,
        {200: answers.Client},
        problems=(404,),
    ),
    Operation(
        "post",
        "/clients/{id}/events/",
        "Record an event",
        "A stage event, an activity or an employment check, by the organisation that accepted the client's referral."
        " A repeat finds the first. One that looks like an earlier record, as a second check of one week, is stored and"
        " named in `warnings`.",
        Scope.JOURNEY_WRITE,
        {201: answers.Event, 200: answers.Event},
        body="NewEvent",
        headers=("Idempotency-Key",),
        problems=(400, 404, 409),
    ),
]


def operations_of(kind: RecordKind) -> list[Operation]:
    """Return the calls that read a kind of record."""
    assert kind.api is not None  # noqa: S101  only kinds of the API come here
    name, plural = name_of(kind), as_within(kind.title)
    return [
        Operation(
            "get",
            f"/{name}/",
            f"List {plural}",
            f"{kind.about} In the order in which they came. What was removed is no longer there.",
            kind.api,
            {200: page_of(kind)},
            query=("updated_since", *PAGED),
            problems=(400,),
        ),
        Operation(
            "get",
            f"/{name}/{{id}}/",
            f"Read {kind.noun_with_article}",
            "With an ETag.",
            kind.api,
            {200: answer_of(kind), 304: None},
            headers=("If-None-Match",),
            problems=(404,),
        ),
    ]


OPERATIONS += [operation for kind in kinds_of_the_api() for operation in operations_of(kind)]
SENT: tuple[type[BaseModel], ...] = (NewReferrals, Step, *EVENTS.values())
ANSWERED: tuple[type[BaseModel], ...] = (
    *(model for operation in OPERATIONS for model in operation.answers.values() if model),
    Problem,
)


@cache
def schemas() -> dict[str, Any]:
    """Return the models of what is sent, as they are read, and of what is answered."""
    events = {name: ref(model.__name__) for name, model in EVENTS.items()}
    mapping = {name: each["$ref"] for name, each in events.items()}
    new_event = {"oneOf": [*events.values()], "discriminator": {"propertyName": "type", "mapping": mapping}}
    return components(SENT, ANSWERED) | {"NewEvent": new_event}


def described() -> dict[str, Any]:
    """Return the whole description."""
    paths: dict[str, Any] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method] = _operation(operation)
    for path, operations in paths.items():
        operations["options"] = _options(path)
    return {
        "openapi": "3.1.1",
        "info": {
            "title": "Caseload",
            "version": "1",
            "description": "For partners' systems: referrals and journeys, employers, places and the plan.",
        },
        "servers": [{"url": BASE}],
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": "A partner key."}},
            "schemas": schemas(),
        },
    }


def _options(path: str) -> dict[str, Any]:
    """Describe what every address answers to OPTIONS."""
    allow = {"Allow": {"schema": {"type": "string"}, "description": "The methods of this address, by comma."}}
    return {
        "operationId": f"options-{path.strip('/').translate(str.maketrans('/', '-', '{}'))}",
        "summary": "Name the methods",
        "description": "Needs a key and no scope.",
        "parameters": _in_path(path),
        "responses": {"204": {"description": "Done", "headers": allow}} | _refusals(400, 401, 429),
    }


def _in_path(path: str) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"enum": list(STEPS)} if name == "step" else UUID}
        for name in ("id", "step")
        if f"{{{name}}}" in path
    ]


def _refusals(*codes: int) -> dict[str, Any]:
    return {
        str(code): {"description": TITLES[code], "content": {"application/problem+json": {"schema": ref("Problem")}}}
        for code in sorted(codes)
    }


def _done(model: type[BaseModel] | None) -> dict[str, Any]:
    if model is None:
        return {"description": "Nothing has changed"}
    return {"description": "Done", "content": {"application/json": {"schema": ref(model.__name__)}}}


def _operation(operation: Operation) -> dict[str, Any]:
    parameters = _in_path(operation.path)
    parameters += [{"name": name, "in": "query", **PARAMETERS[name]} for name in operation.query]
    parameters += [
        {"name": name, "in": "header", "schema": {"type": "string"}, "description": HEADERS[name]}
        for name in operation.headers
    ]
    done = {str(code): _done(model) for code, model in operation.answers.items()}
    refusals = _refusals(*{*operation.problems, 400, 401, 403, 429})
    shown: dict[str, Any] = {
        "operationId": operation.anchor,
        "summary": operation.title,
        "description": f"{operation.about} Needs the scope `{operation.scope.value}`.",
        "parameters": parameters,
        "responses": done | refusals,
    }
    if operation.body:
        content = {"application/json": {"schema": ref(operation.body)}}
        shown["requestBody"] = {"required": operation.body != "Step", "content": content}
    return shown


def rows_of(known: dict[str, Any], name: str, at: str = "") -> list[dict[str, Any]]:
    """Return the members of a described thing as rows of a table, those of inner things under their own pointers."""
    rows: list[dict[str, Any]] = []
    described = known[name]
    for member, schema in described.get("properties", {}).items():
        inner, inside = _inner(schema)
        rows.append(
            {
                "pointer": f"{at}/{member}",
                "kind": _kind(schema),
                "codes": [code for code in schema.get("enum", ()) if code is not None],
                "required": member in described.get("required", ()),
                "about": schema.get("description") or known.get(inner, {}).get("description", ""),
            }
        )
        if inner:
            rows += rows_of(known, inner, f"{at}/{member}{inside}")
    return rows


def _inner(schema: dict[str, Any]) -> tuple[str, str]:
    """Return the name of the thing that a member holds, one or many, and the step to it."""
    inside = "/0" if "items" in schema else ""
    member = schema.get("items") or schema.get("anyOf", [schema])[0]
    return member.get("$ref", "").rpartition("/")[2], inside


def _kind(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return "code"
    kind = schema.get("format") or schema.get("type") or "object"
    return kind if isinstance(kind, str) else str(kind[0])


class Description(OpenToAll):
    """The description for programs."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return JsonResponse(described(), json_dumps_params={"indent": 1})


class Documentation(OpenToAll, TemplateView):
    """The readable page, with a first referral by curl."""

    template_name = "api/docs.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "title": "API for partners' systems",
            "operations": OPERATIONS,
            "scopes": Scope.choices,
            "events": [(name, model.__doc__, rows_of(schemas(), model.__name__)) for name, model in EVENTS.items()],
            "headers": HEADERS,
            "parameters": {name: each["description"] for name, each in PARAMETERS.items()},
            "address": self.request.build_absolute_uri(f"{BASE}/referrals/"),
            "first": json.dumps(FIRST, indent=2),
        }


FIRST = {
    "external_id": "MY-REFERRAL-1",
    "to_organisation": "employment-support-unit",
    "made_on": "2007-05-14",
    "reason": "wants retail work",
    "client": {
        "external_id": "MY-CLIENT-1",
        "given_name": "Sam",
        "family_name": "Example",
        "date_of_birth": "1979-02-03",
        "postcode": "LE5 3GH",
        "circumstances": [{"kind": "benefit", "code": "jsa", "from_date": "2006-10-01"}],
    },
    "consent": {"purpose": "sharing", "given_on": "2007-05-14", "method": "paper"},
}
