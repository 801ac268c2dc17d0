from django.db import models
from django.db.models import Q

from partners.platform.fields import ExactDecimalField
from partners.platform.history import tracked
from partners.platform.tenancy.constraints import Check, one_of
from partners.platform.tenancy.models import TenantRecord
from reporting.enums import AreaKind


def area_named() -> Check:
    return Check(
        about=("area", "area_kind"),
        condition=Q(area_kind=AreaKind.CONSORTIUM) | ~Q(area=""),
        name="%(app_label)s_%(class)s_area_named",
        violation_error_message="Name the area.",
        wrong="{area_kind} <> 'consortium' AND {area} IS NULL",
        told="Name the area; only the whole consortium goes without.",
    )


@tracked()
class Target(TenantRecord):
    """A value sought for an indicator in a year (``2007-08``) or quarter (``2007-08-Q1``), by area and group.

    REP-02.
    """

    indicator = models.CharField()
    area_kind = models.CharField(choices=AreaKind)
    area = models.CharField(blank=True)
    group = models.CharField(blank=True)
    period = models.CharField(max_length=10)
    value = ExactDecimalField()

    class Meta(TenantRecord.Meta):
        constraints = [*TenantRecord.Meta.constraints, one_of("area_kind", AreaKind), area_named()]


@tracked()
class Observation(TenantRecord):
    """A measure taken from an outside source, such as a published claimant count (REP-05)."""

    indicator = models.CharField()
    area_kind = models.CharField(choices=AreaKind)
    area = models.CharField(blank=True)
    group = models.CharField(blank=True)
    as_at = models.DateField()
    value = ExactDecimalField()
    source = models.CharField()

    class Meta(TenantRecord.Meta):
        constraints = [*TenantRecord.Meta.constraints, one_of("area_kind", AreaKind), area_named()]


@tracked()
class HeadlineTarget(TenantRecord):
    """A headline target of the whole programme (Leicester business plan, Tables 14 and 15).

    ``lsoa`` is empty for the printed city figure of Table 14. An LSOA with one of these is a priority LSOA.
    """

    line = models.CharField(max_length=40)
    lsoa = models.CharField("LSOA", max_length=9, blank=True)
    value = models.IntegerField()
    source = models.CharField(max_length=300, blank=True)

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            models.UniqueConstraint(fields=["consortium", "line", "lsoa"], name="reporting_headlinetarget_once"),
        ]
