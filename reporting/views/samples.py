"""Drawing a sample of a signed claim, examining its lines, and deciding what follows."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from partners.permissions import Capability
from partners.platform.forms.fields import MoneyField, WholeNumberField
from partners.platform.forms.plain import PlainForm
from partners.platform.frame.pages import StaffPage
from partners.platform.frame.pieces import Fact
from partners.platform.frame.tags import at, money, tag
from partners.platform.records.forms import RecordForm
from partners.platform.records.kinds import kind_of
from reporting.enums import Finding, SampleDecision, SampleMethod
from reporting.kinds.claim import LINE
from reporting.kinds.claim_sample import KIND
from reporting.models import Claim, ClaimSample, SampledLine
from reporting.services.samples import decide, draw, extrapolated, find, may_decide, may_examine

TONES = {Finding.PASS: "good", Finding.FAIL: "bad", Finding.QUERY: "warning"}


class DrawForm(PlainForm):
    method = forms.ChoiceField(label="How lines are drawn", choices=SampleMethod.choices, widget=forms.RadioSelect)
    size = WholeNumberField(label="How many", min_value=1, max_value=500)
    seed = forms.CharField(
        label="Seed",
        max_length=40,
        help_text="Any word or number. Whoever draws with it again gets the same lines.",
    )


class FindForm(PlainForm):
    finding = forms.ChoiceField(label="What was found", choices=Finding.choices, widget=forms.RadioSelect)
    wrong = MoneyField(
        label="Pounds not proven", required=False, help_text="Of a line that is not proven. Blank: all of it."
    )
    note = forms.CharField(
        label="What is missing or in question", required=False, max_length=1000, widget=forms.Textarea({"rows": 3})
    )


class DecideForm(PlainForm):
    decision = forms.ChoiceField(label="Decision", choices=SampleDecision.choices, widget=forms.RadioSelect)
    reason = forms.CharField(label="Reason", max_length=1000, widget=forms.Textarea({"rows": 3}))


class DrawSample(RecordForm):
    """Draw a sample of a signed claim, by an auditor of the accountable body."""

    capability = Capability.VIEW_AUDIT
    form_class = DrawForm
    title = "Draw a sample"
    submit = "Draw it"
    done = "The sample is drawn."

    @cached_property
    def claim(self) -> Claim:
        found: Claim | None = Claim.objects.filter(uid=self.kwargs["uid"]).first()
        if found is None or not may_examine(self.staff):
            raise Http404
        return found

    @property
    def lead(self) -> str:  # type: ignore[override]
        return f"Of {self.claim}. It is stored with its seed, and everybody who sees claims sees it."

    def get_back(self) -> str:
        kind = kind_of(Claim)
        return kind.address("record", self.claim.uid) if kind else ""

    def act(self, form: Any) -> HttpResponse:
        sample = draw(self.claim, by=self.staff, **form.cleaned_data)
        return HttpResponseRedirect(KIND.address("record", sample.uid))


class OneSample(StaffPage):
    capability = Capability.SEE_ALL_CONTRACTS

    @cached_property
    def sample(self) -> ClaimSample:
        rows = ClaimSample.objects.select_related("claim", "drawn_by", "decided_by")
        found: ClaimSample | None = rows.filter(uid=self.kwargs["uid"]).first()
        if found is None:
            raise Http404
        return found


class SamplePage(OneSample, TemplateView):
    """A sample with its lines; each leads to the line of the claim and so to outcome, person and evidence."""

    template_name = "reporting/sample.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sample, examines = self.sample, may_examine(self.staff) and not self.sample.decision
        lines = (
            SampledLine.objects.filter(sample=sample).select_related("line__contract", "line__job").order_by("place")
        )
        found = extrapolated(sample)
        return super().get_context_data(
            **kwargs,
            title=KIND.name_of(sample),
            list_url=KIND.address("record-list"),
            facts=self._facts(found),
            rows=[
                {
                    "place": row.place,
                    "name": f"{row.line.get_item_display()}, {row.line.contract}",
                    "url": LINE.address("record", row.line.uid),
                    "amount": row.line.amount,
                    "finding": tag(row.get_finding_display(), TONES[Finding(row.finding)]) if row.finding else "",
                    "wrong": row.wrong,
                    "note": row.note,
                    "find_url": reverse("reporting:find", args=[row.uid]) if examines else "",
                    "job_url": _job_url(row),
                }
                for row in lines
            ],
            decide_url=reverse("reporting:decide-sample", args=[sample.uid])
            if found and may_decide(sample, self.staff)
            else "",
        )

    def _facts(self, found: Any) -> list[Fact]:
        sample = self.sample
        facts = [
            Fact("Claim", str(sample.claim), kind.address("record", sample.claim.uid))
            if (kind := kind_of(Claim))
            else Fact("Claim", str(sample.claim)),
            Fact("Drawn", f"{at(sample.drawn_at)}, {sample.drawn_by.name}"),
            Fact("Method", sample.get_method_display()),
            Fact("Seed", sample.seed),
            Fact("Drawn from", f"{sample.number:,} lines, {money(sample.amount)}"),
        ]
        if found is None:
            return [*facts, Fact("Extrapolated", "Once every line is examined and none is in question")]
        share = f"{float(found.rate):.2%}"
        facts.append(Fact("Not proven", f"{share} of the pounds of the sample, weighed by its method"))
        facts.append(Fact("Extrapolated", f"{money(found.amount)} of the whole claim"))
        if sample.decision and sample.decided_by and sample.decided_at:
            facts += [
                Fact("Decision", f"{sample.get_decision_display()}: {money(sample.correction)}"),
                Fact("Reason", sample.reason),
                Fact("Decided", f"{at(sample.decided_at)}, {sample.decided_by.name}"),
            ]
        return facts


def _job_url(row: SampledLine) -> str:
    job = row.line.job
    kind = kind_of(type(job)) if job is not None else None
    return kind.address("record", job.uid) if kind and job else ""


class FindOne(RecordForm):
    """Write what was found on one line of a sample."""

    capability = Capability.VIEW_AUDIT
    form_class = FindForm
    submit = "Save what was found"

    @cached_property
    def record(self) -> Any:
        rows = SampledLine.objects.select_related("sample__claim", "line__contract", "line__claim")
        found = rows.filter(uid=self.kwargs["uid"]).first()
        if found is None or not may_examine(self.staff):
            raise Http404
        return found

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"{self.record.line.get_item_display()}, {money(self.record.line.amount)}"

    @property
    def lead(self) -> str:  # type: ignore[override]
        return f"Line {self.record.place} of the sample: {self.record.line.contract}."

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.record, name) for name in ("finding", "wrong", "note")}

    def get_back(self) -> str:
        return KIND.address("record", self.record.sample.uid)

    def act(self, form: Any) -> HttpResponse:
        find(self.record, version=self.opened_version, by=self.staff, **form.cleaned_data)
        return HttpResponseRedirect(self.get_back())


class DecideSample(OneSample, RecordForm):
    """Decide whether what was extrapolated is held against the next claim."""

    capability = Capability.KEEP_MONEY
    form_class = DecideForm
    title = "Decide the correction"
    submit = "Save the decision"

    @property
    def lead(self) -> str:  # type: ignore[override]
        found = extrapolated(self.sample)
        said = money(found.amount) if found else "Nothing yet"
        return f"{said} is extrapolated from {self.sample}."

    def get_back(self) -> str:
        return KIND.address("record", self.sample.uid)

    def act(self, form: Any) -> HttpResponse:
        decide(self.sample, by=self.staff, **form.cleaned_data)
        messages.success(self.request, "The decision is kept with the sample.")
        return HttpResponseRedirect(self.get_back())
