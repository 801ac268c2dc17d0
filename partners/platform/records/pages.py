"""The pages of registers: the list of lists, a list, a record."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from partners.enums import AccessAction
from partners.models import StaffMember
from partners.permissions import Capability, may
from partners.platform.forms.plain import as_within
from partners.platform.frame.pages import ROLE_REFUSED, StaffPage
from partners.platform.frame.pieces import Fact
from partners.platform.frame.tags import at, on
from partners.platform.lists.pages import TablePage
from partners.platform.lists.tables import Column, FilterForm, Table
from partners.platform.records.kinds import Register, reader
from partners.platform.trail.looking import record_access


class RegisterIndex(StaffPage, TemplateView):
    """Which kinds of record there are. ``registers`` and ``namespace`` are the app's."""

    template_name = "components/register_index.html"
    registers: ClassVar[dict[str, Register]] = {}
    namespace = ""
    title = "Records"

    def may_open(self, staff: StaffMember) -> bool:
        return any(may(staff, register.capability) for register in self.registers.values())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = [
            (register, reverse(f"{self.namespace}:record-list", args=[register.slug]))
            for register in self.registers.values()
            if may(self.staff, register.capability)
        ]
        return super().get_context_data(**kwargs, title=self.title, shown=shown)


class OfRegister(StaffPage):
    registers: ClassVar[dict[str, Register]] = {}
    namespace = ""

    @cached_property
    def register(self) -> Register:
        found = self.registers.get(self.kwargs["slug"])
        if found is None:
            raise Http404
        return found

    def check_access(self, request: HttpRequest) -> None:
        super().check_access(request)
        if not may(self.staff, self.register.capability):
            raise PermissionDenied(ROLE_REFUSED)

    def record_url(self, row: Any) -> str:
        return reverse(f"{self.namespace}:record", args=[self.register.slug, row.uid])

    def list_url(self) -> str:
        return reverse(f"{self.namespace}:record-list", args=[self.register.slug])


class RegisterList(OfRegister, TablePage):
    """One kind of record as a list, the newest first."""

    template_name = "components/register_list.html"

    @property
    def title(self) -> str:  # type: ignore[override]
        return self.register.title

    @property
    def lead(self) -> str:  # type: ignore[override]
        return self.register.about

    @property
    def subject(self) -> str:  # type: ignore[override]
        return self.register.subject

    @property
    def logs_each_exported(self) -> bool:  # type: ignore[override]
        return self.register.is_personal

    @property
    def lists(self) -> str:  # type: ignore[override]
        return self.register.kind_of_person

    def people_on(self, table: Table) -> Iterable[int | None]:
        return [reader(self.register.person)(row) for row in table.page_rows]

    @property
    def purpose(self) -> str:
        return f"Reading the register of {self.register.title.lower()}"

    @property
    def empty(self) -> str:  # type: ignore[override]
        return f"No {as_within(self.register.title)} yet. {self.register.begins}"

    def get_columns(self) -> Sequence[Column]:
        return self.register.columns(self.record_url)

    def get_filters(self) -> FilterForm | None:
        return self.register.filter_form()(self.request.GET)

    def get_rows(self) -> Any:
        return self.register.rows(self.staff)

    def narrow(self, rows: Any, chosen: dict[str, Any]) -> Any:
        return self.register.narrow(rows, chosen)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Write down who went through personal records, and by which filters; their values can be personal."""
        if self.register.is_personal:
            filters = self.get_filters()
            names = sorted(filters.chosen) if filters else []
            record_access(
                request,
                AccessAction.SEARCHED,
                self.register.subject,
                detail={"filters": names},
                purpose=self.purpose,
            )
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"index_url": reverse(f"{self.namespace}:records"), **kwargs})


class RecordPage(OfRegister, TemplateView):
    """One record with all its fields; of a personal one, the look is written down."""

    template_name = "components/register_record.html"

    @cached_property
    def record(self) -> Any:
        found = self.register.rows(self.staff).filter(uid=self.kwargs["uid"]).first()
        if found is None:
            raise Http404
        return found

    @property
    def purpose(self) -> str:
        return f"Reading the register of {self.register.title.lower()}"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.register.is_personal:
            record_access(
                request, AccessAction.VIEWED, self.register.subject, subject_id=self.record.pk, purpose=self.purpose
            )
        if self.register.person:
            person = reader(self.register.person)(self.record)
            kind = self.register.kind_of_person
            if person is not None:
                record_access(request, AccessAction.VIEWED, kind, subject_id=person, purpose=self.purpose)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts = [Fact("Reference", self.record.external_id)]
        facts += [self._fact(field) for field in self.register.record_fields() if self._is_told(field)]
        facts.append(Fact("Recorded", at(self.record.recorded_at)))
        return super().get_context_data(
            **kwargs,
            title=self.register.name_of(self.record),
            register=self.register,
            list_url=self.list_url(),
            facts=facts,
            who_looked_url=self._who_looked_url(),
        )

    def _is_told(self, field: Any) -> bool:
        may_know = self.register.guarded.get(field.name)
        related = getattr(self.record, field.name) if may_know else None
        return may_know is None or related is None or may_know(related, self.staff)

    def _who_looked_url(self) -> str:
        if not self.register.is_personal or not may(self.staff, Capability.VIEW_AUDIT):
            return ""
        return reverse("partners:who-looked", args=[self.register.subject, self.record.uid])

    def _fact(self, field: Any) -> Fact:
        value = self.register.read(field.name, self.record)
        shown = {True: "Yes", False: "No"}.get(value, value) if isinstance(value, bool) else value
        link = self.register.links.get(field.name)
        related = getattr(self.record, field.name) if link else None
        label = str(field.verbose_name)
        return Fact(
            label[:1].upper() + label[1:],
            on(shown) if hasattr(shown, "toordinal") else shown,
            link(related) if link and related is not None else "",
        )
