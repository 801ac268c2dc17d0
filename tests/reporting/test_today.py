"""What the programme puts on the Today page."""

import datetime as dt

from partners.models import StaffMember
from reporting.models import Milestone, Return
from reporting.views.today import milestones, returns_begun

TODAY = dt.date(2007, 6, 15)


def test_milestones_are_late_or_coming_until_they_are_reached(commissioner: StaffMember, adviser: StaffMember) -> None:
    for title, due, achieved in (
        ("Late", dt.date(2007, 5, 31), None),
        ("Reached", dt.date(2007, 5, 31), dt.date(2007, 6, 3)),
        ("Coming", dt.date(2007, 7, 31), None),
        ("Far", dt.date(2008, 3, 31), None),
    ):
        Milestone.objects.create(title=title, objective="Centres", due_on=due, achieved_on=achieved)

    found = milestones(commissioner, TODAY)

    assert found is not None
    assert [(group.title, [row.title for row in group.rows]) for group in found.groups] == [
        ("Late", ["Late"]),
        ("Coming", ["Coming"]),
    ]
    assert milestones(adviser, TODAY) is None  # an adviser's day is the clients


def test_a_return_begun_waits_until_it_is_built(monitoring_officer: StaffMember) -> None:
    assert returns_begun(monitoring_officer, TODAY) is None
    for quarter, state in (("2007-08-Q1", "draft"), ("2006-07-Q4", "built"), ("2006-07-Q3", "draft")):
        Return.objects.create(kind="leap", quarter=quarter, state=state)

    count = returns_begun(monitoring_officer, TODAY)

    assert count is not None
    assert count.number == 2
