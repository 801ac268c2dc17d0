"""Pages that are lists."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.text import slugify
from django.views.generic import TemplateView

from partners.enums import AccessAction
from partners.platform.frame.pages import FragmentOrPage, StaffPage
from partners.platform.frame.pieces import Link
from partners.platform.frame.spreadsheets import XLSX_TYPE, as_csv, as_xlsx
from partners.platform.lists.saved_views import ViewBar, bar_of, state_of
from partners.platform.lists.tables import MOST_EXPORTED, PAGE_SIZE, BulkAct, Column, FilterForm, Table
from partners.platform.trail.looking import record_access, record_accesses, record_listed


class TablePage(FragmentOrPage, StaffPage, TemplateView):
    """A list with filters, order, paging and files. htmx gets the list alone, everybody else the page.

    Give ``title``, ``columns``, ``subject`` (for the trail) and :meth:`get_rows`; perhaps ``filter_class`` with
    :meth:`narrow`, ``tabs``, ``default_sort``, ``empty``. ``subject`` with ``logs_each_exported`` writes a line of the
    trail for every record in a file, as personal records need.

    Whoever stands on a page of a list of people has that in their own trail: ``lists`` names the kind of person, and
    :meth:`people_on` whom a page shows.

    A list with filters can be kept under a name (:mod:`.saved_views`); ``tab_params`` are the parts of its
    address that its own tabs set.
    """

    template_name = "components/table_page.html"
    fragment_name = "components/table.html"
    title = ""
    lead = ""
    columns: ClassVar[Sequence[Column]] = ()
    filter_class: ClassVar[type[FilterForm] | None] = None
    subject = ""
    logs_each_exported = False
    lists = ""
    default_sort = ""
    page_size = PAGE_SIZE
    empty = "Nothing here yet."
    on_phone: ClassVar[Any] = "cards"
    tab_params: ClassVar[Sequence[str]] = ()
    can_be_saved = True

    def get_rows(self) -> QuerySet[Any] | Sequence[Any]:
        raise NotImplementedError

    @property
    def purpose(self) -> str:
        """What somebody takes the list away for, or searches it; it stands beside that in the trail."""
        return f"Work with the list “{self.title}”"

    def people_on(self, table: Table) -> Iterable[int | None]:
        """Return the keys of the people whom this page of the list shows; the rows are they themselves."""
        return [row.pk for row in table.page_rows]

    def narrow(self, rows: Any, chosen: dict[str, Any]) -> Any:
        """Apply the filters that are on, by name; only called when some are."""
        raise NotImplementedError

    def get_columns(self) -> Sequence[Column]:
        return self.columns

    def get_tabs(self) -> Sequence[Link]:
        """Return saved views of this list, each a query string."""
        return []

    def get_bulk(self) -> Sequence[BulkAct]:
        """Return what can be done with ticked rows; with nothing to do, rows have no box to tick."""
        return []

    def get_filters(self) -> FilterForm | None:
        return self.filter_class(self.request.GET) if self.filter_class else None

    def get_table(self, filters: FilterForm | None) -> Table:
        rows = self.get_rows()
        if filters is not None and filters.chosen:
            rows = self.narrow(rows, filters.chosen)
        return Table(
            columns=self.get_columns(),
            rows=rows,
            params=self.request.GET,
            caption=self.title,
            default_sort=self.default_sort,
            page_size=self.page_size,
            bulk=self.get_bulk(),
            on_phone=self.on_phone,
            empty=self.empty if not (filters and filters.chosen) else "Nothing matches these filters.",
            chips=filters.chips(self.request.GET) if filters else [],
        )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        filters = self.get_filters()
        table = self.get_table(filters)
        if request.GET.get("export") in table.downloads:
            return self.export(table, filters)
        table.saved = self.get_saved(table, filters)
        if self.lists:
            record_listed(request, self.lists, subject_ids=self.people_on(table), purpose=self.purpose)
        response = self.render_to_response(self.get_context_data(table=table, filters=filters, **kwargs))
        patch_vary_headers(response, ["HX-Request"])
        return response

    def get_state(self) -> QueryDict:
        """Return what the address of this list says, what it leaves to the list's own choice included."""
        return self.request.GET  # type: ignore[no-any-return]

    def get_saved(self, table: Table, filters: FilterForm | None) -> ViewBar | None:
        """Return the kept views of this list. Words searched for in personal records are somebody's data: not kept."""
        if filters is None or not self.can_be_saved:
            return None
        state = self.get_state().copy()
        if state.get("sort") == self.default_sort:
            state.pop("sort")
        forgotten = ("q",) if self.logs_each_exported else ()
        whole = QueryDict(mutable=True)
        for name in self.tab_params:
            whole.setlist(name, state.getlist(name))
        now, nothing = state_of(state, without=forgotten), state_of(whole)
        return bar_of(
            self.staff,
            self.request.path,
            now=now,
            whole=nothing,
            is_narrowed=now != nothing and not filters.errors,
            forgets_words=bool(forgotten and state.get("q")),
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = {"title": self.title, "lead": self.lead, "tabs": self.get_tabs()}
        return super().get_context_data(**{**words, **kwargs})

    def export(self, table: Table, filters: FilterForm | None) -> HttpResponse:
        """Answer with the list as a file, and write down who took how many rows of what; never with a part of it."""
        if table.is_too_long_for_a_file:
            messages.error(
                self.request,
                f"A file holds at most {MOST_EXPORTED:,} rows, and this list has more. Narrow it with a filter first.",
            )
            return HttpResponseRedirect(f"{self.request.path}{table.address()}")
        kind = self.request.GET["export"]
        header, lines = table.export()
        if self.subject:
            names = sorted(filters.chosen) if filters else []
            detail = {"rows": len(lines), "format": kind, "filters": names}
            record_access(self.request, AccessAction.EXPORTED, self.subject, detail=detail, purpose=self.purpose)
        if self.subject and self.logs_each_exported:
            keys = [row.pk for row in table.all_rows]
            record_accesses(self.request, AccessAction.EXPORTED, self.subject, subject_ids=keys, purpose=self.purpose)
        return file_response(self.title, kind, header, lines)


def file_response(title: str, kind: str, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> HttpResponse:
    name = f"{slugify(title)}-{timezone.localdate():%Y-%m-%d}.{kind}"
    body = as_xlsx(title, header, rows) if kind == "xlsx" else as_csv(header, rows)
    content_type = XLSX_TYPE if kind == "xlsx" else "text/csv; charset=utf-8"
    return HttpResponse(
        body, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
