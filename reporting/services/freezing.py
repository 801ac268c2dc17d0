"""Freezing a return at its signature: which build was signed, when, and the hash that chains it to the one before."""

import hashlib
import json
from datetime import datetime

from partners.models import StaffMember
from reporting.enums import ReturnState
from reporting.models import Return, ReturnBuild, ReturnLine

FIGURES = (
    *("line", "title", "measure", "dimension", "member", "area_kind", "area"),
    *("quarter", "year", "all", "target", "forecast"),
)


def freeze(filed: Return, build: ReturnBuild, *, by: StaffMember, at: datetime) -> None:
    """Store a build as the signed one; inside the transaction of the last step."""
    signed = Return.objects.filter(kind=filed.kind, state=ReturnState.SIGNED).order_by("-signed_at", "-pk")
    before = signed.values_list("own_hash", flat=True).first() or ""
    lines = ReturnLine.objects.filter(build=build).order_by("id").values_list(*FIGURES)
    head = {"return": filed.external_id, "by": by.external_id, "at": at.isoformat(), "before": before}
    text = "\n".join(json.dumps(each, ensure_ascii=False) for each in [head, *map(list, lines)])
    filed.signed_build, filed.signed_at, filed.previous_hash = build, at, before
    filed.own_hash = hashlib.sha256(text.encode()).hexdigest()
    filed.state = ReturnState.SIGNED
    filed.save(update_fields=["signed_build", "signed_at", "previous_hash", "own_hash", "state"])
