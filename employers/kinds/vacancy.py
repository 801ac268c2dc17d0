"""Vacancies: the jobs pool, shared by all partners (EMP-05)."""

from typing import Any

from django.db.models import Q

from employers.kinds.words import LINKS
from employers.models import Vacancy
from employers.wages import lowest_wage
from partners.errors import CaseloadError
from partners.models import StaffMember
from partners.permissions import Capability
from partners.platform.dates import long_date
from partners.platform.records.keeping import Keeps, Verb
from partners.platform.records.kinds import RecordKind
from partners.platform.records.lookalikes import LookAlike

MOST_ALIKE = 3


def not_below_any_wage(vacancy: Vacancy) -> None:
    """Refuse what no minimum wage allows on the day it opens."""
    lowest = lowest_wage(vacancy.opened_on)
    if vacancy.hourly_wage is not None and vacancy.hourly_wage < lowest:
        said = f"Enter £{lowest} or more: the lowest minimum wage anybody could be paid on"
        raise CaseloadError(f"{said} {long_date(vacancy.opened_on)}.", field="hourly_wage")


def guarantee_of_its_employer(vacancy: Vacancy) -> None:
    agreement = vacancy.jigs_agreement
    if agreement is not None and agreement.employer_id != vacancy.employer_id:
        raise CaseloadError("Choose an interview guarantee of this employer.", field="jigs_agreement")


def open_alike(vacancy: Vacancy, staff: StaffMember) -> list[LookAlike]:
    """Return the open vacancies of the same title at the same employer."""
    same = Vacancy.objects.filter(employer=vacancy.employer, title__iexact=vacancy.title.strip()).filter(
        Q(closed_on__isnull=True) | Q(closed_on__gte=vacancy.opened_on)
    )
    return [
        LookAlike(
            "vacancy",
            str(each.uid),
            f"{each.title}, {each.posts} posts, open since {long_date(each.opened_on)}",
            KIND.address("record", each.uid),
        )
        for each in same.order_by("-opened_on")[:MOST_ALIKE]
    ]


def begun(staff: StaffMember) -> dict[str, Any]:
    return {"posts": 1}


LOG = Capability.LOG_EMPLOYERS
KIND = RecordKind(
    model=Vacancy,
    slug="vacancies",
    title="Vacancies",
    one="Vacancy at",
    about="The jobs pool: posts that employers want to fill.",
    shown=("title", "employer", "posts", "opened_on", "closed_on", "hourly_wage"),
    called={
        "posts": "Number of posts",
        "opened_on": "Open from",
        "closed_on": "Closes on",
        "jigs_agreement": "Interview guarantee",
    },
    capability=Capability.VIEW_EMPLOYERS,
    money=("hourly_wage",),
    day="opened_on",
    ends="closed_on",
    current="Open today",
    searched=("title", "employer__name"),
    searches="A word of the title or of the employer's name.",
    begins="Add the first one here, or bring them with an exchange package.",
    links=LINKS,
    parent="employer",
    keeps=Keeps(
        fields=(
            "employer",
            "title",
            "posts",
            "opened_on",
            "closed_on",
            "jigs_agreement",
            "hours_per_week",
            "hourly_wage",
        ),
        may=dict.fromkeys(Verb, LOG),
        past=("opened_on",),
        ending="closed_on",
        rules=(not_below_any_wage, guarantee_of_its_employer),
        alike=open_alike,
        initial=begun,
        hints={"closed_on": "The last day on which somebody can apply. Empty while it is open without an end."},
    ),
)
