"""People of a consortium: invited, given a role, and leaving again."""

import hashlib
import logging
import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from smtplib import SMTPException, SMTPRecipientsRefused
from typing import Any

import pghistory
from django.contrib.auth import SESSION_KEY as USER_SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import timezone

from partners.enums import OrganisationType, Role
from partners.errors import CaseloadError
from partners.judging import may_give_power, may_name_data_lead, require_right
from partners.leaving import hand_over, held_by
from partners.models import BackgroundJob, Invitation, Organisation, StaffMember, Team, User
from partners.platform.forms.reading import whole_number
from partners.platform.jobs import queue as jobs
from partners.queries.people import LETTER, administrators_in, first_administrator, has_administrator
from partners.services.notices import people_who_answer, tell
from partners.services.organisations import ensure_group
from partners.services.sign_ins import masked
from partners.signals import person_changing

log = logging.getLogger(__name__)
INVITATION_DAYS = 7
KEY = "0_key"  # stands in a link until the link is made
MAIL_AWAY = "The invitation has not gone out: the mail server does not answer."
LinkFor = Callable[[str], str]
Heirs = Mapping[str, StaffMember | None]


class InvitationGone(CaseloadError):
    code = "invitation_gone"
    message = "This invitation no longer works. Ask the person who sent it for a new one."


class OtherAddress(CaseloadError):
    """Somebody who is signed in with one address opened an invitation that was sent to another."""

    code = "other_address"

    def __init__(self, invitation: Invitation) -> None:
        self.masked = masked(invitation.staff_member.email)
        super().__init__(f"This invitation is for {self.masked}. Sign in with that address to accept it.")


def invite(
    *,
    by: StaffMember,
    name: str,
    email: str,
    organisation: Organisation,
    role: str,
    link_for: LinkFor,
    team: Team | None = None,
    data_lead: bool = False,
) -> StaffMember:
    """Invite somebody by e-mail; staff who came in a package are found by their address and keep their record."""
    require_right(held=may_give_power(by, organisation.pk))
    _require_for_lead(by, before=False, after=data_lead)
    email = email.strip().lower()
    known = StaffMember.objects.filter(email__iexact=email, left_at__isnull=True).first()
    if known is not None and not may_give_power(by, known.organisation_id):
        raise CaseloadError("Somebody of another organisation has this address.", field="email")
    if known is not None and known.user_id is not None:
        raise CaseloadError(f"{known.name} has this address and belongs to the consortium already.", field="email")
    if team is not None and team.organisation_id != organisation.pk:
        raise CaseloadError("This team belongs to another organisation.", field="team")
    if known is not None and (known.role, known.organisation_id) != (role, organisation.pk):
        stays = known.organisation_id == organisation.pk
        person_changing.send(sender=StaffMember, person=known, role=role if stays else None)
    person = known or StaffMember(email=email)
    person.name, person.organisation, person.team = name, organisation, team
    person.role, person.data_lead = role, data_lead
    person.save()
    send_invitation(person, by=by, link_for=link_for)
    return person


def send_invitation(person: StaffMember, *, by: StaffMember, link_for: LinkFor) -> Invitation:
    """Send a link that works once, for seven days; an earlier one stops working. Only its hash is kept."""
    require_right(held=may_give_power(by, person.organisation_id))
    return _send(person, by=by, link_for=link_for)


def invite_first_administrator(*, name: str, email: str, link_for: LinkFor) -> StaffMember:
    """Let the first person into a consortium, in its accountable body; the operator asks, who is no member.

    Until somebody has come in the operator may ask again, under another name or address: the first may be a slip.
    """
    if has_administrator():
        raise CaseloadError("This consortium has an administrator. Ask them for an invitation.")
    body = Organisation.objects.order_by("-accountable_body", "pk").filter(accountable_body=True).first()
    if body is None:
        body = Organisation(name="Accountable body", type=OrganisationType.LOCAL_AUTHORITY, accountable_body=True)
        body.save()
        ensure_group(body)
    person = first_administrator() or StaffMember(organisation=body, role=Role.ADMINISTRATOR)
    person.name, person.email = name, email.strip().lower()
    person.save()
    _send(person, by=person, link_for=link_for)
    return person


