"""A referral that a partner's system posts: client, consent, referral and what it opens, all or nothing (API.md).

Nobody is lost: the sender has a record of its own of each person it names for the first time, as it sent them; only the
sender's own reference finds that record again. Where the person is surely known already (caseload.services.matching),
the record is linked to the surviving one and the organisation whose record that is is told; the referral belongs to the
survivor, consent and facts stay with the record they came with. The sender is shown its own record: what it sees, and
what it takes to make it, is the same whether the person was known or not.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.urls import reverse

from caseload.errors import AlreadyMade, ReferenceTaken
from caseload.evidence import index_of_nino, nino_proves
from caseload.judging import opens_parts
from caseload.models import (
    Client,
    ClientAddress,
    ClientCircumstance,
    ClientMerge,
    ClientReference,
    Consent,
    Referral,
    Share,
)
from caseload.queries.settled import stamp_of
from caseload.queries.twins import twins_of
from caseload.references import FREE, propose
from caseload.services.agreeing import tell_owner
from caseload.services.matching import Known, Person, compare_names, find_known, note_possible_matches, the_sure_one
from caseload.services.sending import Sending, judge_sending, new_referral, require_consent
from caseload.services.sharing import grant_of, open_by
from partners.models import ApiKey
from partners.permissions import Capability
from partners.platform.fields import blind_index
from partners.platform.records.storing import sequence_of, store_together
from partners.platform.search_keys import as_search_key
from partners.platform.tenancy.models import TenantModel
from partners.platform.tenancy.scope import current_consortium_id
from partners.services.notices import people_who_answer, tell

BUCKETS = 512
PLACE = ("lsoa", "ward", "district")
ONE_OF_EACH: tuple[type[Any], ...] = (Client, ClientMerge, ClientAddress, ClientReference, Consent, Referral, Share)
Spell = tuple[str, str, date, date | None]


@dataclass(frozen=True)
class Arrival(Sending):
    """A referral as it was sent, its values checked; ``client`` and ``consent`` by the names of API.md."""

    external_id: str
    idempotency_key: str
    client: dict[str, Any]
    consent: dict[str, Any] | None
    warnings: tuple[dict[str, str], ...] = ()

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


@dataclass(frozen=True)
class Received:
    """A referral as it stands, whether this call made it, and what the sender should look at."""

    referral: Referral
    is_new: bool
    warnings: list[dict[str, Any]]


@dataclass
class Placed:
    """Where the person stands: the sender's record, what is new about it, and the record that survives.

    A record that is new and survives by itself has no key yet: ``survivor_id`` is None. ``linked_to`` is the record a
    new one was found to be surely the same person as.
    """

    own: Client
    survivor_id: int | None
    new: list[TenantModel]
    likely: list[Known]
    linked_to: int | None = None

    @property
    def facts(self) -> list[Any]:
        return [each for each in self.new if each is not self.own]


_LOCK = "SELECT pg_advisory_xact_lock(%s, bucket) FROM unnest(%s::int[]) AS bucket"
# One message and two statements: what the second reads was committed before the first could take its locks. It fetches
# all that does not depend on who the person is: earlier calls, where the postcode lies, and keys for the new records.
_LOOK_UP = f"""
    {_LOCK};
    SELECT 'referral', id, content_hash FROM caseload_referral
     WHERE consortium_id = %s AND from_organisation_id = %s AND idempotency_key = %s AND idempotency_key <> ''
     UNION
    SELECT 'referral', id, content_hash FROM caseload_referral
     WHERE consortium_id = %s AND from_organisation_id = %s AND sender_ref = %s AND sender_ref <> ''
     UNION ALL
    SELECT 'client', client_id, '' FROM caseload_clientreference
     WHERE consortium_id = %s AND organisation_id = %s AND reference = %s
     UNION ALL
    SELECT named.kind, 0, named.place
      FROM partners_postcode, LATERAL (VALUES ('lsoa', lsoa), ('ward', ward), ('district', district)) named(kind, place)
     WHERE postcode = %s
     UNION ALL
    SELECT 'directory', 0, '' WHERE EXISTS (SELECT 1 FROM partners_postcode)
     UNION ALL
    SELECT 'part', 0, part FROM caseload_consentform, unnest(parts) part WHERE consortium_id = %s
     UNION ALL
    SELECT name, nextval(name::regclass), '' FROM unnest(%s::text[]) AS name
     UNION ALL
    SELECT 'reference', 0, free.proposed FROM ({FREE}) AS free
