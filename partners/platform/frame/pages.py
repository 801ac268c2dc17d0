"""What every page has in common: who may open it, and how a refusal reaches a person."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.generic import FormView, TemplateView, View
from django_htmx.http import HttpResponseClientRedirect

from partners.errors import CaseloadError
from partners.models import Consortium, StaffMember
from partners.permissions import Capability, may
from partners.platform.forms.plain import PlainForm
from partners.platform.frame.charts import Chart

NO_CONSORTIUM = "Your sign-in does not belong to a consortium now. Ask your administrator for an invitation."
ROLE_REFUSED = "Your role does not open this page. If you need it for your work, ask your administrator."


class SignedInPage(View):
    """A page for anybody who has signed in, member of a consortium or not."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return to_sign_in(request)
        self.check_access(request)
        response = super().dispatch(request, *args, **kwargs)
        # Personal data stays in no cache, and the Back button after signing out shows nothing.
        patch_cache_control(response, no_store=True, private=True)
        return response

    def check_access(self, request: HttpRequest) -> None:
        """Raise :class:`PermissionDenied`, with a sentence for people, when this person may not come in."""


class StaffPage(SignedInPage):
    """A page for members of a consortium whose role has ``capability`` (None: every member).

    Without a sign-in one goes to the sign-in page; htmx is told to go there with the whole window.
    """

    request: Any  # with staff, consortium, memberships and htmx, once check_access has passed
    capability: ClassVar[Capability | None] = None

    def check_access(self, request: HttpRequest) -> None:
        staff = getattr(request, "staff", None)
        if staff is None:
            raise PermissionDenied(NO_CONSORTIUM)
        if not self.may_open(staff):
            raise PermissionDenied(ROLE_REFUSED)

    def may_open(self, staff: StaffMember) -> bool:
        """Tell whether this person may open the page; override for a rule that one capability can't say."""
        return self.capability is None or may(staff, self.capability)

    @property
    def staff(self) -> StaffMember:
        return self.request.staff  # type: ignore[no-any-return]

    @property
    def consortium(self) -> Consortium:
        return self.request.consortium  # type: ignore[no-any-return]


class OperatorPage(SignedInPage):
    """A page of the installation, for its operator; it shows no record of any consortium."""

    def check_access(self, request: HttpRequest) -> None:
        if not getattr(request.user, "is_operator", False):
            raise PermissionDenied(ROLE_REFUSED)


class StaffTemplate(StaffPage, TemplateView):
    """A page that only shows something: ``template_name``, ``title``, ``get_context_data``."""

    title = ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"title": self.title, **kwargs})


class ErrorToForm:
    """For form views: what a service refuses stands in the form, beside its field and in the error summary.

    Override :meth:`act` instead of ``form_valid``; it runs in a transaction of its own, so that a refusal leaves
    nothing half-done.
    """

    success_url: Any = None

    def act(self, form: Any) -> HttpResponse | None:
        """Do the thing; return a response, or None to go to :meth:`get_success_url`."""
        raise NotImplementedError

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                response = self.act(form)
        except CaseloadError as refusal:
            add_refusal(form, refusal)
            return self.form_invalid(form)  # type: ignore[attr-defined, no-any-return]
        return response or HttpResponseRedirect(self.get_success_url())

    def get_success_url(self) -> str:
        return str(self.success_url)


def add_refusal(form: BaseForm, refusal: CaseloadError) -> None:
    """Put the sentences of a service's refusal beside their fields, the rest on top of the form."""
    for name, sentences in refusal.fields.items():
        form.add_error(name if name in form.fields else None, list(sentences))


class StaffForm(ErrorToForm, StaffPage, FormView):  # type: ignore[type-arg]
    """A page with one form: ``form_class``, ``title``, ``act``; words and buttons by attributes.

    ``submit`` is the button's text, ``back`` a URL to leave without doing it, ``lead`` a sentence above the form.
    """

    template_name = "components/form_page.html"
    title = ""
    lead = ""
    submit = "Save"
    is_dangerous = False

    def get_back(self) -> str:
        return reverse("home")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = {
            "title": self.title,
            "lead": self.lead,
            "submit": self.submit,
            "is_dangerous": self.is_dangerous,
            "back": self.get_back(),
        }
        return super().get_context_data(**{**words, **kwargs})


class ReasonForm(PlainForm):
    """What every dangerous act asks for."""

    reason = forms.CharField(
        label="Reason",
        help_text="It is kept in the audit trail.",
        widget=forms.Textarea({"rows": 3}),
        max_length=500,
        error_messages={"required": "Enter the reason."},
    )


class ConfirmPage(StaffForm):
    """A page that says what a dangerous act will do, and to how many, and asks for the reason before doing it."""

    template_name = "components/confirm_page.html"
    form_class = ReasonForm
    is_dangerous = True

    def get_consequences(self) -> Sequence[str]:
        """Return what will happen, in sentences."""
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"consequences": self.get_consequences(), **kwargs})


class WithCharts:
    """For views with pictures: ``?csv=name`` answers with the figures of one of :meth:`get_charts`.

    In the template: ``{% chart charts.wards "?csv=wards" %}``.
    """

    def get_charts(self) -> dict[str, Chart]:
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wanted = request.GET.get("csv", "")
        if not wanted:
            return super().get(request, *args, **kwargs)  # type: ignore[misc, no-any-return]
        chart = self.get_charts().get(wanted)
        if chart is None:
            raise Http404
        headers = {"Content-Disposition": f'attachment; filename="{wanted}.csv"'}
        return HttpResponse(chart.csv().encode("utf-8-sig"), content_type="text/csv; charset=utf-8", headers=headers)


class FragmentOrPage:
    """Answer htmx with ``fragment_name`` and everybody else with the page, from one context.

    A request for a whole page's body (``HX-Boosted``, history restore) gets the page.
    """

    fragment_name = ""
    template_name: Any  # of the page

    def get_template_names(self) -> list[str]:
        htmx = self.request.htmx  # type: ignore[attr-defined]
        wants_fragment = htmx and not htmx.boosted and not htmx.history_restore_request
        return [self.fragment_name if wants_fragment and self.fragment_name else str(self.template_name)]


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send somebody without a sign-in to the sign-in page and, after it, back to where they wanted to go."""
    if getattr(request, "htmx", None):
        wanted = request.htmx.current_url_abs_path or "/"  # type: ignore[attr-defined]
        sign_in = redirect_to_login(wanted, resolve_url("account_login"))
        return HttpResponseClientRedirect(sign_in.url)
    return redirect_to_login(request.get_full_path(), resolve_url("account_login"))
