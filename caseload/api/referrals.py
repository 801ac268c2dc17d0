"""Referrals of a partner's system (API.md "Referrals")."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from caseload.api import answers
from caseload.api.bodies import NewReferral, ReferralReading, Step
from caseload.api.representations import etag_of, referral_answer, shown_record
from caseload.enums import ReferralStatus
from caseload.models import Referral
from caseload.queries.kept_names import nameless_to
from caseload.queries.partner_referrals import references_of, referrals_of, target_of
from caseload.queries.settled import settled_at
from caseload.services.arrivals import Arrival, Received, receive_referral
from caseload.services.referrals import take_step
from caseload.services.sending import wrong_target
from caseload.steps import STEPS
from partners.consortium_middleware import leave_scope
from partners.enums import AccessAction, Scope
from partners.errors import CaseloadError, ChangedMeanwhile, StepNotAllowed
from partners.models import ApiKey, Organisation
from partners.platform.api.answers import Problem as ProblemAnswer
from partners.platform.api.base import PartnerView, body_of, idempotency_key, read_body
from partners.platform.api.bodies import Reading, read
from partners.platform.api.pagination import CursorPage, since_parameter, wrong_parameters
from partners.platform.api.problems import UNSURE, Problem, as_problem, wrong_fields
from partners.platform.tenancy.scope import in_consortium
from partners.platform.trail.looking import PARTNERS_SYSTEM, record_access, record_listed

MOST_AT_ONCE = 1000


class Targets:
    """Finds organisations and services by their exchange ids, each once in a call."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], tuple[Organisation | None, Any]] = {}

    def find(self, to_organisation: str, service: str, *, key: ApiKey, reading: Reading) -> tuple[Any, Any]:
        named = (to_organisation, service)
        if named not in self._found:
            self._found[named] = target_of(*named)
        organisation, offered = self._found[named]
        for field, (sentence,) in wrong_target(key, organisation, offered, names_service=bool(service)).items():
            if not reading.covers(f"/{field}"):
                reading.add(f"/{field}", sentence)
        return organisation, offered


class Referrals(PartnerView):
    scopes = {"GET": Scope.REFERRALS_READ, "POST": Scope.REFERRALS_WRITE}
    parameters = ("status", "updated_since", "direction", "cursor", "page_size")

    def get(self, request: Request) -> Response:
        key = self.key()
        rows = _filtered(request, referrals_of(key.organisation_id, direction=_direction(request)))
        page = CursorPage(request, rows, fields=("updated_at", "uid"), settled_at=settled_at())
        records = [shown_record(referral, key).pk for referral in page.rows]
        references = references_of(key.organisation_id, records)
        nameless = _nameless(page.rows, key)
        record_listed(request._request, "caseload.client", subject_ids=records, purpose=PARTNERS_SYSTEM)
        shown = [
            referral_answer(
                each, key=key, request=request, references=references, settled_at=page.settled_at, nameless=nameless
            )
            for each in page.rows
        ]
        return Response(answers.Referrals(**page.links(), results=shown))

    def post(self, request: Request) -> Response:
        arrival = read_arrival(body_of(request), key=self.key(), idempotency_key=idempotency_key(request))
        received = receive_referral(arrival, by=self.key(), today=timezone.localdate())
        made = _made(received, arrival, key=self.key(), request=request)
        headers = {"ETag": etag_of(received.referral)} | ({"Location": made.links["self"]} if received.is_new else {})
        return Response(made, status=_status(received), headers=headers)


class ReferralsInBulk(PartnerView):
    scopes = {"POST": Scope.REFERRALS_WRITE}

    def post(self, request: Request) -> Response:
        """Take up to a thousand referrals, each for itself: what is wrong with one stops no other.

        Each is stored in a transaction of its own, so that nobody waits for more than one of them, and so that after a
        crash in the middle the same bulk sent again finds what was stored and stores the rest.
        """
        posted = _posted(body_of(request))
        given = idempotency_key(request)
        stem = hashlib.sha256(given.encode()).hexdigest() if given else ""
        targets, key = Targets(), self.key()
        read = [
            _read_or_problem(each, key=key, idempotency_key=f"{stem}#{number}" if stem else "", targets=targets)
            for number, each in enumerate(posted)
        ]
        leave_scope(request._request)
        return Response(answers.BulkResults(results=[self._result(each) for each in read]))

    def _result(self, read: Arrival | Problem) -> answers.BulkResult:
        if isinstance(read, Problem):
            return _refused(read)
        try:
            with in_consortium(int(self.key().consortium_id or 0)):
                received = receive_referral(read, by=self.key(), today=timezone.localdate())
                made = _made(received, read, key=self.key(), request=self.request)
        except Exception as error:  # noqa: BLE001  each item stands alone, and its answer says nothing of our insides
            return _refused(as_problem(error, UNSURE))
        return answers.BulkResult(status=_status(received), referral=made)


class OneReferral(PartnerView):
    scopes = {"GET": Scope.REFERRALS_READ}

    def get(self, request: Request, uid: str) -> Response:
        settled = settled_at()
        referral = find_referral(uid, self.key())
        record_access(
            request._request,
            AccessAction.VIEWED,
            "caseload.client",
            subject_id=shown_record(referral, self.key()).pk,
            detail={"referral": str(referral.uid)},
        )
        known = {each.removeprefix("W/") for each in _etags(request, "If-None-Match")}  # compared weakly: RFC 9110
        if known & {etag_of(referral), "*"}:
            return Response(status=304, headers={"ETag": etag_of(referral)})
        return _one(referral, key=self.key(), request=request, settled_at=settled)


