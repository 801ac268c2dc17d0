"""Documents, actions and notes about a contract: for whoever sees it; auditors read, the others keep."""

from django.db.models import QuerySet

from commissioning.models import Contract
from commissioning.views.contracts import contract_url
from partners.enums import Role
from partners.models import StaffMember
from partners.permissions import Capability, may
from partners.platform.documents.subjects import SubjectKind, add_subject


def visible(staff: StaffMember) -> QuerySet[Contract]:
    seen: QuerySet[Contract] = Contract.objects.visible_to(staff)
    return seen if may(staff, Capability.VIEW_CONTRACTS) else seen.none()


def may_keep(staff: StaffMember, contract: Contract) -> bool:
    return may(staff, Capability.VIEW_CONTRACTS) and staff.role != Role.AUDITOR


add_subject(
    SubjectKind(
        Contract,
        visible=visible,
        may_keep=may_keep,
        url=contract_url,
        purpose=lambda _staff, _contract: "Work on a contract",
        comes_back=True,
    )
)
