"""Invited, given a role, and leaving again."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client as Browser
from pytest_django import DjangoCaptureOnCommitCallbacks

from partners.enums import Role
from partners.errors import CaseloadError
from partners.models import BackgroundJob, Invitation, Organisation, StaffMember
from partners.platform.frame.logs import WithoutKeys
from partners.platform.jobs import queue as jobs
from partners.services.people import end_access
from tests.conftest import signed_in

SMTP = "django.core.mail.backends.smtp.EmailBackend"
LOCMEM = "django.core.mail.backends.locmem.EmailBackend"
NEW = {"name": "Nia New", "email": "Nia@Example.org", "role": Role.ADVISER}


def link_in_mail() -> str:
    found = re.search(r"http://testserver(/\S+)", mail.outbox[-1].body)
    assert found
    return found[1]


@pytest.fixture
def asked(
    administrator: StaffMember,
    organisation: Organisation,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> Browser:
    browser = signed_in(administrator)
    with django_capture_on_commit_callbacks(execute=True):
        answer = browser.post("/admin/people/invite/", {**NEW, "organisation": organisation.uid})
    assert answer.status_code == 302
    return browser


@pytest.fixture
def invitation_link(asked: Browser) -> str:
    return link_in_mail()


def person_page() -> str:
    return f"/admin/people/{StaffMember.objects.get(name='Nia New').uid}/"


def test_an_invited_person_comes_in_with_a_password_of_their_own(invitation_link: str) -> None:
    browser = Browser()

    page = browser.post(invitation_link, {"password": "three odd words"}, follow=True)

    assert page.redirect_chain[-1][0] == "/"
    assert page.context["staff"].name == "Nia New"


def test_an_invitation_works_once(invitation_link: str) -> None:
    Browser().post(invitation_link, {"password": "three odd words"})

    assert Browser().get(invitation_link).status_code == 410


def test_only_the_hash_of_an_invitation_is_kept(invitation_link: str) -> None:
    token = invitation_link.rstrip("/").rsplit("/", 1)[-1]

    assert Invitation.objects.get().token_hash not in {"", token}


def test_a_short_password_is_refused(invitation_link: str) -> None:
    page = Browser().post(invitation_link, {"password": "short"})

    assert "There is a problem" in page.content.decode()


def has_sign_in(foreigner: StaffMember, email: str) -> Browser:
    foreigner.user.email = email
    foreigner.user.save()
    return signed_in(foreigner)


def test_somebody_with_a_sign_in_joins_with_it(invitation_link: str, foreigner: StaffMember) -> None:
    browser = has_sign_in(foreigner, "nia@example.org")
    assert "The consortium is added to this sign-in." in browser.get(invitation_link).content.decode()

    page = browser.post(invitation_link, follow=True)

    assert page.context["consortium"].slug == "leicester"
    assert len(page.context["memberships"]) == 2


def test_a_link_passed_on_lets_nobody_else_in(invitation_link: str, foreigner: StaffMember) -> None:
    browser = has_sign_in(foreigner, "mallory@example.org")

    page, refused = browser.get(invitation_link), browser.post(invitation_link)

    assert (page.status_code, refused.status_code) == (403, 403)
    assert "n…@example.org" in page.content.decode()
    assert "nia@example.org" not in page.content.decode().lower()
    assert Invitation.objects.get().accepted_at is None


def test_who_signed_in_with_another_address_signs_out_and_comes_back(
    invitation_link: str, foreigner: StaffMember
) -> None:
    browser = has_sign_in(foreigner, "nia.new@example.net")
    assert f'name="next" value="{invitation_link}"' in browser.get(invitation_link).content.decode()

    page = browser.post("/account/logout/", {"next": invitation_link}, follow=True)

    assert page.redirect_chain[-1][0] == invitation_link
    assert "Set the password and come in" in page.content.decode()


def test_a_used_link_is_not_logged(invitation_link: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.handler.addFilter(WithoutKeys())
    Browser().post(invitation_link, {"password": "three odd words"})

    assert Browser().get(invitation_link).status_code == 410

    assert "Gone: /invitation/…/" in caplog.text
    assert invitation_link not in caplog.text


def test_the_history_keeps_no_link(invitation_link: str) -> None:
    Browser().post(invitation_link, {"password": "three odd words"})

    kept = [row.pgh_context for row in StaffMember.pgh_event_models["insert"].objects.all()]

    assert {"url": "/invitation/…/"}.items() <= [each for each in kept if each][-1].items()


def test_an_adviser_may_not_invite(adviser: StaffMember) -> None:
    assert signed_in(adviser).get("/admin/people/invite/").status_code == 403


def test_access_ends_at_the_next_request(administrator: StaffMember, adviser: StaffMember) -> None:
    theirs = signed_in(adviser)
    assert theirs.get("/").status_code == 200

    signed_in(administrator).post(f"/admin/people/{adviser.uid}/end/", {"reason": "Left the council"})

    assert theirs.get("/").url.startswith("/account/login/")


def test_ending_access_asks_for_a_reason(administrator: StaffMember, adviser: StaffMember) -> None:
    page = signed_in(administrator).post(f"/admin/people/{adviser.uid}/end/", {"reason": ""})

    assert "Enter the reason." in page.content.decode()


def test_the_reason_stands_in_the_history(administrator: StaffMember, adviser: StaffMember) -> None:
    signed_in(administrator).post(f"/admin/people/{adviser.uid}/end/", {"reason": "Left the council"})

    page = signed_in(administrator).get("/admin/audit/changes/?kind=partners.staffmember")

    assert "Left the council" in page.content.decode()


def test_the_only_administrator_stays(administrator: StaffMember, city_council: Organisation) -> None:
    page = signed_in(administrator).post(
        f"/admin/people/{administrator.uid}/role/", {"role": Role.VIEWER, "reason": "Trying"}
    )

    assert "only administrator" in page.content.decode()


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("short", "The password is too short. Use 12 characters or more"),
        ("password1234", "The password is one that many people have."),
        ("new-nia@example.org", "The password is too much like your e-mail address."),
    ],
)
def test_a_weak_password_is_told_in_our_words(invitation_link: str, password: str, said: str) -> None:
    text = Browser().post(invitation_link, {"password": password}).content.decode()

    assert said in text
    assert "This password" not in text


def test_nobody_ends_their_own_access(administrator: StaffMember) -> None:
    with pytest.raises(CaseloadError, match="your own access"):
        end_access(administrator, by=administrator, reason="Trying")


@pytest.mark.parametrize("count", [1, 3])
def test_the_people_page_asks_the_same_questions_for_one_and_for_three(
    administrator: StaffMember, count: int, django_assert_num_queries: object
) -> None:
    from tests.factories.partners import StaffFactory  # noqa: PLC0415

    for _ in range(count):
        StaffFactory(organisation=administrator.organisation)
    browser = signed_in(administrator)

    with django_assert_num_queries(16):  # type: ignore[operator]
        page = browser.get("/admin/people/")

    assert page.status_code == 200


@pytest.fixture
def mail_away(settings: Any) -> None:
    """A mail server at whose port nobody listens."""
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "127.0.0.1", 9


def test_an_invitation_waits_while_the_mail_server_is_away(mail_away: None, settings: Any, asked: Browser) -> None:
    page = asked.get(person_page()).content.decode()
    assert "The invitation has not gone out: the mail server does not answer. The next attempt starts" in page
    assert "Invited" in page

    settings.EMAIL_BACKEND = LOCMEM
    letter = BackgroundJob.objects.get(kind="invitation")
    jobs.run(letter.consortium_id, letter.pk)

    assert Browser().get(link_in_mail()).status_code == 200
    assert "Sent " in asked.get(person_page()).content.decode()


def test_an_invitation_that_never_went_out_is_sent_again(
    mail_away: None,
    settings: Any,
    asked: Browser,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    letter = BackgroundJob.objects.get(kind="invitation")
    for _ in range(jobs.MOST_ATTEMPTS):
        jobs.run(letter.consortium_id, letter.pk)
    page = asked.get(person_page()).content.decode()
    assert "Given up after 5 attempts. Send it again." in page

    settings.EMAIL_BACKEND = LOCMEM
    with django_capture_on_commit_callbacks(execute=True):
        asked.post(f"{person_page()}invite/")

    assert Browser().get(link_in_mail()).status_code == 200


def test_an_earlier_invitation_still_waiting_sends_nothing_after_a_new_one(
    mail_away: None,
    settings: Any,
    asked: Browser,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    earlier = BackgroundJob.objects.get(kind="invitation")
    settings.EMAIL_BACKEND = LOCMEM
    with django_capture_on_commit_callbacks(execute=True):
        asked.post(f"{person_page()}invite/")

    jobs.run(earlier.consortium_id, earlier.pk)

    assert len(mail.outbox) == 1


def test_no_key_that_opens_stands_in_the_work_that_sends_it(invitation_link: str) -> None:
    token = invitation_link.rstrip("/").rsplit("/", 1)[-1]

    assert token not in str(BackgroundJob.objects.values_list("payload", "result", "message").get())
