"""What the pages of documents, notes and actions have in common; and the page of all that is kept with one record.

A record or a part outside one's sight is not there; whoever sees it and may not keep it is refused. Every look is
written down as a look at the record itself, so that "who looked" on its page tells of its documents too.
"""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from partners.enums import AccessAction
from partners.errors import CaseloadError
from partners.models import Action, Document, Note
from partners.models.part import Part
from partners.platform.documents.panel import panel_of
from partners.platform.documents.past import may_show, past_of
from partners.platform.documents.removing import UNDO_DAYS, put_back, remove, removed
from partners.platform.documents.subjects import Subject, find_part, find_subject
from partners.platform.forms.fields import WholeNumberField
from partners.platform.frame.pages import ROLE_REFUSED, ConfirmPage, ReasonForm, StaffPage
from partners.platform.records.forms import RecordForm
from partners.platform.trail.looking import record_access

MOST = 200


class AboutSubject(StaffPage):
    """A page about what is kept with one record within this person's sight."""

    keeps: ClassVar[bool] = False

    def check_access(self, request: HttpRequest) -> None:
        super().check_access(request)
        if self.keeps and not self.may_change():
            raise PermissionDenied(ROLE_REFUSED)

    def may_change(self) -> bool:
        return self.subject.may_keep

    @cached_property
    def subject(self) -> Subject:
        found = find_subject(self.staff, self.kwargs["kind"], self.kwargs["uid"])
        if found is None:
            raise Http404
        return found

    def look(self, action: AccessAction = AccessAction.VIEWED, **detail: Any) -> None:
        record_access(
            self.request,
            action,
            self.subject.label,
            subject_id=self.subject.record.pk,
            detail=detail,
            purpose=self.subject.purpose,
        )

    def get_back(self) -> str:
        return self.subject.url

    def get_success_url(self) -> str:
        return f"{self.subject.url}#parts"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        more = {"caption": self.subject.name, "subject": self.subject}
        return super().get_context_data(**{**more, **kwargs})  # type: ignore[misc, no-any-return]


class AddPart(AboutSubject, RecordForm):
    """A form that keeps something with a record. It names the record, so that opening it is a look."""

    keeps = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.look(shown="a form to keep something with it")
        return super().get(request, *args, **kwargs)


class AboutPart(AboutSubject):
    """A page about one part; a removed one is there for those who may put it back."""

    model: ClassVar[type[Part]]

    @cached_property
    def found(self) -> tuple[Subject, Any]:
        found = find_part(self.staff, self.model, self.kwargs["uid"])
        if found is None or (found[1].removed_at is not None and not found[0].corrects(found[1])):
            raise Http404
        return found

    @cached_property
    def subject(self) -> Subject:
        return self.found[0]

    @cached_property
    def part(self) -> Any:
        return self.found[1]

    def may_change(self) -> bool:
        return self.subject.corrects(self.part)

    def look_at_part(self) -> None:
        detail: dict[str, Any] = {str(self.model._meta.model_name): str(self.part.uid)}
        self.look(**detail)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        more = {"part": self.part, "category": self.subject.kind.categories.get(self.part.category, "")}
        return super().get_context_data(**{**more, **kwargs})


class PartPage(AboutPart, TemplateView):
    """One part, what may be done with it, and how it came to be as it is."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.look_at_part()
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        more = {
            "title": str(self.part),
            "may_change": self.may_change(),
            "corrects": self.subject.corrects(self.part),
            "past": past_of(self.subject, self.part),
            "undo_days": UNDO_DAYS,
        }
        return super().get_context_data(**{**more, **kwargs})


class ChangePart(AboutPart, RecordForm):
    """A form that changes a part, shown with what it is now: opening it is a look."""

    keeps = True

    @property
    def record(self) -> Any:
        return self.part

    def check_access(self, request: HttpRequest) -> None:
        super().check_access(request)
        if self.part.removed_at is not None:
            raise Http404

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.look_at_part()
        return super().get(request, *args, **kwargs)

    def may_show(self, earlier: Any) -> bool:
        return may_show(self.subject, self.part, earlier)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "subject": self.subject, "kept": self.part.category}

    def get_back(self) -> str:
        return reverse(f"partners:{self.model._meta.model_name}", args=[self.part.uid])


class VersionedReason(ReasonForm):
    """The reason, with the version of the part that the person had before their eyes."""

    version = WholeNumberField(widget=forms.HiddenInput, required=False)


class RemovePart(AboutPart, ConfirmPage):
    keeps = True
    submit = "Remove it"
    form_class = VersionedReason

    def check_access(self, request: HttpRequest) -> None:
        super().check_access(request)
        if self.part.removed_at is not None:
            raise Http404

    @property
    def what(self) -> str:
        return str(self.model._meta.verbose_name)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        more = {"title": f"Remove this {self.what}", "lead": str(self.part)}
        return super().get_context_data(**{**more, **kwargs})

    def get_initial(self) -> dict[str, Any]:
        return {"version": self.part.version}

    def get_consequences(self) -> list[str]:
        lasts = f" for {UNDO_DAYS} days; then its file is deleted" if self.model is Document else ""
        return [
            f"Nobody sees this {self.what} with the record any more.",
            f"It can be put back from what is kept with the record{lasts}.",
        ]

    def get_back(self) -> str:
        return reverse(f"partners:{self.model._meta.model_name}", args=[self.part.uid])

    def act(self, form: Any) -> None:
        reason = form.cleaned_data["reason"]
        version = form.cleaned_data["version"] or 0
        remove(self.subject, self.part, version=version, reason=reason, by=self.staff)
        messages.success(self.request, f"The {self.what} is removed. It can be put back.")

    def get_success_url(self) -> str:
        return reverse("partners:parts", args=[self.subject.label, self.subject.record.uid])


class PutPartBack(AboutPart):
    keeps = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            put_back(self.subject, self.part, by=self.staff)
        except CaseloadError as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, f"The {self.model._meta.verbose_name} is back.")
        return HttpResponseRedirect(reverse("partners:parts", args=[self.subject.label, self.subject.record.uid]))


class AllParts(AboutSubject, TemplateView):
    """Everything kept with one record, done and removed things too; for the record's own page the panel alone.

    A page that has many other things to ask fetches the panel so; its own look is written down already.
    """

    template_name = "parts/all.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.htmx and not request.htmx.boosted:  # type: ignore[attr-defined]
            return render(request, "parts/panel.html", {"panel": panel_of(self.subject)})
        self.look(shown="everything kept with it")
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **kwargs,
            title="Documents, notes and things to do",
            documents=self._kept(Document).order_by("-id")[:MOST],
            notes=self._kept(Note).order_by("-id")[:MOST],
            actions=self._kept(Action).select_related("owner", "done_by").order_by("done_at", "due_on", "id")[:MOST],
            removed=[
                (str(model._meta.model_name), part)
                for model in (Document, Note, Action)
                for part in (removed(self.subject, model)[:MOST] if self.subject.may_keep else [])
            ],
            undo_days=UNDO_DAYS,
        )

    def _kept(self, model: type[Part]) -> Any:
        return self.subject.parts(model).filter(removed_at__isnull=True).select_related("recorded_by", "organisation")
