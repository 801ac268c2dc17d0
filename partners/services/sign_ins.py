"""What happens to a sign-in, kept where its owner's data lead, or else the operator, reads it."""

from datetime import datetime, timedelta

from allauth.account.internal.stagekit import get_pending_stage
from django.core.cache import cache
from django.http import HttpRequest

from partners.consortium_middleware import memberships_of
from partners.enums import AccessAction
from partners.models import SignInEvent, User
from partners.platform.tenancy.scope import in_consortium
from partners.platform.trail.looking import record_access

DAYS_KEPT = 90
# What else than signing in is tried too often, by the name of its page.
TRIED = {
    "mfa_authenticate": "sign-in codes",
    "mfa_activate_totp": "sign-in codes",
    "mfa_reauthenticate": "sign-in codes",
    "account_reset_password": "a new password by e-mail",
    "account_reset_password_from_key": "a new password by e-mail",
    "account_change_password": "changing the password",
    "account_reauthenticate": "the password again",
}
QUIET_SECONDS = 300  # who is throttled keeps knocking: one line for each spell of five minutes


def masked(email: str) -> str:
    """Return an address so that its owner knows it and nobody else learns it: ``j…@example.org``."""
    name, at, domain = email.strip().lower().rpartition("@")
    return f"{(name or domain)[:1]}…{at}{domain if at else ''}"


def note_sign_in(
    request: HttpRequest, action: AccessAction, *, user: User | None, email: str = "", why: str = ""
) -> None:
    """Write what happened into the trail of every consortium the sign-in belongs to, or else the operator's list.

    Each consortium learns of its own member alone, and nothing of the others.
    """
    memberships = memberships_of(user.pk) if user else []
    for membership in memberships:
        with in_consortium(membership.consortium.pk):
            record_access(
                request,
                action,
                "partners.staffmember",
                subject_id=membership.pk,
                detail={"why": why} if why else {},
                staff=membership,
            )
    if not memberships:
        SignInEvent(
            action=action,
            masked_email=masked(user.email if user else email)[:300],
            reason=why,
            request_id=getattr(request, "request_id", ""),
            address=request.META.get("REMOTE_ADDR") or None,
        ).save()


def note_refusal(request: HttpRequest, *, email: str, why: str) -> None:
    """Write down that a sign-in was refused; nobody learns from it whether the address has one."""
    user = User.objects.filter(email=email.strip().lower()).first()
    note_sign_in(request, AccessAction.SIGN_IN_REFUSED, user=user, email=email, why=why)


def note_throttled(request: HttpRequest) -> None:
    """Write down, once in a while, that somebody is kept waiting after too many attempts, and at what."""
    email = _who_tries(request)
    where = TRIED.get(request.resolver_match.url_name or "" if request.resolver_match else "", "")
    why = f"too many attempts: {where}" if where else "too many attempts"
    address = request.META.get("REMOTE_ADDR", "")
    if cache.add(f"throttled:{address}:{masked(email)}:{where}".replace(" ", "-"), 1, QUIET_SECONDS):
        note_refusal(request, email=email, why=why)


def _who_tries(request: HttpRequest) -> str:
    """Return the address of whoever is signed in, or half signed in with the code still to come, or was typed."""
    if isinstance(request.user, User):
        return request.user.email
    half = get_pending_stage(request)
    if half is not None:
        return str(half.login.user)
    return str(request.POST.get("login") or request.POST.get("email") or "")


def forget_old_events(*, now: datetime) -> None:
    SignInEvent.objects.before(now - timedelta(days=DAYS_KEPT)).delete()
