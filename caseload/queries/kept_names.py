"""How long a referral names the person to an organisation that may not open them any more, and gives its reasons.

While the record is open to it, or waits for its answer, of course; then for as many days as the partnership has settled
(``Consortium.name_days``), because whoever worked with somebody is asked about that work afterwards. From then on the
referral stays, for the counts and the trail, under the record's reference alone. Whose record it is keeps the name.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q

from caseload.enums import ReferralStatus
from caseload.models import Referral, Share


def names_kept(organisation_id: int, *, today: date, days: int) -> Q:
    """Return the condition on referrals that they still name the person to an organisation."""
    last = today - timedelta(days=days)
    shares = Share.objects.filter(client=OuterRef("client"), organisation=organisation_id)
    seen = Q(Exists(shares.filter(Q(ended_at__isnull=True) | Q(to_date__gte=last))))
    never_seen = Q(~Exists(shares), status_on__gte=last)
    own = Q(client__organisation=organisation_id) | Q(sent_record__organisation=organisation_id)
    return own | Q(status=ReferralStatus.SENT) | seen | never_seen


def nameless_to(organisation_id: int, referrals: Iterable[Referral], *, today: date, days: int) -> set[int]:
    """Return the keys of those of some referrals that name nobody to an organisation any more: one query at most.

    ``client`` and ``sent_record`` of each are read already.
    """
    keys = [
        referral.pk
        for referral in referrals
        if referral.status != ReferralStatus.SENT
        and organisation_id
        not in {record.organisation_id for record in (referral.client, referral.sent_record) if record}
    ]
    if not keys:
        return set()
    kept = names_kept(organisation_id, today=today, days=days)
    return set(Referral.objects.filter(pk__in=keys).exclude(kept).values_list("pk", flat=True))
