"""Referrals: what waits, what was sent, one referral, and sending one."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from caseload.enums import ReferralStatus
from caseload.forms.facts import ReasonOfStepForm, SendReferralForm, WorkerForm
from caseload.models import Client, Referral, ServiceWorker
from caseload.queries.inbox import clock_in_words, inbox, may_open, referral_for, sent
from caseload.queries.kept_names import nameless_to
from caseload.queries.twins import twins_of
from caseload.services import referrals
from caseload.services.leading import name_worker
from caseload.services.sending import send_referral
from caseload.steps import ACCEPT, STEP_TO, STEPS, Step
from caseload.views.base import ClientForm, client_url
from caseload.views.quick import FromQuickLine
from partners.enums import AccessAction
from partners.errors import CaseloadError
from partners.models import Organisation, StaffMember
from partners.permissions import Capability, may
from partners.platform.forms.plain import PlainForm
from partners.platform.frame import pieces
from partners.platform.frame.pages import StaffPage
from partners.platform.records.forms import RecordForm, typing
from partners.platform.records.lookalikes import ask_before_twice
from partners.platform.trail.looking import record_access, record_listed

PAGE = 20
MASKED = "Restricted record"


@dataclass(frozen=True)
class Card:
    """A referral as the inbox shows it, with the record of the person that this reader is shown."""

    referral: Referral
    client: Client
    clock: str
    tone: str
    state_tone: str
    may_open: bool
    steps: tuple[Step, ...]
    # The name is no longer this reader's to see: the record closed to them long enough ago.
    is_nameless: bool = False

    @property
    def name(self) -> str:
        """The client's name; of a restricted person only for who may open the record."""
        if not self.may_open and self.client.restricted:
            return MASKED
        return f"Client {self.client.external_id}" if self.is_nameless else str(self.client)

    @property
    def says_reasons(self) -> bool:
        return self.may_open or not (self.is_nameless or self.client.restricted)

    @property
    def client_url(self) -> str:
        return client_url(self.client) if self.may_open else ""


class ReferralPage(StaffPage):
    """Referrals are for those who answer them, and for those who see every client."""

    def may_open(self, staff: Any) -> bool:
        return may(staff, Capability.ANSWER_REFERRALS) or may(staff, Capability.SEE_ALL_CLIENTS)

    def cards(self, rows: list[Referral]) -> list[Card]:
        today = timezone.localdate()
        opened = may_open(self.staff, rows)
        shown = {row.pk: shown_record(row, self.staff, opened) for row in rows}
        closed = [row for row in rows if shown[row.pk].pk not in opened]
        days = self.consortium.name_days
        nameless = nameless_to(self.staff.organisation_id, closed, today=today, days=days)
        return [
            Card(
                row,
                shown[row.pk],
                *clock_in_words(row.answer_by, today=today),
                state_tone=STEP_TO[row.status].tone if row.status in STEP_TO else "waiting",
                may_open=shown[row.pk].pk in opened,
                steps=self.steps(row),
                is_nameless=row.pk in nameless,
            )
            for row in rows
        ]

    def steps(self, referral: Referral) -> tuple[Step, ...]:
        if not may(self.staff, Capability.ANSWER_REFERRALS):
            return ()
        return referrals.allowed_steps(referral, organisation_id=self.staff.organisation_id)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"typed_by": typing(self.request), **kwargs})  # type: ignore[misc, no-any-return]


def shown_record(referral: Referral, staff: StaffMember, opened: set[int]) -> Client:
    """Return the person's record: the surviving one, or for a sender who may not open it, the one they sent."""
    is_sender = referral.from_organisation_id == staff.organisation_id
    as_sent = is_sender and referral.sent_record_id is not None and referral.client_id not in opened
    record: Client = referral.sent_record if as_sent else referral.client
    return record


class ReferralInbox(ReferralPage, TemplateView):
    """What waits for an answer of my organisation, soonest first; then what is being worked on, and what has ended."""

    template_name = "caseload/referral_inbox.html"
    title = "Referrals"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        show = self.request.GET.get("show", "")
        show = show if show in {"open", "ended", "sent"} else ""
        rows = sent(self.staff) if show == "sent" else inbox(self.staff, status=show)
        page = Paginator(rows, PAGE).get_page(self.request.GET.get("page"))
        here = reverse("caseload:referral-inbox")
        tabs = [
            pieces.Link("To answer", here, is_here=not show),
            pieces.Link("Working on", f"{here}?show=open", is_here=show == "open"),
            pieces.Link("Ended", f"{here}?show=ended", is_here=show == "ended"),
            pieces.Link("Sent by us", f"{here}?show=sent", is_here=show == "sent"),
        ]
        cards = self.cards(list(page))
        shown = [card.client.pk for card in cards]
        record_listed(self.request, "caseload.client", subject_ids=shown, purpose="Work on referrals")
        return super().get_context_data(**kwargs, title=self.title, tabs=tabs, show=show, page=page, cards=cards)


class AboutReferral(ReferralPage):
    """A page about one referral, sent or got by this person's organisation; reading it is a look."""

    @cached_property
    def referral(self) -> Referral:
        found = referral_for(self.staff, self.kwargs["uid"])
        if found is None:
            raise Http404
        return found

    @cached_property
    def card(self) -> Card:
        (card,) = self.cards([self.referral])
        return card

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        viewed, purpose = AccessAction.VIEWED, "Work on a referral"
        record_access(request, viewed, "caseload.referral", subject_id=self.referral.pk, purpose=purpose)
        record_access(request, viewed, "caseload.client", subject_id=self.card.client.pk, purpose=purpose)
        return super().get(request, *args, **kwargs)  # type: ignore[misc, no-any-return]


