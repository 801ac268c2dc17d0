"""What the kinds of the plan share: how codes are said."""

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from caseload.models import TargetGroup
from partners.models import StaffMember
from partners.platform.frame.tags import words
from reporting.indicators.names import name_of


def indicator_name(row: Any) -> str:
    return name_of(row.indicator)


def area_name(row: Any) -> str:
    return str(row.area or row.get_area_kind_display())


def with_group_title(rows: QuerySet[Any], staff: StaffMember) -> QuerySet[Any]:
    """Let each row know what its group is called; everybody who sees the plan sees all of it."""
    titles = TargetGroup.objects.filter(consortium=OuterRef("consortium"), code=OuterRef("group")).values("title")[:1]
    return rows.annotate(group_title=Subquery(titles))  # type: ignore[no-any-return]


def group_name(row: Any) -> str:
    return str(getattr(row, "group_title", None) or words(row.group)) if row.group else ""


AREA_HINT = "The name of the ward or district, or the code of the LSOA. Empty for the whole consortium."
GROUP_HINT = "The code of a target group. Empty for everybody."
WORK = "Work on the plan"
