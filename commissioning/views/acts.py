"""Asking for money of a pot, approving it, and taking a transaction back."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from commissioning.enums import ActState
from commissioning.kinds.appraisal import KIND as APPRAISAL
from commissioning.kinds.contribution import KIND as CONTRIBUTION
from commissioning.kinds.spend import KIND as SPEND
from commissioning.models import Contract, LedgerAct, LedgerTransaction
from commissioning.services.appraisals import why_not_appraised
from commissioning.services.ledger import reverse as take_back
from commissioning.services.ledger_acts import (
    approve,
    ask_allocation,
    ask_payment,
    receive,
    refuse,
    terms_of,
    to_decide,
    why_not_approved,
)
from partners.permissions import Capability, may
from partners.platform.forms.fields import MoneyField, PlainDateField
from partners.platform.forms.plain import PlainForm
from partners.platform.frame.pages import ConfirmPage, StaffPage
from partners.platform.frame.pieces import Fact
from partners.platform.frame.tags import at, money, on, tag
from partners.platform.lists.pages import TablePage
from partners.platform.lists.tables import Column, FilterForm
from partners.platform.records.forms import RecordForm

TONES = {ActState.ASKED: "waiting", ActState.DONE: "good", ActState.REFUSED: "bad"}


def act_url(act: LedgerAct) -> str:
    return reverse("commissioning:act", args=[act.uid])


def _note(**more: Any) -> forms.CharField:
    return forms.CharField(widget=forms.Textarea({"rows": 3}), max_length=500, **more)


class AskForm(PlainForm):
    on = PlainDateField(label="Day", help_text="The day it counts from; it lies in that day's financial year.")
    note = _note(label="Why", required=False, help_text="For whoever approves it.")


class AllocationForm(AskForm):
    amount = MoneyField(label="Amount", help_text="With a minus, it is given back to the pot.")
    is_special = forms.BooleanField(
        label="Complex, innovative or sensitive",
        required=False,
        help_text="It is then approved only with a favourable appraisal, whatever its amount.",
    )
    field_order = ("amount", "on", "note", "is_special")


class ReceiptForm(AskForm):
    amount = MoneyField(label="Amount received")
    field_order = ("amount", "on", "note")


class AboutMoney(RecordForm):
    """A form about one record of money, for who keeps it; afterwards the act itself is shown."""

    capability = Capability.KEEP_MONEY

    @cached_property
    def about(self) -> Any:
        found = self.get_rows().filter(uid=self.kwargs["uid"]).first()
        if found is None:
            raise Http404
        return found

    def get_rows(self) -> Any:
        raise NotImplementedError

    def get_initial(self) -> dict[str, Any]:
        return {"on": timezone.localdate()}

    def done_with(self, act: LedgerAct, said: str) -> HttpResponse:
        messages.success(self.request, said)
        return HttpResponseRedirect(act_url(act))


class AskAllocation(AboutMoney):
    form_class = AllocationForm
    submit = "Ask for approval"

    def get_rows(self) -> Any:
        return Contract.objects.visible_to(self.staff).select_related("funding_stream")

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"Allocate more to {self.about}, or give back"

    @property
    def lead(self) -> str:  # type: ignore[override]
        return f"Out of {self.about.funding_stream}. Nothing moves before somebody else approves it."

    def get_back(self) -> str:
        return reverse("commissioning:contract-books", args=[self.about.uid])

    def act(self, form: Any) -> HttpResponse:
        return self.done_with(ask_allocation(self.about, by=self.staff, **form.cleaned_data), "Approval is asked for.")


class AskPayment(AboutMoney):
    form_class = AskForm
    submit = "Ask for approval"

    def get_rows(self) -> Any:
        return SPEND.rows(self.staff)

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"Pay {money(self.about.amount)} to {self.about.contract.provider}"

    @property
    def lead(self) -> str:  # type: ignore[override]
        return f"{SPEND.name_of(self.about)}. It is paid when somebody else approves it."

    def get_back(self) -> str:
        return SPEND.address("record", self.about.uid)

    def act(self, form: Any) -> HttpResponse:
        return self.done_with(ask_payment(self.about, by=self.staff, **form.cleaned_data), "Approval is asked for.")


class Receive(AboutMoney):
    form_class = ReceiptForm
    submit = "Record what was received"

    def get_rows(self) -> Any:
        return CONTRIBUTION.rows(self.staff)

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"Money received from {self.about.organisation}"

    @property
    def lead(self) -> str:  # type: ignore[override]
        about = self.about
        return f"{money(about.amount)} into {about.funding_stream} for {about.financial_year}."

    def get_back(self) -> str:
        return CONTRIBUTION.address("record", self.about.uid)

    def act(self, form: Any) -> HttpResponse:
        return self.done_with(receive(self.about, by=self.staff, **form.cleaned_data), "It is recorded and posted.")


class ActFilters(FilterForm):
    state = forms.ChoiceField(label="State", choices=[("", "Any"), *ActState.choices])
    mine = forms.BooleanField(label="Waiting for an approval that I may give")


class ActList(TablePage):
    """What was asked for and decided; a provider sees that of its own contracts."""

    capability = Capability.VIEW_CONTRACTS
    title = "Money asked for"
    lead = "Allocations and payments with who asked for them and who approved them, and money received."
    subject = "commissioning.ledgeract"
    filter_class = ActFilters
    default_sort = "-asked"
    empty = "Nothing was asked for yet. Begin with a contract, a line of spend or a contribution."
    columns: ClassVar[Sequence[Column]] = [
        Column("what", "What", value=lambda act: act.get_kind_display(), sort="kind", link=act_url),
        Column("stream", "Stream", value="stream.name", sort="stream__name"),
        Column("contract", "Contract", value="contract.title", sort="contract__title"),
        Column("amount", "Amount", kind="money", sort="amount"),
        Column("asked", "Asked", value="asked_at", kind="moment", sort="asked_at"),
        Column("by", "By", value="asked_by.name", sort="asked_by__name"),
        Column(
            "state",
            "State",
            value=lambda act: act.get_state_display(),
            cell=lambda act: tag(act.get_state_display(), TONES[act.state]),
            sort="state",
        ),
    ]

    def get_rows(self) -> Any:
        return LedgerAct.objects.visible_to(self.staff).select_related("stream", "contract", "asked_by")

    def narrow(self, rows: Any, chosen: dict[str, Any]) -> Any:
        if chosen.get("mine"):
            rows = rows.filter(pk__in=to_decide(self.staff).values("pk"))
        return rows.filter(state=chosen["state"]) if chosen.get("state") else rows


class OneAct(StaffPage):
    capability = Capability.VIEW_CONTRACTS

    @cached_property
    def one(self) -> LedgerAct:
        named = ("stream", "contract", "contribution", "expenditure", "asked_by", "decided_by", "appraisal")
        rows = LedgerAct.objects.visible_to(self.staff).select_related(*named)
        found: LedgerAct | None = rows.filter(uid=self.kwargs["uid"]).first()
        if found is None:
            raise Http404
        return found

    @property
    def title_of(self) -> str:
        return f"{self.one.get_kind_display()}: {money(self.one.amount)}"


class ActPage(OneAct, TemplateView):
    """One act with everything that whoever approves it reads."""

    template_name = "commissioning/act.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        act = self.one
        is_asked = act.state == ActState.ASKED
        keeps = may(self.staff, Capability.KEEP_MONEY)
        posted = LedgerTransaction.objects.filter(act=act, reverses__isnull=True).first()
        return super().get_context_data(
            **kwargs,
            title=self.title_of,
            one=act,
            state=tag(act.get_state_display(), TONES[ActState(act.state)]),
            facts=[*self._facts(act), *self._decision(act)],
            terms=terms_of(act.stream) if is_asked else [],
            hindrance=why_not_approved(act, self.staff) if is_asked and keeps else "",
            appraise_url=self._appraise_url(act) if is_asked and keeps else "",
            decide_url=reverse("commissioning:act-decide", args=[act.uid]) if is_asked and keeps else "",
            posted_url=reverse("commissioning:transaction", args=[posted.uid]) if posted else "",
        )

    def _appraise_url(self, act: LedgerAct) -> str:
        """Return where the appraisal that an allocation lacks is written."""
        if act.contract is None or not why_not_appraised(act):
            return ""
        return f"{APPRAISAL.address('record-add')}?contract={act.contract.uid}"

    def _facts(self, act: LedgerAct) -> list[Fact]:
        contract, spend, contribution = act.contract, act.expenditure, act.contribution
        facts = [Fact("Amount", money(act.amount)), Fact("Stream", act.stream.name, _url("streams", act.stream))]
        if contract is not None:
            facts.append(Fact("Contract", contract.title, reverse("commissioning:contract", args=[contract.uid])))
        if spend is not None:
            facts.append(Fact("Line of spend", SPEND.name_of(spend), _url("spend", spend)))
        if contribution is not None:
            facts.append(Fact("Contribution", contribution.financial_year, _url("contributions", contribution)))
        facts += [Fact("Day", on(act.booked_on)), Fact("Why", act.note)]
        if act.appraisal is not None:
            appraised = reverse("commissioning:appraisal", args=[act.appraisal.uid])
            facts.append(Fact("Appraisal", act.appraisal.get_state_display(), appraised))
        return [*facts, Fact("Asked", f"{at(act.asked_at)}, {act.asked_by.name}")]

    def _decision(self, act: LedgerAct) -> list[Fact]:
        if act.decided_at is None:
            return []
        who = f", {act.decided_by.name}" if act.decided_by else ""
        return [Fact("Decided", f"{at(act.decided_at)}{who}"), Fact("Remark", act.decision)]


def _url(slug: str, record: Any) -> str:
    return reverse("commissioning:record", args=[slug, record.uid])


class DecideForm(PlainForm):
    verdict = forms.ChoiceField(
        label="Decision",
        choices=[("approve", "Approve it and post it"), ("refuse", "Refuse it")],
        widget=forms.RadioSelect,
    )
    decision = _note(label="Remark", required=False, help_text="A refusal needs its reason.")

    def __init__(self, *args: Any, may_approve: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        verdict: Any = self.fields["verdict"]
        if not may_approve:
            verdict.choices = verdict.choices[1:]


class DecideAct(OneAct, RecordForm):
    """Approve or refuse what somebody else asked for."""

    capability = Capability.KEEP_MONEY
    form_class = DecideForm
    submit = "Save the decision"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "may_approve": not why_not_approved(self.one, self.staff)}

    @property
    def record(self) -> Any:
        return self.one

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"Decide: {self.title_of}"

    @property
    def lead(self) -> str:  # type: ignore[override]
        return why_not_approved(self.one, self.staff)

    def get_back(self) -> str:
        return act_url(self.one)

    def act(self, form: Any) -> HttpResponse:
        given = {"version": self.opened_version, "decision": form.cleaned_data["decision"], "by": self.staff}
        if form.cleaned_data["verdict"] == "approve":
            approve(self.one, **given)
            messages.success(self.request, "It is approved and posted.")
        else:
            refuse(self.one, **given)
            messages.success(self.request, "It is refused. Nothing was posted.")
        return HttpResponseRedirect(act_url(self.one))


class TakeBack(ConfirmPage):
    """Take one transaction back, whole, with a reason."""

    capability = Capability.KEEP_MONEY
    submit = "Take it back"

    @cached_property
    def posted(self) -> LedgerTransaction:
        rows = LedgerTransaction.objects.visible_to(self.staff)
        found: LedgerTransaction | None = rows.filter(uid=self.kwargs["uid"]).first()
        if found is None:
            raise Http404
        return found

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"Take back: {self.posted.get_kind_display()}"

    def get_consequences(self) -> list[str]:
        said = [f"{money(self.posted.amount)} goes back to where it came from. Both stay in the books."]
        return [*said, "The line of spend is unpaid again."] if self.posted.record_table == "expenditure" else said

    def get_back(self) -> str:
        return reverse("commissioning:transaction", args=[self.posted.uid])

    def act(self, form: Any) -> HttpResponse:
        take_back(self.posted, reason=form.cleaned_data["reason"], by=self.staff)
        messages.success(self.request, "It is taken back.")
        return HttpResponseRedirect(self.get_back())