class OneReferral(AboutReferral, TemplateView):
    """One referral with its clock and its states, for both ends."""

    template_name = "caseload/referral.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = self.referral
        return super().get_context_data(
            **kwargs,
            title=f"Referral of {self.card.name}",
            card=self.card,
            chain=chain(row),
            workers=list(row.workers.select_related("staff").order_by("-from_date", "-pk")),
            who_looked_url=reverse("partners:who-looked", args=["caseload.referral", row.uid])
            if may(self.staff, Capability.VIEW_AUDIT)
            else "",
        )


class ReferralStep(AboutReferral, RecordForm):
    """Accept, decline, start, complete, hand back or withdraw: in place, or on a page of its own.

    The page is for what came back: a reason that has to be changed, or one sent after the sign-in had ended.
    """

    def get_form_class(self) -> Any:
        return ReasonOfStepForm if self.step.needs_reason else PlainForm

    @property
    def step(self) -> Step:
        step = STEPS.get(self.kwargs["step"])
        if step is None:
            raise Http404
        return step

    def get_back(self) -> str:
        return reverse("caseload:referral", args=[self.referral.uid])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = {"title": self.step.title, "caption": self.card.name, "submit": self.step.submit}
        return super().get_context_data(**{**words, **kwargs})

    def act(self, form: Any) -> HttpResponse:
        """Take the step; one that is no longer open is said over the referral as it stands now."""
        name, reason = self.card.name, form.cleaned_data.get("reason", "")
        try:
            with transaction.atomic():
                referrals.take_step(self.referral, self.step, by=self.staff, on=timezone.localdate(), reason=reason)
        except CaseloadError as refusal:
            messages.error(self.request, refusal.message)
            return HttpResponseRedirect(self.get_back())
        messages.success(self.request, self.step.done.format(client=name))
        if self.step is ACCEPT and self.referral.client_id in may_open(self.staff, [self.referral]):
            return HttpResponseRedirect(client_url(self.referral.client))
        return HttpResponseRedirect(reverse("caseload:referral-inbox"))


class NameWorker(AboutReferral, RecordForm):
    """Say who of one's own organisation works with the client of a referral it took on."""

    form_class = WorkerForm
    title = "Who works with this client"
    submit = "Save"
    lead = (
        "The lead adviser stays. Who worked with the client before stays in the history; both are told, and the lead."
    )

    @cached_property
    def worker(self) -> ServiceWorker:
        found: ServiceWorker | None = ServiceWorker.objects.now().filter(referral=self.referral).first()
        if found is None or self.referral.to_organisation_id != self.staff.organisation_id:
            raise Http404
        return found

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.worker:
            return super().get(request, *args, **kwargs)
        raise Http404

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "organisation_id": self.staff.organisation_id}

    def get_initial(self) -> dict[str, Any]:
        return {"on": timezone.localdate(), "staff": self.worker.staff or self.staff}

    def get_back(self) -> str:
        return reverse("caseload:referral", args=[self.referral.uid])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"caption": self.card.name, **kwargs})

    def act(self, form: Any) -> HttpResponse:
        said = form.cleaned_data
        name_worker(self.referral, staff=said["staff"], on=said["on"], by=self.staff)
        messages.success(self.request, f"{said['staff'].name} works with them.")
        return HttpResponseRedirect(self.get_back())


class SendReferral(FromQuickLine, ClientForm):
    """Hand this client over to another organisation."""

    capability = Capability.ANSWER_REFERRALS
    form_class = SendReferralForm
    template_name = "caseload/entry_form.html"
    filled_by = ("referral",)
    title = "Send a referral"
    submit = "Send the referral"
    lead = "The receiver sees the record once the client has agreed to share it with them. Both of you see each step."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "staff": self.staff}

    def get_initial(self) -> dict[str, Any]:
        said = self.said_fields
        named = said.pop("to_organisation", "")
        chosen = {name: value for name, value in self.request.GET.items() if name == "made_on"}
        organisation = other_organisation(self.staff, named)
        return {"made_on": timezone.localdate(), **said, **chosen, "to_organisation": organisation}

    def get_success_url(self) -> str:
        return self.next_url(super().get_success_url())

    def act(self, form: Any) -> HttpResponse | None:
        values = dict(form.cleaned_data)
        fact = {**values, "from_organisation": self.staff.organisation_id}
        ask_before_twice(form, twins_of("referral", self.client, fact, records=self.sight.records))
        referral = send_referral(self.client, by=self.staff, **values)
        day = clock_in_words(referral.answer_by, today=timezone.localdate())[0]
        messages.success(self.request, f"Sent to {referral.to_organisation}: they {day}.")
        return None


def other_organisation(staff: StaffMember, named: str) -> Organisation | None:
    """Return the one partner that a name means, whole or in part; None where it means none, or several."""
    if not named:
        return None
    others = Organisation.objects.exclude(pk=staff.organisation_id)
    for part in ("iexact", "istartswith", "icontains"):
        found = list(others.filter(**{f"name__{part}": named})[:2])
        if len(found) == 1:
            return found[0]
    return None


def chain(referral: Referral) -> list[pieces.Step]:
    """Return the states of a referral as a step bar."""
    order = [ReferralStatus.SENT, ReferralStatus.ACCEPTED, ReferralStatus.STARTED, ReferralStatus.COMPLETED]
    if referral.status not in order:
        on = f"{referral.status_on.day} {referral.status_on:%B %Y}"
        return [pieces.Step("Sent", "done"), pieces.Step(referral.get_status_display(), "returned", on)]
    here = order.index(ReferralStatus(referral.status))
    is_over = referral.status == ReferralStatus.COMPLETED
    states = ["done" if index < here or is_over else "current" if index == here else "coming" for index in range(4)]
    return [pieces.Step(str(status.label), state) for status, state in zip(order, states, strict=True)]
