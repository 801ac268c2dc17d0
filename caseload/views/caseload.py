"""My caseload: who needs me today and why, and the list of everybody in reach."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.generic import TemplateView

from caseload.enums import Stage
from caseload.forms.filters import CaseloadFilters
from caseload.judging import may_give_adviser
from caseload.models import Client
from caseload.queries.caseload import Asked, Line, caseload_for, clients_of, lines_of
from caseload.queries.restricted import masked_of
from caseload.queries.search import read_search
from caseload.queries.sight import TRACKING
from caseload.queries.worklist import (
    REASONS,
    ROWS,
    TITLES,
    Need,
    Reason,
    city_worklist_for,
    due_for,
    referrals_to_answer,
)
from caseload.views.base import client_url
from caseload.views.needs import SHORT, TONES, ShownNeed, need_tone, shown_need, tries_in_words
from partners.enums import AccessAction
from partners.models import StaffMember
from partners.permissions import Capability, may
from partners.platform.frame.pages import StaffPage
from partners.platform.frame.pieces import Link
from partners.platform.frame.tags import ago, on, tag
from partners.platform.frame.today import Count
from partners.platform.lists.pages import TablePage
from partners.platform.lists.tables import MOST_EXPORTED, BulkAct, Column, FilterForm, Table
from partners.platform.trail.looking import record_access, record_listed

CHUNK = 1000
WHOSE = {"mine": "My clients", "organisation": "My organisation", "unassigned": "Without an adviser"}
ALL = {"all": "Everybody I may see"}
NEEDED_BY = {"organisation": "my organisation", "all": "anybody"}
LEFT = {"left": "Adviser has left"}
# What the session keeps of one's last change of many advisers, to take it back.
REASSIGNED = "reassigned"


class CaseloadTable(Table):
    """A page of clients with what stands beside each name, fetched for the page's clients in sets."""

    @cached_property
    def page_rows(self) -> list[Any]:
        first = (self.page - 1) * self.page_size
        return with_lines(list(self.rows[first : first + self.page_size]))

    @cached_property
    def all_rows(self) -> list[Any]:
        found = list(self.rows[:MOST_EXPORTED])
        for start in range(0, len(found), CHUNK):
            with_lines(found[start : start + CHUNK])
        return found


def with_lines(clients: list[Client]) -> list[Client]:
    lines = lines_of(clients, today=timezone.localdate())
    for client in clients:
        client.line = lines.get(client.pk) or Line()  # type: ignore[attr-defined]
    return clients


def _stage(client: Any) -> str:
    if client.line.working:
        return "In work"
    return str(dict(Stage.choices).get(client.line.stage, "Not begun"))


def adviser_in_words(client: Any) -> str:
    """Return who leads, with what is wrong with that: somebody named who has left counts as nobody."""
    adviser = client.adviser
    if adviser is None:
        return ""
    if adviser.left_at is not None:
        return f"{adviser.name} (has left)"
    return str(adviser.name) if client.line.is_led else f"{adviser.name} (may not open the record)"


def _workers(client: Any) -> list[str]:
    return [
        f"{worker.staff.name if worker.staff else 'not named yet'}, {worker.referral.to_organisation}"
        for worker in client.line.workers
    ]


def _adviser_html(client: Any) -> SafeString:
    adviser = adviser_in_words(client)
    return _workers_html(adviser if client.line.is_led or not adviser else tag(adviser, "warning"), client)


def _workers_html(lead: str, client: Any) -> SafeString:
    workers = format_html_join("", '<br><span class="app-quiet">with {}</span>', ((each,) for each in _workers(client)))
    return format_html("{}{}", lead, workers)


def nowrap(text: str) -> SafeString:
    return format_html('<span class="app-nowrap">{}</span>', text)


def _needs(client: Any) -> str:
    return "; ".join(f"{SHORT[need.reason]} {need.due}" for need in client.line.needs)


def _needs_html(client: Any) -> SafeString:
    today = timezone.localdate()
    return format_html_join(
        " ",
        '<span class="app-need">{} <span class="app-quiet app-nowrap">{}</span></span>',
        ((tag(SHORT[need.reason], need_tone(need, today=today)), ago(need.due)) for need in client.line.needs[:3]),
    )


def _last_contact(client: Any) -> SafeString:
    """The last contact that reached the client, and how many tries there were since."""
    tries = tries_in_words(client.line.tries).removeprefix(", ")
    said = nowrap(on(client.line.last_contact) or "Never")
    return format_html('{} <span class="app-quiet app-nowrap">{}</span>', said, tries) if tries else said


