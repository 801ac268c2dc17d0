"""Breakdowns and conditions that several returns use."""

from caseload.enums import BENEFITS
from caseload.models import TargetGroup
from reporting.counting.declarations import Dimension


def group_codes() -> tuple[str, ...]:
    """Return the groups that "people in any target group" means, in the consortium's order."""
    return tuple(TargetGroup.objects.filter(counted=True).order_by("position", "code").values_list("code", flat=True))


TARGET_GROUP = Dimension("target_group", "groups", members=group_codes, many=True)
BENEFIT = Dimension("benefit", members=tuple(str(code) for code in BENEFITS))
