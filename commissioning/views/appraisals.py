"""One appraisal with what was weighed, and the decision of somebody else."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from commissioning.enums import AppraisalState
from commissioning.kinds.appraisal import KIND, TONES
from commissioning.models import Appraisal, LedgerAct
from commissioning.services.appraisals import FAVOURABLE, decide_appraisal, why_not_decided
from partners.permissions import Capability, may
from partners.platform.forms.plain import PlainForm
from partners.platform.frame.pages import StaffPage
from partners.platform.frame.pieces import Fact
from partners.platform.frame.tags import at, money, tag
from partners.platform.records.forms import RecordForm
from partners.platform.records.pages import acts_on

CHOICES = [(state.value, state.label) for state in (*FAVOURABLE, AppraisalState.UNFAVOURABLE)]
WEIGHED = ("proposal", "finance", "risk_control", "affordability", "sustainability", "support")


class OneAppraisal(StaffPage):
    capability = Capability.SEE_ALL_CONTRACTS

    @cached_property
    def one(self) -> Appraisal:
        rows = KIND.rows(self.staff).select_related("contract", "written_by", "decided_by")
        found: Appraisal | None = rows.filter(uid=self.kwargs["uid"]).first()
        if found is None:
            raise Http404
        return found


class AppraisalPage(OneAppraisal, TemplateView):
    template_name = "commissioning/appraisal.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        one = self.one
        is_draft = one.state == AppraisalState.DRAFT
        keeps = is_draft and may(self.staff, Capability.KEEP_MONEY)
        hindrance = why_not_decided(one, self.staff) if keeps else ""
        return super().get_context_data(
            **kwargs,
            title=KIND.name_of(one),
            kind=KIND,
            one=one,
            state=tag(one.get_state_display(), TONES[one.state]),
            acts=acts_on(KIND, one, self.staff) if is_draft else [],
            hindrance=hindrance,
            decide_url=reverse("commissioning:appraisal-decide", args=[one.uid]) if keeps and not hindrance else "",
            list_url=KIND.address("record-list"),
            history_url=KIND.address("record-history", one.uid),
            facts=[*self._facts(one), *self._decision(one)],
            used=LedgerAct.objects.filter(appraisal=one).first(),
        )

    def _facts(self, one: Appraisal) -> list[Fact]:
        contract = one.contract
        facts = [
            Fact("Contract", contract.title, reverse("commissioning:contract", args=[contract.uid])),
            Fact("Up to", money(one.amount)),
            Fact("What kind of proposal", one.get_nature_display()),
            Fact("Risk", tag(one.get_risk_display(), KIND.tones["risk"][one.risk])),
        ]
        facts += [Fact(KIND.label(name), getattr(one, name)) for name in WEIGHED]
        return [*facts, Fact("Written", f"{one.written_by.name}, {at(one.recorded_at)}")]

    def _decision(self, one: Appraisal) -> list[Fact]:
        if one.decided_by is None:
            return []
        return [
            Fact("Decided", f"{one.decided_by.name}, {at(one.decided_at)}"),
            Fact(KIND.label("decision"), one.decision),
        ]


class DecisionForm(PlainForm):
    state = forms.ChoiceField(label="Decision", choices=CHOICES, widget=forms.RadioSelect)
    decision = forms.CharField(
        label="Reasons and conditions", widget=forms.Textarea({"rows": 5}), max_length=2000, required=False
    )


class DecideAppraisal(OneAppraisal, RecordForm):
    """Say whether a proposal stands up; whoever wrote the appraisal does not."""

    capability = Capability.KEEP_MONEY
    form_class = DecisionForm
    submit = "Save the decision"

    @property
    def record(self) -> Any:
        return self.one

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"Decide: {KIND.name_of(self.one)}"

    @property
    def lead(self) -> str:  # type: ignore[override]
        return why_not_decided(self.one, self.staff)

    def get_back(self) -> str:
        return reverse("commissioning:appraisal", args=[self.one.uid])

    def act(self, form: Any) -> HttpResponse:
        decide_appraisal(self.one, version=self.opened_version, by=self.staff, **form.cleaned_data)
        messages.success(self.request, "The decision is saved. The appraisal stays as it is from now on.")
        return HttpResponseRedirect(self.get_back())
