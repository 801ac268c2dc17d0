"""The lines of ``leap``: the 25 indicators of the Leicester business plan (Table 16) and the headline outcomes.

What each counts is contract KPIS.md, "Leicester: the 25 indicators". Order, numbers and titles are Table 16's.
"""

from fractions import Fraction

from caseload.enums import SupportedPerson, TrainingResult
from employers.enums import Ownership, SizeBand
from reporting.counting.declarations import (
    NOBODY,
    PEOPLE,
    Count,
    Dimension,
    Indicator,
    Measured,
    OutputsOf,
    Ratio,
    Sum,
    Tells,
)
from reporting.counting.numbers import Style
from reporting.indicators.shared import TARGET_GROUP

TABLE_16 = "Leicester business plan, Table 16"
TABLE_14 = "Leicester business plan, Tables 14 and 15"
SECTOR = Dimension("sector")
CENTRE = Dimension("centre")

EMPLOYERS = "Co-ordinated employer engagement"
BARRIERS = "Supply-side barriers removed"
CENTRES = "Local training and employment centres"
SUSTAINED = "Sustainable employment"
COMMISSIONING = "Better commissioning and performance management"
HEADLINES = "Headline outcomes"


def employers_with(spells: str, agency: str, kind: str = "") -> str:
    """Return the query of employers with a spell in force on the quarter's last day; the latest spell dates them."""
    return (
        "SELECT employer.id AS record_id, employer.external_id AS reference, max(spell.from_date) AS on_date,"  # noqa: S608
        " employer.sector, employer.size_band"
        f" FROM {spells} spell JOIN employers_employer employer ON employer.consortium_id = spell.consortium_id"
        " AND employer.id = spell.employer_id AND employer.merged_into_id IS NULL"
        " WHERE spell.from_date <= %(q_end)s AND (spell.to_date IS NULL OR spell.to_date >= %(q_end)s)"
        f" AND {agency}" + (f" AND spell.kind = '{kind}'" if kind else "") + " GROUP BY employer.id"
    )


NOT_AGENCY, AGENCY, EITHER = "employer.employment_agency IS NOT TRUE", "employer.employment_agency", "true"

