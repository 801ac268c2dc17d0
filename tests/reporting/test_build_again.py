"""The button that builds a return again."""

from django.urls import reverse

from partners.models import StaffMember
from reporting.enums import ReturnState
from reporting.models import Return
from tests.conftest import signed_in


def test_a_return_in_sign_off_says_why_it_is_not_built_again(monitoring_officer: StaffMember) -> None:
    filed = Return(kind="journey", quarter="2007-08-Q1", state=ReturnState.IN_SIGN_OFF)
    filed.save()

    answer = signed_in(monitoring_officer).post(reverse("reporting:build-again", args=[filed.uid]), follow=True)

    assert answer.status_code == 200
    assert "so it is not built again." in answer.content.decode()
    assert "is being built" not in answer.content.decode()
