from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView

from partners.glossary import WORDS
from partners.platform.frame.context_processors import SHORTCUTS_COOKIE
from partners.platform.frame.pages import SignedInPage, StaffPage
from partners.platform.frame.today import TodayList, counts_for, lists_for
from partners.platform.trail.looking import record_listed
from partners.services.memberships import switch_consortium
from partners.welcome import FIRST_VISIT

WELCOME_COOKIE = "welcome"
A_YEAR = 365 * 24 * 3600


class Home(StaffPage, TemplateView):
    """Today: counts that are links, then the lists themselves."""

    template_name = "partners/home.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # The operator belongs to no consortium; Today has nothing for them.
        if getattr(request, "staff", None) is None and getattr(request.user, "is_operator", False):
            return HttpResponseRedirect(reverse("partners:operator"))
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = timezone.localdate()
        lists = lists_for(self.staff, today=today)
        self._look_at(lists)
        lines = () if self.request.COOKIES.get(WELCOME_COOKIE) == self.staff.role else FIRST_VISIT[self.staff.role]
        return super().get_context_data(
            **kwargs,
            today=today,
            counts=counts_for(self.staff, today=today),
            lists=lists,
            first_visit=lines,
        )

    def _look_at(self, lists: Sequence[TodayList]) -> None:
        people: dict[str, list[int]] = {}
        for kind, key in (person for each in lists for person in each.people):
            people.setdefault(kind, []).append(key)
        for kind, keys in people.items():
            record_listed(self.request, kind, subject_ids=keys, purpose="What waits for one today")


class Waiting(StaffPage, TemplateView):
    """What waits for this person, for the bell in the header: asked for after the page is there, so no page is slower.

    It is a fragment; whoever opens it as a page is sent to Today, which shows the same and the lists.
    """

    template_name = "partners/waiting.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.request.htmx:
            return HttpResponseRedirect(reverse("home"))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, counts=counts_for(self.staff, today=timezone.localdate()))


class HideWelcome(StaffPage):
    """Put the first-visit lines away on this device, for this role."""

    def post(self, request: HttpRequest) -> HttpResponse:
        response = HttpResponseRedirect(reverse("home"))
        response.set_cookie(WELCOME_COOKIE, self.staff.role, max_age=A_YEAR, httponly=True, samesite="Lax")
        return response


class Switch(SignedInPage):
    """Go over to another of one's consortia, openly: the header says where one is."""

    def post(self, request: HttpRequest) -> HttpResponse:
        membership = switch_consortium(request, wanted=request.POST.get("consortium", ""))
        if membership is None:
            raise Http404
        messages.success(request, f"You now work in {membership.consortium.name}.")
        return HttpResponseRedirect(reverse("home"))


class Help(StaffPage, TemplateView):
    template_name = "partners/help.html"
    extra_context = {"words": WORDS}


class Account(SignedInPage, TemplateView):
    template_name = "partners/account.html"


class Shortcuts(SignedInPage):
    """Turn the one-letter keys on or off, on this device (WCAG 2.1.4)."""

    def post(self, request: HttpRequest) -> HttpResponse:
        response = HttpResponseRedirect(reverse("partners:account"))
        if request.POST.get("shortcuts") == "off":
            response.set_cookie(SHORTCUTS_COOKIE, "off", max_age=A_YEAR, httponly=True, samesite="Lax")
            messages.info(request, "The one-letter keys are off on this device.")
        else:
            response.delete_cookie(SHORTCUTS_COOKIE, samesite="Lax")
            messages.info(request, "The one-letter keys are on.")
        return response
