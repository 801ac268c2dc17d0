"""The way to a return's PDF: the file where it is there, or the worker's progress with it."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import TemplateView
from django_htmx.http import HttpResponseClientRedirect

from partners.enums import JobState
from partners.platform.frame.pages import FragmentOrPage
from reporting.models import RenderedPdf, SignedFile
from reporting.services.pdfs import ask_for_pdf, digest_for, newest_job
from reporting.views.filed import WithBuild


class PdfPage(FragmentOrPage, WithBuild, TemplateView):
    """Leads to the PDF that says what the reader reads now, or asks the worker for it and shows how far that is.

    Asks for it by itself once; after a failure only when somebody says so. ``?of=`` names the one that is being made.
    """

    template_name = "reporting/pdf.html"
    fragment_name = "reporting/_pdf.html"

    @property
    def address(self) -> str:
        return reverse("reporting:pdf", args=[self.filed.uid])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        digest = request.GET.get("of", "")
        if not digest:
            return self.lead()
        job = None if self.is_ready(digest) else newest_job(digest)
        if not self.is_ready(digest) and (job is None or job.state == JobState.DONE):
            # What is read in the return has changed since it was asked for.
            return HttpResponseClientRedirect(self.address) if request.htmx else redirect(self.address)  # type: ignore[attr-defined]
        return self.render_to_response(self.get_context_data(job=job, digest=digest))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.ask(digest_for(self.staff, self.filed, self.built))

    def lead(self) -> HttpResponse:
        """Go to the file, or to the page of its making."""
        if self.is_signed:
            return redirect("reporting:download", self.filed.uid, "pdf")
        digest = digest_for(self.staff, self.filed, self.built)
        if self.is_ready(digest):
            return redirect("reporting:download", self.filed.uid, "pdf")
        job = newest_job(digest)
        return self.ask(digest) if job is None or job.state == JobState.DONE else self.show(digest)

    def ask(self, digest: str) -> HttpResponse:
        ask_for_pdf(self.filed, digest, by=self.staff)
        return self.show(digest)

    def show(self, digest: str) -> HttpResponse:
        return redirect(f"{self.address}?{urlencode({'of': digest})}")

    def is_ready(self, digest: str) -> bool:
        return self.is_signed or RenderedPdf.objects.filter(digest=digest).exists()

    @cached_property
    def is_signed(self) -> bool:
        return bool(SignedFile.objects.filter(document__filed=self.filed, name="return.pdf").exists())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {
            "title": f"PDF of {self.page_title}",
            "return_title": self.page_title,
            "return_url": self.return_url,
            "filed": self.filed,
        }
        return super().get_context_data(**context, **kwargs)
