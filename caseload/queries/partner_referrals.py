"""What a partner's system may read of referrals: those its organisation sent or received, and no other's."""

from django.db.models import Q, QuerySet

from caseload.models import ClientReference, Referral
from commissioning.models import Service
from partners.models import Organisation
from partners.platform.tenancy.statements import Lookup, Slot


def referrals_of(organisation_id: int, *, direction: str = "") -> QuerySet[Referral]:
    """Return the referrals an organisation is part of, for GET /referrals/, with all that an answer shows.

    A page leans on caseload_referral_sent or _got; for both directions Postgres joins the two.
    """
    sent, received = Q(from_organisation=organisation_id), Q(to_organisation=organisation_id)
    where = {"sent": sent, "received": received}.get(direction, sent | received)
    referrals: QuerySet[Referral] = Referral.objects.filter(where)
    return referrals.select_related("from_organisation", "to_organisation", "service", "client", "sent_record")


_ORGANISATION = Lookup(
    lambda consortium: Organisation._base_manager.filter(consortium=consortium, external_id=Slot("organisation"))
)
_SERVICE = Lookup(
    lambda consortium: Service._base_manager.filter(
        consortium=consortium, external_id=Slot("service"), organisation__external_id=Slot("organisation")
    ),
    related=("organisation",),
)


def target_of(to_organisation: str, service: str) -> tuple[Organisation | None, Service | None]:
    """Find the receiving organisation and its service by their exchange ids, in one query where both are named."""
    if service:
        offered: Service | None = _SERVICE.first(service=service, organisation=to_organisation)
        if offered is not None:
            return offered.organisation, offered
    return _ORGANISATION.first(organisation=to_organisation), None


def references_of(organisation_id: int, records: list[int]) -> dict[int, str]:
    """Return the organisation's own references by record, the latest where it gave several."""
    rows = ClientReference.objects.filter(organisation=organisation_id, client__in=records).order_by("pk")
    return dict(rows.values_list("client", "reference"))
