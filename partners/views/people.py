"""People of the consortium: who has access, as what; inviting, changing, ending."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.generic import FormView, TemplateView

from partners.consortium_middleware import SESSION_KEY
from partners.enums import Role
from partners.errors import CaseloadError
from partners.forms.people import InviteForm, LeavingForm, PasswordForm, PeopleFilter, RoleForm
from partners.leaving import held_by
from partners.models import Invitation, StaffMember, User
from partners.permissions import ROLES, Capability
from partners.platform.frame.pages import ConfirmPage, ErrorToForm, StaffPage, StaffTemplate
from partners.platform.frame.pieces import Fact, Link
from partners.platform.frame.tags import tag
from partners.platform.lists.pages import TablePage
from partners.platform.lists.tables import Column
from partners.platform.records.forms import RecordForm
from partners.platform.tenancy.scope import in_consortium
from partners.queries.people import STATES, how_sent, letter_of, narrow_people, people_overseen_by
from partners.services.people import (
    InvitationGone,
    OtherAddress,
    accept_with_password,
    accept_with_sign_in,
    change_role,
    consortium_of_token,
    end_access,
    invite,
    open_invitation,
    require_address,
    send_invitation,
)
from partners.views.administration import pages_for

TONES = {"in": "good", "invited": "waiting", "none": "quiet", "left": "quiet"}
SIGN_IN_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def access_tag(access: str) -> SafeString:
    return tag(STATES[access], TONES[access])


class PeopleList(TablePage):
    title = "People"
    template_name = "partners/people_list.html"
    capability = Capability.MANAGE_PEOPLE
    subject = "partners.staffmember"
    filter_class = PeopleFilter
    default_sort = "name"
    empty = "Nobody yet. Invite the first person by e-mail."
    columns = [
        Column("name", "Name", sort="name", link=lambda p: reverse("partners:person", args=[p.uid])),
        Column("organisation", "Organisation", value="organisation.name", sort="organisation__name"),
        Column(
            "role",
            "Role",
            value=lambda p: p.get_role_display(),
            cell=lambda p: format_html("{}{}", p.get_role_display(), ", data lead" if p.data_lead else ""),
            sort="role",
        ),
        Column("email", "E-mail address", sort="email"),
        Column(
            "access", "Access", value=lambda p: STATES[p.access], cell=lambda p: access_tag(p.access), sort="access"
        ),
    ]

    def get_tabs(self) -> list[Link]:
        return pages_for(self.staff, here="partners:people")

    def get_rows(self) -> QuerySet[StaffMember]:
        return people_overseen_by(self.staff)

    def narrow(self, rows: Any, chosen: dict[str, Any]) -> Any:
        return narrow_people(rows, chosen)


class OnePerson(StaffPage):
    capability = Capability.MANAGE_PEOPLE

    def get_person(self) -> StaffMember:
        uid: uuid.UUID = self.kwargs["uid"]
        return get_object_or_404(people_overseen_by(self.staff), uid=uid)

    def get_back(self) -> str:
        return reverse("partners:person", args=[self.kwargs["uid"]])

    def get_success_url(self) -> str:
        return self.get_back()


class Person(OnePerson, TemplateView):
    template_name = "partners/person.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person: Any = self.get_person()
        change = reverse("partners:person-role", args=[person.uid]) if person.left_at is None else ""
        facts = [
            Fact("Access", access_tag(person.access)),
            Fact("E-mail address", person.email),
            Fact(
                "Organisation",
                person.organisation.name,
                url=reverse("partners:organisation", args=[person.organisation.uid]),
            ),
            Fact("Role", person.get_role_display(), action_url=change),
            Fact("Team", person.team.name if person.team else "", action_url=change),
            Fact("Data lead", "Yes" if person.data_lead else "No", action_url=change),
        ]
        letter = letter_of(person) if person.access == "invited" else None
        if letter is not None:
            facts.insert(1, Fact("Invitation", how_sent(letter)))
        words = {"person": person, "facts": facts, "letter": letter, "may_do": sorted(ROLES[person.role])}
        return super().get_context_data(**words, **kwargs)


class Invite(RecordForm):
    title = "Invite somebody"
    lead = "They get an e-mail with a link that works once, for seven days. Until they come in they see nothing."
    submit = "Send the invitation"
    capability = Capability.MANAGE_PEOPLE
    form_class = InviteForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "by": self.staff}

    def get_back(self) -> str:
        return reverse("partners:people")

    def act(self, form: Any) -> HttpResponse:
        person = invite(by=self.staff, link_for=link_for(self.request), **form.cleaned_data)
        messages.success(self.request, f"{person.name} is invited. Their page says when the e-mail has gone out.")
        return HttpResponseRedirect(reverse("partners:person", args=[person.uid]))


class InviteAgain(OnePerson):
    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        person = self.get_person()
        try:
            send_invitation(person, by=self.staff, link_for=link_for(request))
        except CaseloadError as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, f"{person.name} is invited again. An earlier link no longer works.")
        return HttpResponseRedirect(self.get_back())


class ChangeRole(OnePerson, RecordForm):
    title = "Change role or team"
    submit = "Save"
    form_class = RoleForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "by": self.staff, "person": self.get_person()}

    def get_initial(self) -> dict[str, Any]:
        person = self.get_person()
        return {"role": person.role, "team": person.team, "data_lead": person.data_lead}

    def act(self, form: Any) -> None:
        person = self.get_person()
        heirs = form.heirs_in(form.cleaned_data)
        said = {
            name: form.cleaned_data[name] for name in ("role", "team", "data_lead", "reason") if name in form.fields
        }
        change_role(person, by=self.staff, heirs=heirs, **{"data_lead": person.data_lead, **said})
        messages.success(self.request, "Saved. It counts from their next click.")


class EndAccess(OnePerson, ConfirmPage):
    """Say before it happens what somebody leaves behind, and hand it over in the same step, or later."""

    submit = "End access"
    title = "End somebody's access"
    form_class = LeavingForm  # type: ignore[assignment]  # asks for the reason, and for more

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "person": self.get_person()}

    def get_consequences(self) -> list[str]:
        person = self.get_person()
        left = [f"They leave {held.words}." for _, held in held_by(person)]
        return [
            f"{person.name} is signed out everywhere and can't come back to {self.consortium.name}.",
            "What they recorded stays, under their name.",
            *(left or ["They leave no clients, employers or tasks."]),
            "What nobody takes over here stays under their name, marked, until somebody hands it on.",
        ]

    def act(self, form: Any) -> None:
        reason, heirs = form.cleaned_data["reason"], form.heirs_in(form.cleaned_data)
        person = end_access(self.get_person(), by=self.staff, reason=reason, heirs=heirs)
        messages.success(self.request, f"{person.name} no longer has access.")
        stays = [held.words for kind, held in held_by(person) if kind.hand_over is not None]
        if stays:
            messages.info(self.request, f"Still to be handed on: {'; '.join(stays)}.")


class Roles(StaffTemplate):
    """Who may do what: the table that every page and API action reads."""

    title = "Who may do what"
    template_name = "partners/roles.html"
    capability = Capability.MANAGE_PEOPLE

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = [(capability.label, [capability in ROLES[role] for role in Role]) for capability in Capability]
        tabs = pages_for(self.staff, here="partners:roles")
        return super().get_context_data(tabs=tabs, roles=[role.label for role in Role], rows=rows, **kwargs)


def link_for(request: HttpRequest) -> Any:
    return lambda token: request.build_absolute_uri(reverse("partners:accept", args=[token]))


class Accept(ErrorToForm, FormView):  # type: ignore[type-arg]
    """The door an invitation opens, for the address it was sent to: set a password, or come in with the sign-in."""

    form_class = PasswordForm
    template_name = "partners/accept.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        consortium_id = consortium_of_token(self.kwargs["token"])
        if consortium_id is None:
            raise Http404
        try:
            # The page itself is drawn outside: its frame is of the consortium that the reader works in already.
            with in_consortium(consortium_id):
                self.invitation: Invitation = open_invitation(self.kwargs["token"])
                if isinstance(request.user, User):
                    require_address(self.invitation, user=request.user)
        except InvitationGone:
            return render(request, "partners/invitation_gone.html", status=410)
        except OtherAddress as refusal:
            return render(request, "partners/invitation_for_another.html", {"masked": refusal.masked}, status=403)
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "email": self.invitation.staff_member.email}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person = self.invitation.staff_member
        known = User.objects.filter(email=person.email.strip().lower()).exists()
        return super().get_context_data(person=person, has_sign_in=known, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not isinstance(request.user, User):
            return super().post(request, *args, **kwargs)
        try:
            with in_consortium(self.invitation.consortium.pk):
                accept_with_sign_in(self.kwargs["token"], user=request.user)
        except CaseloadError as refusal:
            messages.error(request, refusal.message)
        return self.come_in()

    def act(self, form: Any) -> HttpResponse:
        with in_consortium(self.invitation.consortium.pk):
            user = accept_with_password(self.kwargs["token"], password=form.cleaned_data["password"])
        login(self.request, user, backend=SIGN_IN_BACKEND)
        return self.come_in()

    def come_in(self) -> HttpResponse:
        self.request.session[SESSION_KEY] = self.invitation.consortium_id
        rotate_token(self.request)  # a form open in another window is of the consortium one leaves
        return HttpResponseRedirect(reverse("home"))
