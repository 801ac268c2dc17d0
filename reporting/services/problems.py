"""Who has what to mend before a return: given by whoever builds returns, done by itself when nothing is left."""

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


def give_problem(filed: Return, problem: Problem, *, to: StaffMember | None, by: StaffMember) -> None:
    """Give somebody the problems of one kind to mend, in another's place if one had them; nobody takes them back."""
    require(by, Capability.BUILD_RETURNS)
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
