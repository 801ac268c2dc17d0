"""What a running installation's process looks at before it takes work; a refusal is one sentence and the status 3."""

from django.db import DatabaseError

from config import env
from partners.queries.readiness import field_key_fits
from partners.tenancy.checks import refuse_bypassing_role


def refuse_unsafe_start() -> None:
    """Called by web, worker and scheduler. Without its tables or its database a process starts and is not ready."""
    refuse_bypassing_role()
    try:
        fits = field_key_fits()
    except DatabaseError:
        return
    if not fits:
        env.stop(
            "CASELOAD_FIELD_KEY is not the key that the stored records were encrypted with: put that one back, or "
            "nobody can read them."
        )
