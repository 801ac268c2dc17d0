"""Registering a client at the first meeting: record, adviser, address, benefit and consent, all or nothing."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from caseload.enums import ConsentPurpose
from caseload.evidence import index_of_nino
from caseload.models import Client
from caseload.services.facts import add_address, add_circumstance
from caseload.services.leading import assign_adviser
from caseload.services.matching import Person, find_known, note_possible_matches
from caseload.services.sharing import record_consent
from partners.enums import Role
from partners.errors import CaseloadError
from partners.models import StaffMember
from partners.permissions import Capability, require
from partners.platform.records.changing import keep, refuse_future


@transaction.atomic
def register_client(
    *,
    identity: Mapping[str, Any],
    registered_on: date,
    agreed_to: Mapping[str, bool],
    consent: Mapping[str, Any],
    by: StaffMember,
    address: Mapping[str, Any] | None = None,
    benefit: str = "",
    benefit_from: date | None = None,
) -> Client:
    """Make a client's record; without consent to keep one there is none (CAS-03).

    Records that look like the same person are noted for somebody to decide, also those that ``by`` may not see:
    nobody learns of a client they may not open, and no duplicate stays unseen.
    """
    require(by, Capability.RECORD_JOURNEY)
    if not agreed_to.get(ConsentPurpose.TRACKING):
        raise CaseloadError("Without consent to keep a record, no record can be made.", field="tracking")
    refuse_future(registered_on, "registered_on", what="you first met")
    refuse_future(identity.get("date_of_birth"), "date_of_birth", what="of birth")
    nino = identity.get("nino", "")
    client = keep(
        Client(**identity, nino_index=index_of_nino(nino), registered_on=registered_on, organisation=by.organisation)
    )
    if by.role == Role.ADVISER:
        assign_adviser(client, adviser=by, on=registered_on)
    if address and address.get("postcode"):
        add_address(client, from_date=registered_on, by=by, **address)
    if benefit and benefit_from:
        add_circumstance(client, code=benefit, from_date=benefit_from, by=by)
    for purpose, agreed in agreed_to.items():
        if agreed:
            record_consent(
                client, purpose=purpose, given_on=registered_on, by=by, today=timezone.localdate(), **consent
            )
    person = Person.of(
        given_name=client.given_name,
        family_name=client.family_name,
        date_of_birth=client.date_of_birth,
        nino=nino,
        sex=client.sex,
        postcode=(address or {}).get("postcode", ""),
    )
    note_possible_matches(client.pk, find_known(person, besides=client.pk))
    return client
