"""The operator makes consortia and sees no record of any."""

import pytest
from django.core import mail
from django.test import Client as Browser
from pytest_django import DjangoCaptureOnCommitCallbacks

from partners.enums import Role
from partners.models import Consortium, StaffMember
from partners.tenancy.scope import in_consortium
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


def test_a_taken_short_name_is_said_beside_the_field(operator: Browser, consortium: Consortium) -> None:
    page = operator.post("/operator/consortia/new/", {**NEW, "slug": consortium.slug})

    assert "Choose another short name." in page.content.decode()


def test_the_operator_opens_no_page_of_a_consortium(operator: Browser) -> None:
    assert operator.get("/organisations/").status_code == 403


def test_an_administrator_is_no_operator(administrator: StaffMember) -> None:
    assert signed_in(administrator).get("/operator/").status_code == 403
