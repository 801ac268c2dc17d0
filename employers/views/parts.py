"""Documents, actions and notes about an employer: read by everybody in the directory, kept by whoever logs there."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Q, QuerySet

from employers.kinds.words import WORK
from employers.models import Employer
from employers.views.directory import employer_url
from partners.models import StaffMember
from partners.permissions import Capability, may
from partners.platform.documents.subjects import SubjectKind, add_subject


def visible(staff: StaffMember) -> QuerySet[Employer]:
    seen: QuerySet[Employer] = Employer.objects.all()
    return seen if may(staff, Capability.VIEW_EMPLOYERS) else seen.none()


def may_keep(staff: StaffMember, employer: Employer) -> bool:
    return may(staff, Capability.LOG_EMPLOYERS)


def pooled(employer: Employer) -> QuerySet[Any, int]:
    """Return the entry and those merged into it: what was kept with either stands on the one."""
    one = Q(pk=employer.pk) | Q(merged_into=employer.pk)
    found: QuerySet[Any, int] = Employer.objects.filter(one).values_list("pk", flat=True)
    return found


def standing(staff: StaffMember, ids: Collection[int]) -> Mapping[int, Employer]:
    found = visible(staff).filter(pk__in=ids).select_related("merged_into")
    return {employer.pk: employer.merged_into or employer for employer in found}


add_subject(
    SubjectKind(
        Employer,
        visible=visible,
        may_keep=may_keep,
        url=employer_url,
        purpose=lambda _staff, _employer: WORK,
        comes_back=True,
        pooled=pooled,
        standing=standing,
    )
)
