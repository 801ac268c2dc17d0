"""What a client has agreed to, on a day."""

from datetime import date

from django.db.models import F, Q, QuerySet

from caseload.enums import ConsentPurpose
from caseload.models import Client, Consent, ConsentForm
from partners.models import Organisation, StaffMember


def covering_consents(client: Client, *, organisation: Organisation | int, today: date) -> QuerySet[Consent]:
    """Return the consents to share with an organisation that are in force, the longest first (the last day counts).

    Consents of merged records count for the one person.
    """
    survivor = client.merged_into_id or client.pk
    consents: QuerySet[Consent] = Consent.objects.filter(
        Q(client=survivor) | Q(client__merged_into=survivor),
        Q(organisation__isnull=True) | Q(organisation=organisation),
        Q(expires_on__isnull=True) | Q(expires_on__gte=today),
        Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gt=today),
        purpose=ConsentPurpose.SHARING,
        given_on__lte=today,
    )
    return consents.order_by(F("expires_on").desc(nulls_first=True), "pk")


def parts_waiting_for_owner(consent: Consent) -> list[str]:
    """Return the parts of a consent that open nothing until the owner of the surviving record agrees, all of them.

    Those that another organisation recorded; and those of a record merged into another organisation's, unless they are
    for that one alone.
    """
    record = consent.client
    owner = (record.merged_into or record).organisation_id
    if consent.answered_at is None and owner not in {record.organisation_id, consent.organisation_id}:
        return sorted({*consent.parts, *consent.parts_waiting})
    return list(consent.parts_waiting)


def waiting_for(staff: StaffMember) -> QuerySet[Consent]:
    """Return the consents of somebody's organisation's clients, within their sight, with parts that wait for them."""
    own = Client.objects.visible_to(staff).filter(organisation=staff.organisation_id, merged_into__isnull=True)
    whom = Q(organisation__isnull=True) | ~Q(organisation=staff.organisation_id)
    theirs = Q(client__merged_into__in=own, answered_at__isnull=True) & ~Q(client__organisation=staff.organisation_id)
    waiting: QuerySet[Consent] = Consent.objects.filter(
        Q(client__in=own, parts_waiting__len__gt=0) | (theirs & whom & Q(parts__len__gt=0)), withdrawn_on__isnull=True
    )
    return waiting


def standard_parts() -> list[str]:
    """Return what the consortium's standard consent form opens besides the journey."""
    parts: list[str] | None = ConsentForm.objects.values_list("parts", flat=True).first()
    return parts or []
