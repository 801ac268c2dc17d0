"""The client's page: who, now, next; and everything that happened."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from caseload.enums import ReferralStatus, TimelineGroup, covered, in_words
from caseload.forms.entries import ENTRY_FORMS
from caseload.judging import may_agree, may_give_adviser, may_restrict
from caseload.models import Client, ClientSummary, LeadProposal, Referral, Remark
from caseload.queries.changes import pasts_of
from caseload.queries.clients import Facts, consent_state, facts_of, known_fields, open_referrals
from caseload.queries.consents import parts_waiting_for_owner
from caseload.queries.leads import Together, together
from caseload.queries.matches import merged_records
from caseload.queries.remarks import is_read_by, open_remarks
from caseload.queries.timeline import PAGE, client_timeline, records_of, told_kinds
from caseload.queries.worklist import Need, needs_of
from caseload.queries.writing import HELD, Ownership, may_write_seen, ownership, recorded_in
from caseload.services import journey
from caseload.services.handing_over import may_answer, may_withdraw, open_proposal, proposes_lead
from caseload.services.undo import undo_entry
from caseload.views.base import AboutClient, client_url
from caseload.views.needs import add_url, shown_need
from caseload.views.shown import WITH_PAGE, Shown, shown
from partners.enums import AccessAction
from partners.errors import CaseloadError
from partners.models import StaffMember
from partners.permissions import Capability, may
from partners.platform.forms.reading import whole_number
from partners.platform.frame.pages import FragmentOrPage
from partners.platform.frame.pieces import Fact, Link
from partners.platform.frame.tags import on
from partners.platform.trail.looking import record_access

LONGEST = 1000


class ClientPage(AboutClient, TemplateView):
    """Everything at hand about one client. Opening it is written down (DESIGN.md law 4)."""

    template_name = "caseload/client.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.survivor is not None:
            return HttpResponseRedirect(client_url(self.survivor))
        record_access(request, AccessAction.VIEWED, "caseload.client", subject_id=self.client.pk, purpose=self.purpose)
        return super().get(request, *args, **kwargs)

    @property
    def survivor(self) -> Client | None:
        """The record this one was merged into, where this person may see it; else theirs stands for itself."""
        if self.client.merged_into_id is None:
            return None
        seen: Client | None = Client.objects.visible_to(self.staff).filter(pk=self.client.merged_into_id).first()
        return seen

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = timezone.localdate()
        client = self.client
        facts = facts_of(client, self.sight, today=today)
        needs = needs_of([client], today=today)
        referrals = self.referrals
        around = together(client, records=self.sight.records)
        return super().get_context_data(
            **kwargs,
            title=str(client),
            client=client,
            age=client.age(on=today),
            today=today,
            contact=contact_in_words(facts.summary),
            facts=facts,
            current_circumstances=[spell for spell in facts.circumstances if is_open(spell, today)],
            past_circumstances=[spell for spell in facts.circumstances if not is_open(spell, today)],
            past_addresses=[address for address in facts.addresses if not is_open(address, today)],
            live_consents=[(c, in_words(parts_waiting_for_owner(c))) for c in facts.consents if c.withdrawn_on is None],
            may_agree=may_agree(self.staff, client),
            form_covers=covered(facts.form_parts),
            consent=consent_state(facts.consents, today=today),
            steps=next_steps(client, facts, needs, [row for row in referrals if self._waits_for_us(row)]),
            referrals=referrals,
            around=around,
            proposal=proposal_of(client, self.staff),
            may_name_worker=may_give_adviser(self.staff),
            may_change_lead=self._names_lead and (self._is_of_lead or not around.is_led),
            may_propose_lead=self._names_lead and around.is_led and proposes_lead(self.staff, client.adviser),
            adviser=adviser_in_words(client, around),
            warnings=warnings(client, facts, around),
            menu=[(name, form.menu) for name, form in ENTRY_FORMS.items()],
            may_record=self.may_record,
            hidden_parts=in_words(facts.hidden),
            merged=merged_records(self.staff, client) if may(self.staff, Capability.DECIDE_MATCHES) else [],
            undo=self._undo(),
            who_looked_url=self._who_looked_url(),
            restriction_url=self._restriction_url(),
            person_facts=person_facts(client, known_fields(client, self.sight)),
            **timeline_context(self, facts),
        )

    @cached_property
    def referrals(self) -> list[Referral]:
        return open_referrals(self.client, self.staff)

    @cached_property
    def may_record(self) -> bool:
        return may_write_seen(self.staff, self.sight, self.referrals)

    @property
    def _names_lead(self) -> bool:
        """Tell whether this person may name a lead here: managers may as well, who record nothing themselves."""
        return may_give_adviser(self.staff) and (
            may(self.staff, Capability.SEE_ALL_CLIENTS)
            or bool(self.sight.own)
            or any(
                each.to_organisation_id == self.staff.organisation_id and each.status in HELD for each in self.referrals
            )
        )

    @property
    def _is_of_lead(self) -> bool:
        lead = self.client.adviser
        own = lead is not None and lead.organisation_id == self.staff.organisation_id
        return own or may(self.staff, Capability.SEE_ALL_CLIENTS)

    def _who_looked_url(self) -> str:
        if not may(self.staff, Capability.VIEW_AUDIT):
            return ""
        return reverse("partners:who-looked", args=["caseload.client", self.client.uid])

    def _restriction_url(self) -> str:
        """Return where a keeper of restrictions restricts this record, or says who may open it."""
        if not may_restrict(self.staff, self.client.organisation_id):
            return ""
        if not self.client.restricted:
            return reverse("caseload:restrict", args=[self.client.uid])
        return reverse("caseload:restricted")

    def _waits_for_us(self, referral: Referral) -> bool:
        return referral.status == ReferralStatus.SENT and referral.to_organisation_id == self.staff.organisation_id

    def _undo(self) -> dict[str, str] | None:
        """Offer to take back the last entry of this session: said aloud once, then kept quietly at hand."""
        last = self.request.session.get("undo")
        if not last or last["client"] != str(self.client.uid):
            return None
        if last.get("done"):
            self.request.session["undo"] = {**last, "done": ""}
        return dict(last)


class Timeline(FragmentOrPage, ClientPage):
    """The timeline alone, for htmx; a whole page for everybody else."""

    fragment_name = "caseload/timeline.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.request.htmx:
            return super().get(request, *args, **kwargs)
        record_access(request, AccessAction.VIEWED, "caseload.client", subject_id=self.client.pk, purpose=self.purpose)
        return self.render_to_response({"client": self.client, "may_record": self.may_record, **timeline_context(self)})


def timeline_context(page: AboutClient, facts: Facts | None = None) -> dict[str, Any]:
    """Return the timeline, each entry with who recorded and corrected it; with ``facts``, whose these are as well."""
    asked = page.request.GET.get("show", "")
    limit = page.request.GET.get("limit", "")
    size = min(whole_number(limit) or PAGE, LONGEST)
    group = asked if asked in TimelineGroup else ""
    entries, has_more = client_timeline(
        page.client,
        group=group,
        limit=size,
        records=page.sight.records,
        hidden=lambda entry: entry.told.hides(entry, page.sight),
    )
    url = client_url(page.client)
    filters = [Link("Everything", f"{url}#timeline", is_here=not group)]
    filters += [
        Link(title, f"{url}?{urlencode({'show': name})}#timeline", is_here=name == group)
        for name, title in TimelineGroup.choices
    ]
    more = urlencode({**({"show": group} if group else {}), "limit": size + 3 * PAGE})
    beside = facts.entries if facts is not None else []
    said = facts.remarks if facts is not None else open_remarks(page.sight.records)
    remarks = [remark for remark in said if is_read_by(page.staff, remark)]
    whose = ownership(
        page.staff,
        page.client,
        page.sight,
        may_write=page.may_record,
        recorders=[
            *(entry.facts.get("recorder") for entry in entries),
            *(recorded_in(entry) for entry in beside),
            *(remark.from_organisation_id for remark in remarks),
        ],
        names={
            entry.facts["recorder"]: entry.facts["recorder_name"] for entry in entries if entry.facts.get("recorder")
        },
    )
    for entry in beside:
        entry.is_ours = whose.corrects(entry.client_id, recorded_in(entry))
        entry.recorder = whose.name(entry.client_id, recorded_in(entry))
    return {
        "entries": with_authors(page, [shown(entry) for entry in entries], whose, remarks),
        "has_more": has_more,
        "more_url": f"{url}?{more}#timeline",
        "filters": filters,
        "is_own_record": page.client.organisation_id == page.staff.organisation_id,
    }


def with_authors(page: AboutClient, entries: list[Shown], whose: Ownership, said: Sequence[Remark]) -> list[Shown]:
    """Say of each entry who recorded it, who corrected it, and what others say about it."""
    kinds = told_kinds()
    rows: dict[str, list[int]] = defaultdict(list)
    for each in entries:
        if each.entry.what in kinds:
            rows[kinds[each.entry.what].model.__name__] += each.entry.rows
    pasts = pasts_of(rows)
    remarks: dict[str, list[Remark]] = defaultdict(list)
    for remark in said:
        remark.said_by = whose.names.get(remark.from_organisation_id, "")  # type: ignore[attr-defined]
        remarks[str(remark.entry)].append(remark)
    for each in entries:
        entry = each.entry
        if entry.what not in kinds:
            continue
        model = kinds[entry.what].model.__name__
        past = [pasts[key] for row in entry.rows if (key := (model, row)) in pasts]
        said_by = [who for each_past in past if (who := each_past.made_by)]
        corrected = [who for each_past in past if (who := each_past.corrected_by)]
        record, recorder = entry.facts["record"], entry.facts["recorder"]
        each.by = each.by or (said_by[0].name if said_by and not entry.imported else "")
        each.where = each.where or whose.name(record, recorder)
        each.corrects = each.is_correctable and whose.corrects(record, recorder)
        each.corrected = max(corrected, key=lambda who: who.at) if corrected else None
        each.remarks = remarks[entry.uid]
        if entry.what in WITH_PAGE:
            each.history_url = reverse("caseload:entry", args=[page.client.uid, entry.what, entry.uid])
    return entries


def contact_in_words(summary: ClientSummary | None) -> str:
    """Say when somebody last reached the client, and how often somebody tried since."""
    last, tries = (summary.last_contact_on, summary.tries) if summary is not None else (None, 0)
    said = f"Last contact {on(last)}" if last else "No contact yet"
    if summary is None or not tries:
        return said
    times = f"{tries} {'try' if tries == 1 else 'tries'}"
    latest = f", the last on {on(summary.tried_on)}" if tries > 1 else f" on {on(summary.tried_on)}"
    return f"{said}; not reached since ({times}{latest})" if last else f"Not reached yet ({times}{latest})"


def is_open(spell: Any, today: Any) -> bool:
    return spell.to_date is None or spell.to_date >= today


def adviser_in_words(client: Client, around: Together) -> str:
    """Return who leads, of which organisation, and what is wrong with that."""
    adviser = client.adviser
    if adviser is None:
        return "none"
    named = f"{adviser.name}, {adviser.organisation}"
    if adviser.left_at is not None:
        return f"{named} (has left)"
    return named if around.is_led else f"{named} (may not open the record)"


@dataclass(frozen=True)
class ShownProposal:
    """A hand-over of the lead that waits, with what this reader may do about it."""

    proposal: LeadProposal
    steps: list[tuple[str, str]]


def proposal_of(client: Client, staff: StaffMember) -> ShownProposal | None:
    proposal = open_proposal(client)
    if proposal is None:
        return None
    steps = [("accept", "Agree"), ("decline", "Decline")] if may_answer(staff, proposal) else []
    return ShownProposal(proposal, [*steps, *([("withdraw", "Withdraw")] if may_withdraw(staff, proposal) else [])])


def warnings(client: Client, facts: Facts, around: Together) -> list[tuple[str, str]]:
    found = []
    if client.restricted:
        found.append(("Restricted record", "special"))
    if not around.is_led:
        found.append(("No adviser", "warning"))
    if client.date_of_birth is None:
        found.append(("No date of birth", "warning"))
    if facts.home is None:
        found.append(("No address", "warning"))
    return found


def person_facts(client: Client, known: Mapping[str, str]) -> list[Fact]:
    """Return the lines about the person, with what this reader may know of special categories."""
    facts = [
        Fact("Reference", client.external_id),
        Fact("Organisation", client.organisation.name),
        Fact("Registered", on(client.registered_on)),
        Fact("Sex", client.get_sex_display()),
        Fact("National Insurance number", client.nino),
        Fact("Phone", client.phone),
        Fact("E-mail", client.email),
        Fact("Highest qualification", client.get_highest_qualification_display()),
        Fact("Dependent children", client.dependent_children),
    ]
    words = {"ethnicity": "Ethnicity", "disability": "Disabled"}
    return facts + [Fact(words[name], value) for name, value in known.items()]


@dataclass(frozen=True)
class NextStep:
    """What comes next for a client: the answer to "why is this person here today"."""

    title: str
    due: date | None
    tone: str
    url: str
    act: str


def next_steps(client: Client, facts: Facts, needs: list[Need], waiting: list[Referral]) -> list[NextStep]:
    today = timezone.localdate()
    steps = [
        NextStep(
            f"Answer the referral from {row.from_organisation}",
            row.answer_by,
            "late" if row.answer_by and row.answer_by < today else "warning",
            reverse("caseload:referral", args=[row.uid]),
            "Answer",
        )
        for row in waiting
    ]
    steps += [
        NextStep(line.about, need.due, line.tone, line.act_url, line.act)
        for need in needs
        for line in [shown_need(need, today=today)]
    ]
    if not steps and not facts.actions:
        steps.append(NextStep("Agree the next action", None, "quiet", add_url(client, "action"), "Add it"))
    return steps


class Undo(AboutClient):
    """Take back one's last entry."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        entry = entry_of(self.client, kwargs["what"], kwargs["entry"])
        try:
            undo_entry(entry, by=self.staff)
        except CaseloadError as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, "The entry is undone. The history keeps that it was made.")
        request.session.pop("undo", None)
        return HttpResponseRedirect(client_url(self.client))


class StepAction(AboutClient):
    """Mark an action of the plan done or cancelled, or open it again."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        action = entry_of(self.client, "action", kwargs["entry"])
        today = timezone.localdate()
        acts = {
            "done": lambda: journey.finish_plan_action(action, on=today, by=self.staff),
            "cancel": lambda: journey.cancel_plan_action(action, on=today, by=self.staff),
            "reopen": lambda: journey.reopen_plan_action(action, by=self.staff),
        }
        if kwargs["step"] not in acts:
            raise Http404
        try:
            acts[kwargs["step"]]()
        except CaseloadError as refusal:
            messages.error(request, refusal.message)
        else:
            said = {"done": "done", "cancel": "cancelled", "reopen": "open again"}[kwargs["step"]]
            messages.success(request, f"“{action.title}” is {said}.")
        return HttpResponseRedirect(f"{client_url(self.client)}#plan")


def entry_of(client: Client, what: str, uid: Any) -> Any:
    """Return an entry of this client, or 404: an address never reaches another client's entry."""
    kind = told_kinds().get(what)
    if kind is None:
        raise Http404
    person = kind.person.replace(".", "__")
    found = kind.model.objects.filter(**{f"{person}__in": records_of(client), "uid": uid}).first()  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    return found
