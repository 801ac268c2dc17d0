"""Whom an account manager meant to get in touch with again (EMP-02)."""

from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from employers.models import AccountManager, EmployerContact
from partners.models import StaffMember

AHEAD = timedelta(days=7)


def follow_ups_of(staff: StaffMember, *, today: date) -> QuerySet[EmployerContact]:
    """Return one's contacts to follow up by a week from now, first due first, unless anybody was in touch since.

    Those of people who have left are theirs who look after the employer now.
    """
    since = EmployerContact.objects.filter(employer=OuterRef("employer")).filter(
        Q(occurred_on__gt=OuterRef("occurred_on")) | Q(occurred_on=OuterRef("occurred_on"), id__gt=OuterRef("id"))
    )
    theirs = AccountManager.objects.in_force(on=today).filter(staff=staff).values("employer")
    of_those_gone = Q(staff__left_at__isnull=False, employer__in=theirs)
    meant: QuerySet[EmployerContact] = EmployerContact.objects.filter(
        Q(staff=staff) | of_those_gone, follow_up_on__lte=today + AHEAD
    )
    return meant.filter(~Exists(since)).select_related("employer").order_by("follow_up_on", "id")
