from django.db.models import OuterRef, QuerySet, Subquery

from partners.models import ApiKey, ThrottleWindow


def keys_with_last_use() -> QuerySet[ApiKey]:
    """Return the partner keys with the minute of their last call, as the throttle counted it.

    Leans on the throttle's unique index (consortium, key, minute): one step to its end for each key.
    """
    last = ThrottleWindow.objects.filter(api_key=OuterRef("pk")).order_by("-minute").values("minute")[:1]
    keys: QuerySet[ApiKey] = ApiKey.objects.select_related("organisation").annotate(last_used_at=Subquery(last))
    return keys