KPI_1 = Indicator(
    code="kpi_1",
    tells=NOBODY,
    title="Employers that have a named account manager",
    counts="Employers, not agencies, with an account manager in force on the last day of the quarter.",
    source=TABLE_16,
    heading=EMPLOYERS,
    unit="employers",
    measured=Measured.STOCK,
    table="employers",
    tables=("account_managers",),
    query=employers_with("employers_accountmanager", NOT_AGENCY),
    dimensions=(SECTOR, Dimension("size_band", members=tuple(SizeBand.values))),
)
KPI_2 = Indicator(
    code="kpi_2",
    tells=NOBODY,
    title="Employers signed up to the fair employment standard",
    counts="Employers, not agencies, with a fair employment standard in force on the last day of the quarter.",
    source=TABLE_16,
    heading=EMPLOYERS,
    unit="employers",
    measured=Measured.STOCK,
    table="employers",
    tables=("employer_agreements",),
    query=employers_with("employers_employeragreement", NOT_AGENCY, "fair_employment_standard"),
    dimensions=(SECTOR,),
)
KPI_3 = Indicator(
    code="kpi_3",
    tells=NOBODY,
    title="Job interview guarantee schemes agreed",
    counts="Job interview guarantees in force on the last day of the quarter with employers that are not agencies."
    " Guarantees are counted, not employers.",
    source=TABLE_16,
    heading=EMPLOYERS,
    unit="agreements",
    measured=Measured.STOCK,
    table="employer_agreements",
    query="""
        SELECT agreement.id AS record_id, agreement.external_id AS reference, agreement.from_date AS on_date,
            employer.ownership
        FROM employers_employeragreement agreement
        JOIN employers_employer employer
            ON employer.consortium_id = agreement.consortium_id AND employer.id = agreement.employer_id
        WHERE agreement.kind = 'jigs' AND employer.employment_agency IS NOT TRUE
            AND agreement.from_date <= %(q_end)s
            AND (agreement.to_date IS NULL OR agreement.to_date >= %(q_end)s)
    """,
    dimensions=(Dimension("ownership", members=tuple(Ownership.values)),),
)
KPI_4 = Indicator(
    code="kpi_4",
    tells=Tells(by="groups"),
    title="Target-group members who started work via an interview guarantee",
    counts="People in any target group on the day before, who started a counted job through a job interview guarantee.",
    source=TABLE_16,
    heading=EMPLOYERS,
    table="jobs",
    reads=("jobs",),
    query="""
        SELECT job.record_id, job.reference, job.person_id, job.started_on AS on_date, job.groups,
            COALESCE(employer.sector, guarantor.sector) AS sector
        FROM count_jobs job
        JOIN employers_employeragreement agreement ON agreement.id = job.jigs_agreement_id
        LEFT JOIN employers_employer guarantor
            ON guarantor.consortium_id = agreement.consortium_id AND guarantor.id = agreement.employer_id
        LEFT JOIN employers_employer employer
            ON employer.consortium_id = agreement.consortium_id AND employer.id = job.employer_id
        WHERE job.groups <> '{}'
    """,
    people=True,
    distinct=True,
    dimensions=(TARGET_GROUP, SECTOR),
)
KPI_5 = Indicator(
    code="kpi_5",
    tells=Tells(by="groups"),
    title="Target-group members on a work placement",
    counts="People with a work placement running on any day of the window, who were in any target group on the later"
    " of its start and the window's first day.",
    source=TABLE_16,
    heading=EMPLOYERS,
    measured=Measured.OWN,
    table="placements",
    reads=("work_placements",),
    query="SELECT * FROM count_work_placements WHERE groups <> '{}'",
    people=True,
    distinct=True,
    dimensions=(TARGET_GROUP, SECTOR),
)
KPI_6 = Indicator(
    code="kpi_6",
    tells=NOBODY,
    title="Pre-recruitment activities run",
    counts="Pre-recruitment activities that ended, their participants (attended) and offers of work; the success rate"
    " is offers as a share of participants.",
    source=TABLE_16,
    heading=EMPLOYERS,
    unit="activities",
    table="pre_recruitment",
    query="""
        SELECT activity.id AS record_id, activity.external_id AS reference, activity.ended_on AS on_date,
            activity.attended, activity.offered, employer.sector
        FROM caseload_prerecruitmentactivity activity
        JOIN employers_employer employer
            ON employer.consortium_id = activity.consortium_id AND employer.id = activity.employer_id
    """,
    measures=(
        Count("activities"),
        Sum("attended", "participants", of_people=True),
        Sum("offered", "offers", of_people=True),
        Ratio("offers", "participants", "success_rate"),
    ),
    output="activities",
    dimensions=(SECTOR,),
)
KPI_7 = Indicator(
    code="kpi_7",
    tells=NOBODY,
    title="Employment agencies working to the agreed standards",
    counts="Employment agencies with an agency standard in force on the last day of the quarter.",
    source=TABLE_16,
    heading=EMPLOYERS,
    unit="agencies",
    measured=Measured.STOCK,
    table="employers",
    tables=("employer_agreements",),
    query=employers_with("employers_employeragreement", AGENCY, "agency_standard"),
)
KPI_8 = Indicator(
    code="kpi_8",
    tells=NOBODY,
    title="Rise in childcare use by low-income families",
    counts="The change, in per cent, of the latest observation up to the end of the quarter against the earliest one.",
    source=TABLE_16,
    heading=BARRIERS,
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
    heading=BARRIERS,
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
    heading=BARRIERS,
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
    heading=BARRIERS,
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
    heading=BARRIERS,
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
    heading=BARRIERS,
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


def centres_open(kind: str) -> str:
    return (
        "SELECT id AS record_id, external_id AS reference, opened_on AS on_date FROM partners_centre"  # noqa: S608
        f" WHERE kind = '{kind}' AND baseline IS NOT TRUE AND opened_on <= %(q_end)s"
        " AND (closed_on IS NULL OR closed_on >= %(q_end)s)"
    )


KPI_14 = Indicator(
    code="kpi_14",
    tells=NOBODY,
    title="Extra local training and employment centres open",
    counts="Training and employment centres open on the last day of the quarter, without those of the baseline.",
    source=TABLE_16,
    heading=CENTRES,
    unit="centres",
    measured=Measured.STOCK,
    table="centres",
    query=centres_open("training_employment_centre"),
)
KPI_15 = Indicator(
    code="kpi_15",
    tells=NOBODY,
    title="Extra localities served by a multi-agency team",
    counts="Multi-agency localities open on the last day of the quarter, without those of the baseline.",
    source=TABLE_16,
    heading=CENTRES,
    unit="localities",
    measured=Measured.STOCK,
    table="centres",
    query=centres_open("multi_agency_locality"),
)
KPI_16 = Indicator(
    code="kpi_16",
    tells=PEOPLE,
    title="Residents using a training and employment centre",
    counts="People who visited a training and employment centre, those of the baseline included.",
    source=TABLE_16,
    heading=CENTRES,
    table="activities",
    reads=("people",),
    query="""
        SELECT activity.id AS record_id, activity.external_id AS reference, person.person_id,
            activity.occurred_on AS on_date, centre.external_id AS centre
        FROM caseload_activity activity
        JOIN count_people person ON person.client_id = activity.client_id
        JOIN partners_centre centre ON centre.consortium_id = activity.consortium_id AND centre.id = activity.centre_id
        WHERE activity.kind = 'centre_visit' AND centre.kind = 'training_employment_centre'
    """,
    people=True,
    distinct=True,
    dimensions=(CENTRE,),
)
KPI_17 = Indicator(
    code="kpi_17",
    tells=NOBODY,
    title="Employer events held in the centres",
    counts="Employer events, by the day held, in a centre of any kind.",
    source=TABLE_16,
    heading=CENTRES,
    unit="events",
    table="employer_events",
    query="""
        SELECT event.id AS record_id, event.external_id AS reference, event.held_on AS on_date,
            centre.external_id AS centre
        FROM employers_employerevent event
        JOIN partners_centre centre ON centre.consortium_id = event.consortium_id AND centre.id = event.centre_id
    """,
    dimensions=(CENTRE,),
)
KPI_18 = Indicator(
    code="kpi_18",
    tells=NOBODY,
    title="Employers promoting in-work training",
    counts="Employers, agencies included, with an in-work training agreement in force on the last day of the quarter.",
    source=TABLE_16,
    heading=SUSTAINED,
    unit="employers",
    measured=Measured.STOCK,
    table="employers",
    tables=("employer_agreements",),
    query=employers_with("employers_employeragreement", EITHER, "in_work_training"),
    dimensions=(SECTOR,),
)
KPI_19 = Indicator(
    code="kpi_19",
    tells=PEOPLE,
    title="Employees who take up in-work training",
    counts="People who started in-work training.",
    source=TABLE_16,
    heading=SUSTAINED,
    table="in_work_training",
    reads=("people",),
    query="""
        SELECT training.id AS record_id, training.external_id AS reference, person.person_id,
            training.started_on AS on_date, employer.sector
        FROM caseload_inworktraining training
        JOIN count_people person ON person.client_id = training.client_id
        JOIN employers_employer employer
            ON employer.consortium_id = training.consortium_id AND employer.id = training.employer_id
    """,
    people=True,
    distinct=True,
    dimensions=(SECTOR,),
)
KPI_20 = Indicator(
    code="kpi_20",
    tells=PEOPLE,
    title="Results of in-work training",
    counts="In-work training that was completed or left. Rows are counted, not people; those without a result are in"
    " the total only.",
    source=TABLE_16,
    heading=SUSTAINED,
    unit="trainings",
    table="in_work_training",
    query="""
        SELECT id AS record_id, external_id AS reference, client_id, completed_on AS on_date, result
        FROM caseload_inworktraining
    """,
    dimensions=(Dimension("result", members=tuple(TrainingResult.values)),),
)
# Python's white space, so that a name is one however it was typed.
WHITE_SPACE = (
    r"E' \t\n\x0b\f\r\x1c\x1d\x1e\x1f\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006"
    r"\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000'"
)
KPI_21 = Indicator(
    code="kpi_21",
    tells=PEOPLE,
    title="Employees and managers using in-work support",
    counts="Employees (people) and managers (names at an employer, ignoring case and outer white space) who used"
    " in-work support.",
    source=TABLE_16,
    heading=SUSTAINED,
    unit="people",
    table="in_work_support",
    reads=("people",),
    query=f"""
        SELECT support.id AS record_id, support.external_id AS reference, person.person_id,
            support.occurred_on AS on_date, support.person,
            CASE support.person WHEN 'employee' THEN person.person_id::text
                ELSE support.employer_id || ' ' || lower(upper(btrim(support.manager_name, {WHITE_SPACE}))) END AS key
        FROM caseload_inworksupport support
        LEFT JOIN count_people person ON person.client_id = support.client_id AND support.person = 'employee'
        WHERE support.person = 'manager' OR person.person_id IS NOT NULL
    """,  # noqa: S608
    own_key="person, key",
    people=True,
    distinct=True,
    dimensions=(Dimension("person", members=tuple(SupportedPerson.values)),),
)
KPI_22 = Indicator(
    code="kpi_22",
    tells=PEOPLE,
    title="Share of beneficiaries still in work at 13 weeks",
    counts="Counted jobs whose 13-week date (91 days after the start) has come; those in work at the latest 13-week"
    " check; and of these, those verified by the end of the quarter.",
    source=TABLE_16,
    heading=SUSTAINED,
    unit="jobs",
    table="jobs",
    reads=("jobs", "checks"),
    query="""
        SELECT job.record_id, job.reference, job.person_id, job.started_on + 91 AS on_date, job.groups,
            COALESCE(latest.in_work, false) AS is_in_work,
            COALESCE(latest.in_work AND latest.verified_on <= %(q_end)s, false) AS is_verified
        FROM count_jobs job LEFT JOIN count_checks latest ON latest.job_id = job.record_id AND latest.week = 13
    """,
    measures=(
        Count("due"),
        Count("in_work", where="is_in_work", within="due"),
        Ratio("in_work", "due", "percent"),
        Count("verified", where="is_verified", within="in_work"),
    ),
    output="due",
    dimensions=(TARGET_GROUP,),
)
KPI_23 = Indicator(
    code="kpi_23",
    tells=NOBODY,
    title="Spend allocated to the common resource plan",
    counts="Pounds of agreed contributions, by the day they were agreed.",
    source=TABLE_16,
    heading=COMMISSIONING,
    unit="pounds",
    table="contributions",
    query="""
        SELECT contribution.id AS record_id, contribution.external_id AS reference,
            contribution.agreed_on AS on_date, contribution.amount, stream.external_id AS funding_stream,
            stream.mainstream AS is_mainstream
        FROM commissioning_contribution contribution
        JOIN commissioning_fundingstream stream
            ON stream.consortium_id = contribution.consortium_id AND stream.id = contribution.funding_stream_id
        WHERE contribution.status = 'agreed'
    """,
    measures=(Sum("amount", style=Style.MONEY),),
    dimensions=(Dimension("funding_stream"),),
)
KPI_24 = Indicator(
    code="kpi_24",
    tells=NOBODY,
    title="Share of that spend from mainstream budgets",
    counts="Pounds of agreed contributions that come from mainstream streams, and their share of all.",
    source=TABLE_16,
    heading=COMMISSIONING,
    unit="pounds",
    table="contributions",
    query=KPI_23.query,
    measures=(
        Sum("amount", "mainstream", where="is_mainstream", style=Style.MONEY),
        Sum("amount", "total", style=Style.MONEY),
        Ratio("mainstream", "total", "percent"),
    ),
    output="mainstream",
)
KPI_25 = Indicator(
    code="kpi_25",
    tells=NOBODY,
    title="Unit cost of each KPI",
    counts="Eligible expenditure that names an indicator, what that indicator counted in the same window, and the cost"
    " of each.",
    source=TABLE_16,
    heading=COMMISSIONING,
    unit="pounds",
    table="expenditure",
    # The codes are those of the window all; a programme that began in the middle of a year has spend before them.
    query="""
        SELECT id AS record_id, external_id AS reference, incurred_on AS on_date, amount, indicator
        FROM commissioning_expenditure
        WHERE eligible IS NOT FALSE AND indicator IN (
            SELECT indicator FROM commissioning_expenditure
            WHERE eligible IS NOT FALSE AND indicator <> ''
                AND incurred_on BETWEEN %(a_start)s::date AND %(q_end)s
        )
    """,
    measures=(
        Sum("amount", "spend", style=Style.MONEY),
        OutputsOf("outputs"),
        Ratio("spend", "outputs", "cost_per_output", factor=Fraction(1), style=Style.MONEY),
    ),
    dimensions=(Dimension("indicator"),),
    output="",
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
        heading=HEADLINES,
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

# kpi_25 divides by the others, so it is counted last.
LEAP = (
    HEADLINE_TOTAL,
    HEADLINE_JSA,
    HEADLINE_IB,
    HEADLINE_LONE_PARENT,
    KPI_1,
    KPI_2,
    KPI_3,
    KPI_4,
    KPI_5,
    KPI_6,
    KPI_7,
    KPI_8,
    KPI_9,
    KPI_10,
    KPI_11,
    KPI_12,
    KPI_13,
    KPI_14,
    KPI_15,
    KPI_16,
    KPI_17,
    KPI_18,
    KPI_19,
    KPI_20,
    KPI_21,
    KPI_22,
    KPI_23,
    KPI_24,
    KPI_25,
)
