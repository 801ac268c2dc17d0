"""Co-ordinated employer engagement: KPI 1 to 7."""

from employers.enums import Ownership, SizeBand
from reporting.counting.declarations import NOBODY, Count, Dimension, Indicator, Measured, Ratio, Sum, Tells
from reporting.indicators.leicester.shared import AGENCY, NOT_AGENCY, SECTOR, TABLE_16, employers_with
from reporting.indicators.shared import TARGET_GROUP

HEADING = "Co-ordinated employer engagement"


KPI_1 = Indicator(
    code="kpi_1",
    tells=NOBODY,
    title="Employers that have a named account manager",
    counts="Employers, not agencies, with an account manager in force on the last day of the quarter.",
    source=TABLE_16,
    heading=HEADING,
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
    heading=HEADING,
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
    heading=HEADING,
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
    heading=HEADING,
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
    heading=HEADING,
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
    heading=HEADING,
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
    heading=HEADING,
    unit="agencies",
    measured=Measured.STOCK,
    table="employers",
    tables=("employer_agreements",),
    query=employers_with("employers_employeragreement", AGENCY, "agency_standard"),
)

LINES = (KPI_1, KPI_2, KPI_3, KPI_4, KPI_5, KPI_6, KPI_7)
