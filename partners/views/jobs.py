"""Background work: what was asked for, how far it is, and stopping it."""

import uuid
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.generic import TemplateView
from django_htmx.http import HttpResponseClientRefresh

from partners.enums import JobState
from partners.models import BackgroundJob
from partners.platform.frame.pages import ConfirmPage, FragmentOrPage, StaffPage
from partners.platform.frame.tags import tag
from partners.platform.jobs.broker import broker_is_there
from partners.platform.jobs.queue import cancel
from partners.platform.lists.pages import TablePage
from partners.platform.lists.tables import Column
from partners.queries.jobs import jobs_visible_to

TONES = {
    JobState.WAITING: "waiting",
    JobState.RUNNING: "running",
    JobState.DONE: "done",
    JobState.FAILED: "bad",
    JobState.CANCELLED: "quiet",
}


class JobList(TablePage):
    title = "Background work"
    template_name = "partners/job_list.html"
    default_sort = "-asked"
    empty = "Builds, imports and exports you ask for are listed here with their progress."
    columns = [
        Column("title", "Work", sort="title", link=lambda job: reverse("partners:job", args=[job.uid])),
        Column(
            "state",
            "State",
            value=lambda job: job.get_state_display(),
            cell=lambda job: tag(job.get_state_display(), TONES[job.state]),
            sort="state",
        ),
        Column("asked_by", "Asked by", value="asked_by.name"),
        Column("asked", "Asked", value="asked_at", kind="moment", sort="asked_at"),
        Column("ended", "Ended", value="ended_at", kind="moment", sort="ended_at"),
    ]

    def get_rows(self) -> QuerySet[BackgroundJob]:
        return jobs_visible_to(self.staff)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(broker_is_there=broker_is_there(), **kwargs)


class OneJob(StaffPage):
    def get_job(self) -> BackgroundJob:
        uid: uuid.UUID = self.kwargs["uid"]
        return get_object_or_404(jobs_visible_to(self.staff), uid=uid)


class Job(OneJob, TemplateView):
    template_name = "partners/job.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        job = self.get_job()
        waits = job.state == JobState.WAITING
        return super().get_context_data(job=job, broker_is_there=not waits or broker_is_there(), **kwargs)


class JobProgress(FragmentOrPage, Job):
    """What the progress piece asks for every two seconds; without htmx it is the job's page."""

    fragment_name = "components/job_progress.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if getattr(request, "htmx", None) and self.get_job().is_over:
            return HttpResponseClientRefresh()  # the page around it says what came of the work
        return super().get(request, *args, **kwargs)


class JobCancel(OneJob, ConfirmPage):
    title = "Cancel this work"
    submit = "Cancel the work"

    def get_consequences(self) -> list[str]:
        return [f"“{self.get_job().title}” stops at its next step. What it had done so far is taken back."]

    def get_back(self) -> str:
        return reverse("partners:job", args=[self.kwargs["uid"]])

    def act(self, form: Any) -> None:
        cancel(self.get_job())
        messages.success(self.request, "The work is cancelled.")

    def get_success_url(self) -> str:
        return self.get_back()
