"""One observation: corrected, removed, put back, with what it was before."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property

from partners.errors import CaseloadError
from partners.permissions import Capability
from partners.platform.frame.pages import ConfirmPage, StaffTemplate
from partners.platform.records.forms import RecordForm
from reporting.forms.observations import CorrectionForm
from reporting.indicators.names import name_of
from reporting.models import Observation
from reporting.queries.observations import removed, versions_of
from reporting.services.observations import KEPT, correct_observation, put_back_observation, remove_observation


class OfObservation:
    kwargs: dict[str, Any]

    @cached_property
    def record(self) -> Any:
        found = Observation.objects.filter(uid=self.kwargs["uid"]).first()
        if found is None:
            raise Http404
        return found

    def get_back(self) -> str:
        return reverse("reporting:observations")

    def get_success_url(self) -> str:
        return self.get_back()


class CorrectObservation(OfObservation, RecordForm):
    """The observation as it stands, with its history below."""

    capability = Capability.RECORD_OBSERVATIONS
    template_name = "reporting/observation.html"
    form_class = CorrectionForm
    title = "Correct an observation"
    submit = "Save the correction"
    done = "The observation is corrected. Returns count the new value when they are built again."

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.record, name) for name in KEPT}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        more = {"caption": name_of(self.record.indicator), "versions": versions_of(self.record), "record": self.record}
        return super().get_context_data(**{**more, **kwargs})

    def act(self, form: Any) -> None:
        typed = dict(form.cleaned_data)
        reason = typed.pop("reason")
        correct_observation(self.record, version=self.opened_version, values=typed, reason=reason, by=self.staff)


class RemoveObservation(OfObservation, ConfirmPage):
    capability = Capability.RECORD_OBSERVATIONS
    submit = "Remove it"
    title = "Remove an observation"

    def get_consequences(self) -> list[str]:
        row = self.record
        of = row.area or row.get_area_kind_display().lower()
        what = f"{name_of(row.indicator)}, {of}, {row.as_at:%-d %B %Y}, {row.value:f}"
        return [
            f"{what} leaves every figure that is built from now on.",
            "It stays in the history, and in the list of removed observations it can be put back.",
        ]

    def act(self, form: Any) -> HttpResponse | None:
        remove_observation(self.record, version=self.record.version, reason=form.cleaned_data["reason"], by=self.staff)
        messages.success(self.request, "The observation is removed. It can be put back from the removed ones.")
        return None


class Removed(StaffTemplate):
    """Observations that were removed, each with a button that puts it back."""

    capability = Capability.RECORD_OBSERVATIONS
    template_name = "reporting/removed_observations.html"
    title = "Removed observations"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, versions=removed(), name_of=name_of)

    def post(self, request: HttpRequest) -> HttpResponse:
        uid = request.POST.get("observation", "")
        gone = next((each for each in removed() if str(each.was.uid) == uid), None)
        if gone is None:
            raise Http404
        try:
            put_back_observation(gone.was.pgh_obj_id, by=self.staff)
        except CaseloadError as refusal:
            messages.error(request, refusal.message)
            return HttpResponseRedirect(reverse("reporting:removed-observations"))
        messages.success(request, "The observation is back.")
        return HttpResponseRedirect(reverse("reporting:observations"))
