"""Identity, adviser and consent of a client."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from caseload.enums import LeadProposalState, in_words
from caseload.forms.facts import (
    AdviserForm,
    AnswerPartsForm,
    HandOverForm,
    IdentityForm,
    ReasonOfStepForm,
    WithdrawConsentForm,
)
from caseload.judging import may_agree
from caseload.models import Consent, LeadProposal
from caseload.queries.consents import parts_waiting_for_owner
from caseload.queries.writing import may_correct
from caseload.services import facts, handing_over, sharing
from caseload.services.agreeing import answer_parts
from caseload.services.remarks import answer_by_correcting
from caseload.views.base import ClientForm
from partners.permissions import Capability
from partners.platform.dates import long_date
from partners.platform.forms.plain import PlainForm


class ChangeIdentity(ClientForm):
    """Who somebody is, with a guard against two windows."""

    form_class = IdentityForm
    template_name = "caseload/identity_form.html"
    title = "Change personal details"
    done = "The details are saved."

    @property
    def record(self) -> Any:
        return self.client

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Lead who does not own the record to its page, where they can say that something looks wrong."""
        if not may_correct(self.staff, self.client):
            return HttpResponseRedirect(reverse("caseload:entry", args=[self.client.uid, "client", self.client.uid]))
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "hidden": self.sight.hidden_fields(self.client.pk)}

    def get_initial(self) -> dict[str, Any]:
        return IdentityForm.initial_of(self.client)

    def act(self, form: Any) -> HttpResponse | None:
        facts.change_client(self.client, version=self.opened_version, values=form.cleaned_data, by=self.staff)
        answer_by_correcting(self.client, by=self.staff)
        return None


class ChangeAdviser(ClientForm):
    """Within the organisation that leads, or where nobody does; to another organisation, both agree."""

    capability = Capability.ANSWER_REFERRALS
    form_class = AdviserForm
    title = "Change the lead adviser"
    lead = "One lead adviser at a time. Who it was before stays in the history; both are told."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "client": self.client, "staff": self.staff}

    def get_initial(self) -> dict[str, Any]:
        return {"on": timezone.localdate(), "adviser": None if self.client.adviser_id else self.staff}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"lead": self._lead(), **kwargs})

    def _lead(self) -> str:
        adviser = self.client.adviser
        if adviser is None or adviser.left_at is not None or adviser.organisation_id == self.staff.organisation_id:
            return self.lead
        return (
            f"{adviser.name} of {adviser.organisation} leads. Their own people take over here; to hand the lead to "
            "another organisation, go back and choose Hand the lead over: both sides agree to it."
        )

    def act(self, form: Any) -> HttpResponse | None:
        adviser = form.cleaned_data["adviser"]
        facts.give_adviser(self.client, adviser=adviser, on=form.cleaned_data["on"], by=self.staff)
        messages.success(self.request, f"{adviser.name} is the lead adviser.")
        return None


class AnswerParts(ClientForm):
    """Agree to what another organisation recorded of the special categories, or refuse it with a reason."""

    form_class = AnswerPartsForm
    title = "Answer what a consent covers"
    submit = "Send the answer"

    @cached_property
    def consent(self) -> Consent:
        records = Q(client=self.client) | Q(client__merged_into=self.client)
        found: Consent | None = (
            Consent.objects.filter(records, uid=self.kwargs["entry"], withdrawn_on__isnull=True)
            .select_related("client__merged_into", "recording_organisation", "organisation")
            .first()
        )
        if found is None or not may_agree(self.staff, self.client) or not parts_waiting_for_owner(found):
            raise Http404
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        consent = self.consent
        recorder = consent.recording_organisation or consent.client.organisation
        whom = consent.organisation.name if consent.organisation else "every partner"
        parts = in_words(parts_waiting_for_owner(consent))
        lead = (
            f"{recorder.name} recorded on {long_date(timezone.localdate(consent.recorded_at))} that the client lets"
            f" {whom} see {parts}. It opens nothing of that until you agree."
        )
        return super().get_context_data(**{"lead": lead, **kwargs})

    def act(self, form: Any) -> HttpResponse | None:
        agrees = form.cleaned_data["agrees"] == "yes"
        answer_parts(self.consent, agrees=agrees, by=self.staff, reason=form.cleaned_data["reason"])
        messages.success(self.request, "Your answer is recorded, and they are told.")
        return None


