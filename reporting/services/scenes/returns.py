"""The returns of the programme: last quarter's, which the worker builds, and this one's, begun."""

from reporting.counting.windows import Quarter
from reporting.indicators.kinds import claims_of
from reporting.models import Return
from reporting.services.returns import ask_for_build
from reporting.services.scenes.stage import Stage


def ask_for_returns(stage: Stage) -> None:
    """Let the monitoring officer ask for last quarter's return and begin this one."""
    officer = stage.person("staff-monitoring-officer")
    this = Quarter.of(stage.today)
    kind = "leap" if stage.consortium.pack == "leicester" else "journey"
    ask_for_build(consortium=stage.consortium, kind=kind, quarter=str(this.before), by=officer, today=stage.today)
    Return.objects.get_or_create(kind=kind, quarter=str(this))
    for claim in claims_of(stage.consortium):
        last = str(this.before)
        ask_for_build(consortium=stage.consortium, kind=claim.code, quarter=last, by=officer, today=stage.today)
