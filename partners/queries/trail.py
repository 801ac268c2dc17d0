"""The audit trail as the data lead reads it: who looked, and who changed what."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Q, QuerySet

from partners.models import AccessEntry, ApiKey, SignInEvent, StaffMember
from partners.permissions import reads_whole_trail
from partners.platform.tenancy.models import TenantRecord


def tracked_kinds() -> dict[str, Any]:
    """Return every kind of record whose changes are kept, by its name as ``caseload.client``."""
    return {
        model.pgh_tracked_model._meta.label_lower: model  # type: ignore[attr-defined]
        for model in apps.get_models()
        if getattr(model, "pgh_tracked_model", None) is not None
    }


def title_of(kind: str) -> str:
    """Return a kind of record in words: ``caseload.client`` → ``Client``."""
    try:
        return str(apps.get_model(kind)._meta.verbose_name).capitalize()
    except (LookupError, ValueError):
        return kind.rsplit(".", maxsplit=1)[-1].replace("_", " ").capitalize()


def looks(reader: StaffMember) -> QuerySet[AccessEntry]:
    """Return who saw, searched and exported, as far as somebody may read it; leans on partners_access_newest."""
    entries: QuerySet[AccessEntry] = AccessEntry.objects.select_related("staff_member", "api_key__organisation")
    if reads_whole_trail(reader):
        return entries
    own = reader.organisation_id
    return entries.filter(Q(staff_member__organisation=own) | Q(api_key__organisation=own))


def references_of(entries: Iterable[AccessEntry]) -> dict[tuple[str, int], str]:
    """Return how the records looked at are called elsewhere: by reference, not by name. One query for each kind."""
    asked: dict[str, set[int]] = {}
    for entry in entries:
        if entry.subject_id is not None:
            asked.setdefault(entry.subject, set()).add(entry.subject_id)
    found: dict[tuple[str, int], str] = {}
    for kind, ids in asked.items():
        model = _record_kind(kind)
        if model is not None:
            rows = model.objects.filter(pk__in=ids).values_list("pk", "external_id")
            found |= {(kind, pk): reference for pk, reference in rows}
    return found


def _record_kind(kind: str) -> type[TenantRecord] | None:
    try:
        model = apps.get_model(kind)
    except (LookupError, ValueError):
        return None
    return model if issubclass(model, TenantRecord) else None


def key_of(kind: str, uid: UUID) -> int | None:
    """Return the key inside of a record that an address names."""
    model = _record_kind(kind)
    found: int | None = model.objects.filter(uid=uid).values_list("pk", flat=True).first() if model else None
    return found


def looks_at(kind: str, subject_id: int, *, reader: StaffMember, most: int) -> list[AccessEntry]:
    """Return who looked at one record, or saw it in a list, newest first.

    Two walks, each along an index of its own: partners_access_subject and partners_access_lists.
    """
    entries = looks(reader).filter(subject=kind).order_by("-at")
    alone = entries.filter(subject_id=subject_id)[:most]
    in_lists = entries.filter(subject_ids__isnull=False, subject_ids__contains=[subject_id])[:most]
    return sorted([*alone, *in_lists], key=lambda entry: entry.at, reverse=True)[:most]


def of_record(entries: QuerySet[AccessEntry], kind: str, reference: str) -> QuerySet[AccessEntry]:
    """Keep the looks at one record, in lists too; none where no record of this kind has the reference."""
    model = _record_kind(kind)
    key = model.objects.filter(external_id=reference.strip()).values_list("pk", flat=True).first() if model else None
    if key is None:
        return entries.none()
    return entries.filter(Q(subject_id=key) | Q(subject_ids__contains=[key]), subject=kind)


def changes_of(kind: str, *, reader: StaffMember) -> QuerySet[Any]:
    """Return what was inserted, updated and deleted of one kind of record, from its history table.

    One kind at a time: forty history tables in one order would be read to their ends.
    """
    history: Any = tracked_kinds()[kind]
    rows: QuerySet[Any] = history.objects.defer("pgh_obj")
    if reads_whole_trail(reader):
        return rows
    staff = list(StaffMember.objects.filter(organisation=reader.organisation_id).values_list("pk", flat=True))
    keys = list(ApiKey.objects.filter(organisation=reader.organisation_id).values_list("pk", flat=True))
    return rows.filter(Q(pgh_context__staff__in=staff) | Q(pgh_context__api_key__in=keys))


def names_of_staff() -> dict[int, str]:
    return dict(StaffMember.objects.values_list("pk", "name"))


def labels_of_keys() -> dict[int, str]:
    """Return each partner's key by its label, with whose it is."""
    keys = ApiKey.objects.values_list("pk", "label", "organisation__name")
    return {pk: f"Key “{label}” of {organisation}" for pk, label, organisation in keys}


def sign_ins_of_nobody() -> QuerySet[SignInEvent]:
    """Return what happened to sign-ins that belong to no consortium, newest first (the operator's page)."""
    return SignInEvent.objects.order_by("-at")
