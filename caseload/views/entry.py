"""One entry: who recorded it, what was corrected and what it said before, and what others say looks wrong."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from caseload.enums import PART_OF_FIELD
from caseload.forms.entries import ENTRY_FORMS
from caseload.forms.facts import FACT_FORMS
from caseload.forms.fields import text_area
from caseload.models import Assessment, Remark
from caseload.queries.changes import changes_of, rows_of_assessment, said_now
from caseload.queries.clients import may_read
from caseload.queries.remarks import remarks_on
from caseload.queries.sight import part_of
from caseload.queries.writing import may_correct, recorder_of
from caseload.services.remarks import answer_remark, say_wrong, whom_to_tell
from caseload.views.base import AboutClient, ClientForm
from caseload.views.client import entry_of
from partners.enums import AccessAction
from partners.models import Organisation
from partners.platform.forms.plain import PlainForm
from partners.platform.trail.looking import record_access

TITLES = {name: form.menu for name, form in {**ENTRY_FORMS, **FACT_FORMS}.items()} | {"client": "Personal details"}


class _Line:
    """A line of the history, read as the record it was: for the rules that judge a record."""

    def __init__(self, said: Mapping[str, Any]) -> None:
        self.__dict__.update(said)


class AboutEntry(AboutClient):
    """A page about one entry that this person may read; else it is not there."""

    @property
    def what(self) -> str:
        what = str(self.kwargs["what"])
        if what not in TITLES:
            raise Http404
        return what

    @cached_property
    def entry(self) -> Any:
        """Return the entry; of an assessment the first part that this person may read."""
        return self.rows[0]

    @cached_property
    def rows(self) -> list[Any]:
        if self.what == "client":
            if str(self.kwargs["entry"]) != str(self.client.uid):
                raise Http404
            return [self.client]
        entry = entry_of(self.client, self.what, self.kwargs["entry"])
        rows = [entry]
        if isinstance(entry, Assessment):
            same = Assessment.objects.filter(
                client=entry.client_id, assessed_on=entry.assessed_on, organisation=entry.organisation_id
            )
            rows = [entry, *same.exclude(pk=entry.pk).order_by("pk")]
        seen = [row for row in rows if part_of(row) is None or may_read(self.sight, row)]
        if not seen:
            raise Http404
        return seen

    def hides(self, line: Mapping[str, Any], name: str) -> bool:
        """Tell whether a column of an earlier version is of a special category that this person may not read."""
        if self.what == "client":
            return name in PART_OF_FIELD and name in self.sight.hidden_fields(self.client.pk)
        was = _Line(line)
        return part_of(was) is not None and not may_read(self.sight, was)

    @cached_property
    def recorder(self) -> Organisation:
        found: Organisation = Organisation.objects.get(pk=recorder_of(self.entry))
        return found

    def url_of(self, page: str) -> str:
        return reverse(page, args=[self.client.uid, self.what, self.kwargs["entry"]])


class Entry(AboutEntry, TemplateView):
    template_name = "caseload/entry.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        record_access(request, AccessAction.VIEWED, "caseload.client", subject_id=self.client.pk, purpose=self.purpose)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        entry = self.entry
        corrects = self.what != "consent" and may_correct(self.staff, entry)
        return super().get_context_data(
            **kwargs,
            title=TITLES[self.what],
            client=self.client,
            recorder=self.recorder,
            said=said_now(type(entry), {row.pk for row in self.rows}, hides=self.hides)
            if self.what != "client"
            else [],
            changes=changes_of(type(entry), self._ids(), hides=self.hides),
            remarks=remarks_on(self.staff, self.kwargs["entry"]),
            correct_url=self._correct_url() if corrects else "",
            wrong_url=self.url_of("caseload:looks-wrong") if self.may_record and not corrects else "",
            may_record=self.may_record,
        )

    def _said(self) -> list[tuple[str, str]]:
        """Return what the entry says as it stands; a client's own details are on their page."""
        ids = [row.pk for row in self.rows]
        return said_now(type(self.entry), ids, hides=self.hides) if self.what != "client" else []

    def _ids(self) -> set[int]:
        ids = {row.pk for row in self.rows}
        return ids | rows_of_assessment(self.entry) if isinstance(self.entry, Assessment) else ids

    def _correct_url(self) -> str:
        if self.what == "client":
            return reverse("caseload:change-identity", args=[self.client.uid])
        return self.url_of("caseload:correct")


class RemarkForm(PlainForm):
    words = text_area(4, label="What looks wrong", required=True, help_text="And what would be right, as you know it.")


class AnswerForm(PlainForm):
    words = text_area(4, label="Your answer", required=True, help_text="The other organisation reads it.")


class LooksWrong(AboutEntry, ClientForm):
    """Say about another organisation's entry that it looks wrong."""

    form_class = RemarkForm
    submit = "Tell them"

    def act(self, form: Any) -> HttpResponse | None:
        remark = say_wrong(self.entry, what=self.what, words=form.cleaned_data["words"], by=self.staff)
        messages.success(self.request, f"{remark.to_organisation} is told. What you said stays here until they answer.")
        return None

    def get_success_url(self) -> str:
        return self.url_of("caseload:entry")

    def get_back(self) -> str:
        return self.url_of("caseload:entry")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        whom = Organisation.objects.get(pk=whom_to_tell(self.entry))
        title = f"Tell {whom} that this looks wrong"
        lead = f"{TITLES[self.what]} of this client. Only {whom} can correct it; they are told at once."
        return super().get_context_data(**{"title": title, "lead": lead, **kwargs})


class AnswerRemark(ClientForm):
    form_class = AnswerForm
    title = "Answer: it is right as it stands"
    submit = "Send the answer"

    @cached_property
    def remark(self) -> Remark:
        found: Remark | None = Remark.objects.filter(
            uid=self.kwargs["remark"],
            client__in=self.sight.records,
            to_organisation=self.staff.organisation_id,
            answered_at__isnull=True,
        ).first()
        if found is None:
            raise Http404
        return found

    def act(self, form: Any) -> HttpResponse | None:
        answer_remark(self.remark, words=form.cleaned_data["words"], by=self.staff)
        messages.success(self.request, "Your answer is sent.")
        return None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lead = f"{self.remark.from_organisation} said: {self.remark.words}"
        return super().get_context_data(**{"lead": lead, **kwargs})
