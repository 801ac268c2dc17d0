"""The lead of a client goes from one organisation to another: one side proposes, the other agrees (CAS-08).

Either side may propose: the lead or whoever answers for the lead's organisation, or those of the organisation that is
to lead. The other side agrees or declines with a reason; the proposer may withdraw. An agreement for a day to come
waits for it. What no longer stands by then (the lead changed, the adviser left or may not open the record) expires.
"""

from datetime import date, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from caseload.enums import LeadProposalState
from caseload.judging import may_give_adviser
from caseload.models import Client, LeadProposal
from caseload.models.client import may_lead
from caseload.services.leading import assign_adviser
from partners.errors import CaseloadError
from partners.judging import require_right
from partners.models import StaffMember
from partners.permissions import Capability
from partners.services.notices import ANSWERING, people_who_answer, tell

LONGEST_AHEAD = timedelta(days=366)
ANSWER_DAYS = timedelta(days=14)
OPEN = (LeadProposalState.PROPOSED, LeadProposalState.AGREED)


def open_proposal(client: Client) -> LeadProposal | None:
    found: LeadProposal | None = (
        LeadProposal.objects.filter(client=client, state__in=OPEN)
        .select_related("lead__organisation", "staff__organisation", "proposed_by__organisation")
        .first()
    )
    return found


def speaks_for(by: StaffMember, person: StaffMember) -> bool:
    """Tell whether somebody acts for the side of one adviser: themselves, or their tracking team and managers."""
    same = by.organisation_id == person.organisation_id
    return by.pk == person.pk or (same and by.role in ANSWERING and may_give_adviser(by))


def proposes_lead(by: StaffMember, lead: StaffMember | None) -> bool:
    """Tell whether somebody may propose that the lead goes over: for the side that leads, or to their own side."""
    if lead is None:
        return False
    return speaks_for(by, lead) if by.organisation_id == lead.organisation_id else may_give_adviser(by)


def may_answer(by: StaffMember, proposal: LeadProposal) -> bool:
    """Tell whether somebody is of the side that was asked and not of the one that proposed."""
    proposer = proposal.proposed_by.organisation_id
    asked = [each for each in (proposal.lead, proposal.staff) if each.organisation_id != proposer]
    return proposal.state == LeadProposalState.PROPOSED and any(speaks_for(by, each) for each in asked)


def may_withdraw(by: StaffMember, proposal: LeadProposal) -> bool:
    return proposal.state in OPEN and (by.pk == proposal.proposed_by_id or speaks_for(by, proposal.proposed_by))


@transaction.atomic
def propose_lead(client: Client, *, staff: StaffMember, on: date, reason: str, by: StaffMember) -> LeadProposal:
    """Propose that somebody of another organisation leads a client from a day on; the other side is told.

    Raises :class:`CaseloadError` with its field where the proposal can't be made.
    """
    locked: Client = Client.objects.select_for_update(of=("self",)).select_related("adviser").get(pk=client.pk)
    lead = locked.adviser
    if lead is None or not Client.objects.led().filter(pk=locked.pk).exists():
        raise CaseloadError("Nobody leads this client now, so there is nobody to agree. Choose Change instead.")
    require_right(held=Client.objects.visible_to(by).filter(pk=locked.pk).exists())
    require_right(held=speaks_for(by, lead) or speaks_for(by, staff))
    if staff.organisation_id == lead.organisation_id:
        raise CaseloadError("Choose somebody of another organisation; among colleagues, choose Change.", field="staff")
    if not may_lead(staff) or not Client.objects.visible_to(staff).filter(pk=locked.pk).exists():
        raise CaseloadError("Choose somebody who leads clients and may open this record.", field="staff")
    today = timezone.localdate()
    if not today <= on <= today + LONGEST_AHEAD:
        raise CaseloadError("Enter today or a day within the coming year.", field="on")
    if not reason.strip():
        raise CaseloadError("Enter the reason: the other side reads it.", field="reason")
    if LeadProposal.objects.filter(client=locked, state__in=OPEN).exists():
        raise CaseloadError("A hand-over of this client waits already. It has to be answered or withdrawn first.")
    proposal = LeadProposal(client=locked, lead=lead, staff=staff, proposed_by=by, on=on, reason=reason.strip())
    proposal.save()
    _tell_other(proposal, by, f"{by.name} of {by.organisation} proposes that {staff.name} leads {{}}.")
    return proposal


