"""Partner keys: made, found, revoked (API.md, "Who may call")."""

import secrets
from datetime import date

from django.utils import timezone

from partners.enums import Scope
from partners.errors import CaseloadError
from partners.judging import may_make_keys, require_right
from partners.models import ApiKey, Organisation, StaffMember
from partners.queries.keys import MARK, hash_of


def create_key(
    organisation: Organisation,
    *,
    label: str,
    scopes: list[str],
    expires_on: date | None = None,
    by: StaffMember | None = None,
) -> tuple[ApiKey, str]:
    """Make a key and return it with its secret, which is shown this once and kept only as a hash.

    The secret names its consortium, so that a call enters the right scope before anything is looked up.
    """
    require_right(held=may_make_keys(by, organisation.pk))
    known = ", ".join(Scope.values)
    unknown = ", ".join(sorted(set(scopes) - set(Scope.values)))
    if unknown:
        raise CaseloadError(f"Unknown scope {unknown}. Scopes are: {known}.", field="scopes")
    if not scopes:
        raise CaseloadError(f"Name at least one scope of: {known}.", field="scopes")
    if expires_on and expires_on <= timezone.localdate():
        raise CaseloadError("Enter a day after today for the key to end.", field="expires_on")
    prefix = secrets.token_hex(4)
    secret = f"{MARK}_{organisation.consortium_id}_{prefix}_{secrets.token_urlsafe(32)}"
    key = ApiKey(
        organisation=organisation,
        label=label,
        prefix=prefix,
        secret_hash=hash_of(secret),
        scopes=sorted(set(scopes)),
        expires_on=expires_on,
        made_by=by,
    )
    key.save()
    return key, secret


def revoke_key(key: ApiKey) -> ApiKey:
    """End a key at once."""
    if key.revoked_at is None:
        key.revoked_at = timezone.now()
        key.save(update_fields=["revoked_at"])
    return key
