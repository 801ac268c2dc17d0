"""Signing in where allauth's own pages do not go far enough."""

import logging
from typing import Any

from allauth.account.views import PasswordResetView
from django.core.mail import get_connection
from django.http import HttpResponse

log = logging.getLogger(__name__)
MAIL_AWAY = (
    "The e-mail has not gone out, because the mail server does not answer. Try again in a few minutes. If it stays so, "
    "tell whoever runs this site."
)


class AskForPassword(PasswordResetView):
    """A link to set a password, by e-mail. It is not kept to be sent later: it opens the sign-in."""

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            if not form.users:  # a stranger's address gets no mail, and the same answer after as much work
                get_connection().open()
            return super().form_valid(form)
        except OSError as problem:  # every failure of a mail server is one
            log.warning("The mail server is away: %s", type(problem).__name__)
            form.add_error(None, MAIL_AWAY)
            return self.form_invalid(form)  # type: ignore[no-any-return]
