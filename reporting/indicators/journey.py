"""The lines of ``journey``, which every consortium has (contract KPIS.md, "Journey")."""

from fractions import Fraction

from caseload.enums import BENEFITS, PART_OF_CODE, PlacementKind, SharePart, Stage
from caseload.enums import Dimension as Dimensions
from reporting.counting.declarations import PEOPLE, Count, Dimension, Indicator, Median, Ratio, Sum, Tells
from reporting.counting.numbers import Style
from reporting.indicators.shared import BENEFIT, TARGET_GROUP

SOURCE = "Counting rules of the partnership, Journey"
SITUATION = (TARGET_GROUP, Dimension("ward"), Dimension("lsoa"))
STAGES = "Steps before work"
WORK = "Work and progression"
FLOWS = "On and off benefits"
DISTANCE = "Distance travelled"
PLACEMENTS = "Placements and funded jobs"


def stage_reached(stage: Stage) -> Indicator:
    return Indicator(
        code=f"journey_{stage.value}",
        title=f"People who reached the stage: {stage.label.lower()}",
        counts=f"People whose first ever step “{stage.label.lower()}” falls in the window.",
        tells=PEOPLE,
        source=SOURCE,
        heading=STAGES,
        table="stage_events",
        reads=("first_stages",),
        query=f"SELECT * FROM count_first_stages WHERE stage = '{stage.value}'",  # noqa: S608
        people=True,
        dimensions=SITUATION,
    )


def sustained(week: int, days: int) -> Indicator:
    return Indicator(
        code=f"journey_sustained_{week}w",
        title=f"People in work {week} weeks after a job start",
        counts=f"People with a counted job whose latest {week}-week check says in work, by job start + {days} days.",
        tells=PEOPLE,
        source=SOURCE,
        heading=WORK,
        table="jobs",
        tables=("employment_checks",),
        reads=("jobs", "checks"),
        query=f"""
            SELECT job.record_id, job.reference, job.person_id, job.started_on + {days} AS on_date,
                job.groups, job.ward, job.lsoa
            FROM count_jobs job JOIN count_checks latest ON latest.job_id = job.record_id
            WHERE latest.week = {week} AND latest.in_work
        """,  # noqa: S608
        people=True,
        distinct=True,
        dimensions=SITUATION,
    )


JOB_STARTED = Indicator(
    code="journey_job_started",
    title="People who started a job",
    counts="People whose first ever counted job starts in the window.",
    tells=PEOPLE,
    source=SOURCE,
    heading=WORK,
    table="jobs",
    reads=("jobs",),
    query="""
        SELECT record_id, reference, person_id, started_on AS on_date, groups, ward, lsoa FROM count_jobs WHERE nth = 1
    """,
    people=True,
    dimensions=SITUATION,
)
PROGRESSED = Indicator(
    code="journey_progressed",
    title="People who got on in work",
    counts="People who start a counted job at a higher hourly wage than their counted job before it, or complete"
    " in-work training with a qualification, progression or a pay rise.",
    tells=PEOPLE,
    source=SOURCE,
    heading=WORK,
    table="jobs",
    tables=("jobs", "in_work_training"),
    reads=("jobs", "trainings"),
    query="""
        SELECT 'jobs' AS record_table, record_id, reference, person_id, started_on AS on_date, groups, ward, lsoa
        FROM count_jobs WHERE wage > wage_before
        UNION ALL
        SELECT 'in_work_training', record_id, reference, person_id, on_date, groups, ward, lsoa FROM count_trainings
    """,
    people=True,
    distinct=True,
    dimensions=SITUATION,
)


def told_benefits() -> list[str]:
    """Return the benefits of which it is a special category that somebody has them."""
    return [str(code) for code in BENEFITS if code in PART_OF_CODE]


def part_of_benefit() -> str:
    """Return the SQL of the part that a benefit belongs to."""
    cases = " ".join(f"WHEN '{code}' THEN '{PART_OF_CODE[code]}'" for code in told_benefits())
    return f"CASE benefit {cases} END"


def benefit_flow(code: str, title: str, counts: str, day: str, **more: object) -> Indicator:
    return Indicator(
        code=code,
        title=title,
        counts=counts,
        tells=Tells(part=part_of_benefit(), parts=frozenset(PART_OF_CODE[code].value for code in told_benefits())),
        source=SOURCE,
        heading=FLOWS,
        table="client_circumstances",
        query=f"""
            SELECT id AS record_id, external_id AS reference, client_id, {day} AS on_date, code AS benefit,
                to_date - from_date + 1 AS days
            FROM caseload_clientcircumstance WHERE kind = 'benefit'
        """,  # noqa: S608
        dimensions=(BENEFIT,),
        **more,  # type: ignore[arg-type]
    )


