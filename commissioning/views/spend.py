"""Spend in the hands of the provider's own people, and its desk check by the accountable body."""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from commissioning.enums import SpendState
from commissioning.kinds.spend import KIND as SPEND
from commissioning.kinds.spend import invoiced_already
from commissioning.kinds.spend_record import KIND as RECORD
from commissioning.kinds.words import WORK, contract_page
from commissioning.models import Expenditure, SpendRecord
from commissioning.queries.contracts import categories
from commissioning.queries.outputs import outputs
from commissioning.services.spend_recording import (
    LINE,
    OPEN,
    TOLD,
    accept,
    allowed_categories,
    answer_query,
    change_spend,
    may_record,
    query,
    record_credit,
    record_spend,
    refuse_line,
    submit_month,
    why_not_checked,
)
from commissioning.views.variations import OfContract
from partners.models import StaffMember
from partners.permissions import Capability, may
from partners.platform.documents.subjects import SubjectKind, add_subject
from partners.platform.forms.fields import MoneyField, PlainDateField, SuggestedInput
from partners.platform.forms.plain import PlainForm
from partners.platform.frame.pages import ROLE_REFUSED, StaffPage
from partners.platform.frame.pieces import Fact, Link
from partners.platform.frame.tags import at, money, on, tag
from partners.platform.records.forms import RecordForm
from partners.platform.records.lookalikes import ask_before_twice

NOT_YOURS = "The provider's own people record its spend."


def record_url(record: SpendRecord) -> str:
    return reverse("commissioning:spend-record", args=[record.uid])


