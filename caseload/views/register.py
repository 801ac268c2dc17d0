"""Register a client: have you been here before? Then, and only then, a new record.

What is typed travels in forms, never in an address, because it is personal.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import cached_property

from caseload.enums import ConsentPurpose, MatchReason
from caseload.forms.facts import LookForm, RegisterForm, three_years_on, with_place
from caseload.models import Client
from caseload.queries.caseload import lines_of
from caseload.queries.search import begins
from caseload.services.matching import Person, find_known
from caseload.services.registering import register_client
from caseload.views.base import client_url
from partners.enums import AccessAction
from partners.permissions import Capability
from partners.services.audit import record_access, record_listed
from partners.tenancy.keys import as_search_key
from partners.views.records import RecordForm

MOST = 10


def _said(reason: str) -> str:
    """Return a reason as part of a sentence: only its first letter is made small, National Insurance stays."""
    label = str(MatchReason(reason).label)
    return label[:1].lower() + label[1:]


class Register(RecordForm):
    """Three steps on one page: look, none of these, register."""

    capability = Capability.RECORD_JOURNEY
    template_name = "caseload/register.html"
    title = "Register a client"

    @cached_property
    def step(self) -> str:
        if self.kept_typed is not None:  # a record begun goes on; a search is made again
            return "register" if self.kept_typed.get("step") == "register" else "look"
        asked = self.request.POST.get("step", "look")
        return str(asked if asked in {"look", "again", "none", "register"} else "look")

    def get_form_class(self) -> Any:
        return RegisterForm if self.step in {"none", "register"} else LookForm

    def get_initial(self) -> dict[str, Any]:
        today = timezone.localdate()
        return {"registered_on": today, "expires_on": three_years_on(today)}

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        if self.step in {"none", "again"}:
            look = LookForm(self.request.POST)
            look.is_valid()
            kwargs["initial"] = {**self.get_initial(), **look.cleaned_data}
            for name in ("data", "files"):
                kwargs.pop(name, None)
        return kwargs

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if again := self.answer_to_repeat():
            return again
        form = self.get_form()
        if self.step == "none":
            return self.render_to_response(self.get_context_data(form=form, step="register"))
        if self.step == "again":
            return self.render_to_response(self.get_context_data(form=form))
        if not form.is_valid():
            return self.form_invalid(form)
        return self.form_valid(form) if self.step == "register" else self.show_known(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = {"step": "register" if self.step == "register" else "look", "submit": "Search"}
        if kwargs.get("step", words["step"]) == "register":
            words["submit"] = "Register the client"
        return super().get_context_data(**{**words, **kwargs})

    def show_known(self, form: Any) -> HttpResponse:
        """Show those within sight who may be this person, with the reasons; of others nothing, not even a number."""
        subject, purpose = "caseload.client", "Registering a client"
        record_access(self.request, AccessAction.SEARCHED, subject, detail={"by": "registering"}, purpose=purpose)
        found = self._found(form.cleaned_data)
        record_listed(self.request, subject, subject_ids=[client.pk for client, _ in found], purpose=purpose)
        lines = lines_of([client for client, _ in found], today=timezone.localdate())
        known = [(client, reasons, lines.get(client.pk), client_url(client)) for client, reasons in found]
        return self.render_to_response(self.get_context_data(form=form, step="known", known=known))

    def _found(self, typed: dict[str, Any]) -> list[tuple[Client, str]]:
        person = Person.of(
            **{name: typed.get(name) or "" for name in ("given_name", "family_name", "nino", "postcode")},
            date_of_birth=typed.get("date_of_birth"),
        )
        known = find_known(person)
        reasons = {pk: each.reasons for each in known for pk in (each.survivor_id, each.client_id)}
        seen = Client.objects.visible_to(self.staff).standing_for(self.staff).select_related("organisation", "adviser")
        found = [
            (client, ", ".join(_said(reason) for reason in reasons[client.pk]))
            for client in seen.filter(pk__in=list(reasons)[:MOST])
        ]
        family, given = as_search_key(typed["family_name"]), as_search_key(typed.get("given_name") or "")
        if family and len(found) < MOST:
            alike = seen.filter(begins("family_key", family)).exclude(pk__in=list(reasons))
            if given:
                alike = alike.filter(begins("given_key", given[:3]))
            named = alike.order_by("family_key", "given_key", "id")[: MOST - len(found)]
            found += [(client, "same name") for client in named]
        return found

    def act(self, form: Any) -> HttpResponse | None:
        typed = form.cleaned_data
        place = with_place({"postcode": typed["postcode"]})
        client = register_client(
            identity={name: typed[name] for name in form.identity},
            registered_on=typed["registered_on"],
            agreed_to={ConsentPurpose.TRACKING: typed["tracking"], ConsentPurpose.SHARING: typed["sharing"]},
            consent={
                "method": typed["consent_method"],
                "form_version": typed["form_version"],
                "expires_on": typed["expires_on"],
                "parts": typed["parts"],
            },
            by=self.staff,
            address={name: value for name, value in place.items() if value},
            benefit=typed["benefit"],
            benefit_from=typed["benefit_from"],
        )
        self.success_url = client_url(client)
        messages.success(self.request, f"{client} is registered.")
        return None
