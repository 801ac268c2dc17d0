"""Pages for what went wrong."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client as Browser
from django.urls import reverse

from partners.models import StaffMember
from tests.conftest import signed_in


def test_what_is_too_large_is_told_so(adviser: StaffMember, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 2

    response = signed_in(adviser).post(reverse("partners:shortcuts"), {"a": 1, "b": 2, "c": 3})

    assert response.status_code == 413
    assert "Too much at once" in response.content.decode()


@pytest.mark.django_db
def test_too_many_tries_say_how_long_to_wait() -> None:
    cache.clear()
    asked = {"email": "nobody@example.org"}

    answers = [Browser().post(reverse("account_reset_password"), asked) for _ in range(21)]

    assert answers[-1].status_code == 429
    assert "Wait five minutes" in answers[-1].content.decode()


def test_a_form_of_an_earlier_sign_in_says_what_to_do(adviser: StaffMember) -> None:
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(adviser.user, backend="allauth.account.auth_backends.AuthenticationBackend")

    response = browser.post(reverse("partners:shortcuts"), {"shortcuts": "off"})

    assert response.status_code == 403
    assert "This form has grown old" in response.content.decode()


@pytest.mark.parametrize("name", ["partners:switch", "partners:hide-welcome"])
def test_the_address_of_a_button_opened_by_itself_is_a_page(name: str, adviser: StaffMember) -> None:
    answer = signed_in(adviser).get(reverse(name))

    assert answer.status_code == 405
    assert "POST" in answer["Allow"]
    assert "This address only takes a form" in answer.content.decode()
    assert "Nothing was changed" in answer.content.decode()
