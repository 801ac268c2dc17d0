"""Documents, actions and notes about an employer: read by everybody in the directory, kept by its managers."""

from collections.abc import Collection, Mapping

from django.db.models import QuerySet

from employers.models import Employer
from employers.views.directory import employer_url
from partners.models import StaffMember
from partners.permissions import Capability, may
from partners.platform.documents.subjects import SubjectKind, register_subject


def visible(staff: StaffMember) -> QuerySet[Employer]:
    seen: QuerySet[Employer] = Employer.objects.all()
    return seen if may(staff, Capability.VIEW_EMPLOYERS) else seen.none()


def may_keep(staff: StaffMember, employer: Employer) -> bool:
    return may(staff, Capability.MANAGE_EMPLOYERS)


def pooled(employer: Employer) -> Collection[int]:
    """Return the entry and those merged into it: what was kept with either stands on the one."""
    return [employer.pk, *Employer.objects.filter(merged_into=employer).values_list("pk", flat=True)]


def standing(staff: StaffMember, ids: Collection[int]) -> Mapping[int, Employer]:
    found = visible(staff).filter(pk__in=ids).select_related("merged_into")
    return {employer.pk: employer.merged_into or employer for employer in found}


register_subject(
    SubjectKind(
        Employer,
        visible=visible,
        may_keep=may_keep,
        url=employer_url,
        purpose=lambda _staff, _employer: "Work with an employer",
        pooled=pooled,
        standing=standing,
    )
)
