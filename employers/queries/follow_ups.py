"""Whom an account manager meant to get in touch with again (EMP-02)."""

from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from employers.models import AccountManager, EmployerContact
from partners.models import StaffMember

AHEAD = timedelta(days=7)


def follow_ups_of(staff: StaffMember, *, today: date) -> QuerySet[EmployerContact]:
    """Return one's contacts to follow up by a week from now, first due first, unless anybody was in touch since.

    Those of people who have left, or who looked after the employer once, are theirs who look after it now.
    """
    since = EmployerContact.objects.filter(employer=OuterRef("employer")).filter(
        Q(occurred_on__gt=OuterRef("occurred_on")) | Q(occurred_on=OuterRef("occurred_on"), id__gt=OuterRef("id"))
    )
    of_employer = AccountManager.objects.filter(employer=OuterRef("employer"))
    once = of_employer.filter(staff=OuterRef("staff"), from_date__lte=today)
    by_another = of_employer.in_force(on=today).exclude(staff=OuterRef("staff"))
    theirs = AccountManager.objects.in_force(on=today).filter(staff=staff).values("employer")
    handed_over = Exists(once) & Exists(by_another)
    inherited = Q(employer__in=theirs) & (Q(staff__left_at__isnull=False) | handed_over)
    meant: QuerySet[EmployerContact] = EmployerContact.objects.filter(follow_up_on__lte=today + AHEAD)
    meant = meant.filter((Q(staff=staff) & ~handed_over) | inherited)
    return meant.filter(~Exists(since)).select_related("employer").order_by("follow_up_on", "id")
