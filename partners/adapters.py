"""allauth's door: sign-in only; people come in by invitation."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse

from partners.consortium_middleware import SESSION_KEY, memberships_of
from partners.enums import AccessAction
from partners.platform.tenancy.scope import in_consortium
from partners.platform.trail.looking import record_access
from partners.services.sign_ins import note_refusal, note_throttled

THROTTLED = {"too_many_login_attempts", "rate_limited"}


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "This sign-in is closed. Ask your administrator if you still need it.",
        "email_password_mismatch": "The e-mail address and password do not belong together. Check both.",
        "too_many_login_attempts": "Too many attempts. Wait five minutes, then try again, or ask for a new password.",
        "enter_current_password": "Enter the password you have now.",
        "incorrect_password": "This is not your password.",
        "password_min_length": "Enter a password of at least 12 characters.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        if code in THROTTLED:
            note_throttled(context.request)
        return super().validation_error(code, *args)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        note_refusal(request, email=_email(credentials), why="wrong password")

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        note_refusal(request, email=str(user), why="closed sign-in")
        return super().respond_user_inactive(request, user)

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> HttpResponse:
        """Write the sign-in into the trail of the consortium one comes into."""
        memberships = memberships_of(user.pk)
        if memberships:
            with in_consortium(memberships[0].consortium.pk):
                request.staff = memberships[0]  # type: ignore[attr-defined]
                record_access(request, AccessAction.SIGNED_IN, "partners.consortium")
            # A consortium joined later, whose name comes first, is gone over to openly.
            request.session.setdefault(SESSION_KEY, memberships[0].consortium_id)
        return super().post_login(request, user, **kwargs)


def _email(credentials: dict[str, Any]) -> str:
    return str(credentials.get("email") or credentials.get("username") or "")
