"""The chapters of a city, in the order in which they are told (see :mod:`reporting.synthetic`)."""

from collections.abc import Callable

from reporting.synthetic.chapters.claims import add_claims
from reporting.synthetic.chapters.employers import add_courses, add_employers, add_events
from reporting.synthetic.chapters.money import add_contracts, add_contributions
from reporting.synthetic.chapters.partners import add_centres, add_organisations, add_services, add_staff
from reporting.synthetic.chapters.people import add_people
from reporting.synthetic.chapters.programme import add_milestones, add_observations, add_risks, add_targets
from reporting.synthetic.city import City

CHAPTERS: tuple[Callable[[City], None], ...] = (
    add_organisations,
    add_staff,
    add_centres,
    add_contracts,
    add_contributions,
    add_services,
    add_employers,
    add_courses,
    add_events,
    add_targets,
    add_observations,
    add_milestones,
    add_risks,
    add_people,
    add_claims,
)