class ReferralStep(PartnerView):
    scopes = {"POST": Scope.REFERRALS_WRITE}

    def post(self, request: Request, uid: str, step: str) -> Response:
        """Take a step; If-Match makes sure that it is the referral the caller last saw."""
        if step not in STEPS:
            raise Http404
        referral = find_referral(uid, self.key())
        said = read_body(request, Step, optional=True)
        with transaction.atomic():
            _refuse_changed(request, referral)
            try:
                on = max(timezone.localdate(), referral.status_on)
                take_step(referral, STEPS[step], by=self.key(), on=on, reason=said.reason)
            except StepNotAllowed as refusal:
                raise _not_now(refusal) from refusal
        settled = settled_at()
        return _one(find_referral(uid, self.key()), key=self.key(), request=request, settled_at=settled)


def find_referral(uid: str, key: ApiKey) -> Referral:
    """Return a referral of the caller's organisation; what is another's is as absent as what never was."""
    try:
        found = referrals_of(key.organisation_id).filter(uid=uid).first()
    except (ValidationError, ValueError):
        found = None
    if found is None:
        raise Http404
    return found


def read_arrival(body: Any, *, key: ApiKey, idempotency_key: str, targets: Targets | None = None) -> Arrival:
    """Return what was posted as an arrival, or refuse it with every wrong field."""
    reading = ReferralReading()
    said = read(NewReferral, body, reading)
    if not isinstance(body, dict):
        raise wrong_fields(reading.errors)
    named = [_named(body, name, reading) for name in ("to_organisation", "service")]
    organisation, service = (targets or Targets()).find(*named, key=key, reading=reading)
    if said is None or reading.errors:
        raise wrong_fields(reading.errors)
    return Arrival(
        to_organisation=organisation,
        service=service,
        made_on=said.made_on,
        reason=said.reason,
        urgent=said.urgent,
        external_id=said.external_id,
        idempotency_key=idempotency_key,
        client=said.client.model_dump(),
        consent=said.consent.model_dump() if said.consent else None,
        warnings=tuple(reading.warnings),
    )


def _named(body: dict[str, Any], member: str, reading: Reading) -> str:
    """Return what a member names, also where other members are wrong, so that a target unknown is named with them."""
    named = body.get(member)
    return named.strip() if isinstance(named, str) and not reading.covers(f"/{member}") else ""


def _read_or_problem(body: Any, *, key: ApiKey, idempotency_key: str, targets: Targets) -> Arrival | Problem:
    try:
        return read_arrival(body, key=key, idempotency_key=idempotency_key, targets=targets)
    except (Problem, CaseloadError) as refusal:
        return as_problem(refusal)


def _posted(body: Any) -> list[Any]:
    posted = body.get("referrals") if isinstance(body, dict) else None
    if not isinstance(posted, list) or len(body) > 1:
        raise wrong_fields([{"pointer": "", "detail": 'Send {"referrals": […]} and nothing else.'}])
    if len(posted) > MOST_AT_ONCE:
        raise wrong_fields([{"pointer": "/referrals", "detail": f"Send {MOST_AT_ONCE:,} or fewer."}])
    return posted


def _refused(problem: Problem) -> answers.BulkResult:
    return answers.BulkResult(status=problem.status_code, problem=ProblemAnswer(**problem.body()))


def _status(received: Received) -> int:
    return 201 if received.is_new else 200


def _made(received: Received, arrival: Arrival, *, key: ApiKey, request: Request) -> answers.PostedReferral:
    referral = received.referral
    references = {shown_record(referral, key).pk: arrival.client["external_id"] or ""}
    # A new one has been asked about as it was stored.
    settled = referral.updated_at if received.is_new else settled_at()
    shown = referral_answer(referral, key=key, request=request, references=references, settled_at=settled)
    return answers.PostedReferral(**vars(shown), warnings=[answers.Doubt(**each) for each in received.warnings])


def _nameless(rows: Iterable[Referral], key: ApiKey) -> set[int]:
    days = key.consortium.name_days
    return nameless_to(key.organisation_id, rows, today=timezone.localdate(), days=days)


def _one(referral: Referral, *, key: ApiKey, request: Request, settled_at: datetime) -> Response:
    references = references_of(key.organisation_id, [shown_record(referral, key).pk])
    shown = referral_answer(
        referral,
        key=key,
        request=request,
        references=references,
        settled_at=settled_at,
        nameless=_nameless([referral], key),
    )
    return Response(shown, headers={"ETag": etag_of(referral)})


def _filtered(request: Request, rows: Any) -> Any:
    states = [each for each in request.query_params.get("status", "").split(",") if each]
    if set(states) - set(ReferralStatus.values):
        raise wrong_parameters({"status": f"Use one or more of: {', '.join(ReferralStatus.values)}."})
    since = since_parameter(request)
    if states:
        rows = rows.filter(status__in=states)
    return rows.filter(updated_at__gte=since) if since else rows


def _direction(request: Request) -> str:
    direction = request.query_params.get("direction", "")
    if direction not in {"", "sent", "received"}:
        raise wrong_parameters({"direction": "Use sent or received."})
    return direction


def _refuse_changed(request: Request, referral: Referral) -> None:
    wanted = _etags(request, "If-Match")
    if not wanted or "*" in wanted:
        return
    locked = Referral.objects.select_for_update().get(pk=referral.pk)
    if etag_of(locked) not in wanted:
        raise ChangedMeanwhile("The referral changed since you read it. Read it again.")


def _etags(request: Request, header: str) -> set[str]:
    return {each.strip() for each in request.headers.get(header, "").split(",") if each.strip()}


def _not_now(refusal: StepNotAllowed) -> Problem:
    allowed = [name for name, step in STEPS.items() if step.to in refusal.allowed]
    return Problem(409, refusal.message, code=refusal.code, state=refusal.state, allowed=allowed)
