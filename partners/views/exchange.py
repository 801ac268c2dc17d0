"""Records in and out: import in three steps (choose, check, load), undo, and export (PAGES.md "Import")."""

import uuid
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.generic import TemplateView, View

from partners.enums import AccessAction, JobState
from partners.errors import CaseloadError
from partners.forms.exchange import ChoosePackage, most_uploaded
from partners.models import BackgroundJob, ExchangeBatch
from partners.permissions import Capability
from partners.platform.exchange.declarations import all_tables
from partners.platform.exchange.runs import (
    TAKING_OUT,
    ask_for_export,
    ask_to_load,
    check_upload,
    export_path,
    undo_batch,
)
from partners.platform.exchange.undoing import why_not_undone
from partners.platform.forms.uploads import LimitedToDisk
from partners.platform.frame.pages import ConfirmPage, StaffForm, StaffPage, to_sign_in
from partners.platform.frame.pieces import Step
from partners.platform.frame.tags import tag
from partners.platform.lists.pages import TablePage
from partners.platform.lists.tables import Column
from partners.platform.trail.looking import record_access
from partners.queries.exchange import exports, imports


def state_of(batch: ExchangeBatch) -> tuple[str, str]:
    """Return a batch's state as a word and the tone of its tag."""
    if batch.undone_at:
        return "Undone", "quiet"
    if batch.loaded_at:
        return "Loaded", "done"
    if batch.job and not batch.job.is_over:
        return ("Being checked" if batch.dry_run else "Being loaded"), "running"
    if batch.job and batch.job.state != JobState.DONE:
        return "Not finished", "bad"
    return ("Refused", "bad") if batch.refusals else ("Checked", "waiting")


def steps_of(batch: ExchangeBatch | None) -> list[Step]:
    """Return the three steps with the one that this batch is at."""
    if batch is None:
        states = ("current", "coming", "coming")
    elif batch.loaded_at:
        states = ("done", "done", "done")
    elif batch.refusals or (batch.dry_run and batch.job and not batch.job.is_over):
        states = ("done", "current", "coming")
    else:
        states = ("done", "done", "current")
    return [Step(title, state) for title, state in zip(("Choose", "Check", "Load"), states, strict=True)]


def total(batch: ExchangeBatch, what: str) -> int:
    return sum(count[what] for count in batch.counts.values())


class Exchange(TablePage):
    capability = Capability.MOVE_RECORDS
    template_name = "partners/exchange.html"
    title = "Records in and out"
    lead = "Bring records in from files of the exchange package, and take all records of the consortium out."
    empty = "Packages you import are listed here, with what came of them."
    columns = [
        Column("file", "Package", value="file_name", link=lambda b: reverse("partners:import", args=[b.uid])),
        Column("state", "State", value=lambda b: state_of(b)[0], cell=lambda b: tag(*state_of(b))),
        Column("new", "New", value=lambda b: total(b, "new"), kind="number"),
        Column("changed", "Changed", value=lambda b: total(b, "changed"), kind="number"),
        Column("refusals", "Refused", value="refusals", kind="number"),
        Column("warnings", "Warnings", value="warnings", kind="number"),
        Column("by", "Asked by", value=lambda b: b.asked_by.name if b.asked_by else "Command"),
        Column("at", "Asked", value="recorded_at", kind="moment", sort="recorded_at"),
    ]
    default_sort = "-at"

    def get_rows(self) -> QuerySet[ExchangeBatch]:
        return imports()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(exports=exports().filter(asked_by=self.staff)[:10], **kwargs)


