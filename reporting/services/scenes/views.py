"""Lists that people keep under a name."""

from django.urls import reverse

from partners.services.saved_views import save_view
from reporting.services.scenes.stage import Stage

VIEWS = (
    ("staff-adviser", "Longest without contact", "whose=mine&sort=contact"),
    ("staff-tracking", "Ready for work", "whose=all&stage=job_ready"),
)


def save_views(stage: Stage) -> None:
    for part, name, query in VIEWS:
        save_view(by=stage.person(part), path=reverse("caseload:caseload"), query=query, name=name)
