"""Who may read what of the special categories: health, offending, ethnicity (DESIGN.md "Tenancy and access").

The one home of the rule, for a page and in SQL. A reader may know something of a part when

- their role sees every client of the consortium, or
- it stands on a record of their own organisation, or
- their own organisation's staff recorded it, on a record shared with them, or
- a share opens that part of the person to their organisation.

A person's records pool what was recorded (contract KPIS.md, "People"), but each keeps its owner: when records of two
organisations are found to be one person, neither learns the other's special categories by that.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from caseload.enums import PART_OF_CODE, PART_OF_FIELD, Dimension, SharePart
from caseload.models import Client, ClientCircumstance, ClientGroupPermission, TargetGroup
from partners.models import StaffMember
from partners.permissions import Capability, may

VIEW_PART = "view_client_"
TRACKING = "Tracking and verifying for the partnership"
EVERY_PART = frozenset(part.value for part in SharePart)


@dataclass(frozen=True)
class Sight:
    """What one reader may know of one person.

    ``records`` are the person's, the surviving one first; ``own`` those of the reader's organisation; ``opened`` the
    parts that a share opens; ``owners`` the organisation of each record.
    """

    organisation_id: int
    sees_all: bool
    records: tuple[int, ...]
    own: frozenset[int]
    opened: frozenset[str]
    owners: Mapping[int, int] = field(default_factory=dict)

    def reads(self, part: str | None, *, record: int, recorded_by: int | None = None) -> bool:
        """Tell whether something of a part may be read that stands on a record and was recorded by an organisation."""
        if part is None or self.sees_all or part in self.opened:
            return True
        return record in self.own or recorded_by == self.organisation_id

    def parts_of(self, record: int) -> frozenset[str]:
        """Return the parts of one of the records that may be read, and so recorded, whoever recorded them."""
        return EVERY_PART if self.sees_all or record in self.own else self.opened

    @property
    def parts(self) -> frozenset[str]:
        """Return the parts of the whole person that may be read; ethnicity stands on the surviving record alone."""
        if self.sees_all or self.own.issuperset(self.records):
            return EVERY_PART
        return self.opened | ({SharePart.ETHNICITY.value} if self.records[0] in self.own else set())

    def hidden_fields(self, record: int) -> set[str]:
        """Return the fields of a record that are not for this reader."""
        return {name for name, part in PART_OF_FIELD.items() if not self.reads(part, record=record)}


def sight_of(staff: StaffMember, client: Client) -> Sight:
    """Return what a reader may know of a person: two queries, one where a role or ownership answers."""
    records = dict(
        Client.objects.filter(Q(pk=client.pk) | Q(merged_into=client.pk)).values_list("pk", "organisation_id")
    )
    sees_all = may(staff, Capability.SEE_ALL_CLIENTS)
    own = frozenset(pk for pk, owner in records.items() if owner == staff.organisation_id)
    asks = not sees_all and len(own) < len(records)
    opened = parts_opened([client.pk], staff.organisation_id)[client.pk] if asks else frozenset()
    others = sorted(pk for pk in records if pk != client.pk)
    return Sight(staff.organisation_id, sees_all, (client.pk, *others), own, opened, records)


def parts_opened(clients: Collection[int], organisation_id: int) -> dict[int, frozenset[str]]:
    """Return which parts of surviving records shares open to an organisation: one query."""
    permissions = ClientGroupPermission.objects.filter(
        content_object__in=clients,
        group__organisation=organisation_id,
        permission__codename__startswith=VIEW_PART,
    )
    found: dict[int, set[str]] = defaultdict(set)
    for client_id, codename in permissions.values_list("content_object_id", "permission__codename"):
        found[client_id].add(codename.removeprefix(VIEW_PART))
    return {client_id: frozenset(found[client_id]) for client_id in clients}


def part_of(entry: Any) -> str | None:
    """Return the part that a circumstance or a score belongs to, as it is or as the history keeps it."""
    if getattr(entry, "dimension", "") == Dimension.HEALTH:
        return SharePart.HEALTH
    return PART_OF_CODE.get(getattr(entry, "code", ""))


def codes_of(part: str) -> list[str]:
    return [code for code, each in PART_OF_CODE.items() if each == part]


def ground_of(staff: StaffMember, client: Client) -> str:
    """Say on which ground somebody sees a record; it stands beside every look (DESIGN.md law 4)."""
    if client.organisation_id == staff.organisation_id:
        return "Work with the organisation's own client"
    if may(staff, Capability.SEE_ALL_CLIENTS):
        return TRACKING
    return "Work with a client shared with the organisation"


def readable(rows: QuerySet[Any], staff: StaffMember) -> QuerySet[Any]:
    """Keep of circumstances or scores those that a reader may know, in SQL; which clients, others have to say."""
    if may(staff, Capability.SEE_ALL_CLIENTS):
        return rows
    may_read = Q(client__organisation=staff.organisation_id) | Q(organisation=staff.organisation_id)
    person = Coalesce(OuterRef("client__merged_into"), OuterRef("client"))
    if rows.model is ClientCircumstance:
        may_read |= ~Q(code__in=list(PART_OF_CODE))
        for part in sorted(set(PART_OF_CODE.values())):
            may_read |= Q(Exists(_opens(staff, part, person)), code__in=codes_of(part))
    else:
        may_read |= ~Q(dimension=Dimension.HEALTH) | Q(Exists(_opens(staff, SharePart.HEALTH, person)))
    return rows.filter(may_read)


def known_to(staff: StaffMember, parts: Iterable[str]) -> Q:
    """Return the condition on surviving records that a reader may know these parts of the whole person, in SQL."""
    known = Q()
    if may(staff, Capability.SEE_ALL_CLIENTS):
        return known
    others = Client.objects.filter(merged_into=OuterRef("pk")).exclude(organisation=staff.organisation_id)
    own = Q(organisation=staff.organisation_id)
    for part in sorted(parts):
        alone = own if part == SharePart.ETHNICITY else own & ~Q(Exists(others))
        known &= alone | Q(Exists(_opens(staff, part, OuterRef("pk"))))
    return known


def parts_told_by(group: TargetGroup) -> frozenset[str]:
    """Return the parts that being in a target group tells: what its rule asks; all, where only the group says so."""
    text = str(group.rule)
    told = {part.value for code, part in PART_OF_CODE.items() if f"'{code}'" in text}
    told |= {part.value for name, part in PART_OF_FIELD.items() if name in text}
    return frozenset(told) if told or not group.special_category else EVERY_PART


def _opens(staff: StaffMember, part: str, client: Any) -> QuerySet[ClientGroupPermission]:
    opening: QuerySet[ClientGroupPermission] = ClientGroupPermission.objects.filter(
        consortium=OuterRef("consortium"),
        content_object_id=client,
        group=staff.organisation.group_id,
        permission__codename=f"{VIEW_PART}{part}",
    )
    return opening
