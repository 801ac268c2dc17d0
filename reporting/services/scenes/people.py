"""Who comes and goes among those who work here."""

from partners.services.people import end_access
from reporting.services.scenes.stage import Stage
from reporting.synthetic.cast import LEAVER


def let_an_adviser_leave(stage: Stage) -> None:
    """End the access of one of the unit's advisers, whose clients wait for somebody to hand them on."""
    end_access(stage.person(LEAVER), by=stage.person("staff-administrator"), reason="Has taken a job elsewhere")
