"""What the monitoring officer wrote around the count: of last quarter nearly all, of this one a beginning."""

from decimal import ROUND_HALF_UP, Decimal

from partners.models import StaffMember
from partners.platform.records.keeping import keeper_of
from partners.platform.records.kinds import kind_of
from reporting.counting.windows import Quarter
from reporting.models import Narrative, Objective, Return
from reporting.queries.problems import problem_called
from reporting.queries.report import forecast_table
from reporting.services.forecasts import set_forecasts
from reporting.services.problems import give_problem, holder_of, mark_of
from reporting.services.scenes.stage import Stage

LAST = (
    (
        "Account managers met forty employers in the quarter, and eleven of them took their first recruit through the"
        " partnership. The two largest have agreed to interview everybody who finishes the pre-recruitment course."
    ),
    (
        "The map of provision is finished for the eastern wards. Childcare remains the barrier that advisers name most;"
        " the college starts a crèche beside its evening courses next quarter."
    ),
    (
        "Both pilot centres were open five days a week. Footfall rose by a fifth after the Saturday morning was added;"
        " the third centre waits for its lease, and the landlord has named a day."
    ),
    "Everybody who started work was rung within a fortnight. Of those who left early most had trouble with shifts.",
)
THIS = "Six employers joined in the first weeks. The round table with the hospital trust is set for the next month."
SHARE = Decimal("0.9")
WITHOUT_TARGETS = {"journey_engaged": Decimal(80), "journey_job_started": Decimal(30)}


def write_the_report(stage: Stage) -> None:
    """Let objectives be written of, lines be forecast, and somebody be given what is to be mended."""
    officer = stage.person("staff-monitoring-officer")
    this = Quarter.of(stage.today)
    now = Return.objects.get(quarter=str(this))
    last = Return.objects.get(kind=now.kind, quarter=str(this.before))
    _write(last, LAST, by=officer)
    _write(now, (THIS,), by=officer)
    for filed in (last, now):
        quarter = Quarter.parse(filed.quarter)
        set_forecasts(filed=filed, quarter=quarter, values=_expected(filed), seen={}, by=officer, today=quarter.start)
    for code, part in (("week-13", "staff-tracking"), ("risks", "staff-commissioner")):
        problem = problem_called(code)
        person = StaffMember.objects.select_related("organisation").filter(external_id=part).first()
        if problem is not None and person is not None:
            give_problem(now, problem, to=person, seen=mark_of(holder_of(now, problem)), by=officer)


def _write(filed: Return, texts: tuple[str, ...], *, by: StaffMember) -> None:
    kind = kind_of(Narrative)
    if kind is None:
        return
    for objective, body in zip(Objective.objects.order_by("pk"), texts, strict=False):
        keeper_of(kind).add({"filed": filed, "objective": objective, "body": body}, by=by)


def _expected(filed: Return) -> dict[str, Decimal]:
    """Return nine tenths of each target, and round numbers of a few lines that have none."""
    lines = forecast_table(filed).lines
    aimed = {each.code: (each.target * SHARE).quantize(Decimal(1), ROUND_HALF_UP) for each in lines if each.target}
    others = {code: value for code, value in WITHOUT_TARGETS.items() if code in {each.code for each in lines}}
    return {code: value for code, value in {**others, **aimed}.items() if value >= 0}
