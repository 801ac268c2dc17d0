"""Employers given to another account manager in bulk: the ticked ones, or all whose account manager has left."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from employers.forms.accounts import HandOnForm
from employers.models import Employer
from employers.queries.directory import directory
from employers.services.leaving import (
    Handover,
    hand_employers_over,
    left_employers,
    managing,
    may_hand_accounts_on,
    take_back,
)
from partners.models import StaffMember
from partners.platform.frame.pages import StaffForm, StaffPage

MOST_TICKED = 200
MOST_AT_ONCE = 1000
# What the session keeps of one's last change of many account managers, to take it back.
HANDED_ON = "employers_handed_on"


class HandOn(StaffForm):
    """Say which employers would get another account manager, then do it for all of them or none."""

    template_name = "employers/hand_on.html"
    form_class = HandOnForm
    request: Any

    def may_open(self, staff: StaffMember) -> bool:
        return may_hand_accounts_on(staff)

    @cached_property
    def chosen(self) -> QuerySet[Employer]:
        everybody: QuerySet[Employer] = directory(today=timezone.localdate())
        if self.request.GET.get("list") == "left":
            left = everybody.filter(pk__in=left_employers(self.staff, today=timezone.localdate())).order_by("name_key")
            return everybody.filter(pk__in=list(left.values_list("pk", flat=True)[:MOST_AT_ONCE]))
        ticked = [uid for each in self.request.GET.getlist("chosen")[:MOST_TICKED] if (uid := as_uid(each))]
        return everybody.filter(uid__in=ticked)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "people": managing()}

    def get_back(self) -> str:
        return reverse("employers:employers")

    def get_success_url(self) -> str:
        return self.get_back()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        employers = list(self.chosen.order_by("name_key"))
        title = f"Change the account manager of {in_words(len(employers))}"
        words = {"title": title, "submit": title, "employers": employers}
        return super().get_context_data(**{**words, **kwargs})

    def act(self, form: Any) -> None:
        staff = form.cleaned_data["staff"]
        made = hand_employers_over(self.chosen, staff=staff, by=self.staff)
        if not made:
            messages.info(self.request, f"{staff.name} looks after all of them already. Nothing was changed.")
            return
        said = f"{staff.name} looks after {in_words(len(made))}"
        stored = [each.as_stored() for each in made]
        self.request.session[HANDED_ON] = {"staff": self.staff.pk, "said": said, "made": stored, "is_new": True}


class UndoHandOn(StaffPage):
    """Take one's last change of many account managers back, while this sign-in lasts."""

    def may_open(self, staff: StaffMember) -> bool:
        return may_hand_accounts_on(staff)

    def post(self, request: HttpRequest) -> HttpResponse:
        last = request.session.pop(HANDED_ON, None)
        if not last or last["staff"] != self.staff.pk:
            messages.error(request, "There is nothing to undo any more.")
            return HttpResponseRedirect(reverse("employers:employers"))
        number = take_back([Handover.from_stored(each) for each in last["made"]])
        messages.success(request, f"{in_words(number).capitalize()} went back to the account manager before.")
        return HttpResponseRedirect(reverse("employers:employers"))


def last_handed_on(request: Any, staff: StaffMember) -> dict[str, Any] | None:
    """Return one's last change of many, said aloud once and then kept quietly at hand."""
    last = request.session.get(HANDED_ON)
    if not last or last["staff"] != staff.pk:
        return None
    if last["is_new"]:
        request.session[HANDED_ON] = {**last, "is_new": False}
    return dict(last)


def as_uid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def in_words(number: int) -> str:
    return "1 employer" if number == 1 else f"{number} employers"
