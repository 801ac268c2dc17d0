"""What this app does when the day turns, and what it writes down of sign-ins."""

from datetime import date
from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
)
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from partners.enums import AccessAction
from partners.models import Action, Document, StaffMember, User
from partners.platform.dates import long_date
from partners.platform.documents.keeping import clear_away
from partners.platform.exchange.runs import clear_old_files
from partners.platform.records.sent_forms import forget_old
from partners.platform.signoff.digest import ask_for_digests
from partners.platform.signoff.telling import tell_of_late_steps
from partners.services.notices import clear_old_notices, tell
from partners.services.saved_views import forget_those_who_left
from partners.services.sign_ins import forget_old_events, note_sign_in
from partners.signals import action_given, daily_upkeep, document_infected


@receiver(daily_upkeep)
def on_daily_upkeep(*, today: date, **_: Any) -> None:
    clear_old_files()
    clear_away(now=timezone.now())
    forget_old_events(now=timezone.now())
    clear_old_notices(now=timezone.now())
    forget_old(now=timezone.now())
    forget_those_who_left()
    tell_of_late_steps(today=today)
    ask_for_digests(today=today)


@receiver(document_infected)
def on_document_infected(*, document: Document, **_: Any) -> None:
    words = "The virus scanner refused a document that you uploaded, and its file is deleted."
    tell([document.recorded_by], words=words, link=reverse("home"), about=f"document {document.pk}")


@receiver(action_given)
def on_action_given(*, action: Action, by: StaffMember, **_: Any) -> None:
    words = f"{by.name} gave you something to do, due {long_date(action.due_on)}."
    tell([action.owner], words=words, link=reverse("partners:action", args=[action.uid]), about=f"action {action.pk}")


@receiver([password_changed, password_set])
def on_password_changed(*, request: HttpRequest, user: User, **_: Any) -> None:
    note_sign_in(request, AccessAction.PASSWORD_CHANGED, user=user)


@receiver(password_reset)
def on_password_reset(*, request: HttpRequest, user: User, **_: Any) -> None:
    note_sign_in(request, AccessAction.PASSWORD_RESET, user=user)


@receiver(user_logged_out)
def on_signed_out(*, request: HttpRequest, user: User | None, **_: Any) -> None:
    if isinstance(user, User):
        note_sign_in(request, AccessAction.SIGNED_OUT, user=user)


@receiver(authentication_failed)
def on_wrong_code(*, request: HttpRequest, user: User, **_: Any) -> None:
    note_sign_in(request, AccessAction.SIGN_IN_REFUSED, user=user, why="wrong code")


@receiver(authenticator_added)
def on_codes_on(*, request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    if authenticator.type == Authenticator.Type.TOTP:  # recovery codes come with it
        note_sign_in(request, AccessAction.CODES_ON, user=user)


@receiver(authenticator_removed)
def on_codes_off(*, request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    if authenticator.type == Authenticator.Type.TOTP:
        note_sign_in(request, AccessAction.CODES_OFF, user=user)


@receiver(authenticator_reset)
def on_codes_renewed(*, request: HttpRequest, user: User, **_: Any) -> None:
    note_sign_in(request, AccessAction.CODES_RENEWED, user=user)
