"""The operator makes consortia and sees no record of any."""

from typing import Any

import pytest
from django.core import mail
from django.test import Client as Browser
from pytest_django import DjangoCaptureOnCommitCallbacks

from partners.enums import Role
from partners.models import Consortium, StaffMember
from partners.platform.tenancy.scope import in_consortium
from tests.conftest import signed_in
from tests.factories.partners import UserFactory

NEW = {"pack": "blank", "name": "New Town", "slug": "new-town", "administrator": "Ada", "email": "ada@example.org"}


@pytest.fixture
def operator(db: None) -> Browser:
    browser = Browser()
    browser.force_login(UserFactory(is_operator=True), backend="allauth.account.auth_backends.AuthenticationBackend")
    return browser


def test_home_of_the_operator_is_the_list_of_consortia(operator: Browser, consortium: Consortium) -> None:
    page = operator.get("/", follow=True)

    assert consortium.name in page.content.decode()


def test_a_new_consortium_gets_its_first_administrator(
    operator: Browser, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        operator.post("/operator/consortia/new/", NEW)

    with in_consortium(Consortium.objects.get(slug="new-town").pk):
        assert StaffMember.objects.get(role=Role.ADMINISTRATOR).name == "Ada"
    assert mail.outbox[-1].to == ["ada@example.org"]
    assert "You are invited to set up Caseload for New Town, as administrator of" in mail.outbox[-1].body


def test_a_first_administrator_who_was_not_reached_is_invited_again(
    operator: Browser,
    settings: Any,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    with django_capture_on_commit_callbacks(execute=True):
        answer = operator.post("/operator/consortia/new/", NEW)
    page = operator.get(answer["Location"]).content.decode()
    assert "The invitation has not gone out: the mail server does not answer." in page
    assert 'value="ada@example.org"' in page

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    with django_capture_on_commit_callbacks(execute=True):
        operator.post(answer["Location"], {"administrator": "Ada", "email": "ada.b@example.org"})

    assert mail.outbox[-1].to == ["ada.b@example.org"]
    with in_consortium(Consortium.objects.get(slug="new-town").pk):
        assert StaffMember.objects.get(role=Role.ADMINISTRATOR).email == "ada.b@example.org"


def test_an_administrator_who_has_come_in_invites_everybody_else(operator: Browser, administrator: StaffMember) -> None:
    address = f"/operator/consortia/{administrator.consortium.slug}/"

    page = operator.get(address).content.decode()
    refused = operator.post(address, {"administrator": "Ada", "email": "ada@example.org"})

    assert "Has come in" in page
    assert "<form" not in page.partition("<main")[2]
    assert "This consortium has an administrator." in refused.content.decode()


def test_a_taken_short_name_is_said_beside_the_field(operator: Browser, consortium: Consortium) -> None:
    page = operator.post("/operator/consortia/new/", {**NEW, "slug": consortium.slug})

    assert "Choose another short name." in page.content.decode()


def test_the_operator_opens_no_page_of_a_consortium(operator: Browser) -> None:
    assert operator.get("/organisations/").status_code == 403


def test_an_administrator_is_no_operator(administrator: StaffMember) -> None:
    assert signed_in(administrator).get("/operator/").status_code == 403
