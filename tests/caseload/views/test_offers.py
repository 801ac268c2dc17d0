from django.urls import reverse

from partners.models import StaffMember
from tests.conftest import signed_in


def test_registering_is_offered_to_those_alone_who_may(adviser: StaffMember, monitoring_officer: StaffMember) -> None:
    offer = f'href="{reverse("caseload:register")}"'.encode()

    assert offer in signed_in(adviser).get(reverse("caseload:caseload")).content
    assert offer not in signed_in(monitoring_officer).get(reverse("caseload:caseload")).content
