"""Clients and their journey, for the partner's system that may see them (API.md "Journey")."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from caseload.api import answers
from caseload.api.bodies import read_event
from caseload.api.representations import client_answer
from caseload.models import Client
from caseload.queries.partner_clients import changed_since, clients_of, facts_of, holds, sights_of
from caseload.queries.partner_referrals import references_of
from caseload.queries.settled import settled_at
from caseload.services.partner_events import record_event
from partners.enums import AccessAction, Scope
from partners.models import ApiKey
from partners.platform.api.base import PartnerView, body_of, idempotency_key
from partners.platform.api.bodies import Reading
from partners.platform.api.pagination import CursorPage, since_parameter
from partners.platform.api.problems import Problem, wrong_fields
from partners.platform.trail.looking import PARTNERS_SYSTEM, record_access, record_listed


class Clients(PartnerView):
    scopes = {"GET": Scope.CLIENTS_READ}
    parameters = ("updated_since", "cursor", "page_size")

    def get(self, request: Request) -> Response:
        key = self.key()
        rows = clients_of(key.organisation_id)
        since = since_parameter(request)
        found = changed_since(rows, since) if since else rows
        page = CursorPage(request, found, fields=("uid",), settled_at=settled_at())
        shown = [each.pk for each in page.rows]
        record_listed(request._request, "caseload.client", subject_ids=shown, purpose=PARTNERS_SYSTEM)
        return Response(answers.Clients(**page.links(), results=_described(page.rows, key, settled_at=page.settled_at)))


class OneClient(PartnerView):
    scopes = {"GET": Scope.CLIENTS_READ}

    def get(self, request: Request, uid: str) -> Response:
        settled = settled_at()
        client = find_client(uid, self.key())
        record_access(request._request, AccessAction.VIEWED, "caseload.client", subject_id=client.pk)
        (shown,) = _described([client], self.key(), settled_at=settled)
        return Response(shown)


class ClientEvents(PartnerView):
    scopes = {"POST": Scope.JOURNEY_WRITE}

    def post(self, request: Request, uid: str) -> Response:
        """Record an event on a client whose referral this organisation holds; a repeat finds the first."""
        client = find_client(uid, self.key())
        if not holds(client, self.key().organisation_id):
            raise Problem(403, "Only the organisation that accepted the client's referral records the journey.")
        reading = Reading()
        said = read_event(body_of(request), reading)
        if said is None:
            raise wrong_fields(reading.errors)
        event = record_event(client, said.model_dump(), by=self.key(), idempotency_key=idempotency_key(request))
        shown = answers.Event(
            id=event.uid,
            type=said.type,
            external_id=said.external_id or None,
            warnings=[answers.Doubt(**each) for each in event.warnings],
        )
        return Response(shown, status=201 if event.is_new else 200)


def find_client(uid: str, key: ApiKey) -> Client:
    try:
        found = clients_of(key.organisation_id).filter(uid=uid).first()
    except (ValidationError, ValueError):
        found = None
    if found is None:
        raise Http404
    return found


def _described(clients: list[Client], key: ApiKey, *, settled_at: datetime) -> list[answers.Client]:
    pooled = facts_of(clients, key.organisation_id)
    sights = sights_of(pooled, key.organisation_id)
    references = references_of(key.organisation_id, [each.pk for each in clients])
    return [
        client_answer(
            each,
            records=pooled[each.pk],
            sight=sights[each.pk],
            reference=references.get(each.pk),
            settled_at=settled_at,
        )
        for each in clients
    ]