@transaction.atomic
def agree(proposal: LeadProposal, *, by: StaffMember) -> LeadProposal:
    """Agree to a hand-over: the lead goes over at once, or on its day."""
    locked = _locked(proposal)
    require_right(held=may_answer(by, locked))
    if not _stands(locked):
        raise CaseloadError("This can't be handed over any more: the lead, or what opens the record, has changed.")
    _answer(locked, LeadProposalState.AGREED, by=by)
    _tell_other(locked, by, f"{by.name} agreed that {locked.staff.name} leads {{}}.")
    if locked.on <= timezone.localdate():
        _carry_out(locked)
    return locked


@transaction.atomic
def decline(proposal: LeadProposal, *, by: StaffMember, reason: str) -> LeadProposal:
    """Leave the lead where it is, with a reason that the proposer reads."""
    locked = _locked(proposal)
    require_right(held=may_answer(by, locked))
    if not reason.strip():
        raise CaseloadError("Enter the reason: the proposer reads it.", field="reason")
    _answer(locked, LeadProposalState.DECLINED, by=by, answer=reason.strip())
    _tell_other(locked, by, f"{by.name} declined that {locked.staff.name} leads {{}}.")
    return locked


@transaction.atomic
def withdraw(proposal: LeadProposal, *, by: StaffMember) -> LeadProposal:
    locked = _locked(proposal)
    require_right(held=may_withdraw(by, locked))
    _answer(locked, LeadProposalState.WITHDRAWN, by=by)
    _tell_other(locked, by, f"{by.name} withdrew the proposal that {locked.staff.name} leads {{}}.")
    return locked


@transaction.atomic
def let_hand_overs_happen(*, today: date) -> None:
    """Carry out what was agreed for today or earlier, and let expire what no longer stands or nobody answered."""
    for proposal in LeadProposal.objects.filter(state__in=OPEN).order_by("pk"):
        locked = _locked(proposal)
        if not _stands(locked) or (locked.state == LeadProposalState.PROPOSED and locked.on + ANSWER_DAYS < today):
            _answer(locked, LeadProposalState.EXPIRED, by=None)
            _tell_other(locked, None, f"The proposal that {locked.staff.name} leads {{}} has expired.")
        elif locked.state == LeadProposalState.AGREED and locked.on <= today:
            _carry_out(locked)


def _locked(proposal: LeadProposal) -> LeadProposal:
    related = ("client", "lead__organisation", "staff__organisation", "proposed_by__organisation")
    locked: LeadProposal = (
        LeadProposal.objects.select_for_update(of=("self",)).select_related(*related).get(pk=proposal.pk)
    )
    return locked


def _stands(proposal: LeadProposal) -> bool:
    """Tell whether the same person still leads and the other may still take over."""
    led = Client.objects.current().led().filter(pk=proposal.client_id, adviser=proposal.lead_id)
    seen = Client.objects.visible_to(proposal.staff).filter(pk=proposal.client_id)
    return may_lead(proposal.staff) and led.exists() and seen.exists()


def _carry_out(proposal: LeadProposal) -> None:
    client = Client.objects.select_for_update(of=("self",)).select_related("adviser").get(pk=proposal.client_id)
    assign_adviser(client, adviser=proposal.staff, on=timezone.localdate())
    proposal.state = LeadProposalState.DONE
    proposal.version += 1
    proposal.save(update_fields=["state", "version"])
    _tell_other(proposal, None, f"{proposal.staff.name} of {proposal.staff.organisation} now leads {{}}.")


def _answer(proposal: LeadProposal, state: LeadProposalState, *, by: StaffMember | None, answer: str = "") -> None:
    proposal.state, proposal.answer, proposal.answered_at = state, answer, timezone.now()
    proposal.answered_by = by
    proposal.version += 1
    proposal.save(update_fields=["state", "answer", "answered_at", "answered_by", "version"])


def _tell_other(proposal: LeadProposal, by: StaffMember | None, words: str) -> None:
    """Tell both advisers, who proposed it, and the owner where it is of neither side; not who acts."""
    client = proposal.client
    people = {each.pk: each for each in (proposal.lead, proposal.staff, proposal.proposed_by)}
    if client.organisation_id not in {proposal.lead.organisation_id, proposal.staff.organisation_id}:
        owners = people_who_answer(client.organisation_id, Capability.ANSWER_REFERRALS)
        people |= {each.pk: each for each in owners}
    if by is not None:
        people.pop(by.pk, None)
    page = reverse("caseload:client", args=[client.uid])
    tell(people.values(), words=words.format(client.external_id), link=page, about=f"lead {proposal.pk}")
