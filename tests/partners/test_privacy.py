"""What leaves the building, and what may be guessed."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.mail.backends.locmem import EmailBackend
from django.db import ProgrammingError, connection, transaction
from django.test import Client as Browser
from django.urls import reverse

from partners.models import StaffMember
from partners.passwords import NotCommon, NotOfThisPlace
from partners.platform.tenancy.append_only import WRITTEN
from partners.sign_in_codes import seal, unseal
from tests.conftest import signed_in


@pytest.mark.parametrize(
    "address", ["/", "/account/login/", "/nowhere/", "/api/v1/referrals/", "/api/v1/nowhere/", "/healthz"]
)
def test_no_cache_keeps_an_answer_or_a_refusal(db: None, address: str) -> None:
    answer = Browser().get(address)

    assert "no-store" in answer["Cache-Control"]
    assert "camera=()" in answer["Permissions-Policy"]


def test_pages_and_files_of_somebody_signed_in_are_kept_nowhere(adviser: StaffMember) -> None:
    for address in ("/", reverse("caseload:caseload"), f"{reverse('caseload:caseload')}?csv=list"):
        assert "no-store" in signed_in(adviser).get(address)["Cache-Control"]


def test_a_new_password_is_sent_to_nobody_who_has_no_sign_in_and_tells_no_one(adviser: StaffMember) -> None:
    cache.clear()
    known = Browser().post(reverse("account_reset_password"), {"email": adviser.user.email})
    sent = [message.to for message in mail.outbox]
    stranger = Browser().post(reverse("account_reset_password"), {"email": "stranger@example.org"})

    assert sent == [[adviser.user.email]]
    assert len(mail.outbox) == 1
    assert (known.status_code, known.url) == (stranger.status_code, stranger.url)


def test_a_mail_server_that_is_away_tells_nobody_who_has_a_sign_in(
    adviser: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any) -> None:
        raise ConnectionRefusedError

    cache.clear()
    monkeypatch.setattr(EmailBackend, "open", away)
    monkeypatch.setattr(EmailBackend, "send_messages", away)

    pages = [
        Browser().post(reverse("account_reset_password"), {"email": email}).content.decode()
        for email in (adviser.user.email, "stranger@example.org")
    ]

    assert all("The e-mail has not gone out" in page for page in pages)


@pytest.mark.parametrize(
    "password",
    [
        *("demonstration", "demonstration-only", "Demonstration1", "caseload2026!", "Leicester-Council-1"),
        *("aaaabbbbaaaa", "password password", "Welcome to Caseload 1", "adminadminadmin", "d3m0nstrati0n"),
        *("123456789012", "abcdefghijkl", "qwertyuiop12", "987654321098"),
    ],
)
def test_words_of_this_place_are_no_password(password: str) -> None:
    with pytest.raises(ValidationError):
        NotOfThisPlace().validate(password)


@pytest.mark.parametrize("password", ["P@ssw0rd1234", "iloveyou1234", "1234sunshine!!", "f00tball2026"])
def test_what_many_have_is_no_password_with_digits_around_it(password: str) -> None:
    with pytest.raises(ValidationError):
        NotCommon().validate(password)


@pytest.mark.parametrize(
    "password",
    ["three odd words", "a long enough phrase", "otter lamp gravel", "leicester otters juggle", "83hf72kd92ls"],
)
def test_words_that_have_nothing_to_do_with_it_are(password: str) -> None:
    NotOfThisPlace().validate(password)
    NotCommon().validate(password)


def test_the_secrets_of_sign_in_codes_are_encrypted(adviser: StaffMember) -> None:
    secret = generate_totp_secret()
    totp = TOTP.activate(adviser.user, secret)
    codes = RecoveryCodes.activate(adviser.user)

    stored = " ".join(str(each.data) for each in Authenticator.objects.filter(user=adviser.user))
    assert secret not in stored
    assert stored.count("sealed:") == 2
    assert unseal(totp.instance.data["secret"]) == secret
    assert len(codes.get_unused_codes()) == 10


def test_a_secret_of_an_earlier_version_is_read_and_sealed_once() -> None:
    assert unseal("JBSWY3DPEHPK3PXP") == "JBSWY3DPEHPK3PXP"
    assert unseal(seal(seal("JBSWY3DPEHPK3PXP"))) == "JBSWY3DPEHPK3PXP"


def test_the_application_changes_no_table_of_the_installation_but_those_it_must(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            " AND NOT EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = pg_class.oid AND attname = 'consortium_id')"
        )
        tables = {name for (name,) in cursor.fetchall()}
    assert {"django_migrations", "auth_permission", "django_content_type"} <= tables - set(WRITTEN)
    for table in sorted(tables - set(WRITTEN)):
        for statement in (f"DELETE FROM {table}", f"INSERT INTO {table} DEFAULT VALUES"):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                connection.cursor().execute(statement)
