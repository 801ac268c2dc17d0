"""Courses run with an employer before recruiting, as a funnel (EMP-09)."""

from caseload.kinds.sight import employer_page
from caseload.models import PreRecruitmentActivity
from partners.permissions import Capability
from partners.platform.records.kinds import RecordKind

KIND = RecordKind(
    slug="pre-recruitment",
    title="Pre-recruitment courses",
    about="Courses run with an employer before recruiting.",
    model=PreRecruitmentActivity,
    shown=("title", "employer", "started_on", "ended_on", "applied", "attended", "interviewed", "offered"),
    capability=Capability.VIEW_EMPLOYERS,
    day="started_on",
    one="Course with",
    links={"employer": employer_page},
)