COLUMNS = [
    Column(
        "name",
        "Name",
        value=lambda client: f"{client.family_name}, {client.given_name}",
        link=client_url,
        sort=("family_key", "given_key"),
    ),
    Column("reference", "Reference", value="external_id", sort="external_id", is_shown=False),
    Column("born", "Born", value="date_of_birth", cell=lambda client: nowrap(on(client.date_of_birth))),
    Column("stage", "Stage", value=_stage, is_unbroken=True),
    Column(
        "contact",
        "Last contact",
        value=lambda client: client.line.last_contact,
        cell=_last_contact,
        sort="contact",
    ),
    Column("needs", "Next", value=_needs, cell=_needs_html),
    Column("ward", "Ward", value=lambda client: client.line.ward),
    Column("adviser", "Adviser", value=adviser_in_words, cell=_adviser_html),
    Column("workers", "Works with them", value=lambda client: "; ".join(_workers(client)), is_shown=False),
    Column("registered", "Registered", value="registered_on", kind="date", sort="registered_on", is_shown=False),
]


def masked_line(staff: StaffMember) -> str:
    """Say how many records of one's organisation are kept by named people, the same whatever is listed, and of whom."""
    number, keepers = masked_of(staff, today=timezone.localdate())
    if not number:
        return ""
    ask = f": ask {' or '.join(keepers)}" if keepers else ""
    return f"{number} restricted record{'s' if number > 1 else ''}, kept by named people{ask}."


class Caseload(TablePage):
    """The caseload list. Its whole state stands in the address, so a view can be kept as a bookmark."""

    template_name = "caseload/caseload.html"
    capability = Capability.VIEW_CLIENTS
    title = "Caseload"
    subject = "caseload.client"
    logs_each_exported = True
    lists = "caseload.client"
    filter_class = CaseloadFilters
    page_size = 25
    default_sort = "name"
    tab_params = ("whose",)
    columns: ClassVar[Sequence[Column]] = COLUMNS
    empty = "No clients here yet. Accept a referral or register somebody, and they are listed."

    @property
    def purpose(self) -> str:
        if may(self.staff, Capability.SEE_ALL_CLIENTS):
            return TRACKING
        return "Work with one's own clients" if self.whose == "mine" else "Work with the organisation's clients"

    def get_columns(self) -> Sequence[Column]:
        """Leave one's own name out of the rows of whom one leads; the file keeps it."""
        if self.whose != "mine":
            return self.columns
        me = self.staff.pk

        def lead(client: Any) -> SafeString:
            return _workers_html("You lead", client) if client.adviser_id == me else _adviser_html(client)

        return [replace(each, cell=lead) if each.key == "adviser" else each for each in self.columns]

    @cached_property
    def whose(self) -> str:
        asked = self.request.GET.get("whose", "")
        known = {**WHOSE, **LEFT, **ALL}
        if asked in known:
            return str(asked)
        return "mine" if may(self.staff, Capability.RECORD_JOURNEY) else "all"

    def get_filters(self) -> FilterForm | None:
        return CaseloadFilters(self.request.GET, staff=self.staff)

    def get_state(self) -> QueryDict:
        state: QueryDict = self.request.GET.copy()
        state["whose"] = self.whose
        return state

    def asked(self, chosen: dict[str, Any]) -> Asked:
        adviser = chosen.get("adviser")
        return Asked(
            whose=self.whose,
            text=chosen.get("q", ""),
            stage=chosen.get("stage", ""),
            need=chosen.get("need", ""),
            adviser=adviser if isinstance(adviser, StaffMember) else None,
            adviser_name=adviser if isinstance(adviser, str) else "",
            ward=chosen.get("ward", ""),
            order=self.request.GET.get("sort", self.default_sort),
        )

    def get_table(self, filters: FilterForm | None) -> Table:
        chosen = filters.chosen if filters else {}
        rows = caseload_for(self.staff, self.asked(chosen), today=timezone.localdate())
        return CaseloadTable(
            columns=self.get_columns(),
            rows=rows.select_related("adviser"),
            params=self.request.GET,
            caption=self.title,
            default_sort=self.default_sort,
            page_size=self.page_size,
            bulk=self.get_bulk(),
            empty="Nobody matches. Check the spelling, or search for less." if chosen else self.empty,
            chips=filters.chips(self.request.GET) if filters else [],
        )

    def get_bulk(self) -> Sequence[BulkAct]:
        listed = reverse("caseload:ticked")
        hands_over = may_give_adviser(self.staff)
        return [
            *([BulkAct("Change the adviser", reverse("caseload:reassign"))] if hands_over else []),
            BulkAct("Download CSV", listed, "export", "csv"),
            BulkAct("Download XLSX", listed, "export", "xlsx"),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"undo": self._undo(), "masked": masked_line(self.staff), **kwargs})

    @property
    def _keeps_restrictions(self) -> bool:
        return may(self.staff, Capability.RESTRICT_RECORDS)

    def _undo(self) -> dict[str, Any] | None:
        """Offer to take back one's last change of many advisers: said aloud once, then kept quietly at hand."""
        last = self.request.session.get(REASSIGNED)
        if not last or last["staff"] != self.staff.pk:
            return None
        if last["is_new"]:
            self.request.session[REASSIGNED] = {**last, "is_new": False}
        return dict(last)

    def get_tabs(self) -> Sequence[Link]:
        here = reverse("caseload:caseload")
        left = LEFT if may_give_adviser(self.staff) else {}
        shown = {**WHOSE, **left, **(ALL if may(self.staff, Capability.SEE_ALL_CLIENTS) else {})}
        decides = may(self.staff, Capability.DECIDE_MATCHES)
        return [
            Link("Who needs me", reverse("caseload:worklist")),
            *(Link(title, f"{here}?whose={code}", is_here=self.whose == code) for code, title in shown.items()),
            *([Link("Possible matches", reverse("caseload:matches"))] if decides else []),
            *([Link("Restricted people", reverse("caseload:restricted"))] if self._keeps_restrictions else []),
            Link("All records", reverse("caseload:records")),
        ]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        text = request.GET.get("q", "").strip()
        if text:
            how = read_search(text).how
            record_access(request, AccessAction.SEARCHED, "caseload.client", detail={"by": how}, purpose=self.purpose)
        return super().get(request, *args, **kwargs)


