"""The PDF of a return that is not signed: laid out by the worker, once for all who read the same in it."""

from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.utils import timezone

from partners.errors import CaseloadError
from partners.models import BackgroundJob, StaffMember
from partners.platform.jobs import queue as jobs
from reporting.documents.content import ReportContent, content_of
from reporting.documents.pdf import TEMPLATE, data_for_pdf, typeset
from reporting.models import RenderedPdf, Return, ReturnBuild
from reporting.queries.filed import newest_build
from reporting.queries.readers import reading_of
from reporting.queries.report import reads_spend

JOB = "return-pdf"
KEPT = timedelta(days=1)


def content_for(staff: StaffMember, filed: Return, build: ReturnBuild) -> ReportContent:
    """Return what a build says to this person."""
    return content_of(filed, build, reading_of(staff, filed, build), with_money=reads_spend(staff, filed))


def digest_for(staff: StaffMember, filed: Return, build: ReturnBuild) -> str:
    """Return the name of the PDF that says what this person reads now."""
    return digest_of(data_for_pdf(content_for(staff, filed, build)))


def digest_of(data: bytes) -> str:
    return sha256(TEMPLATE.read_bytes() + data).hexdigest()


def pdf_called(digest: str) -> bytes | None:
    found = RenderedPdf.objects.filter(digest=digest).values_list("content", flat=True).first()
    return None if found is None else bytes(found)


def ask_for_pdf(filed: Return, digest: str, *, by: StaffMember) -> BackgroundJob:
    return jobs.ask(
        JOB,
        title="The PDF of the return",
        payload={"return": str(filed.uid), "by": str(by.uid)},
        by=by,
        subject_key=digest,
    )


def newest_job(digest: str) -> BackgroundJob | None:
    found: BackgroundJob | None = BackgroundJob.objects.filter(kind=JOB, subject_key=digest).order_by("-pk").first()
    return found


@jobs.job_kind(JOB)
def make_pdf(job: BackgroundJob, tell: jobs.Tell) -> dict[str, Any]:
    """Lay out what the asker reads at this moment: if that is more or less than when they asked, they ask anew."""
    filed = Return.from_uid(job.payload["return"])
    build = newest_build(filed)
    if build is None:
        raise CaseloadError("This return has not been built yet.")
    tell(0, 1, "Laying out the pages")
    data = data_for_pdf(content_for(StaffMember.from_uid(job.payload["by"]), filed, build))
    digest, now = digest_of(data), timezone.now()
    if not RenderedPdf.objects.filter(digest=digest).exists():
        RenderedPdf.objects.create(filed=filed, digest=digest, content=typeset(data), made_at=now)
    RenderedPdf.objects.filter(filed=filed, made_at__lt=now - KEPT).delete()
    return {}
