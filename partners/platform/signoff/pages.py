"""Doing a step of a document, and sending it back: a page for each, whatever the document is."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.functional import cached_property

from partners.platform.forms.fields import WholeNumberField
from partners.platform.forms.plain import PlainForm
from partners.platform.frame.pages import ConfirmPage, StaffForm
from partners.platform.signoff.declarations import Document, document_called
from partners.platform.signoff.engine import do_step, send_back
from partners.platform.signoff.standing import Standing, name_of, standing_of


class SeenForm(PlainForm):
    """The version of the sign-off that the page was drawn from."""

    seen = WholeNumberField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1, required=False)


class SendBackForm(SeenForm):
    to = forms.TypedChoiceField(
        label="Send it back to",
        widget=forms.RadioSelect,
        coerce=int,
        error_messages={"required": "Choose the step that it goes back to."},
    )
    reason = forms.CharField(
        label="What is to be put right?",
        help_text="Whoever did that step reads it, and it stays in the history of the document.",
        widget=forms.Textarea({"rows": 4}),
        max_length=2000,
        error_messages={"required": "Say what is to be put right."},
    )

    def __init__(self, *args: Any, standing: Standing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to: Any = self.fields["to"]
        to.choices = [(str(step.position), name_of(step)) for step in standing.earlier]


class OfDocument(StaffForm):
    """A page about one document that the reader may look at, and whose step it is to act."""

    @cached_property
    def document(self) -> Document:
        found = document_called(self.kwargs["kind"])
        if found is None:
            raise Http404
        return found

    @cached_property
    def record(self) -> Any:
        found = self.document.rows(self.staff).filter(uid=self.kwargs["uid"]).first()
        if found is None:
            raise Http404
        return found

    @cached_property
    def standing(self) -> Standing:
        standing = standing_of(self.record, self.staff, today=timezone.localdate())
        if standing is None:
            raise Http404
        return standing

    def check_access(self, request: HttpRequest) -> None:
        super().check_access(request)
        if request.method == "GET" and self.standing.step is not None and not self.standing.may_act:
            raise PermissionDenied(self.standing.why_not)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._all_done() or super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._all_done() or super().post(request, *args, **kwargs)

    def _all_done(self) -> HttpResponse | None:
        """Return the way back to a document whose every step is done: by a second click, or by somebody else."""
        if self.standing.step is not None:
            return None
        messages.info(self.request, "Every step of it is done already.")
        return HttpResponseRedirect(self.get_back())

    def get_initial(self) -> dict[str, Any]:
        return {"seen": self.standing.version}

    def get_back(self) -> str:
        return self.document.url(self.record)


class DoStep(OfDocument, ConfirmPage):
    form_class: Any = SeenForm
    is_dangerous = False

    @property
    def title(self) -> str:  # type: ignore[override]
        return name_of(self.standing.step) if self.standing.step else ""

    @property
    def lead(self) -> str:  # type: ignore[override]
        return self.document.title(self.record)

    @property
    def submit(self) -> str:  # type: ignore[override]
        return "Sign it" if self.standing.is_last else "I have done this step"

    def get_consequences(self) -> Sequence[str]:
        as_deputy = ["You act as deputy, and the document says so."] if self.standing.is_deputy else []
        one = "You can do no other step of this document, in this round or a later one."
        if self.standing.is_last:
            return [*as_deputy, "What is signed stays as it is, for good: later changes are shown beside it.", one]
        steps = self.standing.steps
        following = next(each for each in steps if self.standing.step and each.position > self.standing.step.position)
        locked = "Nothing it covers can be changed until it is sent back."
        return [*as_deputy, f"It goes on to the next step: {name_of(following)}.", locked, one]

    def act(self, form: Any) -> HttpResponse | None:
        seen = form.cleaned_data["seen"] or 0
        job = do_step(self.record, by=self.staff, seen=seen, today=timezone.localdate())
        said = "It is being signed. You can leave this page." if job else "The next in the chain is told."
        messages.success(self.request, said)
        return HttpResponseRedirect(self.get_back())


class SendBack(OfDocument):
    form_class = SendBackForm
    title = "Send it back"
    submit = "Send it back"

    @property
    def lead(self) -> str:  # type: ignore[override]
        return self.document.title(self.record)

    def check_access(self, request: HttpRequest) -> None:
        super().check_access(request)
        if request.method == "GET" and self.standing.step is not None and not self.standing.earlier:
            raise Http404

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "standing": self.standing}

    def act(self, form: Any) -> HttpResponse | None:
        said = form.cleaned_data
        send_back(
            self.record,
            by=self.staff,
            to=said["to"],
            reason=said["reason"],
            seen=said["seen"] or 0,
            today=timezone.localdate(),
        )
        messages.success(self.request, "It is sent back, and whoever did that step is told.")
        return HttpResponseRedirect(self.get_back())


def sign_off_urls() -> list[URLPattern]:
    return [
        path("sign-off/<str:kind>/<uuid:uid>/step/", DoStep.as_view(), name="sign-off-step"),
        path("sign-off/<str:kind>/<uuid:uid>/send-back/", SendBack.as_view(), name="sign-off-send-back"),
    ]