class SpendEntryForm(PlainForm):
    """The questions about one transaction; ``allowed`` are the categories of the stream's terms, if they name any."""

    incurred_on = PlainDateField(label="Incurred on", help_text="The day the goods or the work were had.")
    paid_on = PlainDateField(label="Paid on", help_text="The day it left your account.")
    payee = forms.CharField(label="Paid to", max_length=200)
    what_for = forms.CharField(label="For what", max_length=500)
    invoice_ref = forms.CharField(label="Invoice or payroll reference", max_length=200)
    net = MoneyField(label="Without VAT", min_value=0)
    vat = MoneyField(label="VAT", required=False, min_value=0, help_text="Only what you cannot claim back.")
    category = forms.CharField(label="Category", max_length=200)
    indicator = forms.ChoiceField(label="Output that it paid for", required=False)

    def __init__(self, *args: Any, allowed: Sequence[str] = (), used: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        indicator: Any = self.fields["indicator"]
        indicator.choices = [("", "None"), *outputs()]
        if allowed:
            choices = [("", "Choose one"), *((each, each) for each in allowed)]
            self.fields["category"] = forms.ChoiceField(label="Category", choices=choices)
        else:
            self.fields["category"].widget = SuggestedInput(used)


class CreditForm(PlainForm):
    paid_on = PlainDateField(label="Given back on")
    payee = forms.CharField(label="Given back by", max_length=200)
    what_for = forms.CharField(label="For what", max_length=500)
    invoice_ref = forms.CharField(label="Reference of the credit note", max_length=200)
    net = MoneyField(label="Without VAT", min_value=0, help_text="Above nought: it is taken off the charge.")
    vat = MoneyField(label="VAT", required=False, min_value=0)


class RecordSpend(OfContract, RecordForm):
    """Record one transaction of a contract."""

    capability = Capability.WORK_CONTRACTS
    form_class = SpendEntryForm
    submit = "Record it"

    def check_access(self, request: HttpRequest) -> None:
        super().check_access(request)
        if not may_record(self.contract, self.staff):
            raise PermissionDenied(NOT_YOURS)

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"Record spend on {self.contract}"

    lead = "One transaction at a time. It counts once the accountable body has checked it."

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        return {**kwargs, "allowed": allowed_categories(self.contract), "used": categories(self.staff)}

    def get_back(self) -> str:
        return contract_page(self.contract)

    def act(self, form: Any) -> HttpResponse:
        values = form.cleaned_data
        _ask_twice(form, Expenditure(contract=self.contract), values, self.staff)
        record = record_spend(self.contract, values, by=self.staff)
        messages.success(self.request, "The spend is recorded. Add its evidence below.")
        return HttpResponseRedirect(record_url(record))


def _ask_twice(form: Any, spend: Expenditure, values: dict[str, Any], staff: StaffMember) -> None:
    for name in LINE:
        setattr(spend, name, values[name])
    spend.amount = values["net"] + (values["vat"] or 0)
    ask_before_twice(form, invoiced_already(spend, staff))


class SubmitForm(PlainForm):
    month = PlainDateField(label="Month", help_text="Any day of it. What was recorded up to its end is sent in.")


class SubmitSpend(OfContract, RecordForm):
    """Send in what was recorded up to the end of a month."""

    capability = Capability.WORK_CONTRACTS
    form_class = SubmitForm
    submit = "Send it in"

    def check_access(self, request: HttpRequest) -> None:
        super().check_access(request)
        if not may_record(self.contract, self.staff):
            raise PermissionDenied(NOT_YOURS)

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"Send in the spend of {self.contract}"

    @property
    def lead(self) -> str:  # type: ignore[override]
        number = self.contract.spend_records.filter(state=SpendState.RECORDED).count()
        lines = f"{number} line{' is' if number == 1 else 's are'}"
        return f"{lines} recorded and not sent in. Each needs its evidence. Once sent in, a line stands as it is."

    def get_initial(self) -> dict[str, Any]:
        return {"month": timezone.localdate().replace(day=1)}

    def get_back(self) -> str:
        return contract_page(self.contract)

    def act(self, form: Any) -> HttpResponse:
        month: date = form.cleaned_data["month"]
        number = submit_month(self.contract, month=month, by=self.staff)
        messages.success(self.request, f"{number} line{'' if number == 1 else 's'} sent in for {month:%B %Y}.")
        return HttpResponseRedirect(f"{RECORD.address('record-list')}?contract={self.contract.uid}")


class OneRecord(StaffPage):
    capability: ClassVar[Capability | None] = Capability.VIEW_CONTRACTS

    @cached_property
    def one(self) -> SpendRecord:
        named = ("contract", "contract__provider", "expenditure", "expenditure__contract")
        people = ("recorded_by", "submitted_by", "checked_by", "credits")
        rows: Any = SpendRecord.objects.visible_to(self.staff).select_related(*named, *people)
        found: SpendRecord | None = rows.filter(uid=self.kwargs["uid"]).first()
        if found is None:
            raise Http404
        return found

    @property
    def record(self) -> Any:
        return self.one

    def get_back(self) -> str:
        return record_url(self.one)

    def done_with(self, said: str) -> HttpResponse:
        messages.success(self.request, said)
        return HttpResponseRedirect(record_url(self.one))


class SpendRecordPage(OneRecord, TemplateView):
    """One transaction with its evidence, and how it was judged."""

    template_name = "commissioning/spend_record.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        one = self.one
        return super().get_context_data(
            **kwargs,
            title=f"{money(one.expenditure.amount)} to {one.payee}",
            one=one,
            contract_url=contract_page(one.contract),
            state=tag(one.get_state_display(), RECORD.tones["state"][one.state]),
            acts=self.get_acts(),
            facts=self.get_facts(),
        )

    def get_acts(self) -> list[Link]:
        one, acts = self.one, []
        own = may_record(one.contract, self.staff)

        def page(name: str) -> str:
            return reverse(f"commissioning:spend-record-{name}", args=[one.uid])

        if one.state == SpendState.SUBMITTED and not why_not_checked(one, self.staff):
            acts.append(Link("Check it", page("check")))
        if own and one.state == SpendState.QUERIED:
            acts.append(Link("Answer", page("answer")))
        if own and one.state in OPEN and one.credits_id is None:
            acts.append(Link("Change", page("change")))
        if own and one.credits_id is None:
            acts.append(Link("Record a credit", reverse("commissioning:credit", args=[one.expenditure.uid])))
        return acts

    def get_facts(self) -> list[Fact]:
        one, spend = self.one, self.one.expenditure
        facts = [
            Fact("Contract", one.contract.title, contract_page(one.contract)),
            Fact("For what", one.what_for),
            Fact("Without VAT, and VAT", f"{money(one.net)} and {money(one.vat)}"),
            Fact("Incurred on", on(spend.incurred_on)),
            Fact("Paid on", on(one.paid_on)),
            Fact("Reference", spend.invoice_ref),
            Fact("Category", spend.category),
            Fact("Line of spend", SPEND.name_of(spend), SPEND.address("record", spend.uid)),
        ]
        if one.credits is not None:
            facts.append(Fact("Credits", money(one.credits.amount), SPEND.address("record", one.credits.uid)))
        facts.append(Fact("Recorded", f"{at(one.noted_at)}, {one.recorded_by.name}"))
        if one.submitted_by is not None and one.month is not None:
            facts.append(Fact("Sent in", f"{at(one.submitted_at)}, {one.submitted_by.name}, for {one.month:%B %Y}"))
        if one.checked_by is not None:
            facts += [Fact("Checked", f"{at(one.checked_at)}, {one.checked_by.name}")]
            facts += [Fact("Question, or reason", one.question), Fact("Answer", one.answer)]
        return facts


class ChangeSpend(OneRecord, RecordForm):
    capability = Capability.WORK_CONTRACTS
    form_class = SpendEntryForm
    title = "Change the spend"

    def check_access(self, request: HttpRequest) -> None:
        super().check_access(request)
        if not may_record(self.one.contract, self.staff):
            raise PermissionDenied(NOT_YOURS)

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        return {**kwargs, "allowed": allowed_categories(self.one.contract), "used": categories(self.staff)}

    def get_initial(self) -> dict[str, Any]:
        one = self.one
        told = {name: getattr(one, name) for name in (*TOLD, "net", "vat")}
        return {**told, **{name: getattr(one.expenditure, name) for name in LINE}}

    def act(self, form: Any) -> HttpResponse:
        change_spend(self.one, form.cleaned_data, version=self.opened_version, by=self.staff)
        return self.done_with("The spend is changed.")


class AnswerForm(PlainForm):
    answer = forms.CharField(label="Answer", widget=forms.Textarea({"rows": 3}), max_length=500)


class AnswerQuery(OneRecord, RecordForm):
    """Answer what the desk check asked; the line is sent in again."""

    capability = Capability.WORK_CONTRACTS
    form_class = AnswerForm
    title = "Answer the question"
    submit = "Send the answer"

    def check_access(self, request: HttpRequest) -> None:
        super().check_access(request)
        if not may_record(self.one.contract, self.staff):
            raise PermissionDenied(NOT_YOURS)

    @property
    def lead(self) -> str:  # type: ignore[override]
        return self.one.question

    def act(self, form: Any) -> HttpResponse:
        answer = form.cleaned_data["answer"]
        answer_query(self.one, version=self.opened_version, answer=answer, by=self.staff)
        return self.done_with("The answer is sent. The line waits for its check again.")


class CheckForm(PlainForm):
    verdict = forms.ChoiceField(
        label="Decision",
        choices=[
            ("accept", "Accept it: it is eligible spend"),
            ("query", "Ask the provider something"),
            ("refuse", "Refuse it for good"),
        ],
        widget=forms.RadioSelect,
    )
    question = forms.CharField(
        label="Question, reason or remark",
        widget=forms.Textarea({"rows": 3}),
        max_length=500,
        required=False,
        help_text="The provider reads it. A question and a refusal need it.",
    )


class CheckSpend(OneRecord, RecordForm):
    """The desk check of one line, by the accountable body."""

    capability = Capability.CHECK_SPEND
    form_class = CheckForm
    submit = "Save the decision"

    def check_access(self, request: HttpRequest) -> None:
        super().check_access(request)
        if said := why_not_checked(self.one, self.staff):
            raise PermissionDenied(said or ROLE_REFUSED)

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"Check {money(self.one.expenditure.amount)} to {self.one.payee}"

    @property
    def lead(self) -> str:  # type: ignore[override]
        return f"{self.one.what_for}. What is not accepted is in no claim and is not paid."

    def act(self, form: Any) -> HttpResponse:
        said, verdict = form.cleaned_data["question"], form.cleaned_data["verdict"]
        given: dict[str, Any] = {"version": self.opened_version, "by": self.staff}
        if verdict == "accept":
            accept(self.one, remark=said, **given)
            return self.done_with("The line is accepted.")
        if verdict == "query":
            query(self.one, question=said, **given)
            return self.done_with("The provider is asked.")
        refuse_line(self.one, reason=said, **given)
        return self.done_with("The line is refused.")


class RecordCredit(RecordForm):
    """Record what was given back of a charge; a credit is recorded nowhere else."""

    form_class = CreditForm
    submit = "Record the credit"

    def may_open(self, staff: StaffMember) -> bool:
        return may(staff, Capability.WORK_CONTRACTS)

    @cached_property
    def charge(self) -> Expenditure:
        found = SPEND.rows(self.staff).filter(uid=self.kwargs["uid"]).first()
        if found is None:
            raise Http404
        if not may(self.staff, Capability.KEEP_MONEY) and not may_record(found.contract, self.staff):
            raise PermissionDenied(NOT_YOURS)
        return found  # type: ignore[no-any-return]

    def check_access(self, request: HttpRequest) -> None:
        super().check_access(request)
        assert self.charge  # noqa: S101  404 or 403 before anything is shown

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"Record a credit of the {money(self.charge.amount)} on {self.charge.contract}"

    def get_back(self) -> str:
        return SPEND.address("record", self.charge.uid)

    def act(self, form: Any) -> HttpResponse:
        record = record_credit(self.charge, form.cleaned_data, by=self.staff)
        messages.success(self.request, "The credit is recorded.")
        return HttpResponseRedirect(record_url(record))


def _visible(staff: StaffMember) -> QuerySet[Any]:
    rows: QuerySet[Any] = SpendRecord.objects.visible_to(staff)
    return rows if may(staff, Capability.VIEW_CONTRACTS) else rows.none()


def _may_keep(staff: StaffMember, record: SpendRecord) -> bool:
    """Evidence is the provider's until the line is judged; who checks may add to it."""
    is_open = record.state not in (SpendState.ACCEPTED, SpendState.REFUSED)
    return is_open and (may_record(record.contract, staff) or may(staff, Capability.CHECK_SPEND))


add_subject(
    SubjectKind(
        SpendRecord,
        visible=_visible,
        may_keep=_may_keep,
        url=record_url,
        purpose=lambda _staff, _record: WORK,
        called=RECORD.name_of,
        comes_back=True,
    )
)
