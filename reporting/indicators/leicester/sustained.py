"""Sustainable employment: KPI 18 to 22."""

from caseload.enums import SupportedPerson, TrainingResult
from reporting.counting.declarations import NOBODY, PEOPLE, Count, Dimension, Indicator, Measured, Ratio
from reporting.indicators.leicester.shared import EITHER, SECTOR, TABLE_16, TO_BE_DEVELOPED, employers_with
from reporting.indicators.shared import TARGET_GROUP

HEADING = "Sustainable employment"


KPI_18 = Indicator(
    code="kpi_18",
    tells=NOBODY,
    title="Employers promoting in-work training",
    counts="Employers, agencies included, with an in-work training agreement in force on the last day of the quarter.",
    source=TABLE_16,
    heading=HEADING,
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
    heading=HEADING,
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
    heading=HEADING,
    note=TO_BE_DEVELOPED,
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
    heading=HEADING,
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
    heading=HEADING,
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

LINES = (KPI_18, KPI_19, KPI_20, KPI_21, KPI_22)
