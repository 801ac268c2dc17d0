"""Actions: added, changed, handed to a colleague, done and opened again; and the list of one's own."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView

from partners.errors import CaseloadError
from partners.models import Action
from partners.platform.documents.actions import (
    add_action,
    change_action,
    colleagues,
    finish_action,
    has_hand,
    reopen_action,
)
from partners.platform.documents.forms import ActionForm
from partners.platform.documents.own_actions import actions_of
from partners.platform.documents.pages import (
    AboutPart,
    AddPart,
    ChangePart,
    PartPage,
    PutPartBack,
    RemovePart,
)
from partners.platform.frame.pages import StaffPage
from partners.platform.trail.looking import record_listed


class AddAction(AddPart):
    form_class = ActionForm
    title = "Add something to do"
    done = "It is on the Today page of whoever does it."

    def get_initial(self) -> dict[str, Any]:
        return {"owner": self.staff.uid}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "subject": self.subject, "people": colleagues(self.staff)}

    def act(self, form: Any) -> None:
        add_action(self.subject, by=self.staff, **form.cleaned_data)


class OwnersAction(AboutPart):
    """An action is changed by its owner as well, who may not keep the record otherwise."""

    model = Action

    def may_change(self) -> bool:
        return has_hand(self.subject, self.part, self.staff)


class ActionPage(OwnersAction, PartPage):
    template_name = "parts/action.html"


class ChangeAction(OwnersAction, ChangePart):
    form_class = ActionForm
    title = "Change what is to be done"
    done = "It is saved."

    def get_initial(self) -> dict[str, Any]:
        return {
            "title": self.part.title,
            "due_on": self.part.due_on,
            "owner": self.part.owner.uid,
            "category": self.part.category,
        }

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "people": colleagues(self.staff, besides=self.part)}

    def act(self, form: Any) -> None:
        change_action(self.subject, self.part, version=self.opened_version, values=form.cleaned_data, by=self.staff)

    def get_success_url(self) -> str:
        return self.get_back()


class StepOfAction(OwnersAction):
    """Say that it is done, or open it again."""

    keeps = True
    is_done = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        act = finish_action if self.is_done else reopen_action
        try:
            act(self.subject, self.part, by=self.staff)
        except CaseloadError as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, f"“{self.part.title}” is {'done' if self.is_done else 'open again'}.")
        return HttpResponseRedirect(reverse("partners:action", args=[self.part.uid]))


class RemoveAction(RemovePart):
    model = Action


class PutActionBack(PutPartBack):
    model = Action


class OwnActions(StaffPage, TemplateView):
    """All that is on this person, whatever it is about; what one may not open any more is not shown."""

    template_name = "parts/own_actions.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        actions = actions_of(self.staff, today=timezone.localdate(), most=200, whole=True)
        for kind in {each.kind for each in actions}:
            shown = [each.action.subject_id for each in actions if each.kind == kind]
            record_listed(self.request, kind, subject_ids=shown, purpose="One's own things to do")
        return super().get_context_data(**kwargs, title="Your to-do list", actions=actions, today=timezone.localdate())