def _send(person: StaffMember, *, by: StaffMember, link_for: LinkFor) -> Invitation:
    """Keep the invitation, and have the worker send it; until then nobody knows a key that opens it."""
    if person.user_id is not None or person.left_at is not None:
        raise CaseloadError("This person has come in already, or has left.")
    person.invitations.filter(accepted_at__isnull=True).update(expires_at=timezone.now())
    invitation = Invitation(
        staff_member=person,
        invited_by=by,
        token_hash=_hash(secrets.token_urlsafe(32)),
        expires_at=timezone.now() + timedelta(days=INVITATION_DAYS),
    )
    invitation.save()
    jobs.ask(
        LETTER,
        title=f"Invitation to {person.name}",
        payload={"invitation": str(invitation.uid), "link": link_for(KEY)},
        by=by,
        subject_key=str(invitation.uid),
    )
    return invitation


@jobs.job_kind(LETTER)
def send_letter(job: BackgroundJob, tell: jobs.Tell) -> dict[str, Any]:
    """Make the link and send it. It stands in the e-mail alone, so every attempt makes another."""
    invitation = Invitation.objects.select_related("consortium", "invited_by", "staff_member__organisation").get(
        uid=job.payload["invitation"]
    )
    person = invitation.staff_member
    if person.user_id is not None or person.left_at is not None or invitation.expires_at <= timezone.now():
        return {"sent": False}
    # The token names its consortium, so that it is looked up inside the right scope.
    token = f"{invitation.consortium_id}_{secrets.token_urlsafe(32)}"
    invitation.token_hash = _hash(token)
    invitation.expires_at = timezone.now() + timedelta(days=INVITATION_DAYS)
    invitation.save(update_fields=["token_hash", "expires_at"])
    link = job.payload["link"].replace(f"/{KEY}/", f"/{token}/")
    words = {"person": person, "by": invitation.invited_by, "link": link, "days": INVITATION_DAYS}
    body = render_to_string("partners/invitation_email.txt", words)
    try:
        send_mail(f"Your invitation to Caseload from {invitation.consortium.name}", body, None, [person.email])
    except SMTPRecipientsRefused as problem:
        raise CaseloadError(f"The mail server knows no {person.email}. Check the address.") from problem
    except (SMTPException, OSError) as problem:
        log.warning("The mail server is away: %s", type(problem).__name__)
        raise jobs.TryLater(MAIL_AWAY) from problem
    return {"sent": True}


def consortium_of_token(token: str) -> int | None:
    consortium_id, _, secret = token.partition("_")
    return whole_number(consortium_id) if secret else None


def open_invitation(token: str) -> Invitation:
    """Return the invitation of a token inside the consortium in scope; raise when it is used, old or unknown."""
    invitation = (
        Invitation.objects.select_related("consortium", "staff_member__organisation", "staff_member__consortium")
        .filter(token_hash=_hash(token), accepted_at__isnull=True, expires_at__gt=timezone.now())
        .first()
    )
    if invitation is None or invitation.staff_member.left_at is not None:
        raise InvitationGone
    return invitation  # type: ignore[no-any-return]


def require_address(invitation: Invitation, *, user: User) -> None:
    """Refuse a sign-in that is not the invited address's: a link passed on must not let somebody else in."""
    if user.email.strip().lower() != invitation.staff_member.email.strip().lower():
        raise OtherAddress(invitation)


def accept_with_password(token: str, *, password: str) -> User:
    """Make a sign-in for the invited address; one that exists must be used instead, by signing in."""
    invitation = open_invitation(token)
    email = invitation.staff_member.email.strip().lower()
    if User.objects.filter(email=email).exists():
        raise CaseloadError("This address has a sign-in already. Sign in with it to accept the invitation.")
    user = User.objects.create_user(email, password)
    _join(invitation, user)
    return user


def accept_with_sign_in(token: str, *, user: User) -> StaffMember:
    """Tie the invitation to the sign-in of the address it was sent to."""
    invitation = open_invitation(token)
    require_address(invitation, user=user)
    return _join(invitation, user)


def _join(invitation: Invitation, user: User) -> StaffMember:
    person: StaffMember = invitation.staff_member
    if StaffMember.objects.filter(user=user).exists():
        raise CaseloadError("Your sign-in belongs to this consortium already.")
    person.user = user
    person.save(update_fields=["user"])
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    return person


