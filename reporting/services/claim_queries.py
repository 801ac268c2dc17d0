"""Queries on the items of a claim: asked by who checks it, answered by who prepared it or whose contract it is.

While one is open the claim goes no further; it can always be sent back (COM-12: back with a reason).
"""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from partners.errors import CaseloadError, ChangedMeanwhile, NotAllowed
from partners.models import StaffMember
from partners.permissions import Capability, may
from partners.platform.records.changing import keep
from partners.platform.signoff.standing import FIRST, standing_of
from reporting.enums import ReturnState
from reporting.models import ClaimEntry, ClaimQuery, Return
from reporting.queries.readers import returns_read


def may_ask(filed: Return, staff: StaffMember, *, today: date) -> bool:
    """Tell whether somebody asks about a claim: whose step waits, after it was prepared."""
    if filed.state != ReturnState.IN_SIGN_OFF or not returns_read(staff).filter(pk=filed.pk).exists():
        return False
    standing = standing_of(filed, staff, today=today)
    return standing is not None and standing.may_act and bool(standing.step and standing.step.position > FIRST)


def may_answer(query: ClaimQuery, staff: StaffMember) -> bool:
    """Tell whether somebody answers: who prepares claims, or managers of the contract's provider; never who asked."""
    if query.answered_at is not None or staff.pk == query.asked_by_id:
        return False
    return bool(to_answer(ClaimQuery.objects.filter(pk=query.pk), staff).exists())


def to_answer(queries: Any, staff: StaffMember) -> Any:
    """Return the open queries that somebody may answer."""
    answers = Q(pk__in=[])
    if may(staff, Capability.BUILD_RETURNS) and may(staff, Capability.SEE_ALL_CONTRACTS):
        answers = Q()
    elif may(staff, Capability.KEEP_PROVISION) and may(staff, Capability.VIEW_CONTRACTS):
        answers = Q(contract__provider=staff.organisation_id)
    open_ones = queries.filter(answers, answered_at__isnull=True).exclude(filed__state=ReturnState.SIGNED)
    return open_ones.exclude(asked_by=staff)


def ask(filed: Return, entry: ClaimEntry, *, question: str, by: StaffMember, today: date) -> ClaimQuery:
    """Ask about an item of a claim; the claim waits for the answer."""
    with transaction.atomic():
        current: Return = Return.objects.select_for_update(of=("self",)).get(pk=filed.pk)
        if not may_ask(current, by, today=today):
            raise NotAllowed
        if not question.strip():
            raise CaseloadError("Write what you ask.", field="question")
        query = ClaimQuery(
            filed=current,
            item=entry.item,
            contract_id=entry.contract_id,
            job_id=entry.job_id,
            expenditure_id=entry.expenditure_id,
            corrects_id=entry.corrects_id,
            question=question.strip(),
            asked_by=by,
        )
        return keep(query)


def answer(query: ClaimQuery, *, words: str, by: StaffMember) -> ClaimQuery:
    """Answer a query, once; whoever asked may ask again.

    :raises ChangedMeanwhile: somebody else answered it
    """
    with transaction.atomic():
        Return.objects.select_for_update(of=("self",)).get(pk=query.filed_id)
        held: Any = ClaimQuery.objects.select_for_update(of=("self",))
        current: ClaimQuery = held.get(pk=query.pk)
        if current.answered_at is not None:
            raise ChangedMeanwhile
        if not may_answer(current, by):
            raise NotAllowed
        if not words.strip():
            raise CaseloadError("Write the answer.", field="words")
        current.answer, current.answered_by, current.answered_at = words.strip(), by, timezone.now()
        current.version += 1
        current.save()
        return current


def why_held(filed: Return) -> str:
    """Say that queries are open; nothing where none is."""
    number = ClaimQuery.objects.filter(filed=filed, answered_at__isnull=True).count()
    if not number:
        return ""
    return f"{number} quer{'y' if number == 1 else 'ies'} about it wait for an answer. Until then it goes no further."
