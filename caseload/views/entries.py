"""Adding, correcting and ending: one view each for every kind of entry; the forms say what differs."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from caseload.enums import SharePart
from caseload.forms.entries import ENTRY_FORMS, EntryForm
from caseload.forms.facts import FACT_FORMS, EndSpellForm
from caseload.queries.clients import may_read
from caseload.queries.sight import part_of
from caseload.queries.twins import twins_of
from caseload.queries.writing import may_correct
from caseload.services import facts
from caseload.services.remarks import answer_by_correcting
from caseload.views.base import ClientForm
from caseload.views.client import entry_of
from caseload.views.quick import FromQuickLine
from partners.platform.dates import long_date
from partners.platform.forms.fields import PlainDateField
from partners.platform.records.lookalikes import ask_before_twice

ALL_FORMS: dict[str, type[EntryForm]] = {**ENTRY_FORMS, **FACT_FORMS}
DAYS = ("occurred_on", "started_on", "assessed_on", "checked_on", "achieved_on", "enrolled_on", "from_date", "given_on")


class EntryPage(ClientForm):
    """Base of adding and correcting."""

    template_name = "caseload/entry_form.html"

    @cached_property
    def what(self) -> str:
        what = str(self.kwargs["what"])
        if what not in ALL_FORMS:
            raise Http404
        return what

    def get_form_class(self) -> type[EntryForm]:
        return ALL_FORMS[self.what]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "client": self.client, "staff": self.staff}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = ALL_FORMS[self.what]
        return super().get_context_data(**{"title": form.title, "lead": form.lead, "what": self.what, **kwargs})


class AddEntry(FromQuickLine, EntryPage):
    """A new entry. Fields named in the address come filled in: from the quick line, a worklist or a link."""

    def get_initial(self) -> dict[str, Any]:
        named = ALL_FORMS[self.what].base_fields
        said = {name: value for name, value in self.said_fields.items() if name in named}
        return said | {name: _read(named[name], value) for name, value in self.request.GET.items() if name in named}

    @property
    def filled_by(self) -> tuple[str, ...]:  # type: ignore[override]
        return (self.what, "circumstance-end") if self.what == "circumstance" else (self.what,)

    def get_success_url(self) -> str:
        return self.next_url(super().get_success_url())

    def act(self, form: Any) -> HttpResponse | None:
        ask_before_twice(form, twins_of(self.what, self.client, form.fact(), records=self.sight.records))
        entry = form.add()
        self.request.session["undo"] = {
            "client": str(self.client.uid),
            "what": self.what,
            "entry": str(entry.uid),
            "title": form.menu.lower(),
            "done": form.done + said_late(form),
        }
        return None


class CorrectEntry(EntryPage):
    """Correct what was recorded; the history keeps what it said before."""

    submit = "Save the correction"

    @cached_property
    def record(self) -> Any:
        return seen_entry(self, self.what)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return to_its_page(self, self.what) or super().get(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "entry": self.record}

    def get_initial(self) -> dict[str, Any]:
        return ALL_FORMS[self.what].initial_of(self.record)

    def may_show(self, earlier: Any) -> bool:
        """A spell may have said something else before: of a special category, it is shown to who may read that."""
        return may_read(self.sight, earlier)

    def act(self, form: Any) -> HttpResponse | None:
        form.correct(self.opened_version)
        answer_by_correcting(self.record, by=self.staff)
        messages.success(self.request, "The correction is saved. The history keeps what it said before.")
        return None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        title = f"Correct: {ALL_FORMS[self.what].menu.lower()}"
        return super().get_context_data(**{"title": title, "lead": "", **kwargs})


class EndSpell(FromQuickLine, ClientForm):
    """End an address, benefit or status on a day."""

    form_class = EndSpellForm
    template_name = "caseload/entry_form.html"
    filled_by = ("circumstance-end",)
    submit = "End it on this day"

    @cached_property
    def record(self) -> Any:
        if self.kwargs["what"] not in {"address", "circumstance"}:
            raise Http404
        return seen_entry(self, self.kwargs["what"])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return to_its_page(self, self.kwargs["what"]) or super().get(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        day = self.request.GET.get("to_date", self.said_fields.get("to_date", timezone.localdate()))
        return {"on": _read(EndSpellForm.base_fields["on"], day)}

    def get_success_url(self) -> str:
        return self.next_url(super().get_success_url())

    def act(self, form: Any) -> HttpResponse | None:
        facts.end_spell(self.record, on=form.cleaned_data["on"], version=self.opened_version, by=self.staff)
        messages.success(self.request, "It has ended; it stays in the history.")
        return None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        spell = self.record
        name = spell.get_code_display() if self.kwargs["what"] == "circumstance" else spell.postcode or "the address"
        lead = f"It began on {long_date(spell.from_date)}."
        return super().get_context_data(**{"title": f"End: {name}", "lead": lead, **kwargs})


def seen_entry(page: ClientForm, what: str) -> Any:
    """Return the entry a page is about, or 404 where it belongs to a special category that this reader may not see.

    An assessment is corrected whole, so without its health score it is not for this reader. What a client agreed to is
    corrected by nobody: it is withdrawn, and recorded anew.
    """
    if what == "consent":
        raise Http404
    entry = entry_of(page.client, what, page.kwargs["entry"])
    part = SharePart.HEALTH if what == "assessment" else part_of(entry)
    if part and not page.sight.reads(part, record=entry.client_id, recorded_by=entry.organisation_id):
        raise Http404
    return entry


def to_its_page(page: Any, what: str) -> HttpResponse | None:
    """Lead who may not correct an entry to its page, where they can say that it looks wrong."""
    if may_correct(page.staff, page.record):
        return None
    return HttpResponseRedirect(reverse("caseload:entry", args=[page.client.uid, what, page.record.uid]))


def said_late(form: Any) -> str:
    """Say that an entry is back-dated, so that nobody does it unawares."""
    days = [form.cleaned_data[name] for name in DAYS if form.cleaned_data.get(name)]
    if not days or min(days) >= timezone.localdate():
        return ""
    return f" It is dated {long_date(max(days))} and marked as recorded today."


def _read(field: Any, value: Any) -> Any:
    """Read what an address or a quick line names: a day that is none is left for the form to ask for."""
    if not isinstance(field, PlainDateField):
        return value
    try:
        return field.to_python(value)
    except ValidationError:
        return None
