"""Whom an employer has taken on: counts for everybody who uses the directory, people within sight by name."""

from dataclasses import dataclass, field

from django.db.models import Count, Q

from caseload.models import Client, Job, Placement
from employers.models import Employer
from partners.models import StaffMember

MOST = 10


@dataclass
class Placed:
    people: int
    guaranteed: int
    working: int
    placements: int
    named: list[Client] = field(default_factory=list)


def placed_with(employer: Employer, staff: StaffMember, *, with_names: bool) -> Placed:
    """Count people by their jobs with an employer, by the index on the employer: two queries, three with names."""
    jobs = Job.objects.filter(employer=employer).aggregate(
        people=Count("client", distinct=True),
        guaranteed=Count("client", distinct=True, filter=Q(jigs_agreement__isnull=False)),
        working=Count("client", distinct=True, filter=Q(ended_on__isnull=True)),
    )
    placements = Placement.objects.filter(employer=employer).values("client").distinct().count()
    named = []
    if with_names:
        seen = Client.objects.visible_to(staff).filter(pk__in=Job.objects.filter(employer=employer).values("client_id"))
        named = list(seen.order_by("family_key", "given_key", "id")[:MOST])
    return Placed(**jobs, placements=placements, named=named)