def change_role(
    person: StaffMember,
    *,
    by: StaffMember,
    role: str,
    team: Team | None,
    data_lead: bool,
    reason: str,
    heirs: Heirs | None = None,
) -> StaffMember:
    """Give a person another role or team; what they may do changes with their next request.

    What the new role no longer holds, as clients, goes to the ``heirs`` by its kind (:mod:`partners.leaving`); what
    stays without one is told to those who can hand it on.
    """
    require_right(held=may_give_power(by, person.organisation_id))
    _require_for_lead(by, before=person.data_lead, after=data_lead)
    if person.role == Role.ADMINISTRATOR and role != Role.ADMINISTRATOR:
        _keep_an_administrator(person)
    if team is not None and team.organisation_id != person.organisation_id:
        raise CaseloadError("This team belongs to another organisation.", field="team")
    if role != person.role:
        if person.pk == by.pk:
            raise CaseloadError("You can't give yourself another role. Ask another administrator.", field="role")
        person_changing.send(sender=StaffMember, person=person, role=role)
    with pghistory.context(reason=reason):
        hand_over(person, heirs=heirs or {}, by=by, role=role)
        person.role, person.team, person.data_lead = role, team, data_lead
        person.save(update_fields=["role", "team", "data_lead"])
        _tell_what_stays(person, by=by, role=role)
    return person


def end_access(person: StaffMember, *, by: StaffMember, reason: str, heirs: Heirs | None = None) -> StaffMember:
    """End a person's access at once: no request after this one gets in, and every session of theirs is closed.

    What they hold goes to the ``heirs`` by its kind (:mod:`partners.leaving`) in the same step, or stays under their
    name, marked, until somebody hands it on.
    """
    require_right(held=may_give_power(by, person.organisation_id))
    if person.pk == by.pk:
        raise CaseloadError("You can't end your own access. Ask another administrator.")
    if person.left_at is not None:
        raise CaseloadError("This person's access has ended already.")
    if person.role == Role.ADMINISTRATOR:
        _keep_an_administrator(person)
    person_changing.send(sender=StaffMember, person=person, role=None)
    with pghistory.context(reason=reason):
        hand_over(person, heirs=heirs or {}, by=by)
        person.left_at = timezone.now()
        person.save(update_fields=["left_at"])
        person.invitations.filter(accepted_at__isnull=True).update(expires_at=timezone.now())
        _tell_what_stays(person, by=by)
    if person.user_id is not None:
        close_sessions(person.user_id)
    return person


def _tell_what_stays(person: StaffMember, *, by: StaffMember, role: str | None = None) -> None:
    """Tell those who can hand it on what stays with somebody who has left or has another role."""
    why = "has left" if role is None else "has another role now"
    for kind, held in held_by(person, role=role):
        if kind.list_url is None:
            continue
        people = [each for each in people_who_answer(person.organisation_id, kind.capability) if each.pk != by.pk]
        words = f"{person.name} {why}. To hand on: {held.words}."
        tell(people, words=words, link=kind.list_url(), about=f"left {person.pk}")


def _require_for_lead(by: StaffMember, *, before: bool, after: bool) -> None:
    require_right(held=before == after or may_name_data_lead(by))


def _keep_an_administrator(person: StaffMember) -> None:
    """Refuse to let the accountable body's last one go: nobody else reaches all of the consortium."""
    if not person.organisation.accountable_body:
        return
    if not administrators_in().exclude(pk=person.pk).exists():
        raise CaseloadError("This is the only administrator. Make somebody else one first.")


def close_sessions(user_id: int) -> int:
    """Close every session of a sign-in. Sessions name their owner only inside, so each living one is looked into."""
    living = Session.objects.filter(expire_date__gt=timezone.now()).iterator(chunk_size=500)
    keys = [each.pk for each in living if each.get_decoded().get(USER_SESSION_KEY) == str(user_id)]
    closed, _ = Session.objects.filter(pk__in=keys).delete()
    return closed


def _hash(token: str) -> str:
    # 256 random bits: a plain hash is enough.
    return hashlib.sha256(token.encode()).hexdigest()
