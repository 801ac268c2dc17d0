"""What happens to a sign-in stands in the trail of its consortia, or else on the operator's page."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.test import Client as Browser
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from partners.models import AccessEntry, Consortium, SignInEvent, StaffMember, User
from partners.platform.tenancy.scope import in_consortium
from partners.services.sign_ins import forget_old_events, masked
from tests.conftest import signed_in
from tests.factories.partners import OrganisationFactory, StaffFactory, UserFactory

PASSWORD = "three odd words"


@pytest.fixture(autouse=True)
def no_throttle_left() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def person(adviser: StaffMember) -> StaffMember:
    adviser.user.set_password(PASSWORD)
    adviser.user.save()
    return adviser


def sign_in(email: str, password: str) -> Browser:
    browser = Browser()
    browser.post("/account/login/", {"login": email, "password": password})
    return browser


def trail(person: StaffMember) -> list[tuple[str, str]]:
    with in_consortium(person.consortium_id):
        rows = AccessEntry.objects.filter(staff_member=person).order_by("pk")
        return [(entry.action, entry.detail.get("why", "")) for entry in rows]


def operators_list() -> list[tuple[str, str, str]]:
    return [(each.action, each.masked_email, each.reason) for each in SignInEvent.objects.order_by("pk")]


def test_a_wrong_password_stands_in_the_trail_of_every_consortium_of_its_owner(
    person: StaffMember, other_consortium: Consortium
) -> None:
    with in_consortium(other_consortium.pk):
        elsewhere = StaffFactory(user=person.user, organisation=OrganisationFactory())

    sign_in(person.email, "a wrong password")

    assert trail(person) == trail(elsewhere) == [("sign_in_refused", "wrong password")]
    assert operators_list() == []


def test_an_address_without_a_sign_in_is_the_operators_to_see_and_masked(person: StaffMember) -> None:
    sign_in("Nobody.Known@example.org", "a wrong password")

    assert operators_list() == [("sign_in_refused", "n…@example.org", "wrong password")]
    assert trail(person) == []


def test_too_many_attempts_are_written_down_once(person: StaffMember) -> None:
    for _ in range(9):
        sign_in(person.email, "a wrong password")

    assert trail(person) == [("sign_in_refused", "wrong password")] * 5 + [("sign_in_refused", "too many attempts")]


def test_a_closed_sign_in_is_written_down(person: StaffMember) -> None:
    User.objects.filter(pk=person.user_id).update(is_active=False)

    sign_in(person.email, PASSWORD)

    assert ("sign_in_refused", "closed sign-in") in trail(person)


def test_signing_out_is_written_down(person: StaffMember) -> None:
    sign_in(person.email, PASSWORD).post("/account/logout/")

    assert trail(person) == [("signed_in", ""), ("signed_out", "")]


def test_a_changed_password_is_written_down(person: StaffMember) -> None:
    new = {"oldpassword": PASSWORD, "password1": "quite other words", "password2": "quite other words"}

    sign_in(person.email, PASSWORD).post("/account/password/change/", new)

    assert ("password_changed", "") in trail(person)


def test_a_password_set_by_e_mail_is_written_down(person: StaffMember, mailoutbox: list[object]) -> None:
    browser = Browser()
    browser.post("/account/password/reset/", {"email": person.email})
    link = next(word for word in mailoutbox[0].body.split() if "/key/" in word)  # type: ignore[attr-defined]
    form = browser.get(link.removeprefix("http://testserver"), follow=True)

    browser.post(form.request["PATH_INFO"], {"password1": "quite other words", "password2": "quite other words"})

    assert ("password_reset", "") in trail(person)


def code_of(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return str(format_hotp_value(hotp_value(secret, counter)))


def test_codes_turned_on_and_off_are_written_down(
    person: StaffMember, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    browser = sign_in(person.email, PASSWORD)
    browser.post("/account/reauthenticate/", {"password": PASSWORD})
    secret = browser.get("/account/codes/on/").context["form"].secret

    with django_capture_on_commit_callbacks(execute=True):
        browser.post("/account/codes/on/", {"code": code_of(secret)})
    assert Authenticator.objects.filter(user=person.user).exists()
    browser.post("/account/codes/off/")

    assert trail(person) == [("signed_in", ""), ("codes_on", ""), ("codes_off", "")]


def test_a_wrong_code_is_written_down(person: StaffMember) -> None:
    TOTP.activate(person.user, generate_totp_secret())
    RecoveryCodes.activate(person.user)

    sign_in(person.email, PASSWORD).post("/account/codes/enter/", {"code": "000000"})

    assert trail(person) == [("sign_in_refused", "wrong code")]


def test_too_many_codes_are_written_down_once(person: StaffMember) -> None:
    TOTP.activate(person.user, generate_totp_secret())
    RecoveryCodes.activate(person.user)
    browser = sign_in(person.email, PASSWORD)

    for _ in range(8):
        browser.post("/account/codes/enter/", {"code": "000000"})

    assert trail(person) == [
        *[("sign_in_refused", "wrong code")] * 5,
        ("sign_in_refused", "too many attempts: sign-in codes"),
    ]


def test_too_many_codes_while_turning_them_on_are_written_down(person: StaffMember) -> None:
    browser = sign_in(person.email, PASSWORD)
    browser.post("/account/reauthenticate/", {"password": PASSWORD})

    pages = [browser.post("/account/codes/on/", {"code": "000000"}) for _ in range(7)]

    assert pages[-1].status_code == 200
    assert trail(person)[-1] == ("sign_in_refused", "too many attempts: sign-in codes")


def test_too_many_new_passwords_asked_for_are_written_down_once(person: StaffMember) -> None:
    answers = [Browser().post("/account/password/reset/", {"email": person.email}) for _ in range(8)]

    assert answers[-1].status_code == 429
    assert trail(person) == [("sign_in_refused", "too many attempts: a new password by e-mail")]


def test_too_many_guesses_of_the_password_by_somebody_signed_in_are_written_down(person: StaffMember) -> None:
    guess = {"oldpassword": "a wrong password", "password1": "quite other words", "password2": "quite other words"}
    browser = sign_in(person.email, PASSWORD)

    answers = [browser.post("/account/password/change/", guess) for _ in range(8)]

    assert answers[-1].status_code == 429
    assert ("sign_in_refused", "too many attempts: changing the password") in trail(person)


def test_the_operator_reads_what_belongs_to_nobody(db: None) -> None:
    operator = UserFactory(is_operator=True)
    sign_in("nobody@example.org", "a wrong password")
    browser = Browser()
    browser.force_login(operator, backend="allauth.account.auth_backends.AuthenticationBackend")

    page = browser.get("/operator/").content.decode()

    assert "n…@example.org" in page
    assert "nobody@example.org" not in page
    assert "Wrong password" in page


def test_what_is_old_is_forgotten(db: None) -> None:
    SignInEvent(action="sign_in_refused", at=timezone.now() - dt.timedelta(days=91)).save()
    SignInEvent(action="sign_in_refused", at=timezone.now() - dt.timedelta(days=89)).save()

    forget_old_events(now=timezone.now())

    assert SignInEvent.objects.count() == 1


def test_the_data_lead_reads_of_refused_sign_ins(person: StaffMember, administrator: StaffMember) -> None:
    sign_in(person.email, "a wrong password")

    page = signed_in(administrator).get("/admin/audit/", {"action": "sign_in_refused"}).content.decode()

    assert person.name in page
    assert "why: wrong password" in page


@pytest.mark.parametrize(
    ("email", "shown"), [("jo@example.org", "j…@example.org"), ("no address", "n…"), ("", "…"), ("@x.org", "x…@x.org")]
)
def test_an_address_is_masked(email: str, shown: str) -> None:
    assert masked(email) == shown


def test_a_mail_server_that_is_away_is_said_to_whoever_asks_for_a_password(person: StaffMember, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9

    known, unknown = (
        Browser().post("/account/password/reset/", {"email": email}) for email in (person.email, "nobody@example.org")
    )

    assert "The e-mail has not gone out, because the mail server does not answer." in known.content.decode()
    assert "The e-mail has not gone out" in unknown.content.decode()