"""  # noqa: S608  no value is spliced in


@dataclass
class Found:
    """What the database knew: earlier calls (id, content), the sender's record, the place; keys and reference to give.

    ``parts`` are what the consortium's consent form opens besides the journey: the call itself can't say (API.md).
    ``has_directory``: the postcode directory is loaded, so that a postcode it lacks is unknown.
    """

    made: list[tuple[int, str]]
    own_id: int | None
    place: dict[str, str]
    has_directory: bool
    parts: list[str]
    reference: str
    keys: dict[str, list[int]]

    def give_keys(self, records: list[TenantModel]) -> None:
        for record in records:
            record.pk = self.keys[sequence_of(type(record))].pop(0)


@transaction.atomic(savepoint=False)
def receive_referral(arrival: Arrival, *, by: ApiKey, today: date) -> Received:
    """Store a posted referral; of a repeat, return the referral it made.

    Of fifty identical posts at once one makes the referral and the others wait for it, find it and return it.
    """
    judge_sending(arrival, by=by, today=today)
    sent = arrival.consent
    own = {"organisation": arrival.to_organisation, "recording_organisation": by.organisation}
    consent = require_consent(Consent(**sent, **own) if sent else None, today=today)
    content_hash = arrival.content_hash
    found = _look_up(arrival, by)
    if any(each != content_hash for _, each in found.made):
        raise AlreadyMade
    warnings: list[dict[str, Any]] = [*arrival.warnings, *_unknown_postcode(arrival, found)]
    if found.made:
        referral = _whole(found.made[0][0])
        warnings += [*_differences(referral.sent_record, arrival), *_open_already(referral)]
        return Received(referral, is_new=False, warnings=warnings)
    placed = _place_client(arrival, by, found)
    warnings += _differences(placed.own, arrival)
    consent.parts = found.parts
    referral = new_referral(arrival, by=by, today=today)
    referral.sender_ref, referral.idempotency_key = arrival.external_id, arrival.idempotency_key
    referral.content_hash = content_hash
    _store(placed, consent, referral, found, by=by, today=today)
    if placed.own not in placed.new:  # of a record that this call made there is no earlier referral
        warnings += _open_already(referral)
    return Received(referral, is_new=True, warnings=warnings)


def _open_already(referral: Referral) -> list[dict[str, Any]]:
    """Name the sender's own open referrals of this record of theirs to the same organisation."""
    fact = {name: getattr(referral, name) for name in ("from_organisation", "to_organisation", "service")}
    fact["sent_record"] = referral.sent_record
    found = twins_of("referral", referral.client, fact, records=[referral.client_id], besides=referral.uid)
    return [each.as_warning() for each in found]


def _store(placed: Placed, consent: Consent, referral: Referral, found: Found, *, by: ApiKey, today: date) -> None:
    """Give everything its keys, let it refer to each other, and store it in one message."""
    share = Share(from_date=today)
    found.give_keys([*placed.new, consent, referral, share])
    for fact in placed.facts:
        setattr(fact, "record" if isinstance(fact, ClientMerge) else "client", placed.own)
    survivor_id = placed.survivor_id or placed.own.pk
    consent.client = placed.own
    opened = found.parts
    if survivor_id != placed.own.pk:
        survivor = Client.objects.select_related("organisation", "adviser").get(pk=survivor_id)
        if not opens_parts(by, survivor):
            opened = []  # the owner of the surviving record has a say: see caseload.services.agreeing
            if found.parts:
                tell_owner(survivor, by=by.organisation, waiting=found.parts)
    referral.client_id, referral.sent_record, referral.consent = survivor_id, placed.own, consent
    if survivor_id == placed.own.pk:
        referral.client = placed.own
    open_by(share, referral, parts=opened)
    following = [grant_of(referral, parts=opened), stamp_of(referral.pk)]
    ((referral.updated_at,),) = store_together([*placed.new, consent, referral, share], then=following)
    note_possible_matches(survivor_id, placed.likely)
    if placed.linked_to is not None:
        tell_of_link(placed.linked_to, placed.own)


