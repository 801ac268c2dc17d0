"""Who writes on a person's record, and whose an entry is.

An organisation writes on a person's record when it owns one of theirs, or has accepted a referral of them and has
neither completed it nor handed it back; and only while the record is open to it. Sight alone is none: a receiver reads
before it answers, and what it did stays to be checked after the work is completed.

An entry is corrected, ended or taken back by the organisation that recorded it. One without a recording organisation,
as a package brings it, is the owner's of the record it stands on; so is one whose recorder no longer writes here:
somebody must be able to put right what is wrong.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from caseload.enums import ReferralStatus
from caseload.models import Client, ClientGroupPermission, Referral
from caseload.queries.sight import Sight
from partners.models import Organisation, StaffMember
from partners.permissions import Capability, may

HELD = (ReferralStatus.ACCEPTED, ReferralStatus.STARTED)


def works_with(client: Client, organisation_id: int) -> bool:
    """Tell whether an organisation writes on the record; for its own without asking the database."""
    if client.organisation_id == organisation_id:
        return True
    opened = ClientGroupPermission.objects.filter(content_object=client, group__organisation=organisation_id)
    return opened.exists() and organisation_id in working_with(client, [organisation_id])


def working_with(client: Client, organisations: Collection[int]) -> set[int]:
    """Return which of some organisations own a record of the person or hold a referral of them: two queries at most."""
    person = client.merged_into_id or client.pk
    asked = set(organisations) - {client.organisation_id}
    found = set(organisations) & {client.organisation_id}
    if not asked:
        return found
    records = Client.objects.filter(Q(pk=person) | Q(merged_into=person))
    found |= set(records.filter(organisation__in=asked).values_list("organisation_id", flat=True))
    return found | _holding(records, asked - found)


def may_write(staff: StaffMember, client: Client) -> bool:
    """Tell whether somebody records on this record; those who track every client do on each."""
    if not may(staff, Capability.RECORD_JOURNEY):
        return False
    return may(staff, Capability.SEE_ALL_CLIENTS) or works_with(client, staff.organisation_id)


def may_write_seen(staff: StaffMember, sight: Sight, referrals: Iterable[Referral] | None = None) -> bool:
    """Tell what :func:`may_write` does of a client whom this person has open, at most by one query.

    ``referrals`` are the person's open ones where they are at hand.
    """
    if not may(staff, Capability.RECORD_JOURNEY):
        return False
    if may(staff, Capability.SEE_ALL_CLIENTS) or sight.own:
        return True
    own = staff.organisation_id
    if referrals is None:
        return bool(_holding(sight.records, [own]))
    return any(each.to_organisation_id == own and each.status in HELD for each in referrals)


def _holding(records: Any, organisations: Collection[int]) -> set[int]:
    """Return which organisations hold a referral of the person whose records these are."""
    held = Referral.objects.filter(client__in=records, to_organisation__in=organisations, status__in=HELD)
    return set(held.values_list("to_organisation_id", flat=True))


def waits_for_answer(client: Client, organisation_id: int) -> bool:
    waiting = Referral.objects.filter(
        Q(client=client) | Q(client=client.merged_into_id), to_organisation=organisation_id, status=ReferralStatus.SENT
    )
    return waiting.exists()


def record_of(entry: Any) -> Client:
    """Return the record that an entry stands on."""
    if isinstance(entry, Client):
        return entry
    record: Client = entry.job.client if hasattr(entry, "job") else entry.client
    return record


def recorder_of(entry: Any) -> int:
    """Return the id of the organisation that recorded an entry; of a client's own fields, of the owner."""
    return recorded_in(entry) or int(record_of(entry).organisation_id)


def recorded_in(entry: Any) -> int | None:
    """Return the id of the organisation that stands on an entry as its recorder."""
    recorded: int | None = getattr(entry, RECORDED_IN.get(entry._meta.model_name, "recording_organisation_id"), None)
    return recorded


# Kinds whose exchange columns, or an older column, name the recording organisation.
RECORDED_IN = {
    "stageevent": "organisation_id",
    "activity": "organisation_id",
    "assessment": "organisation_id",
    "clientcircumstance": "organisation_id",
    "referral": "from_organisation_id",
}


def may_correct(staff: StaffMember, entry: Any) -> bool:
    """Tell whether somebody corrects, ends or takes back an entry."""
    record = record_of(entry)
    if not may_write(staff, record):
        return False
    recorder = recorder_of(entry)
    if recorder == staff.organisation_id:
        return True
    return record.organisation_id == staff.organisation_id and recorder not in working_with(record, [recorder])


@dataclass(frozen=True)
class Ownership:
    """Whose the entries of one page are, for one reader; found for all of them at once.

    ``owners`` are the organisations of the person's records, ``working`` those that write on them, ``names`` of all.
    """

    organisation_id: int
    may_write: bool
    owners: Mapping[int, int]
    working: frozenset[int]
    names: Mapping[int, str]

    def recorder(self, record: int, recorded_in: int | None) -> int:
        return recorded_in or self.owners[record]

    def corrects(self, record: int, recorded_in: int | None) -> bool:
        """Tell what :func:`may_correct` would."""
        recorder = self.recorder(record, recorded_in)
        if not self.may_write or recorder == self.organisation_id:
            return self.may_write
        return self.owners[record] == self.organisation_id and recorder not in self.working

    def name(self, record: int, recorded_in: int | None) -> str:
        return self.names.get(self.recorder(record, recorded_in), "")


def ownership(
    staff: StaffMember,
    client: Client,
    sight: Sight,
    *,
    may_write: bool,
    recorders: Iterable[int | None],
    names: Mapping[int, str],
) -> Ownership:
    """Return whose the entries of a person are, given the recording organisations that stand on them.

    ``names`` are those that are known already; the others are looked up together.
    """
    owners = set(sight.owners.values())
    others = {each for each in recorders if each} | owners
    named = {**names, client.organisation_id: str(client.organisation), staff.organisation_id: str(staff.organisation)}
    foreign = others - set(named)
    asked = others - owners - {staff.organisation_id} if may_write and sight.own else set()
    working = owners | (_holding(sight.records, asked) if asked else set())
    if foreign:
        named |= dict(Organisation.objects.filter(pk__in=foreign).values_list("pk", "name"))
    return Ownership(staff.organisation_id, may_write, sight.owners, frozenset(working), named)
