"""Who has what to mend before a return: given by whoever builds returns, done by itself when nothing is left."""

from django.db import transaction
from django.urls import reverse

from partners.errors import CaseloadError
from partners.models import StaffMember
from partners.permissions import Capability, may, require
from partners.services.notices import tell
from reporting.models import ProblemHolder, Return
from reporting.queries.problems import Problem
from reporting.queries.report import return_name


def may_hold(person: StaffMember, problem: Problem) -> bool:
    return person.left_at is None and all(may(person, each) for each in (Capability.VIEW_RETURNS, problem.capability))


def holder_of(filed: Return, problem: Problem) -> ProblemHolder | None:
    held = filed.problem_holders.filter(problem=problem.code).select_related("holder")
    found: ProblemHolder | None = held.first()
    return found


def mark_of(held: ProblemHolder | None) -> str:
    """Return what tells one giving from another: nothing where nobody has it."""
    return f"{held.uid} {held.version}" if held else ""


@transaction.atomic
def give_problem(filed: Return, problem: Problem, *, to: StaffMember | None, seen: str, by: StaffMember) -> None:
    """Give somebody the problems of one kind to mend, in another's place if one had them; nobody takes them back.

    ``seen`` is the mark (:func:`mark_of`) of who had them when the page was drawn.

    :raises CaseloadError: somebody else gave them meanwhile, or the role of whoever is chosen opens no such records
    """
    require(by, Capability.BUILD_RETURNS)
    Return.objects.select_for_update().get(pk=filed.pk)
    now = holder_of(filed, problem)
    if mark_of(now) != seen and (now.holder_id if now else None) != (to.pk if to else None):
        said = f"{now.holder.name} has it now" if now else "Nobody has it any more"
        raise CaseloadError(
            f"{said}: that was changed while you had the page open. Save again to store yours.", field="holder"
        )
    if to is None:
        ProblemHolder.objects.filter(filed=filed, problem=problem.code).delete()
        return
    if not may_hold(to, problem):
        raise CaseloadError("Choose somebody whose role opens these records.", field="holder")
    held, is_new = ProblemHolder.objects.get_or_create(filed=filed, problem=problem.code, defaults={"holder": to})
    if not is_new and held.holder_id == to.pk:
        return
    if not is_new:
        held.holder, held.version = to, held.version + 1
        held.save(update_fields=["holder", "version"])
    tell(
        [to],
        words=f"{by.name} gave you something to mend before {return_name(filed)} is built: {problem.title}.",
        link=reverse("reporting:problem", args=[filed.uid, problem.code]),
        about=f"problem {held.pk}",
    )
