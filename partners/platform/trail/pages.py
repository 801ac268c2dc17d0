"""Pages of one record whose opening is written down, with "who looked" for those who read the audit trail."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from partners.enums import AccessAction
from partners.models import StaffMember
from partners.permissions import Capability, may
from partners.platform.tenancy.models import TenantRecord
from partners.platform.trail.looking import record_access


class WithLooks:
    """For pages of one record: :meth:`looked_at` and ``purpose`` say what stands in the trail.

    The template has ``{% include "components/who_looked.html" %}``.
    """

    request: Any
    staff: StaffMember
    purpose = ""

    def looked_at(self) -> TenantRecord:
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        record = self.looked_at()
        record_access(
            request, AccessAction.VIEWED, record._meta.label_lower, subject_id=record.pk, purpose=self.purpose
        )
        return super().get(request, *args, **kwargs)  # type: ignore[misc, no-any-return]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        url = who_looked_url(self.staff, self.looked_at())
        return super().get_context_data(**{"who_looked_url": url, **kwargs})  # type: ignore[misc, no-any-return]


def who_looked_url(staff: StaffMember, record: TenantRecord) -> str:
    """Return where it is said who looked at a record; nothing for those who may not read that."""
    if not may(staff, Capability.VIEW_AUDIT):
        return ""
    return reverse("partners:who-looked", args=[record._meta.label_lower, record.uid])
