from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client as Browser
from django.urls import reverse

from partners.models import User
from tests.factories.partners import UserFactory

PASSWORD = "a long and quiet sentence"


def create(monkeypatch: pytest.MonkeyPatch, email: str, password: str = PASSWORD) -> None:
    monkeypatch.setattr("sys.stdin", StringIO(f"{password}\n"))
    call_command("create_operator", email, stdout=StringIO())


def test_the_first_sign_in_of_an_installation_makes_consortia(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    create(monkeypatch, "Ops@Example.org")

    browser = Browser()
    browser.post(reverse("account_login"), {"login": "ops@example.org", "password": PASSWORD})

    assert browser.get(reverse("partners:consortium-new")).status_code == 200


@pytest.mark.parametrize(
    ("email", "password", "said"),
    [
        ("there@example.org", PASSWORD, "has a sign-in already"),
        ("nobody", PASSWORD, "no e-mail address"),
        ("ops@example.org", "short", "too short"),
        ("ops@example.org", "", "too short"),
    ],
)
def test_a_sign_in_that_cannot_be_is_refused(
    db: None, monkeypatch: pytest.MonkeyPatch, email: str, password: str, said: str
) -> None:
    UserFactory(email="there@example.org")

    with pytest.raises(CommandError, match=said):
        create(monkeypatch, email, password)

    assert not User.objects.filter(is_operator=True).exists()