class Worklist(StaffPage, TemplateView):
    """Who needs me today, by why, soonest first: overdue, today, this week and later."""

    template_name = "caseload/worklist.html"
    capability = Capability.VIEW_CLIENTS

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = timezone.localdate()
        whose = self.request.GET.get("whose", "mine")
        clients = clients_of(self.staff, whose if whose in {**WHOSE, **ALL} else "mine")
        is_wide = whose != "mine"
        asked = self.request.GET.get("why", "")
        # Over a whole organisation one kind is shown at a time and none is counted: each is its own pass over a city.
        reason = asked if asked in TITLES else REASONS[0].code if is_wide else ""
        if is_wide:
            needs, counts = city_worklist_for(clients, today=today, reason=reason), {}
        else:
            due = due_for(clients, today=today, lead=self.staff)
            needs, counts = [need for need in due.needs if reason in {"", need.reason}], due.counts
        record_listed(
            self.request,
            "caseload.client",
            subject_ids=[need.client.pk for need in needs],
            purpose=f"Seeing who needs {NEEDED_BY.get(whose, 'me')}",
        )
        here = reverse("caseload:worklist")
        tiles = [] if is_wide else [tile_of(each, counts[each.code], here) for each in REASONS]
        kinds = [
            Link(each.title, f"{here}?whose={whose}&why={each.code}", is_here=each.code == reason)
            for each in REASONS
            if is_wide
        ]
        return super().get_context_data(
            **kwargs,
            title="Who needs me",
            today=today,
            tiles=[*referral_tile(self.staff), *tiles],
            shows_adviser=whose != "mine",
            kinds=kinds,
            reason="" if is_wide else TITLES.get(reason, ""),
            clear_url=f"{here}?whose={whose}",
            groups=grouped(needs, today=today, may_record=may(self.staff, Capability.RECORD_JOURNEY)),
            tabs=tabs(self.staff, whose),
            is_cut=any(count > ROWS for count in counts.values()) or (is_wide and len(needs) >= ROWS),
        )


def tile_of(reason: Reason, number: int, here: str) -> Count:
    text = reason.one if number == 1 else reason.many
    return Count(number, text, f"{here}?why={reason.code}", TONES[reason.code])


def referral_tile(staff: StaffMember) -> list[Count]:
    """The referrals that wait for an answer of this person's organisation, as the first tile."""
    if not may(staff, Capability.ANSWER_REFERRALS):
        return []
    number = referrals_to_answer(staff).count()
    text = "referral to answer" if number == 1 else "referrals to answer"
    return [Count(number, text, reverse("caseload:referral-inbox"), "new" if number else "quiet")]


def tabs(staff: StaffMember, whose: str) -> list[Link]:
    here, lists = reverse("caseload:worklist"), reverse("caseload:caseload")
    links = [Link("Who needs me", here, is_here=whose == "mine")]
    links += [Link("Who needs my organisation", f"{here}?whose=organisation", is_here=whose == "organisation")]
    if may(staff, Capability.SEE_ALL_CLIENTS):
        links += [Link("Who needs anybody", f"{here}?whose=all", is_here=whose == "all")]
    return [*links, Link("All clients", lists)]


def grouped(needs: Iterable[Need], *, today: date, may_record: bool) -> list[tuple[str, str, list[ShownNeed]]]:
    groups: dict[str, tuple[str, list[ShownNeed]]] = {
        "Overdue": ("late", []),
        "Today": ("warning", []),
        "Coming": ("quiet", []),
    }
    for need in needs:
        name = "Overdue" if need.due < today else "Today" if need.due == today else "Coming"
        groups[name][1].append(shown_need(need, today=today, may_record=may_record))
    return [(name, tone, rows) for name, (tone, rows) in groups.items() if rows]
