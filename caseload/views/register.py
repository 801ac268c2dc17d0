"""Register a client: have you been here before? Then, and only then, a new record.

What is typed travels in forms, never in an address, because it is personal.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html

from caseload.enums import ConsentPurpose, MatchReason
from caseload.evidence import index_of_nino, nino_proves
from caseload.forms.facts import LookForm, RegisterForm, three_years_on, with_place
from caseload.models import Client
from caseload.queries.caseload import lines_of
from caseload.queries.search import begins
from caseload.services.matching import Person, find_known
from caseload.services.registering import register_client
from caseload.views.base import client_url
from partners.enums import AccessAction
from partners.errors import CaseloadError
from partners.permissions import Capability
from partners.platform.dates import long_date
from partners.platform.records.forms import RecordForm
from partners.platform.records.lookalikes import LookAlike, answer_before, ask_before_twice
from partners.platform.search_keys import as_search_key
from partners.platform.trail.looking import record_access, record_listed

MOST = 10
NAMED_AND_BORN = {MatchReason.SAME_BIRTH_DATE.value, MatchReason.SIMILAR_NAME.value}


def _said(reason: str) -> str:
    """Return a reason as part of a sentence: only its first letter is made small, National Insurance stays."""
    label = str(MatchReason(reason).label)
    return label[:1].lower() + label[1:]


def _person(typed: dict[str, Any]) -> Person:
    return Person.of(
        **{name: typed.get(name) or "" for name in ("given_name", "family_name", "nino", "postcode", "sex")},
        date_of_birth=typed.get("date_of_birth"),
    )


def _asked_about(reasons: set[str]) -> bool:
    return MatchReason.SAME_NINO.value in reasons or reasons >= NAMED_AND_BORN


def _look_alike(client: Client) -> LookAlike:
    born = f", born {long_date(client.date_of_birth)}" if client.date_of_birth else ""
    return LookAlike("client", str(client.uid), f"{client}{born}, of {client.organisation}", client_url(client))


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
            answer_before(form, [_look_alike(each) for each in self._alike(form.initial)])
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
        known = find_known(_person(typed))
        reasons = {pk: each.reasons for each in known for pk in (each.survivor_id, each.client_id)}
        seen = Client.objects.visible_to(self.staff).standing_for(self.staff).select_related("organisation", "adviser")
        found = [
            (client, ", ".join(_said(reason) for reason in reasons[client.pk]))
            for client in seen.filter(pk__in=list(reasons))[:MOST]
        ]
        family, given = as_search_key(typed["family_name"]), as_search_key(typed.get("given_name") or "")
        if family and len(found) < MOST:
            alike = seen.filter(begins("family_key", family)).exclude(pk__in=list(reasons))
            if given:
                alike = alike.filter(begins("given_key", given[:3]))
            named = alike.order_by("family_key", "given_key", "id")[: MOST - len(found)]
            found += [(client, "same name") for client in named]
        return found

    def _alike(self, typed: dict[str, Any]) -> list[Client]:
        """Return those within sight of the same National Insurance number, or birth date and name, the oldest first."""
        known = [each for each in find_known(_person(typed)) if _asked_about(set(each.reasons))]
        alike = {pk for each in known for pk in (each.survivor_id, each.client_id)}
        seen = Client.objects.visible_to(self.staff).standing_for(self.staff).select_related("organisation")
        return list(seen.filter(pk__in=alike).order_by("pk")[:MOST])

    def _ask(self, form: Any) -> None:
        """Refuse a number that a record of one's own organisation has, and ask about others that look like this one."""
        alike = self._alike(form.cleaned_data)
        if not alike:
            return
        purpose = "Registering a client"
        record_listed(self.request, "caseload.client", subject_ids=[client.pk for client in alike], purpose=purpose)
        index = index_of_nino(form.cleaned_data["nino"])
        own = [client for client in alike if client.organisation_id == self.staff.organisation_id]
        for client in own:
            if nino_proves(index) and client.nino_index == index:
                link = format_html('<a class="govuk-link" href="{}">Open {}</a>', client_url(client), client)
                form["nino"].help_text = link
                raise CaseloadError(
                    "A client of your organisation has this National Insurance number. Open that record; if the number"
                    " is wrong there, correct it first.",
                    field="nino",
                )
        ask_before_twice(form, [_look_alike(each) for each in alike])

    def act(self, form: Any) -> HttpResponse | None:
        self._ask(form)
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
