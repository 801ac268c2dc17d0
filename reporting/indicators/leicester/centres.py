"""Local training and employment centres: KPI 14 to 17."""

from reporting.counting.declarations import NOBODY, PEOPLE, Dimension, Indicator, Measured
from reporting.indicators.leicester.shared import TABLE_16

HEADING = "Local training and employment centres"
CENTRE = Dimension("centre")


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
    heading=HEADING,
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
    heading=HEADING,
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
    heading=HEADING,
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
    heading=HEADING,
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

LINES = (KPI_14, KPI_15, KPI_16, KPI_17)
