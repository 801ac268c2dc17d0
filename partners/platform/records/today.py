"""What kinds of record put on the Today page: how many of each wait for somebody, all counted in one query."""

from datetime import date

from django.db.models import IntegerField, Subquery

from partners.models import StaffMember
from partners.permissions import may
from partners.platform.frame.today import Count, today_counts
from partners.platform.records.kinds import all_kinds


class HowMany(Subquery):
    """How many rows a query has, so that several are counted in one statement."""

    template = "(SELECT count(*) FROM (%(subquery)s) waiting)"
    output_field = IntegerField()


@today_counts
def waiting(staff: StaffMember, today: date) -> list[tuple[int, Count]]:
    asked = [(kind, each) for kind in all_kinds() for each in kind.today if may(staff, each.capability)]
    if not asked:
        return []
    rows = [each.rows(kind.rows(staff), staff, today).order_by().values("pk") for kind, each in asked]
    columns = {f"waiting_{place}": HowMany(found) for place, found in enumerate(rows)}
    numbers = StaffMember.objects.filter(pk=staff.pk).annotate(**columns).values_list(*columns).get()
    return [
        (
            each.order,
            Count(
                number,
                each.one if number == 1 else each.many,
                f"{kind.address('record-list')}?waiting={each.name}",
                each.tone,
            ),
        )
        for (kind, each), number in zip(asked, numbers, strict=True)
        if number
    ]
