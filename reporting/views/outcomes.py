"""A person's outcomes with what is claimed of each, and who else contributed: shown before anybody works for one."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from caseload.models import Client, Job
from caseload.views.base import AboutClient, client_url
from partners.enums import AccessAction
from partners.models import Organisation
from partners.permissions import Capability
from partners.platform.forms.fields import WholeNumberField
from partners.platform.forms.plain import PlainForm
from partners.platform.frame.pages import ConfirmPage, FragmentOrPage
from partners.platform.records.fields import RecordChoice
from partners.platform.records.forms import RecordForm
from partners.platform.trail.looking import record_access
from reporting.enums import ClaimState, OutcomeItem
from reporting.models import OutcomeShare
from reporting.queries.outcomes import Outcome, outcomes_of
from reporting.services.shares import may_share, record_share, withdraw_share

TONES = {
    ClaimState.CLAIMED: "waiting",
    ClaimState.PAID: "good",
    ClaimState.PART_PAID: "warning",
    ClaimState.REJECTED: "bad",
    ClaimState.REFUNDED: "bad",
    ClaimState.TAKEN_BACK: "quiet",
}


def tone_of(outcome: Outcome) -> str:
    return TONES[outcome.claimed] if outcome.claimed else "quiet"


class ClientOutcomes(FragmentOrPage, AboutClient, TemplateView):
    """The outcomes of the jobs of one person, of all records that were merged."""

    template_name = "reporting/client_outcomes_page.html"
    fragment_name = "reporting/client_outcomes.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        record_access(request, AccessAction.VIEWED, "caseload.client", subject_id=self.client.pk, purpose=self.purpose)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        outcomes = outcomes_of(self.sight.records, today=timezone.localdate())
        sharing = {each.job.pk for each in outcomes if each.item == OutcomeItem.JOB_START}
        able = {each.job.pk: may_share(each.job, self.staff) for each in outcomes if each.job.pk in sharing}
        return super().get_context_data(
            **kwargs,
            title=f"Outcomes of {self.client}",
            client=self.client,
            jobs=[
                (job, [(each, tone_of(each)) for each in outcomes if each.job is job], able[job.pk])
                for job in dict.fromkeys(each.job for each in outcomes)
            ],
        )


class ShareForm(PlainForm):
    item = forms.ChoiceField(label="Outcome", choices=OutcomeItem.choices)
    share = WholeNumberField(
        label="Share, in per cent",
        min_value=1,
        max_value=99,
        error_messages={
            "min_value": "Enter a share of 1 to 99 per cent.",
            "max_value": "Enter a share of 1 to 99 per cent.",
        },
    )
    reason = forms.CharField(
        label="What it contributed",
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text="The organisation reads this. Say nothing here of the person that it may not know.",
    )

    def __init__(self, *args: Any, organisations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"] = RecordChoice(organisations, label="Organisation", empty_label="Choose one")
        self.order_fields(["item", "organisation", "share", "reason"])


class OfJob(AboutClient):
    """Something about the outcomes of one job, for who may record who contributed to them."""

    @cached_property
    def job(self) -> Job:
        jobs = Job.objects.filter(client__in=Client.objects.visible_to(self.staff))
        found: Job | None = jobs.select_related("contract__provider").filter(uid=self.kwargs["uid"]).first()
        if found is None or not may_share(found, self.staff):
            raise Http404
        return found

    @cached_property
    def client(self) -> Client:
        found: Client = Client.objects.select_related("organisation").get(pk=self.job.client_id)
        return found


class ShareOutcome(OfJob, RecordForm):
    """Record what another organisation contributed to an outcome of a job."""

    capability = Capability.VIEW_CONTRACTS
    form_class = ShareForm
    title = "Record who else contributed"
    lead = "Their share of the credit is recorded, not paid. The organisation sees it, without the person's name."
    submit = "Record the share"
    done = "The share is recorded."

    def get_form_kwargs(self) -> dict[str, Any]:
        assert self.job.contract is not None  # noqa: S101  may_share asks
        others = Organisation.objects.exclude(pk=self.job.contract.provider_id).order_by("name", "pk")
        return {**super().get_form_kwargs(), "organisations": others}

    def get_back(self) -> str:
        return client_url(self.client)

    def act(self, form: Any) -> HttpResponse:
        record_share(self.job, by=self.staff, **form.cleaned_data)
        return HttpResponseRedirect(reverse("reporting:client-outcomes", args=[self.client.uid]))


class WithdrawShare(OfJob, ConfirmPage):
    """Take back what was recorded of another organisation's share."""

    capability = Capability.VIEW_CONTRACTS
    title = "Take back the share"
    submit = "Take it back"

    @cached_property
    def share(self) -> OutcomeShare:
        rows = OutcomeShare.objects.visible_to(self.staff).select_related("job__contract", "organisation")
        found: OutcomeShare | None = rows.filter(uid=self.kwargs["uid"]).first()
        if found is None or not may_share(found.job, self.staff):
            raise Http404
        return found

    @cached_property
    def job(self) -> Job:
        found: Job = self.share.job
        return found

    def get_consequences(self) -> list[str]:
        return [f"{self.share.organisation} has no share of {self.share.share}% in this outcome any more."]

    def get_back(self) -> str:
        return reverse("reporting:client-outcomes", args=[self.client.uid])

    def act(self, form: Any) -> HttpResponse:
        withdraw_share(self.share, reason=form.cleaned_data["reason"], by=self.staff)
        return HttpResponseRedirect(self.get_back())
