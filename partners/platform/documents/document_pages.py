"""Documents: sent, opened, shown where that is safe, and downloaded."""

import logging
from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.contrib import messages
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import content_disposition_header
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from partners.enums import AccessAction, ScanState
from partners.models import Document
from partners.platform.documents.forms import DocumentForm, UploadForm
from partners.platform.documents.keeping import (
    MOST_FILES,
    MOST_IN_A_FILE,
    Taken,
    as_stream,
    change_document,
    contents,
    keep_documents,
    kind_of,
    too_large,
)
from partners.platform.documents.names import tidy_name
from partners.platform.documents.pages import (
    AboutPart,
    AddPart,
    ChangePart,
    PartPage,
    PutPartBack,
    RemovePart,
)
from partners.platform.documents.pictures import shown
from partners.platform.documents.refusals import FileRefused
from partners.platform.documents.scanner import has_scanner
from partners.platform.documents.storage import FileBroken
from partners.platform.documents.tags import file_size
from partners.platform.forms.uploads import SeveralToDisk
from partners.platform.frame.pages import to_sign_in
from partners.platform.frame.pieces import Fact
from partners.platform.frame.tags import at

MOST_IN_ALL = 100 * 2**20
# Nothing in it runs, loads or leads anywhere, and its page counts as nobody's.
SHUT = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
log = logging.getLogger(__name__)


@method_decorator(csrf_exempt, name="dispatch")
class Upload(AddPart):
    """One file or several. Those that can be kept are, and of each of the others it is said why not.

    Upload handlers must be set before the token is read from the body, so the check of the token comes after them.
    """

    template_name = "parts/upload.html"
    form_class = UploadForm
    title = "Upload documents"
    submit = "Upload"

    @method_decorator(csrf_protect)
    def dispatch_checked(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return super().dispatch(request, *args, **kwargs)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.is_authenticated:
            return to_sign_in(request)
        self.check_access(request)
        handler = SeveralToDisk(request, most=MOST_IN_A_FILE, most_files=MOST_FILES, most_in_all=MOST_IN_ALL)
        request.upload_handlers = [handler]
        return self.dispatch_checked(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "subject": self.subject}

    def form_valid(self, form: Any) -> HttpResponse:
        typed = form.cleaned_data
        files = [*typed["files"], *typed["camera"]]
        left_out = self._left_out()
        if not files and not left_out:
            form.add_error("files", "Choose at least one file.")
            return self.form_invalid(form)
        taken = keep_documents(self.subject, files, by=self.staff, title=typed["title"], category=typed["category"])
        taken.refused += left_out
        self._note_infected(taken)
        if not taken.refused:
            number = len(taken.kept)
            said = "The document is kept." if number == 1 else f"{number} documents are kept."
            messages.success(self.request, said)
            self.remember_sent(self.get_success_url())
            return HttpResponseRedirect(self.get_success_url())
        for sentence in taken.refused:
            form.add_error("files", sentence)
        return self.render_to_response(self.get_context_data(form=form, kept=taken.kept))

    def _left_out(self) -> list[str]:
        """Say which files were not even taken to the disk."""
        large, many = self.request.too_large, self.request.too_many
        over = FileRefused("is more than is taken at once", "Send it by itself, after the others.")
        return [too_large().about(tidy_name(name)) for name in large] + [over.about(tidy_name(name)) for name in many]

    def _note_infected(self, taken: Taken) -> None:
        for found in taken.infected:
            self.look(AccessAction.FILE_REFUSED, found=found)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"has_scanner": has_scanner(), **kwargs})


class DocumentPage(PartPage):
    model = Document
    template_name = "parts/document.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        document = self.part
        kind = kind_of(document)
        return super().get_context_data(
            **kwargs,
            shown=kind.shown if document.is_there and not document.caution else "",
            facts=[
                Fact("File", document.name),
                Fact("Kind", f"{kind.title}, {file_size(document.size)}"),
                Fact("Uploaded", f"{at(document.recorded_at)} by {document.recorded_by}, {document.organisation}"),
                Fact("Virus scan", scan_in_words(document)),
                Fact("SHA-256", document.sha256),
            ],
        )


def scan_in_words(document: Document) -> str:
    if document.scan == ScanState.CLEAN:
        return f"Scanned {at(document.scanned_at)}, nothing found"
    if document.scan == ScanState.WAITING:
        return "Waiting for the scanner; it can be opened once the scanner has seen it"
    if document.scan == ScanState.INFECTED:
        return "Infected; the file is deleted"
    return "Not scanned: there is no virus scanner here"


class OpenDocument(AboutPart):
    """A page that gives a file out: only one that is there, and each time as a look."""

    model = Document

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        document = self.part
        if not document.is_there:
            messages.error(request, f"This document cannot be opened: {scan_in_words(document).lower()}.")
            return self._back_to_page()
        try:
            response = self.give(document)
        except (FileBroken, FileRefused):
            log.exception("The file of document %s is not there, or not as it was written", document.uid)
            messages.error(request, "The file is not there, or not as it was stored. Tell the operator.")
            return self._back_to_page()
        self.look(AccessAction.OPENED_FILE, document=str(document.uid))
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Content-Security-Policy"] = SHUT
        return response

    def _back_to_page(self) -> HttpResponse:
        return HttpResponseRedirect(reverse("partners:document", args=[self.part.uid]))

    def give(self, document: Document) -> HttpResponseBase:
        raise NotImplementedError

    def _file(self, document: Document, *, media_type: str, as_attachment: bool) -> StreamingHttpResponse:
        response = StreamingHttpResponse(checked(contents(document)), content_type=media_type)
        response.headers["Content-Length"] = str(document.size)
        response.headers["Content-Disposition"] = content_disposition_header(as_attachment, document.name) or ""
        return response


def checked(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Read the first piece at once, so that a broken file is an answer in words and not half a file."""
    return chain([next(pieces)], pieces)


class Download(OpenDocument):
    def give(self, document: Document) -> HttpResponseBase:
        return self._file(document, media_type="application/octet-stream", as_attachment=True)


class Show(OpenDocument):
    """A picture as a new one, a PDF or text as it is; nothing that can act, and nothing else."""

    def give(self, document: Document) -> HttpResponseBase:
        kind = kind_of(document)
        if document.caution or not kind.shown:
            raise Http404
        if kind.shown == "picture":
            return HttpResponse(shown(as_stream(document)), content_type="image/jpeg")
        media_type = "application/pdf" if kind.shown == "pdf" else "text/plain; charset=utf-8"
        return self._file(document, media_type=media_type, as_attachment=False)


class ChangeDocument(ChangePart):
    model = Document
    form_class = DocumentForm
    title = "Change what a document is"
    done = "The document is saved."

    def get_initial(self) -> dict[str, Any]:
        return {"title": self.part.title, "category": self.part.category}

    def act(self, form: Any) -> None:
        change_document(self.subject, self.part, version=self.opened_version, values=form.cleaned_data, by=self.staff)

    def get_success_url(self) -> str:
        return self.get_back()


class RemoveDocument(RemovePart):
    model = Document


class PutDocumentBack(PutPartBack):
    model = Document
