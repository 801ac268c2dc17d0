from django.db.models import QuerySet

from partners.models import BackgroundJob, StaffMember
from partners.permissions import Capability, may


def jobs_visible_to(staff: StaffMember) -> QuerySet[BackgroundJob]:
    """Return the background work a person may see: their own; administrators that of everybody they look after."""
    jobs: QuerySet[BackgroundJob] = BackgroundJob.objects.select_related("asked_by")
    if not may(staff, Capability.MANAGE_PEOPLE):
        return jobs.filter(asked_by=staff)
    return jobs if staff.organisation.accountable_body else jobs.filter(asked_by__organisation=staff.organisation_id)
