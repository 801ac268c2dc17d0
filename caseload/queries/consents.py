"""What a client has agreed to, on a day."""

from datetime import date

from django.db.models import F, Q, QuerySet

from caseload.enums import ConsentPurpose
from caseload.models import Client, Consent, ConsentForm
from partners.models import Organisation


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


def standard_parts() -> list[str]:
    """Return what the consortium's standard consent form opens besides the journey."""
    parts: list[str] | None = ConsentForm.objects.values_list("parts", flat=True).first()
    return parts or []
