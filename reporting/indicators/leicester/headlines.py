"""Headline outcomes: people into work, by group and by small area."""

from reporting.counting.declarations import Dimension, Indicator, Tells

HEADING = "Headline outcomes"
TABLE_14 = "Leicester business plan, Tables 14 and 15"
BEYOND_TREND = (
    "The plan's target is a reduction in addition to the trend. The figure is everybody who started work, with or"
    " without the programme: the two are not alike."
)


def headline(code: str, title: str, words: str, groups: tuple[str, ...]) -> Indicator:
    """Declare a headline outcome: into work from one of these groups (Table 14), by small area (Table 15)."""
    listed = ", ".join(f"'{group}'" for group in groups)
    return Indicator(
        code=code,
        title=title,
        counts=f"People with a counted job who the day before were {words}; by priority LSOA, everyone else under"
        " elsewhere.",
        source=TABLE_14,
        heading=HEADING,
        tells=Tells(by="groups", among=groups),
        part_of="" if code == "headline_total" else "headline_total",
        table="jobs",
        reads=("jobs",),
        query=f"""
            SELECT job.record_id, job.reference, job.person_id, job.started_on AS on_date, job.groups,
                COALESCE(priority.lsoa, 'elsewhere') AS lsoa
            FROM count_jobs job
            LEFT JOIN (SELECT DISTINCT lsoa FROM reporting_headlinetarget WHERE lsoa <> '') priority
                ON priority.lsoa = job.lsoa
            WHERE job.groups && ARRAY[{listed}]
        """,  # noqa: S608
        people=True,
        distinct=True,
        note=BEYOND_TREND,
        dimensions=(Dimension("lsoa"),),
    )


HEADLINE_JSA = headline(
    "headline_jsa",
    "Long-term Jobseeker's Allowance claimants into work",
    "on Jobseeker's Allowance for six months or more",
    ("jsa_6m",),
)
HEADLINE_IB = headline(
    "headline_ib", "Incapacity Benefit claimants into work", "on Incapacity Benefit or its successor", ("ib",)
)
HEADLINE_LONE_PARENT = headline("headline_lone_parent", "Lone parents into work", "lone parents", ("lone_parent",))
HEADLINE_TOTAL = headline(
    "headline_total",
    "Claimants of the three groups into work",
    "in any of these three groups",
    ("jsa_6m", "ib", "lone_parent"),
)

LINES = (HEADLINE_TOTAL, HEADLINE_JSA, HEADLINE_IB, HEADLINE_LONE_PARENT)
