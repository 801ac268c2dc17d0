"""A signed claim as its auditor and monitoring officer work on it: a sample under way, a contributor's share."""

from caseload.models import Job
from partners.models import Organisation
from reporting.enums import Finding, OutcomeItem, SampleMethod
from reporting.models import Claim, SampledLine
from reporting.services.samples import draw, find, population
from reporting.services.scenes.stage import Stage
from reporting.services.shares import record_share

SIZE = 8


def sample_a_claim(stage: Stage) -> None:
    """Let the auditor draw a sample of the newest signed claim and examine all its lines but the last."""
    auditor = stage.person("staff-auditor")
    claim = Claim.objects.order_by("-quarter").first()
    if claim is None or not (lines := len(population(claim))):
        return
    sample = draw(claim, method=SampleMethod.MONETARY_UNIT, seed="audit plan", size=min(SIZE, lines), by=auditor)
    rows = list(SampledLine.objects.filter(sample=sample).order_by("place").select_related("line"))
    for row in rows[:-1]:
        is_wrong = row.place == 1
        find(
            row,
            finding=Finding.FAIL if is_wrong else Finding.PASS,
            wrong=row.line.amount / 2 if is_wrong else None,
            note="The proof covers half of it." if is_wrong else "",
            version=row.version,
            by=auditor,
        )


def share_an_outcome(stage: Stage) -> None:
    """Let the monitoring officer record who else contributed to a job start that a contract claims."""
    officer = stage.person("staff-monitoring-officer")
    job = Job.objects.filter(contract__isnull=False, client__restricted=False).select_related("contract").first()
    if job is None or job.contract is None:
        return
    helper = Organisation.objects.exclude(pk=job.contract.provider_id).order_by("pk").first()
    if helper is not None:
        reason = "Prepared the interview with the employer."
        record_share(job, item=OutcomeItem.JOB_START, organisation=helper, share=30, reason=reason, by=officer)
