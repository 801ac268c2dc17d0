"""Records open to named people only: who keeps them, who may open them, which nobody could open any more.

The list of keepers names nobody: a record is its reference and its organisation, to whoever may not open it.
"""

from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from caseload.judging import keeps_restrictions_of
from caseload.models import Client, ClientGroupPermission, ClientRestriction, RestrictionReader
from caseload.models.restriction import OPENS_CLIENTS, SEES_ALL, people_read_by
from partners.models import Organisation, StaffMember
from partners.permissions import Capability, may


def restrictions_kept_by(staff: StaffMember, *, today: date) -> QuerySet[ClientRestriction]:
    """Return the restrictions that stand and that this person keeps, the review that is due first; with their readers.

    The data lead keeps all, a manager those of their own organisation.
    """
    lasting = RestrictionReader.objects.lasting().filter(client=OuterRef("client"))
    read = people_read_by(staff, today=today)
    kept = (
        ClientRestriction.objects.filter(to_date__isnull=True)
        .filter(keeps_restrictions_of(staff))
        .select_related("client__organisation", "placed_by")
        .prefetch_related(
            Prefetch(
                "client__readers",
                RestrictionReader.objects.on(today).select_related("staff__organisation").order_by("from_date", "id"),
                to_attr="readers_now",
            )
        )
        .annotate(is_read=Exists(lasting), may_open=Q(client__in=read) | Q(client__merged_into__in=read))
    )
    ordered: QuerySet[ClientRestriction] = kept.order_by("review_on", "id")
    return ordered


def unread() -> QuerySet[ClientRestriction]:
    """Return the restrictions whose record nobody can open who is still here, for no end of time."""
    lasting = RestrictionReader.objects.lasting().filter(client=OuterRef("client"))
    found: QuerySet[ClientRestriction] = ClientRestriction.objects.filter(
        ~Exists(lasting), to_date__isnull=True
    ).select_related("client")
    return found


def only_read_by(person: StaffMember) -> QuerySet[Client]:
    """Return the restricted records that nobody else who is here could open, if this person left or changed."""
    others = RestrictionReader.objects.lasting().filter(client=OuterRef("pk")).exclude(staff=person)
    stands = ClientRestriction.objects.filter(client=OuterRef("pk"), to_date__isnull=True)
    mine = RestrictionReader.objects.filter(client=OuterRef("pk"), staff=person, to_date__isnull=True)
    found: QuerySet[Client] = Client.objects.filter(Exists(stands), Exists(mine), ~Exists(others))
    return found


def masked_of(staff: StaffMember, *, today: date) -> tuple[int, list[str]]:
    """Return how many restricted records of somebody's organisation they may not open, and whom to ask.

    It counts all of them, whatever list is open and whatever it is narrowed to. Two queries; one where there are none.
    """
    read = people_read_by(staff, today=today)
    records = Client.objects.filter(restricted=True, organisation=staff.organisation_id, merged_into__isnull=True)
    count = records.exclude(pk__in=read).count()
    return count, [person.name for person in keepers_of(staff.organisation)] if count else []


def keepers_of(organisation: Organisation) -> list[StaffMember]:
    """Return who keeps an organisation's restricted records: the data leads, or its managers where there are none."""
    here = StaffMember.objects.at_work().select_related("organisation").order_by("name")
    leads = list(here.filter(data_lead=True))
    if leads:
        return leads
    own = here.filter(organisation=organisation)
    return [person for person in own if may(person, Capability.RESTRICT_RECORDS)]


def possible_readers(client: Client) -> QuerySet[StaffMember]:
    """Return who could be named a reader: people who have come in and whose role and organisation open the record."""
    groups = ClientGroupPermission.objects.filter(content_object=client.pk).values("group")
    near = Q(organisation=client.organisation_id) | Q(organisation__group__in=groups)
    people: QuerySet[StaffMember] = (
        StaffMember.objects.at_work()
        .filter(near | Q(organisation__accountable_body=True, role__in=SEES_ALL), role__in=OPENS_CLIENTS)
        .select_related("organisation")
        .order_by("name")
    )
    return people
