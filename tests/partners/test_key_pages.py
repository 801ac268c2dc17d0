from django.urls import reverse

from partners.enums import Scope
from partners.models import ApiKey, Organisation, StaffMember
from partners.queries.keys import find_key
from tests.conftest import signed_in


def test_a_secret_is_shown_once_and_a_reload_makes_no_second_key(
    administrator: StaffMember, organisation: Organisation
) -> None:
    browser = signed_in(administrator)
    typed = {"organisation": organisation.uid, "label": "Case system", "scopes": [Scope.REFERRALS_WRITE]}

    made = browser.post(reverse("partners:key-new"), typed)
    shown = browser.get(made.url)
    again = browser.get(made.url)

    key = ApiKey.objects.get()
    secret = shown.context["secret"]
    assert secret in shown.content.decode()
    assert find_key(secret) == key
    assert again.url == reverse("partners:keys")
