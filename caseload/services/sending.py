"""The one door for sending a referral: whom it may go to, on which day and under which consent, and what it opens.

A page sends for a client who is here (:func:`send_referral`); what a partner's system posts, one by one or in bulk,
comes with its person (caseload.services.arrivals) and is judged by the same functions. A package's referrals are an old
system's: caseload.judging and the exchange's rules in sets judge them, and caseload.services.upkeep follows.
"""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from caseload.enums import ConsentPurpose
from caseload.errors import ConsentMissing
from caseload.judging import By, may_refer
from caseload.models import Client, Consent, Referral
from caseload.queries.consents import covering_consents
from caseload.services.journey import require_working
from caseload.services.sharing import bring_shares_up_to_date, is_open_to
from commissioning.models import Service
from partners.errors import CaseloadError, NotAllowed
from partners.judging import require_right
from partners.models import Consortium, Organisation, StaffMember
from partners.permissions import Capability, may
from partners.working_days import after_working_days


@dataclass(frozen=True)
class Sending:
    """What is asked of the door."""

    to_organisation: Organisation
    service: Service | None
    made_on: date
    reason: str
    urgent: bool


def send_referral(
    client: Client,
    *,
    to_organisation: Organisation,
    made_on: date,
    by: By,
    service: Service | None = None,
    reason: str = "",
    urgent: bool = False,
) -> Referral:
    """Hand a client over to another organisation, under a consent to share that covers it today."""
    today = timezone.localdate()
    asked = Sending(to_organisation, service, made_on, reason, urgent)
    judge_sending(asked, by=by, today=today)
    client = client.merged_into or client
    if not may_see(client, by):
        raise NotAllowed
    sees_all = isinstance(by, StaffMember) and may(by, Capability.SEE_ALL_CLIENTS)
    require_working(client, by.organisation_id, sees_all=sees_all)
    in_force = covering_consents(client, organisation=to_organisation, today=today).first()
    consent = require_consent(in_force, today=today)
    with transaction.atomic():
        referral = new_referral(asked, by=by, today=today)
        referral.client, referral.consent = client, consent
        referral.save()
        bring_shares_up_to_date(today=today, clients=[client.pk])
    return referral


def judge_sending(asked: Sending, *, by: By, today: date) -> None:
    """Refuse whoever may send no referral, and name at once what is wrong with whom it goes to and with its day."""
    require_right(held=may_refer(by))
    wrong = wrong_target(by, asked.to_organisation, asked.service)
    if asked.made_on > today:
        wrong["made_on"] = ["Enter today or a day in the past."]
    if wrong:
        raise CaseloadError(fields=wrong)


def wrong_target(
    by: By, to_organisation: Organisation | None, service: Service | None, *, names_service: bool = False
) -> dict[str, list[str]]:
    """Return the sentence about whom a referral goes to, by its field; ``names_service`` if one was named by its id."""
    if to_organisation is None:
        return {"to_organisation": ["There is no such organisation in this consortium."]}
    if to_organisation.pk == by.organisation_id:
        return {"to_organisation": ["Choose another organisation than your own."]}
    is_theirs = service.organisation_id == to_organisation.pk if service is not None else not names_service
    return {} if is_theirs else {"service": [f"Choose a service of {to_organisation.name}."]}


def require_consent(consent: Consent | None, *, today: date) -> Consent:
    """Refuse what came without a consent to share in force today (DESIGN.md law 4): nothing is stored."""
    if consent is None or consent.purpose != ConsentPurpose.SHARING:
        raise ConsentMissing(field="consent")
    if consent.expires_on is not None and consent.expires_on < today:
        raise ConsentMissing("The consent to share has expired: nothing was stored.", field="consent")
    return consent


def new_referral(asked: Sending, *, by: By, today: date) -> Referral:
    """Return a referral that waits for its answer, to be given its client and consent and stored."""
    return Referral(
        from_organisation=by.organisation,
        to_organisation=asked.to_organisation,
        service=asked.service,
        made_on=asked.made_on,
        status_on=asked.made_on,
        reason=asked.reason,
        urgent=asked.urgent,
        answer_by=clock(by.consortium, made_on=asked.made_on, today=today),
        made_by=by if isinstance(by, StaffMember) else None,
    )


def clock(consortium: Consortium, *, made_on: date, today: date) -> date:
    """Return the last day for an answer, in working days after the receiver could first see the referral.

    One that is written down later is not late on arrival.
    """
    return after_working_days(max(made_on, today), consortium.referral_days, nation=consortium.nation)


def may_see(client: Client, by: By) -> bool:
    if isinstance(by, StaffMember):
        return Client.objects.visible_to(by).filter(pk=client.pk).exists()
    return is_open_to(client, by.organisation_id)