class ProposeLead(ClientForm):
    """Hand the lead to another organisation, or ask for it: the other side agrees."""

    capability = Capability.ANSWER_REFERRALS
    form_class = HandOverForm
    title = "Hand the lead over"
    submit = "Propose the hand-over"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "client": self.client, "staff": self.staff}

    def get_initial(self) -> dict[str, Any]:
        return {"on": timezone.localdate()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        adviser = self.client.adviser
        leads = f"{adviser.name} of {adviser.organisation} leads now. " if adviser else "Nobody leads now. "
        lead = f"{leads}The lead stays where it is until the other side has agreed and the day has come; both are told."
        return super().get_context_data(**{"lead": lead, **kwargs})

    def act(self, form: Any) -> HttpResponse | None:
        said = form.cleaned_data
        handing_over.propose_lead(self.client, staff=said["staff"], on=said["on"], reason=said["reason"], by=self.staff)
        messages.success(self.request, "The hand-over is proposed. You are told what the other side says.")
        return None


class AnswerProposal(ClientForm):
    """Agree to a hand-over of the lead, decline it with a reason, or withdraw it."""

    capability = Capability.ANSWER_REFERRALS
    titles = {
        "accept": "Agree to the hand-over",
        "decline": "Decline the hand-over",
        "withdraw": "Withdraw the proposal",
    }

    @cached_property
    def proposal(self) -> LeadProposal:
        found = handing_over.open_proposal(self.client)
        if found is None or self.kwargs["step"] not in self.titles:
            raise Http404
        return found

    def get_form_class(self) -> Any:
        return ReasonOfStepForm if self.kwargs["step"] == "decline" else PlainForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        proposal = self.proposal
        title = self.titles[self.kwargs["step"]]
        who, staff = proposal.proposed_by, proposal.staff
        lead = (
            f"{who.name} of {who.organisation} proposes that {staff.name} of {staff.organisation} leads from "
            f"{long_date(proposal.on)}: {proposal.reason}"
        )
        return super().get_context_data(**{"title": title, "submit": title, "lead": lead, **kwargs})

    def act(self, form: Any) -> HttpResponse | None:
        step, proposal = self.kwargs["step"], self.proposal
        if step == "accept":
            done = handing_over.agree(proposal, by=self.staff)
            now = done.state == LeadProposalState.DONE
            said = f"{proposal.staff.name} leads now." if now else f"Agreed: from {long_date(proposal.on)}."
        elif step == "decline":
            handing_over.decline(proposal, by=self.staff, reason=form.cleaned_data["reason"])
            said = "Declined; the proposer reads your reason."
        else:
            handing_over.withdraw(proposal, by=self.staff)
            said = "The proposal is withdrawn."
        messages.success(self.request, said)
        return None


class WithdrawConsent(ClientForm):
    """What a consent opened to others closes on the day it is withdrawn."""

    form_class = WithdrawConsentForm
    title = "Withdraw consent"
    submit = "Withdraw the consent"
    is_dangerous = True

    @cached_property
    def consent(self) -> Consent:
        found: Consent | None = self.client.consents.filter(uid=self.kwargs["entry"], withdrawn_on__isnull=True).first()
        if found is None:
            raise Http404
        return found

    def get_initial(self) -> dict[str, Any]:
        return {"on": timezone.localdate()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        whom = self.consent.organisation.name if self.consent.organisation else "every partner"
        lead = (
            f"Consent for {self.consent.get_purpose_display().lower()}, {whom}, given on "
            f"{long_date(self.consent.given_on)}. Partners who see the record through it alone lose sight of it."
        )
        return super().get_context_data(**{"lead": lead, **kwargs})

    def act(self, form: Any) -> HttpResponse | None:
        sharing.withdraw_consent(self.consent, on=form.cleaned_data["on"], by=self.staff, today=timezone.localdate())
        messages.success(self.request, "The consent is withdrawn.")
        return None
