"""A referral that a partner's system posts: client, consent, referral and what it opens, all or nothing (API.md).

The sender keeps a record of its own of each person. When the person is known already, the sender's record is merged
into the surviving one at once; the referral and its consent belong to the survivor, the sender is shown its own record.
So what a sender sees, and what it takes to make it, is the same whether the person was known or not.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from caseload.enums import ConsentPurpose
from caseload.errors import AlreadyMade, ReferenceTaken
from caseload.models import Client, ClientAddress, ClientCircumstance, ClientReference, Consent, Referral
from caseload.services.matching import Known, Person, find_known, note_possible_matches
from caseload.services.referrals import clock
from caseload.services.sharing import open_to_receiver
from commissioning.models import Service
from partners.fields import blind_index
from partners.models import ApiKey, Organisation, Postcode
from partners.tenancy.scope import current_consortium_id

BUCKETS = 512
Spell = tuple[str, str, date, date | None]


@dataclass(frozen=True)
class Arrival:
    """A referral as it was sent, its values checked; ``client`` and ``consent`` by the names of API.md."""

    to_organisation: Organisation
    service: Service | None
    made_on: date
    reason: str
    urgent: bool
    external_id: str
    idempotency_key: str
    client: dict[str, Any]
    consent: dict[str, Any]

    @property
    def person(self) -> Person:
        names = ("given_name", "family_name", "date_of_birth", "nino", "sex", "postcode")
        return Person.of(**{name: self.client[name] for name in names})

    @property
    def content_hash(self) -> str:
        """Return a keyed hash of what was said, whatever its spacing, order or spelling of codes."""
        said = {
            "to": self.to_organisation.external_id,
            "service": self.service.external_id if self.service else None,
            "made_on": self.made_on,
            "reason": self.reason,
            "urgent": self.urgent,
            "external_id": self.external_id,
            "client": self.client,
            "consent": self.consent,
        }
        canonical = json.dumps(said, sort_keys=True, default=str, separators=(",", ":"))
        return blind_index(canonical)

    def lock_names(self, organisation_id: int) -> list[str]:
        """Name what no second call may make meanwhile: this key, this reference, this person."""
        own = {"key": self.idempotency_key, "referral": self.external_id, "client": self.client["external_id"]}
        names = [f"{organisation_id} {kind} {value}" for kind, value in own.items() if value]
        return names + self.person.lock_names


@transaction.atomic
def receive_referral(arrival: Arrival, *, by: ApiKey, today: date) -> tuple[Referral, bool]:
    """Store a posted referral and tell that it is new; of a repeat, return the referral it made.

    Of fifty identical posts at once one makes the referral and the others wait for it, find it and return it.
    """
    lock(arrival.lock_names(by.organisation_id))
    earlier = _made_before(arrival, by)
    if earlier is not None:
        return earlier, False
    own, survivor_id = _place_client(arrival, by)
    consent = Consent(
        client_id=survivor_id,
        purpose=ConsentPurpose.SHARING,
        organisation=arrival.to_organisation,
        given_on=arrival.consent["given_on"],
        expires_on=arrival.consent["expires_on"],
        method=arrival.consent["method"],
    )
    consent.save()
    referral = Referral(
        client_id=survivor_id,
        sent_record=own,
        consent=consent,
        from_organisation=by.organisation,
        to_organisation=arrival.to_organisation,
        service=arrival.service,
        made_on=arrival.made_on,
        status_on=arrival.made_on,
        reason=arrival.reason,
        urgent=arrival.urgent,
        answer_by=clock(by.consortium, made_on=arrival.made_on, today=today),
        sender_ref=arrival.external_id,
        idempotency_key=arrival.idempotency_key,
        content_hash=arrival.content_hash,
    )
    referral.save()
    open_to_receiver(referral, today=today)
    return referral, True


def lock(names: Iterable[str]) -> None:
    """Hold locks on names until the transaction ends, always in the same order, in one statement."""
    buckets = sorted({int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") % BUCKETS for name in names})
    if buckets:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(%s, bucket) FROM unnest(%s::int[]) AS bucket",
                [current_consortium_id(), buckets],
            )


def _made_before(arrival: Arrival, by: ApiKey) -> Referral | None:
    """Return the referral that this key or reference made; refuse other content under it."""
    where = Q()
    if arrival.idempotency_key:
        where |= Q(idempotency_key=arrival.idempotency_key)
    if arrival.external_id:
        where |= Q(sender_ref=arrival.external_id)
    if not where:
        return None
    made = list(
        Referral.objects.filter(where, from_organisation=by.organisation_id)
        .select_related("from_organisation", "to_organisation", "service", "client", "sent_record")
        .order_by("pk")[:2]
    )
    if any(each.content_hash != arrival.content_hash for each in made):
        raise AlreadyMade
    return made[0] if made else None


def _place_client(arrival: Arrival, by: ApiKey) -> tuple[Client, int]:
    """Return the sender's own record of the person, made if need be, and the id of the record that survives."""
    reference = arrival.client["external_id"]
    own = _by_reference(reference, by) if reference else None
    known = find_known(arrival.person, besides=own.pk if own else None)
    sure = [each for each in known if each.sure]
    if own is not None:
        _refuse_somebody_else(own, arrival)
        _add_to_record(own, arrival)
    else:
        own = _own_among(sure, by)
        if own is not None:
            _add_to_record(own, arrival)
        else:
            own = _make_record(arrival, by, merged_into_id=sure[0].survivor_id if sure else None)
        if reference:
            ClientReference(client=own, organisation=by.organisation, reference=reference).save()
    survivor_id = own.merged_into_id or own.pk
    note_possible_matches(survivor_id, [each for each in known if each.survivor_id != survivor_id])
    return own, survivor_id


