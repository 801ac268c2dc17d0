import pytest
from django.test import Client as Browser
from django.urls import reverse

from partners.models import Consortium, StaffMember, User
from tests.conftest import signed_in
from tests.factories.partners import UserFactory

FIRST = {"administrator": "Ada", "email": "ada@example.org"}


@pytest.fixture
def operator(db: None) -> Browser:
    user: User = UserFactory(is_operator=True)
    browser = Browser()
    browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return browser


def test_the_operator_makes_a_consortium_from_a_pack(operator: Browser) -> None:
    answer = operator.post(
        reverse("partners:consortium-new"),
        {"pack": "leicester", "slug": "city", "name": "City Strategy", **FIRST},
        follow=True,
    )

    made = Consortium.objects.get()
    assert (made.slug, made.name, made.pack) == ("city", "City Strategy", "leicester")
    assert "City Strategy is made." in answer.content.decode()


def test_the_packs_that_are_here_are_offered(operator: Browser) -> None:
    page = operator.get(reverse("partners:consortium-new")).content.decode()

    assert "Leicester City Strategy" in page
    assert "Blank" in page


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"slug": "North"}, "Write the short name in small letters"),
        ({"slug": "there"}, "There is a consortium there already."),
        ({"pack": "bcbc"}, "Choose one of the packs in the list."),
        ({"name": ""}, "Enter the name of the partnership."),
    ],
)
def test_what_cannot_be_made_is_said_beside_its_field(operator: Browser, given: dict[str, str], said: str) -> None:
    Consortium.objects.create(slug="there", name="There", pack="blank")

    answer = operator.post(
        reverse("partners:consortium-new"), {"pack": "blank", "slug": "new", "name": "New", **FIRST, **given}
    )

    assert said in answer.content.decode()
    assert Consortium.objects.count() == 1


def test_only_the_operator_makes_consortia(administrator: StaffMember) -> None:
    assert signed_in(administrator).get(reverse("partners:consortium-new")).status_code == 403