def tell_of_link(survivor_id: int, own: Client) -> None:
    """Tell the organisation whose record a partner's was linked to, its adviser first; nobody of the partner's own."""
    survivor = Client.objects.select_related("organisation", "adviser__organisation").get(pk=survivor_id)
    if survivor.organisation_id == own.organisation_id:
        return
    staff = people_who_answer(survivor.organisation_id, Capability.ANSWER_REFERRALS)
    if survivor.adviser is not None and survivor.adviser.organisation_id == survivor.organisation_id:
        staff = [survivor.adviser, *staff]
    words = f"{own.organisation.name} referred {survivor.external_id}, whom you know: their record is linked to yours."
    tell(staff, words=words, link=reverse("caseload:client", args=[survivor.uid]), about=f"link {own.pk}")


def lock(names: Iterable[str]) -> None:
    """Hold locks on names until the transaction ends, always in the same order, in one statement."""
    buckets = _buckets(names)
    if buckets:
        with connection.cursor() as cursor:
            cursor.execute(_LOCK, [current_consortium_id(), buckets])


def _buckets(names: Iterable[str]) -> list[int]:
    return sorted({int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") % BUCKETS for name in names})


def _look_up(arrival: Arrival, by: ApiKey) -> Found:
    values: list[Any] = [current_consortium_id(), _buckets(arrival.lock_names(by.organisation_id))]
    for name in (arrival.idempotency_key, arrival.external_id, arrival.client["external_id"]):
        values += [current_consortium_id(), by.organisation_id, name]
    spells: list[type[Any]] = [ClientCircumstance] * len(arrival.client["circumstances"])
    sequences = [sequence_of(model) for model in (*ONE_OF_EACH, *spells)]
    with connection.cursor() as cursor:
        postcode = arrival.client["postcode"].replace(" ", "")
        here = current_consortium_id()
        cursor.execute(_LOOK_UP, [*values, postcode, here, sequences, propose(), here])
        rows = cursor.fetchall()
    keys: dict[str, list[int]] = {name: [] for name in sequences}
    for kind, key, _ in rows:
        if kind in keys:
            keys[kind].append(key)
    return Found(
        made=sorted((key, content) for kind, key, content in rows if kind == "referral"),
        own_id=next((key for kind, key, _ in rows if kind == "client"), None),
        place={kind: place for kind, _, place in rows if kind in PLACE},
        has_directory=any(kind == "directory" for kind, _, _ in rows),
        parts=sorted(place for kind, _, place in rows if kind == "part"),
        reference=next((text for kind, _, text in rows if kind == "reference"), ""),
        keys=keys,
    )


def _whole(referral_id: int) -> Referral:
    related = ("from_organisation", "to_organisation", "service", "client", "sent_record")
    found: Referral = Referral.objects.select_related(*related).get(pk=referral_id)
    return found


def _place_client(arrival: Arrival, by: ApiKey, found: Found) -> Placed:
    """Find the record that the sender gave this reference, or make one; link a new one to a person surely known.

    A sender that gives no references is taken to mean the record it has of a person surely known.
    """
    person, own_id = arrival.person, found.own_id
    known = find_known(person, besides=own_id)
    reference = arrival.client["external_id"]
    sure = the_sure_one(person, known) if own_id is None else None
    if sure and not reference:
        mine = (each for each in known if each.sure and each.organisation_id == by.organisation_id)
        own_id = next((each.client_id for each in mine), None)
    if own_id is not None:
        own: Client = Client.objects.get(pk=own_id)
        _refuse_somebody_else(own, person)
        survivor_id: int | None = own.merged_into_id or own.pk
        linked_to = None
        new = _additions(own, arrival, found.place)
    else:
        survivor_id = linked_to = sure.survivor_id if sure else None
        own = _record(arrival, by, found.reference, merged_into_id=linked_to)
        new = [own, *_address(own, arrival, found.place), *_circumstances(own, _spells(arrival.client))]
        if sure:
            new.append(ClientMerge(record=own, into_id=sure.client_id))
        if reference:
            new.append(ClientReference(client=own, organisation=by.organisation, reference=reference))
    return Placed(own, survivor_id, new, [each for each in known if each.survivor_id != survivor_id], linked_to)


def _refuse_somebody_else(own: Client, sent: Person) -> None:
    """Refuse a reference that the sender gave to somebody with another NINO, another name, or birth date and name."""
    held = Person(own.given_key, own.family_key, own.date_of_birth, own.nino_index, own.sex)
    names = compare_names(held, sent)
    proven = nino_proves(held.nino_index) and nino_proves(sent.nino_index)
    same_nino = proven and held.nino_index == sent.nino_index
    other_birth = own.date_of_birth and sent.date_of_birth and own.date_of_birth != sent.date_of_birth
    if ((proven or not names.half) and not same_nino) or (other_birth and not names.similar):
        raise ReferenceTaken(field="client/external_id")


def _differences(own: Client | None, arrival: Arrival) -> list[dict[str, str]]:
    """Name what the sender says otherwise than its own record, which a call does not change."""
    if own is None:
        return []
    said = arrival.client
    names = [
        name for name in ("given_name", "family_name") if as_search_key(getattr(own, name)) != as_search_key(said[name])
    ]
    facts = [name for name in ("date_of_birth", "sex", "nino") if said[name] and getattr(own, name) != said[name]]
    words = "Your record under this reference says otherwise, and stays as it was."
    return [{"pointer": f"/client/{name}", "detail": words} for name in (*names, *facts)]


def _unknown_postcode(arrival: Arrival, found: Found) -> list[dict[str, str]]:
    at, postcode = "/client/postcode", arrival.client["postcode"]
    if (
        not postcode
        or found.place
        or not found.has_directory
        or any(each["pointer"] == at for each in arrival.warnings)
    ):
        return []
    return [{"pointer": at, "detail": "The postcode directory does not have this postcode. It is kept as sent."}]


def _record(arrival: Arrival, by: ApiKey, reference: str, *, merged_into_id: int | None) -> Client:
    said = arrival.client
    return Client(
        external_id=reference,
        given_name=said["given_name"],
        family_name=said["family_name"],
        date_of_birth=said["date_of_birth"],
        sex=said["sex"],
        ethnicity=said["ethnicity"],
        nino=said["nino"],
        nino_index=index_of_nino(said["nino"]),
        phone=said["phone"],
        email=said["email"],
        registered_on=arrival.made_on,
        organisation=by.organisation,
        merged_into_id=merged_into_id,
    )


def _additions(own: Client, arrival: Arrival, place: dict[str, str]) -> list[TenantModel]:
    """Take from a later referral what the sender had not said before; what it said stays."""
    said = arrival.client
    _fill_blanks(own, said)
    here = {"postcode": said["postcode"], "lsoa": said["lsoa"]}
    moved = not own.addresses.filter(to_date__isnull=True, **here).exists()
    held = set(own.circumstances.values_list("kind", "code", "from_date"))
    spells = [spell for spell in _spells(said) if spell[:3] not in held]
    return [*(_address(own, arrival, place) if moved else []), *_circumstances(own, spells)]


def _fill_blanks(own: Client, said: dict[str, Any]) -> None:
    names = ("date_of_birth", "sex", "ethnicity", "nino", "phone", "email")
    new = {name: said[name] for name in names if said[name] and not getattr(own, name)}
    if not new:
        return
    for name, value in new.items():
        setattr(own, name, value)
    own.nino_index = index_of_nino(own.nino)
    own.version += 1
    own.save(update_fields=[*new, "nino_index", "version"])


def _address(client: Client, arrival: Arrival, place: dict[str, str]) -> list[ClientAddress]:
    """Return the address as of the day of the referral, with the ward where the postcode is known to lie."""
    said = arrival.client
    if not (said["postcode"] or said["lsoa"]):
        return []
    return [
        ClientAddress(
            client=client,
            from_date=arrival.made_on,
            postcode=said["postcode"],
            lsoa=said["lsoa"] or place.get("lsoa", ""),
            ward=place.get("ward", ""),
            district=place.get("district", ""),
        )
    ]


def _spells(said: dict[str, Any]) -> list[Spell]:
    spells = [(each["kind"], each["code"], each["from_date"], each["to_date"]) for each in said["circumstances"]]
    return list(dict.fromkeys(spells))


def _circumstances(client: Client, spells: list[Spell]) -> list[ClientCircumstance]:
    return [
        ClientCircumstance(client=client, kind=kind, code=code, from_date=from_date, to_date=to_date)
        for kind, code, from_date, to_date in spells
    ]
