from typing import Any

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from partners.models import Invitation, StaffMember

STATES = {"in": "Has access", "invited": "Invited", "none": "Never invited", "left": "Ended"}


def people_of_consortium() -> QuerySet[StaffMember]:
    """Return everybody on the people page, with the state of their access in ``access``."""
    waiting = Invitation.objects.filter(
        staff_member=OuterRef("pk"), accepted_at__isnull=True, expires_at__gt=timezone.now()
    )
    people: QuerySet[StaffMember] = StaffMember.objects.select_related("organisation", "team").annotate(
        access=Case(
            When(left_at__isnull=False, then=Value("left")),
            When(user__isnull=False, then=Value("in")),
            When(Exists(waiting), then=Value("invited")),
            default=Value("none"),
            output_field=CharField(),
        )
    )
    return people


def narrow_people(people: Any, chosen: dict[str, Any]) -> Any:
    if "q" in chosen:
        people = people.filter(Q(name__icontains=chosen["q"]) | Q(email__icontains=chosen["q"]))
    if "role" in chosen:
        people = people.filter(role=chosen["role"])
    if "organisation" in chosen:
        people = people.filter(organisation=chosen["organisation"])
    if "state" in chosen:
        people = people.filter(access=chosen["state"])
    return people
