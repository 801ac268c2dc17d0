"""Asking about an item of a claim, and answering."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from commissioning.models import Contract
from partners.permissions import Capability
from partners.platform.dates import long_date
from partners.platform.forms.plain import PlainForm
from partners.platform.frame.pages import StaffPage
from partners.platform.frame.pieces import Fact
from partners.platform.frame.tags import at
from partners.platform.records.forms import RecordForm
from reporting.kinds.claim_query import KIND
from reporting.models import ClaimEntry, ClaimQuery, Return
from reporting.queries.filed import newest_build
from reporting.queries.readers import returns_read
from reporting.services.claim_queries import answer, ask, may_answer, may_ask


class QuestionForm(PlainForm):
    question = forms.CharField(
        label="What do you ask?",
        help_text="Who prepared the claim and the managers of the contract read it. The claim waits for the answer.",
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
    )


class AnswerForm(PlainForm):
    words = forms.CharField(label="Answer", max_length=2000, widget=forms.Textarea({"rows": 4}))


class AskAbout(RecordForm):
    """Ask about one item of a claim, by whoever has its step to do."""

    capability = Capability.VIEW_RETURNS
    form_class = QuestionForm
    title = "Ask about an item of the claim"
    submit = "Ask, and hold the claim"
    done = "It is asked. The claim waits for the answer."

    @cached_property
    def filed(self) -> Return:
        found: Return | None = returns_read(self.staff).filter(uid=self.kwargs["uid"]).first()
        if found is None or not may_ask(found, self.staff, today=timezone.localdate()):
            raise Http404
        return found

    @cached_property
    def entry(self) -> ClaimEntry:
        build = newest_build(self.filed)
        entries = ClaimEntry.objects.filter(pk=self.kwargs["item"], build_id=build.pk if build else 0)
        found: ClaimEntry | None = entries.first()
        if found is None:
            raise Http404
        return found

    @property
    def lead(self) -> str:  # type: ignore[override]
        entry = self.entry
        contract = Contract.objects.filter(pk=entry.contract_id).first()
        day = f", {long_date(entry.on_date)}" if entry.on_date else ""
        return f"{entry.get_item_display()}{day}, of {contract}."

    def get_back(self) -> str:
        return reverse("reporting:claim-items", args=[self.filed.uid])

    def act(self, form: Any) -> HttpResponse:
        query = ask(self.filed, self.entry, by=self.staff, today=timezone.localdate(), **form.cleaned_data)
        return HttpResponseRedirect(KIND.address("record", query.uid))


class OneQuery(StaffPage):
    capability = Capability.VIEW_CONTRACTS

    @cached_property
    def query(self) -> ClaimQuery:
        rows: Any = ClaimQuery.objects.visible_to(self.staff).select_related(
            "filed__consortium", "contract__provider", "asked_by", "answered_by", "job", "expenditure"
        )
        found: ClaimQuery | None = rows.filter(uid=self.kwargs["uid"]).first()
        if found is None:
            raise Http404
        return found


class QueryPage(OneQuery, TemplateView):
    """A query with its answer; who may answer does so from here."""

    template_name = "reporting/claim_query.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        query = self.query
        facts = [
            Fact("Contract", str(query.contract), reverse("commissioning:contract", args=[query.contract.uid])),
            Fact("Item", query.get_item_display()),
            Fact("Record", (query.job or query.expenditure or query).external_id),
            Fact("Question", query.question),
            Fact("Asked", f"{at(query.asked_at)}, {query.asked_by.name}"),
        ]
        if query.answered_at is not None and query.answered_by is not None:
            facts += [
                Fact("Answer", query.answer),
                Fact("Answered", f"{at(query.answered_at)}, {query.answered_by.name}"),
            ]
        reads = returns_read(self.staff).filter(pk=query.filed_id).exists()
        return super().get_context_data(
            **kwargs,
            title=KIND.name_of(query),
            facts=facts,
            list_url=KIND.address("record-list"),
            answer_url=reverse("reporting:answer-query", args=[query.uid]) if may_answer(query, self.staff) else "",
            items_url=reverse("reporting:claim-items", args=[query.filed.uid]) if reads else "",
        )


class AnswerQuery(OneQuery, RecordForm):
    form_class = AnswerForm
    title = "Answer the query"
    submit = "Save the answer"

    @property
    def lead(self) -> str:  # type: ignore[override]
        return self.query.question

    def get_back(self) -> str:
        return KIND.address("record", self.query.uid)

    def act(self, form: Any) -> HttpResponse:
        answer(self.query, words=form.cleaned_data["words"], by=self.staff)
        messages.success(self.request, "The answer is kept with the claim.")
        return HttpResponseRedirect(self.get_back())
