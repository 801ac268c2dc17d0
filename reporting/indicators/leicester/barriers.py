"""Supply-side barriers removed: KPI 8 to 13."""

from reporting.counting.declarations import NOBODY, PEOPLE, Dimension, Indicator, Measured, Ratio, Sum, Tells
from reporting.counting.numbers import Style
from reporting.indicators.leicester.shared import TABLE_16, TO_BE_DEVELOPED
from reporting.indicators.shared import TARGET_GROUP

HEADING = "Supply-side barriers removed"


KPI_8 = Indicator(
    code="kpi_8",
    tells=NOBODY,
    title="Rise in childcare use by low-income families",
    counts="The change, in per cent, of the latest observation up to the end of the quarter against the earliest one.",
    source=TABLE_16,
    heading=HEADING,
    unit="per cent",
    measured=Measured.OWN,
    table="observations",
    # One observation is no change, so the first and the last must be two.
    query="""
        WITH seen AS (
            SELECT *, row_number() OVER (ORDER BY as_at, external_id COLLATE "C") AS nth, count(*) OVER () AS seen
            FROM reporting_observation
            WHERE indicator = 'kpi_8' AND area_kind = 'consortium' AND "group" = '' AND as_at <= %(q_end)s
        )
        SELECT id AS record_id, external_id AS reference, as_at AS on_date,
            CASE WHEN nth = 1 THEN -value ELSE value END AS change, CASE WHEN nth = 1 THEN value END AS base,
            true AS in_all
        FROM seen WHERE seen > 1 AND nth IN (1, seen)
    """,
    measures=(Sum("change", "change", shown=False), Sum("base", "base", shown=False), Ratio("change", "base")),
    windows=("all",),
)
KPI_9 = Indicator(
    code="kpi_9",
    tells=PEOPLE,
    title="ESOL awards gained at Entry 3 or higher",
    counts="Accredited ESOL achievements at Entry 3 or above. Achievements are counted, not people.",
    source=TABLE_16,
    heading=HEADING,
    unit="awards",
    table="qualifications",
    query="""
        SELECT id AS record_id, external_id AS reference, client_id, achieved_on AS on_date, level
        FROM caseload_qualification
        WHERE type = 'esol' AND accredited AND level IN ('entry3', '1', '2', '3', '4')
    """,
    dimensions=(Dimension("level", members=("entry3", "1", "2", "3", "4")),),
)
KPI_10 = Indicator(
    code="kpi_10",
    tells=NOBODY,
    title="Primary care providers taking part in the IB programme",
    counts="Organisations that are primary health providers, taking part in the Incapacity Benefit programme on the"
    " last day of the quarter.",
    source=TABLE_16,
    heading=HEADING,
    unit="providers",
    measured=Measured.STOCK,
    table="organisations",
    query="""
        SELECT id AS record_id, external_id AS reference, ib_programme_from AS on_date
        FROM partners_organisation
        WHERE primary_health_provider AND ib_programme_from <= %(q_end)s
            AND (ib_programme_to IS NULL OR ib_programme_to >= %(q_end)s)
    """,
)
KPI_11 = Indicator(
    code="kpi_11",
    tells=Tells(by="groups"),
    title="Target-group residents joining engagement activities, exercises or surveys",
    counts="People in any target group on the day of an engagement activity, survey or consultation.",
    source=TABLE_16,
    heading=HEADING,
    table="activities",
    reads=("engagements",),
    query="SELECT * FROM count_engagements WHERE groups <> '{}'",
    people=True,
    distinct=True,
    dimensions=(TARGET_GROUP,),
)
KPI_12 = Indicator(
    code="kpi_12",
    tells=NOBODY,
    title="Extra local indicators for areas and themes",
    counts="Local indicators (codes that begin local_): the latest observation up to the end of the quarter, for each"
    " area.",
    source=TABLE_16,
    heading=HEADING,
    note=TO_BE_DEVELOPED,
    unit="as observed",
    measured=Measured.OWN,
    table="observations",
    query="""
        SELECT DISTINCT ON (indicator, area_kind, area)
            id AS record_id, external_id AS reference, as_at AS on_date, indicator, area_kind, area, value,
            true AS in_all
        FROM reporting_observation
        WHERE starts_with(indicator, 'local_') AND "group" = '' AND as_at <= %(q_end)s
        ORDER BY indicator, area_kind, area, as_at DESC, external_id COLLATE "C" DESC
    """,
    measures=(Sum("value", style=Style.AS_GIVEN),),
    dimensions=(Dimension("indicator", area=True),),
    windows=("all",),
    output="",
)
KPI_13 = Indicator(
    code="kpi_13",
    tells=PEOPLE,
    title="People from deprived areas gaining a first NVQ level 2",
    counts="People who gained a first NVQ at level 2 while they lived in a priority LSOA.",
    source=TABLE_16,
    heading=HEADING,
    table="qualifications",
    reads=("first_level_2",),
    query="""
        SELECT * FROM count_first_level_2
        WHERE lsoa IN (SELECT lsoa FROM reporting_headlinetarget WHERE lsoa <> '')
    """,
    people=True,
    distinct=True,
    dimensions=(Dimension("lsoa"),),
)

LINES = (KPI_8, KPI_9, KPI_10, KPI_11, KPI_12, KPI_13)
