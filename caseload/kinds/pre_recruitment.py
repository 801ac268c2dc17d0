"""Courses run with an employer before recruiting, as a funnel of numbers (EMP-09)."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from caseload.exchange import FUNNEL
from caseload.kinds.sight import employer_page
from caseload.models import PreRecruitmentActivity
from commissioning.models import Contract
from partners.enums import Scope
from partners.errors import CaseloadError
from partners.models import StaffMember
from partners.permissions import Capability
from partners.platform.dates import long_date
from partners.platform.exchange.declarations import Table
from partners.platform.records.keeping import Keeps, Verb
from partners.platform.records.kinds import RecordKind
from partners.platform.records.lookalikes import LookAlike

# Of whom each step is a part: nobody attends who was not invited. Some courses assess nobody.
STEPS = (("invited", "applied"), ("attended", "invited"), ("interviewed", "attended"), ("offered", "interviewed"))


def may_see_contract(contract: Contract, staff: StaffMember) -> bool:
    return bool(Contract.objects.visible_to(staff).filter(pk=contract.pk).exists())


def each_step_of_the_one_before(course: PreRecruitmentActivity) -> None:
    for step, before in STEPS:
        most = getattr(course, before)
        if getattr(course, step) > most:
            said = f"Enter {most:,} or less: no more can be {step} than {before}."
            raise CaseloadError(said, field=step)


def the_same_course(course: PreRecruitmentActivity, staff: StaffMember) -> list[LookAlike]:
    same = PreRecruitmentActivity.objects.filter(
        employer=course.employer, started_on=course.started_on, title__iexact=course.title.strip()
    ).exclude(pk=course.pk)
    return [
        LookAlike(
            "course",
            str(each.uid),
            f"the course {each.title} of {long_date(each.started_on)}",
            KIND.address("record", each.uid),
        )
        for each in same.order_by("pk")[:3]
    ]


def begun(staff: StaffMember) -> dict[str, Any]:
    return {"started_on": timezone.localdate()}


LOG = Capability.LOG_EMPLOYERS
KIND = RecordKind(
    model=PreRecruitmentActivity,
    slug="pre-recruitment",
    title="Pre-recruitment courses",
    singular="pre-recruitment course",
    one="Course with",
    whose=("employer",),
    about="Courses run with an employer before recruiting.",
    shown=("title", "employer", "started_on", "ended_on", "applied", "attended", "interviewed", "offered"),
    called={"offered": "Offered a job", "assessed": "Assessed", "started_on": "Starts", "ended_on": "Ended"},
    capability=Capability.VIEW_EMPLOYERS,
    day="started_on",
    searched=("title", "employer__name"),
    searches="A word of the title or of the employer's name.",
    is_found=True,
    api=Scope.EMPLOYERS_READ,
    begins="Add the first one here, or bring them with an exchange package.",
    filters=("employer",),
    guarded={"contract": may_see_contract},
    links={
        "employer": employer_page,
        "contract": lambda contract: reverse("commissioning:contract", args=[contract.uid]),
    },
    parent="employer",
    parts="Work with an employer",
    keeps=Keeps(
        fields=(
            "employer",
            "title",
            "started_on",
            "ended_on",
            "contract",
            "applied",
            "invited",
            "attended",
            "assessed",
            "interviewed",
            "offered",
        ),
        may=dict.fromkeys(Verb, LOG),
        ending="ended_on",
        rules=(each_step_of_the_one_before,),
        alike=the_same_course,
        initial=begun,
        hints={"applied": "How many people; of a course to come, 0.", "ended_on": "The last day of the course."},
    ),
    exchange=Table(
        name="pre_recruitment",
        model=PreRecruitmentActivity,
        title="Pre-recruitment activities run with an employer, as a funnel",
        after="placements",
        holds=("employer_id", "title", "started_on", "ended_on", *FUNNEL, "contract_id"),
    ),
)
