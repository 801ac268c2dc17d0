"""What is done with the ticked rows of the caseload list: kept as a file, printed, given to another adviser."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import url_has_allowed_host_and_scheme

from caseload.forms.ticked import ReassignForm
from caseload.models.client import ClientQuerySet
from caseload.queries.caseload import clients_of, in_order
from caseload.services.reassigning import Handover, reassign_clients, take_back
from caseload.views.caseload import REASSIGNED, Caseload, CaseloadTable
from partners.models import StaffMember
from partners.permissions import Capability
from partners.platform.forms.reading import uuid_of
from partners.platform.frame.pages import StaffForm, StaffPage
from partners.platform.lists.tables import BulkAct, FilterForm, Table
from partners.platform.trail.looking import record_listed

MOST_TICKED = 200
MOST_AT_ONCE = 500
PRINTING = "Looking at ticked clients, or printing them"


def ticked_clients(staff: StaffMember, params: QueryDict) -> ClientQuerySet:
    """Return the clients named in the address that this person may open; the others are passed over in silence."""
    chosen = [uid for each in params.getlist("chosen")[:MOST_TICKED] if (uid := uuid_of(each))]
    return clients_of(staff, "all").filter(uid__in=chosen)


def back_to(request: HttpRequest) -> str:
    """Return the list one came from, with its filters and place."""
    asked = request.GET.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if is_ours and asked.startswith("/") else reverse("caseload:caseload")


class Ticked(Caseload):
    """The ticked clients as a list of their own: to look at, to print, to keep as a file."""

    title = "Ticked clients"
    template_name = "caseload/ticked.html"
    empty = "No client is ticked. Go back to the list and tick the rows you mean."

    def get_filters(self) -> FilterForm | None:
        return None

    @property
    def purpose(self) -> str:
        return PRINTING

    def get_bulk(self) -> Sequence[BulkAct]:
        return []

    def get_table(self, filters: FilterForm | None) -> Table:
        rows = ticked_clients(self.staff, self.request.GET)
        return CaseloadTable(
            columns=[replace(each, sort=()) for each in self.columns],
            rows=in_order(rows, "name").select_related("adviser"),
            params=self.request.GET,
            caption=self.title,
            page_size=MOST_TICKED,
            empty=self.empty,
        )

    def export(self, table: Table, filters: FilterForm | None) -> HttpResponse:
        """Answer with the file; with nobody ticked, with the page that says so."""
        if table.lines:
            return super().export(table, filters)
        return self.render_to_response(self.get_context_data(table=table, filters=filters))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{**kwargs, "tabs": [], "back": back_to(self.request), "undo": None})


class Reassign(StaffForm):
    """Say who would get which clients, then do it for all of them or none."""

    capability = Capability.ANSWER_REFERRALS
    template_name = "caseload/reassign.html"
    form_class = ReassignForm
    request: Any

    @cached_property
    def clients(self) -> list[Any]:
        found = self.chosen().select_related("adviser", "organisation")
        return list(in_order(found, "name"))

    def chosen(self) -> ClientQuerySet:
        """Return the ticked clients; or all whose adviser has left, as many as one act takes."""
        if self.request.GET.get("list") != "left":
            return ticked_clients(self.staff, self.request.GET)
        left = in_order(clients_of(self.staff, "left"), "name").values_list("pk", flat=True)[:MOST_AT_ONCE]
        return clients_of(self.staff, "left").filter(pk__in=list(left))

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "staff": self.staff, "clients": self.clients}

    def get_initial(self) -> dict[str, Any]:
        return {"on": timezone.localdate()}

    def get_back(self) -> str:
        return back_to(self.request)

    def get_success_url(self) -> str:
        return self.get_back()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        number = in_words(len(self.clients))
        words = {
            "title": f"Change the adviser of {number}",
            "lead": "One adviser at a time. Who it was before stays in the history of each.",
            "submit": f"Change the adviser of {number}",
            "clients": self.clients,
        }
        shown = [client.pk for client in self.clients]
        record_listed(self.request, "caseload.client", subject_ids=shown, purpose="Giving clients another adviser")
        return super().get_context_data(**{**words, **kwargs})

    def act(self, form: Any) -> HttpResponse | None:
        adviser = form.cleaned_data["adviser"]
        clients = self.chosen()
        made = reassign_clients(clients, adviser=adviser, on=form.cleaned_data["on"], by=self.staff)
        if not made:
            messages.info(self.request, f"{adviser.name} is the adviser of all of them already. Nothing was changed.")
            return None
        said = f"{adviser.name} is the adviser of {in_words(len(made))}"
        stored = [handover.as_stored() for handover in made]
        self.request.session[REASSIGNED] = {"staff": self.staff.pk, "said": said, "made": stored, "is_new": True}
        return None


class UndoReassign(StaffPage):
    """Take one's last change of many advisers back, while this sign-in lasts."""

    capability = Capability.ANSWER_REFERRALS

    def post(self, request: HttpRequest) -> HttpResponse:
        last = request.session.pop(REASSIGNED, None)
        if not last or last["staff"] != self.staff.pk:
            messages.error(request, "There is nothing to undo any more.")
            return HttpResponseRedirect(reverse("caseload:caseload"))
        made = [Handover.from_stored(each) for each in last["made"]]
        number = take_back(made, by=self.staff)
        stayed = len(made) - number
        messages.success(request, f"{in_words(number).capitalize()} went back to the adviser before.")
        if stayed:
            messages.info(request, f"{in_words(stayed).capitalize()} got another adviser since and stayed there.")
        return HttpResponseRedirect(reverse("caseload:caseload"))


def in_words(number: int) -> str:
    return "1 client" if number == 1 else f"{number} clients"
