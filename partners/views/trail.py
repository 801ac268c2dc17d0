"""The audit trail: for the data lead, the auditor and the administrator."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.apps import apps
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.views.generic import TemplateView

from partners.enums import AccessAction
from partners.models import AccessEntry, ApiKey, StaffMember
from partners.permissions import Capability, may, reads_whole_trail
from partners.platform.forms.fields import PlainDateField
from partners.platform.frame.pages import StaffPage
from partners.platform.frame.pieces import Link
from partners.platform.lists.pages import TablePage
from partners.platform.lists.tables import Column, FilterForm, Table
from partners.platform.records.keeping import keeper_of
from partners.platform.records.kinds import kind_of
from partners.queries.trail import (
    changes_of,
    key_of,
    labels_of_keys,
    looks,
    looks_at,
    names_of_staff,
    of_record,
    references_of,
    title_of,
    tracked_kinds,
)
from partners.views.administration import pages_for

CHANGES = {"insert": "Recorded", "update": "Changed", "delete": "Deleted"}


class TrailFilter(FilterForm):
    person = forms.ModelChoiceField(StaffMember._base_manager.none(), label="Person", empty_label="Everybody")
    key = forms.ModelChoiceField(ApiKey._base_manager.none(), label="Partner's key", empty_label="With and without")
    action = forms.ChoiceField(label="Action", choices=[("", "All"), *AccessAction.choices])
    kind = forms.ChoiceField(label="Kind of record")
    since = PlainDateField(label="From")
    until = PlainDateField(label="To")
    record = forms.CharField(label="Record", help_text="Its reference; choose the kind of record too.", max_length=500)
    request = forms.CharField(label="Request", help_text="What one request saw and changed.", max_length=64)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = StaffMember.objects.order_by("name")  # type: ignore[attr-defined]
        self.fields["person"].to_field_name = "uid"  # type: ignore[attr-defined]
        self.fields["key"].queryset = ApiKey.objects.order_by("label")  # type: ignore[attr-defined]
        self.fields["key"].to_field_name = "uid"  # type: ignore[attr-defined]
        kinds = sorted((title_of(kind), kind) for kind in tracked_kinds())
        self.fields["kind"].choices = [("", "All"), *((kind, title) for title, kind in kinds)]  # type: ignore[attr-defined]


class ChangesFilter(TrailFilter):
    action = None  # type: ignore[assignment]
    record = None  # type: ignore[assignment]
    kind = forms.ChoiceField(label="Kind of record")


def who(entry: AccessEntry) -> str:
    if entry.staff_member:
        return str(entry.staff_member.name)
    return key_in_words(entry.api_key) if entry.api_key else "The system"


def key_in_words(key: ApiKey) -> str:
    return f"Key “{key.label}” of {key.organisation.name}"


def in_words(detail: dict[str, Any]) -> str:
    return ", ".join(
        f"{name.replace('_', ' ')}: {_plain(value)}" for name, value in detail.items() if value not in ("", [], None)
    )


def _plain(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def within(rows: Any, field: str, chosen: dict[str, Any]) -> Any:
    """Cut a trail to whole days, from and to."""
    if "since" in chosen:
        rows = rows.filter(**{f"{field}__gte": _midnight(chosen["since"])})
    if "until" in chosen:
        rows = rows.filter(**{f"{field}__lt": _midnight(chosen["until"] + timedelta(days=1))})
    return rows


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


class Trail(TablePage):
    """Shared by both trails: their tabs and who may read them."""

    can_be_saved = False
    template_name = "partners/trail.html"
    capability = Capability.VIEW_AUDIT
    page_size = 100
    url_name = ""

    def get_tabs(self) -> list[Link]:
        return pages_for(self.staff, here=self.url_name)


class Looks(Trail):
    title = "Audit trail: looked at"
    url_name = "partners:audit"
    subject = "partners.accessentry"
    filter_class = TrailFilter
    default_sort = "-at"
    empty = "Nobody has looked at anything yet."

    def get_columns(self) -> list[Column]:
        return [
            Column("at", "When", kind="moment", sort="at"),
            Column("who", "Who", value=who),
            Column("action", "Did", value=lambda e: e.get_action_display()),
            Column("kind", "What", value=lambda e: title_of(e.subject)),
            Column("record", "Record", value=self._reference),
            Column("detail", "More", value=lambda e: in_words(e.detail)),
            Column("purpose", "Purpose"),
            Column("address", "From"),
            Column("request_id", "Request", is_shown=False),
        ]

    def get_table(self, filters: FilterForm | None) -> Table:
        self.table = super().get_table(filters)
        return self.table

    @cached_property
    def references(self) -> dict[tuple[str, int], str]:
        """How the records of this page, or of the whole file, are called elsewhere."""
        return references_of(self.table.all_rows if "export" in self.request.GET else self.table.page_rows)

    def _reference(self, entry: AccessEntry) -> str:
        if entry.subject_ids is not None:
            return f"{len(entry.subject_ids)} records" if len(entry.subject_ids) > 1 else "1 record"
        return self.references.get((entry.subject, entry.subject_id or 0), "")

    def get_rows(self) -> QuerySet[AccessEntry]:
        return looks(self.staff)

    def narrow(self, rows: Any, chosen: dict[str, Any]) -> Any:
        if "person" in chosen:
            rows = rows.filter(staff_member=chosen["person"])
        if "action" in chosen:
            rows = rows.filter(action=chosen["action"])
        if "kind" in chosen:
            rows = rows.filter(subject=chosen["kind"])
        if "record" in chosen:
            rows = of_record(rows, chosen.get("kind", ""), chosen["record"])
        if "key" in chosen:
            rows = rows.filter(api_key=chosen["key"])
        if "request" in chosen:
            rows = rows.filter(request_id=chosen["request"])
        return within(rows, "at", chosen)


class Changes(Trail):
    title = "Audit trail: changed"
    url_name = "partners:audit-changes"
    subject = "partners.platform.history"
    filter_class = ChangesFilter
    default_sort = "-at"
    empty = "Nothing of this kind has changed yet."

    @cached_property
    def kind(self) -> str:
        asked = self.request.GET.get("kind", "")
        return asked if asked in tracked_kinds() else "partners.staffmember"

    @cached_property
    def names(self) -> dict[int, str]:
        return names_of_staff()

    @cached_property
    def keys(self) -> dict[int, str]:
        return labels_of_keys()

    def get_rows(self) -> QuerySet[Any]:
        return changes_of(self.kind, reader=self.staff)

    def narrow(self, rows: Any, chosen: dict[str, Any]) -> Any:
        if "person" in chosen:
            rows = rows.filter(pgh_context__staff=chosen["person"].pk)
        if "key" in chosen:
            rows = rows.filter(pgh_context__api_key=chosen["key"].pk)
        if "request" in chosen:
            rows = rows.filter(pgh_context__request=chosen["request"])
        return within(rows, "pgh_created_at", chosen)

    def get_columns(self) -> list[Column]:
        return [
            Column("at", "When", value="pgh_created_at", kind="moment", sort="pgh_id"),
            Column("who", "Who", value=self._who),
            Column("did", "Did", value=lambda row: CHANGES.get(row.pgh_label, row.pgh_label)),
            Column("kind", "What", value=lambda _: title_of(self.kind)),
            Column("record", "Record", value=_reference, cell=self._record),
            Column("reason", "Reason", value=lambda row: (row.pgh_context or {}).get("reason", "")),
            Column("request", "Request", value=lambda row: (row.pgh_context or {}).get("request", ""), is_shown=False),
        ]

    def get_table(self, filters: FilterForm | None) -> Table:
        self.table = super().get_table(filters)
        return self.table

    @cached_property
    def readable(self) -> set[int]:
        """The keys of those records of this page whose history its reader may open: removed ones too."""
        kind = kind_of(apps.get_model(self.kind))
        if kind is None or not may(self.staff, kind.capability):
            return set()
        keys = {row.pgh_obj_id for row in self.table.page_rows}
        there = set(kind.rows(self.staff).filter(pk__in=keys).values_list("pk", flat=True))
        is_whole = kind.keeps is None or keys == there
        return there if is_whole else there | {each.pk for each in keeper_of(kind).removed(self.staff)}

    def _record(self, row: Any) -> str:
        """Return a record's reference, leading to its history."""
        kind = kind_of(apps.get_model(self.kind))
        if kind is None or row.pgh_obj_id not in self.readable:
            return str(_reference(row))
        url = kind.address("record-history", row.uid)
        return format_html('<a class="govuk-link" href="{}">{}</a>', url, _reference(row))

    def _who(self, row: Any) -> str:
        context = row.pgh_context or {}
        if context.get("staff") in self.names:
            return self.names[context["staff"]]
        return self.keys.get(context.get("api_key") or 0, "The system")


def _reference(row: Any) -> Any:
    return getattr(row, "external_id", "") or row.pgh_obj_id


class WhoLooked(StaffPage, TemplateView):
    """Who looked at one record, as a piece for its page: ``{% url 'partners:who-looked' kind record.uid %}``."""

    template_name = "partners/_who_looked.html"
    capability = Capability.VIEW_AUDIT

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kind: str = self.kwargs["kind"]
        if kind not in tracked_kinds():
            raise Http404
        key = key_of(kind, self.kwargs["uid"])
        entries = [] if key is None else looks_at(kind, key, reader=self.staff, most=50)
        # Whose people have nothing to do with a record learns nothing of it.
        if key is None or not (entries or reads_whole_trail(self.staff)):
            raise Http404
        return super().get_context_data(entries=[(who(entry), entry) for entry in entries], **kwargs)
