"""Checks of jobs: still in work at 13, 26 and 52 weeks."""

from itertools import pairwise
from typing import Any

from caseload.enums import Evidence, TimelineGroup
from caseload.exchange import verified_after
from caseload.kinds.sentences import said, word
from caseload.kinds.sight import of_jobs, personal
from caseload.models import EmploymentCheck
from partners.platform.dates import long_date
from partners.platform.exchange.declarations import Table
from partners.platform.records.told import Entry, Sentence, Told


def sentence(facts: dict[str, Any]) -> Sentence:
    title = f"{'In work' if facts['in_work'] else 'Not in work'} at {facts['week']} weeks"
    if corrected := facts.get("corrected_on"):
        title = f"{title}: corrected by the check of {long_date(corrected)}"
    before = facts.get("corrects")
    corrects = f"corrects the check of {long_date(before)}" if before else ""
    evidence = f"evidence: {word(Evidence, facts['evidence']).lower()}"
    return Sentence(title, facts=said(facts["employer"] or "", evidence, corrects), by=facts["by"] or "")


def with_standing(entries: list[Entry]) -> list[Entry]:
    """Mark of the checks of one job and week the one that stands: the latest, by ``checked_on`` then ``id`` (KPIS.md).

    ``corrects`` is the day of the check before it, ``corrected_on`` of the one after: what an earlier one said is not
    so any more.
    """
    of_week: dict[tuple[int, int], list[Entry]] = {}
    for entry in entries:
        of_week.setdefault((entry.facts["job"], entry.facts["week"]), []).append(entry)
    for checks in of_week.values():
        checks.sort(key=lambda check: (check.day, check.facts["id"]))
        for earlier, later in pairwise(checks):
            earlier.facts["corrected_on"], later.facts["corrects"] = later.day, earlier.day
    return entries


KIND = personal(
    model=EmploymentCheck,
    slug="checks",
    title="Job checks",
    about="Still in work at 13, 26 and 52 weeks.",
    shown=("week", "job.client", "checked_on", "in_work", "evidence"),
    day="checked_on",
    one="Job check of",
    filters=("week", "evidence"),
    within=of_jobs,
    links={},
    timeline=Told(
        name="check",
        group=TimelineGroup.WORK,
        mark="money",
        facts={
            "id": "external_id",
            "job": "job_id",
            "week": "week",
            "in_work": "in_work",
            "evidence": "evidence",
            "employer": "job__employer__name",
            "by": "recorded_by__name",
        },
        sentence=sentence,
        together=with_standing,
    ),
    exchange=Table(
        name="employment_checks",
        model=EmploymentCheck,
        title="Is the client still in work at 13, 26 or 52 weeks after the job start",
        after="jobs",
        holds=("job_id", "week", "checked_on", "in_work", "evidence", "verified_on"),
        row_rules=(verified_after("checked_on"),),
    ),
)