def _by_reference(reference: str, by: ApiKey) -> Client | None:
    found = (
        ClientReference.objects.filter(organisation=by.organisation_id, reference=reference)
        .select_related("client")
        .first()
    )
    return found.client if found else None


def _own_among(sure: list[Known], by: ApiKey) -> Client | None:
    mine = next((each.client_id for each in sure if each.organisation_id == by.organisation_id), None)
    return None if mine is None else Client.objects.get(pk=mine)


def _refuse_somebody_else(own: Client, arrival: Arrival) -> None:
    """Refuse a reference that the sender gave to somebody with another NINO, or another birth date and name."""
    sent = arrival.person
    other_nino = own.nino_index and sent.nino_index and own.nino_index != sent.nino_index
    other_birth = own.date_of_birth and sent.date_of_birth and own.date_of_birth != sent.date_of_birth
    if other_nino or (other_birth and own.family_key != sent.family_key):
        raise ReferenceTaken(field="client/external_id")


def _make_record(arrival: Arrival, by: ApiKey, *, merged_into_id: int | None) -> Client:
    said = arrival.client
    client = Client(
        given_name=said["given_name"],
        family_name=said["family_name"],
        date_of_birth=said["date_of_birth"],
        sex=said["sex"],
        ethnicity=said["ethnicity"],
        nino=said["nino"],
        nino_index=blind_index(said["nino"]),
        phone=said["phone"],
        email=said["email"],
        registered_on=arrival.made_on,
        organisation=by.organisation,
        merged_into_id=merged_into_id,
    )
    client.save()
    if _has_address(said):
        _address(client, arrival).save()
    _save_all([_spell(client, each) for each in _spells(said)])
    return client


def _add_to_record(own: Client, arrival: Arrival) -> None:
    """Take from a later referral what the sender had not said before; what it said stays."""
    said = arrival.client
    _fill_blanks(own, said)
    here = {"postcode": said["postcode"], "lsoa": said["lsoa"]}
    if _has_address(said) and not own.addresses.filter(to_date__isnull=True, **here).exists():
        _address(own, arrival).save()
    spells = _spells(said)
    if spells:
        held = set(own.circumstances.values_list("kind", "code", "from_date"))
        _save_all([_spell(own, each) for each in spells if each[:3] not in held])


def _fill_blanks(own: Client, said: dict[str, Any]) -> None:
    names = ("date_of_birth", "sex", "ethnicity", "nino", "phone", "email")
    new = {name: said[name] for name in names if said[name] and not getattr(own, name)}
    if not new:
        return
    for name, value in new.items():
        setattr(own, name, value)
    own.nino_index = blind_index(own.nino)
    own.version += 1
    own.save(update_fields=[*new, "nino_index", "version"])


def _has_address(said: dict[str, Any]) -> bool:
    return bool(said["postcode"] or said["lsoa"])


def _address(client: Client, arrival: Arrival) -> ClientAddress:
    """Return the address as of the day of the referral, with the ward where the postcode is known to lie."""
    said = arrival.client
    where = Postcode.objects.filter(pk=said["postcode"].replace(" ", "")).first() if said["postcode"] else None
    return ClientAddress(
        client=client,
        from_date=arrival.made_on,
        postcode=said["postcode"],
        lsoa=said["lsoa"] or (where.lsoa if where else ""),
        ward=where.ward if where else "",
        district=where.district if where else "",
    )


def _spells(said: dict[str, Any]) -> list[Spell]:
    spells = [(each["kind"], each["code"], each["from_date"], each["to_date"]) for each in said["circumstances"]]
    return list(dict.fromkeys(spells))


def _spell(client: Client, spell: Spell) -> ClientCircumstance:
    kind, code, from_date, to_date = spell
    return ClientCircumstance(client=client, kind=kind, code=code, from_date=from_date, to_date=to_date)


def _save_all(rows: list[ClientCircumstance]) -> None:
    for row in rows:
        row.external_id = str(row.uid)
    ClientCircumstance.objects.bulk_create(rows)
