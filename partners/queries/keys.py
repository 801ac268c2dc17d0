from django.db.models import OuterRef, QuerySet, Subquery

from partners.models import ApiKey, StaffMember, ThrottleWindow


def keys_overseen_by(staff: StaffMember) -> QuerySet[ApiKey]:
    """Return the partner keys somebody looks after, with the minute of their last call, as the throttle counted it.

    Leans on the throttle's unique index (consortium, key, minute): one step to its end for each key.
    """
    last = ThrottleWindow.objects.filter(api_key=OuterRef("pk")).order_by("-minute").values("minute")[:1]
    keys: QuerySet[ApiKey] = ApiKey.objects.select_related("organisation").annotate(last_used_at=Subquery(last))
    return keys if staff.organisation.accountable_body else keys.filter(organisation=staff.organisation_id)