FLOW_ON = benefit_flow(
    "flow_on",
    "Benefit claims begun",
    "Benefit spells of clients that begin in the window, each spell once.",
    "from_date",
    unit="spells",
)
FLOW_OFF = benefit_flow(
    "flow_off",
    "Benefit claims ended",
    "Benefit spells of clients that end in the window, each spell once.",
    "to_date",
    unit="spells",
)
FLOW_TIME = benefit_flow(
    "flow_time",
    "Length of the benefit claims that ended",
    "The median length in days, first and last day included, of the benefit spells that end in the window.",
    "to_date",
    unit="days",
    measures=(Median("days"),),
    made_from=("flow_off",),
    lower_is_better=True,
)
# The mean over a person's dimensions is a fraction; 2520 is divisible by every number up to 10, the number of
# dimensions there are, so the shares stay whole numbers and nothing is rounded on the way.
SHARES = 2520
DISTANCE_TRAVELLED = Indicator(
    code="distance_travelled",
    title="Distance travelled towards work",
    counts="People assessed on two or more days, by the latest of them up to the end of the quarter; and the mean of"
    " their mean change since their first day, over the dimensions scored on both.",
    tells=Tells(
        part=f"CASE WHEN dimension = '{Dimensions.HEALTH}' THEN '{SharePart.HEALTH}' END",
        parts=frozenset({SharePart.HEALTH.value}),
    ),
    source=SOURCE,
    heading=DISTANCE,
    table="assessments",
    reads=("people",),
    query=f"""
        WITH scored AS (
            SELECT DISTINCT ON (person.person_id, score.assessed_on, score.dimension)
                person.person_id, score.assessed_on, score.dimension, score.score,
                score.id AS record_id, score.external_id AS reference
            FROM caseload_assessment score JOIN count_people person ON person.client_id = score.client_id
            WHERE score.assessed_on <= %(q_end)s
            ORDER BY person.person_id, score.assessed_on, score.dimension, score.external_id COLLATE "C" DESC
        ), ends AS (
            SELECT person_id, min(assessed_on) AS first_on, max(assessed_on) AS last_on
            FROM scored GROUP BY person_id HAVING min(assessed_on) < max(assessed_on)
        ), paired AS (
            SELECT scored.*, ends.last_on, CASE WHEN assessed_on = last_on THEN score ELSE -score END AS change,
                count(*) OVER (PARTITION BY scored.person_id, dimension) AS ends_scored
            FROM scored JOIN ends ON ends.person_id = scored.person_id AND assessed_on IN (first_on, last_on)
        )
        SELECT record_id, reference, person_id, last_on AS on_date, dimension,
            change * {SHARES} / (count(*) OVER (PARTITION BY person_id) / 2) AS change
        FROM paired WHERE ends_scored = 2
    """,  # noqa: S608
    measures=(
        Count("people"),
        Sum("change", "change", shown=False),
        Ratio("change", "people", "mean_change", factor=Fraction(1, SHARES), style=Style.MEAN),
    ),
    people=True,
    distinct=True,
    output="people",
)


# What is counted of each kind of placement: name, title, words, the day that counts, which of them.
PLACEMENT_LINES = (
    ("starts", "starts", "Starts", "started_on", "true"),
    ("leavers", "leavers", "Ends", "ended_on", "true"),
    ("left_early", "left early", "Ends, with the result left early,", "ended_on", "result = 'left_early'"),
    ("job_offer", "job offers", "Ends, with the result job offer,", "ended_on", "result = 'job_offer'"),
)


def placements(kind: PlacementKind) -> list[Indicator]:
    """Declare the lines of one kind of placement. Rows are counted; leavers by the day they left."""
    return [
        Indicator(
            code=f"placement_{kind.value}_{name}",
            title=f"{kind.label}s: {title}",
            counts=f"{words} of a {kind.label.lower()}.",
            tells=PEOPLE,
            part_of=f"placement_{kind.value}_leavers" if name in {"left_early", "job_offer"} else "",
            source=SOURCE,
            heading=PLACEMENTS,
            unit="placements",
            lower_is_better=name == "left_early",
            table="placements",
            query=f"""
                SELECT id AS record_id, external_id AS reference, client_id, {day} AS on_date
                FROM caseload_placement WHERE kind = '{kind.value}' AND {where}
            """,  # noqa: S608
        )
        for name, title, words, day, where in PLACEMENT_LINES
    ]


FUNDED_JOB_DROPOUT = Indicator(
    code="funded_job_dropout",
    title="Funded jobs: share of leavers who left early",
    counts="Leavers of funded jobs who left early, as a share of all leavers.",
    tells=PEOPLE,
    made_from=("placement_funded_job_leavers", "placement_funded_job_left_early"),
    source=SOURCE,
    heading=PLACEMENTS,
    unit="per cent",
    table="placements",
    query="""
        SELECT id AS record_id, external_id AS reference, client_id, ended_on AS on_date,
            result = 'left_early' AS left_early
        FROM caseload_placement WHERE kind = 'funded_job'
    """,
    measures=(
        Count("early", where="left_early", shown=False),
        Count("leavers", shown=False),
        Ratio("early", "leavers"),
    ),
    lower_is_better=True,
)

JOURNEY = (
    *(stage_reached(stage) for stage in Stage),
    JOB_STARTED,
    sustained(13, 91),
    sustained(26, 182),
    sustained(52, 364),
    PROGRESSED,
    FLOW_ON,
    FLOW_OFF,
    FLOW_TIME,
    DISTANCE_TRAVELLED,
    *(line for kind in PlacementKind for line in placements(kind)),
    FUNDED_JOB_DROPOUT,
)
