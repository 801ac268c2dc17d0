"""What a partner's system may read of clients: its own organisation's, and those a live share opens to it."""

from datetime import datetime

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet

from caseload.enums import ReferralStatus, ShareBasis
from caseload.models import Client, ClientAddress, ClientCircumstance, ClientGroupPermission, Job, Referral, Share
from caseload.models.client import ClientQuerySet
from caseload.queries.sight import Sight, parts_opened

HELD = (ReferralStatus.ACCEPTED, ReferralStatus.STARTED)


def clients_of(organisation_id: int) -> QuerySet[Client]:
    """Return the records an organisation's system may read, for GET /clients/.

    Its own records stay its own when they were found to be somebody known: it is shown them as it knows them, and the
    surviving record only where a referral and a consent open it. A restricted person's record is for named people,
    never for a system.
    """
    opened = ClientGroupPermission.objects.filter(content_object=OuterRef("pk"), group__organisation=organisation_id)
    shares = Share.objects.filter(client=OuterRef("pk"), organisation=organisation_id, ended_at__isnull=True)
    shared = Q(Exists(opened), merged_into__isnull=True) & Q(Exists(shares.filter(basis=ShareBasis.REFERRAL)))
    clients: ClientQuerySet = Client.objects.filter(Q(organisation=organisation_id) | shared, restricted=False)
    return clients.select_related("organisation").annotate(changed_at=F("summary__changed_at"))


def changed_since(clients: QuerySet[Client], moment: datetime) -> QuerySet[Client]:
    """Keep those of whom something that may be shown came or changed after a moment, or was opened to somebody."""
    return clients.filter(summary__changed_at__gte=moment)


def facts_of(clients: list[Client], organisation_id: int) -> dict[int, list[Client]]:
    """Return for each record those whose dated facts may be shown with it, with the facts.

    An organisation's own record is shown alone: what others said of the person is theirs. A record opened by consent
    is the person, with the records merged into it.
    """
    shared = [each.pk for each in clients if each.organisation_id != organisation_id]
    ids = [each.pk for each in clients]
    records = Client.objects.filter(Q(pk__in=ids) | Q(merged_into__in=shared)).prefetch_related(
        Prefetch("addresses", ClientAddress.objects.order_by("from_date", "pk")),
        Prefetch("circumstances", ClientCircumstance.objects.order_by("from_date", "pk")),
        Prefetch("jobs", Job.objects.order_by("started_on", "pk")),
    )
    pooled: dict[int, list[Client]] = {each: [] for each in ids}
    for record in records.order_by("pk"):
        for place in (record.pk, record.merged_into_id):
            if place is not None and place in pooled:
                pooled[place].append(record)
    return pooled


def sights_of(pooled: dict[int, list[Client]], organisation_id: int) -> dict[int, Sight]:
    """Return what an organisation's system may know of each person's special categories: one query."""
    opened = parts_opened(list(pooled), organisation_id)
    return {
        client_id: Sight(
            organisation_id,
            sees_all=False,
            records=(client_id,),
            own=frozenset(each.pk for each in records if each.organisation_id == organisation_id),
            opened=opened[client_id],
        )
        for client_id, records in pooled.items()
    }


def holds(client: Client, organisation_id: int) -> bool:
    """Tell whether an organisation works with a client: it took the referral on and has not handed it back."""
    return Referral.objects.filter(
        Q(client=client) | Q(client=client.merged_into_id), to_organisation=organisation_id, status__in=HELD
    ).exists()