@method_decorator(csrf_exempt, name="dispatch")
class ChooseFile(StaffForm):
    """Step 1. The upload goes to disk piece by piece and stops where it is too large.

    Upload handlers must be set before the token is read from the body, so the check of the token comes after them.
    """

    capability = Capability.MOVE_RECORDS
    template_name = "partners/import_choose.html"
    title = "Import a package"
    submit = "Check the package"
    form_class = ChoosePackage

    @method_decorator(csrf_protect)
    def dispatch_checked(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return super().dispatch(request, *args, **kwargs)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.is_authenticated:
            return to_sign_in(request)
        self.check_access(request)
        request.upload_handlers = [LimitedToDisk(request, most_uploaded())]
        return self.dispatch_checked(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "is_too_large": getattr(self.request, "is_too_large", False)}

    def get_back(self) -> str:
        return reverse("partners:exchange")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(steps=steps_of(None), **kwargs)

    def act(self, form: ChoosePackage) -> HttpResponse:
        batch = check_upload(form.cleaned_data["package"], by=self.staff)
        return HttpResponseRedirect(reverse("partners:import", args=[batch.uid]))


class OneImport(StaffPage):
    capability = Capability.MOVE_RECORDS

    def get_batch(self) -> ExchangeBatch:
        uid: uuid.UUID = self.kwargs["uid"]
        return get_object_or_404(imports(), uid=uid)


class Import(OneImport, TemplateView):
    """Steps 2 and 3: what the check found, the way to load, what was loaded, and whether it can be undone."""

    template_name = "partners/import.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        batch = self.get_batch()
        is_over = batch.job is None or batch.job.is_over
        is_right = is_over and not batch.refusals and (batch.job is None or batch.job.state == JobState.DONE)
        return super().get_context_data(
            title=batch.file_name,
            batch=batch,
            state=state_of(batch),
            steps=steps_of(batch),
            is_over=is_over,
            may_load=is_right and batch.dry_run and not batch.loaded_at,
            counts=[(t.name, batch.counts[t.name]) for t in all_tables() if t.name in batch.counts],
            made=total(batch, "new"),
            changed=total(batch, "changed"),
            refused=[group for group in batch.groups if not group["is_warning"]],
            doubtful=[group for group in batch.groups if group["is_warning"]],
            why_not_undone=why_not_undone(batch, by=self.staff) if batch.loaded_at and not batch.undone_at else [],
            **kwargs,
        )


class LoadImport(OneImport):
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        batch = self.get_batch()
        try:
            ask_to_load(batch, by=self.staff)
        except CaseloadError as refusal:
            messages.error(request, refusal.message)
        return HttpResponseRedirect(reverse("partners:import", args=[batch.uid]))


class UndoImport(OneImport, ConfirmPage):
    title = "Undo this import"
    submit = "Undo the import"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if why_not_undone(self.get_batch(), by=self.staff):
            return HttpResponseRedirect(self.get_back())  # where it says why
        return super().get(request, *args, **kwargs)

    def get_consequences(self) -> list[str]:
        batch = self.get_batch()
        why_not = why_not_undone(batch, by=self.staff)
        if why_not:
            return [*why_not, "So this import cannot be undone as it stands."]
        made, changed = total(batch, "new"), total(batch, "changed")
        told = [
            f"{made:,} record{'s are' if made > 1 else ' is'} deleted: this import made {'them' if made > 1 else 'it'}."
            if made
            else "",
            f"{changed:,} record{'s' if changed > 1 else ''} it changed become{'' if changed > 1 else 's'} as before."
            if changed
            else "",
        ]
        return [sentence for sentence in told if sentence] or ["This import changed nothing, so no record changes."]

    def get_back(self) -> str:
        return reverse("partners:import", args=[self.kwargs["uid"]])

    def act(self, form: Any) -> None:
        undo_batch(self.get_batch(), by=self.staff, reason=form.cleaned_data["reason"])
        messages.success(self.request, "The import is undone.")

    def get_success_url(self) -> str:
        return self.get_back()


class ImportReport(OneImport):
    """Every finding of an import as CSV, safe to open in a spreadsheet."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        batch = self.get_batch()
        if not batch.report or not batch.report.storage.exists(str(batch.report.name)):
            raise Http404
        record_access(
            request,
            AccessAction.EXPORTED,
            "partners.exchangebatch",
            subject_id=batch.pk,
            purpose="Checking an import",
        )
        return FileResponse(batch.report.open("rb"), as_attachment=True, filename="findings.csv")


class Export(StaffPage):
    capability = Capability.MOVE_RECORDS

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        job = ask_for_export(by=self.staff)
        return HttpResponseRedirect(reverse("partners:export", args=[job.uid]))


class OneExport(StaffPage, TemplateView):
    """An export being written, and the way to its file."""

    capability = Capability.MOVE_RECORDS
    template_name = "partners/export.html"

    def get_job(self) -> BackgroundJob:
        # What somebody took out is what they may open: it is no other's.
        return get_object_or_404(exports().filter(asked_by=self.staff), uid=self.kwargs["uid"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        job = self.get_job()
        is_there = job.state == JobState.DONE and export_path(job).exists()
        return super().get_context_data(title=job.title, job=job, is_there=is_there, **kwargs)


class ExportFile(OneExport, View):
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        job = self.get_job()
        path = export_path(job)
        if job.state != JobState.DONE or not path.exists():
            raise Http404
        record_access(
            request,
            AccessAction.EXPORTED,
            "partners.consortium",
            subject_id=self.consortium.pk,
            purpose=TAKING_OUT,
        )
        name = f"{self.consortium.slug}-{job.asked_at:%Y-%m-%d}.zip"
        return FileResponse(path.open("rb"), as_attachment=True, filename=name)
