import hashlib

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from partners.models import ApiKey, StaffMember, ThrottleWindow
from partners.platform.forms.reading import whole_number
from partners.platform.tenancy.statements import Lookup, Slot

MARK = "cl"


def keys_overseen_by(staff: StaffMember) -> QuerySet[ApiKey]:
    """Return the partner keys somebody looks after, with the minute of their last call, as the throttle counted it.

    Leans on the throttle's unique index (consortium, key, minute): one step to its end for each key.
    """
    last = ThrottleWindow.objects.filter(api_key=OuterRef("pk")).order_by("-minute").values("minute")[:1]
    keys: QuerySet[ApiKey] = ApiKey.objects.select_related("organisation").annotate(last_used_at=Subquery(last))
    return keys if staff.organisation.accountable_body else keys.filter(organisation=staff.organisation_id)


def consortium_of_key(secret: str) -> int | None:
    """Return the consortium a secret names, without looking at the database; None if it is no secret of ours."""
    parts = secret.split("_", 3)
    return whole_number(parts[1]) if len(parts) == 4 and parts[0] == MARK else None


_KEY = Lookup(
    lambda consortium: ApiKey._base_manager.filter(consortium=consortium, secret_hash=Slot("secret")),
    related=("organisation", "consortium"),
)


def find_key(secret: str) -> ApiKey | None:
    """Return the live key of a secret inside the consortium in scope."""
    key: ApiKey | None = _KEY.first(secret=hash_of(secret))
    return key if key and key.is_live(today=timezone.localdate()) else None


def hash_of(secret: str) -> str:
    # The secret has 256 random bits: a plain hash is enough, and slow hashing would only slow each call.
    return hashlib.sha256(secret.encode()).hexdigest()
