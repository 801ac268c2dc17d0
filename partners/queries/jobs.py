from django.db.models import QuerySet

from partners.models import BackgroundJob, StaffMember
from partners.permissions import Capability, may


def jobs_visible_to(staff: StaffMember) -> QuerySet[BackgroundJob]:
    """Return the background work a person may see: their own; administrators all of the consortium's."""
    jobs: QuerySet[BackgroundJob] = BackgroundJob.objects.select_related("asked_by")
    return jobs if may(staff, Capability.MANAGE_PEOPLE) else jobs.filter(asked_by=staff)
