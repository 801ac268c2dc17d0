"""What a partner's system is shown."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.urls import reverse
from rest_framework.request import Request

from caseload.api import answers
from caseload.enums import PART_OF_FIELD, ReferralStatus
from caseload.models import Client, ClientAddress, ClientCircumstance, Referral
from caseload.queries.clients import may_read
from caseload.queries.sight import Sight
from caseload.services.referrals import allowed_steps
from partners.models import ApiKey


def shown_record(referral: Referral, key: ApiKey) -> Client:
    """Return the record that this organisation is shown: the sender its own, the receiver the surviving one."""
    record: Client = referral.client
    if referral.sent_record is not None and referral.from_organisation_id == key.organisation_id:
        record = referral.sent_record
    return record


def referral_answer(
    referral: Referral,
    *,
    key: ApiKey,
    request: Request,
    references: Mapping[int, str],
    settled_at: datetime,
    nameless: Collection[int] = (),
) -> answers.Referral:
    """Describe a referral to its sender or receiver; ``references`` are the caller's own, by record.

    ``settled_at`` bounds the moment that is shown (caseload.queries.settled).
    """
    record = shown_record(referral, key)
    is_named = referral.pk not in nameless
    says_reasons = is_named and not record.restricted
    said = referral.sent_record or record
    address = request.build_absolute_uri(reverse("api:referral", args=[referral.uid]))
    steps = (step.name for step in allowed_steps(referral, organisation_id=key.organisation_id))
    client = request.build_absolute_uri(reverse("api:client", args=[record.uid]))
    return answers.Referral(
        id=referral.uid,
        status=ReferralStatus(referral.status),
        status_on=referral.status_on,
        status_reason=(says_reasons and referral.status_reason) or None,
        external_id=referral.sender_ref or None,
        from_organisation=referral.from_organisation.external_id,
        to_organisation=referral.to_organisation.external_id,
        service=referral.service.external_id if referral.service else None,
        made_on=referral.made_on,
        answer_by=referral.answer_by,
        reason=(says_reasons and referral.reason) or None,
        urgent=referral.urgent,
        updated_at=min(referral.updated_at, settled_at),
        client=answers.NamedClient(
            id=record.uid,
            external_id=references.get(record.pk) or None,
            **(_name(said, record) if is_named else {}),
        ),
        links={"self": address, "client": client} | {step: f"{address}{step}/" for step in steps},
    )


def _name(*records: Client) -> dict[str, str]:
    """Name a person by the first record; a restricted one is for named people, never for a system, and has no name."""
    if any(record.restricted for record in records):
        return {}
    return {"given_name": records[0].given_name, "family_name": records[0].family_name}


def client_answer(
    client: Client, *, records: Iterable[Client], sight: Sight, reference: str | None, settled_at: datetime
) -> answers.Client:
    """Describe a person.

    What a consent to share does not cover of the special categories (DESIGN.md "Tenancy and access") is absent and not
    null. ``records`` are those whose dated facts belong to what may be seen.
    """
    spells = [spell for record in records for spell in record.circumstances.all() if may_read(sight, spell)]
    addresses = [address for record in records for address in record.addresses.all()]
    jobs = [job for record in records for job in record.jobs.all()]
    changed_at: datetime = vars(client)["changed_at"]  # as clients_of annotates it
    hidden = sight.hidden_fields(client.pk)
    return answers.Client(
        id=client.uid,
        external_id=reference,
        organisation=client.organisation.external_id,
        registered_on=client.registered_on,
        updated_at=min(changed_at, settled_at),
        given_name=client.given_name,
        family_name=client.family_name,
        date_of_birth=client.date_of_birth,
        sex=client.sex or None,
        nino=client.nino or None,
        phone=client.phone or None,
        email=client.email or None,
        highest_qualification=client.highest_qualification or None,
        addresses=[_address(each) for each in addresses],
        circumstances=[_circumstance(each) for each in spells],
        jobs=[answers.Job(id=each.uid, started_on=each.started_on) for each in jobs],
        **{name: getattr(client, name) or None for name in PART_OF_FIELD if name not in hidden},
    )


def _address(spell: ClientAddress) -> answers.ClientAddress:
    return answers.ClientAddress(
        postcode=spell.postcode or None,
        lsoa=spell.lsoa or None,
        ward=spell.ward or None,
        from_date=spell.from_date,
        to_date=spell.to_date,
    )


def _circumstance(spell: ClientCircumstance) -> answers.Circumstance:
    return answers.Circumstance(kind=spell.kind, code=spell.code, from_date=spell.from_date, to_date=spell.to_date)


def etag_of(referral: Referral) -> str:
    return f'"{referral.uid}.{referral.version}"'
