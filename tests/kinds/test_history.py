"""A history tells what a record was: to whoever may know it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from caseload.services.sharing import bring_shares_up_to_date
from partners.models import StaffMember
from tests.conftest import signed_in
from tests.factories import caseload as make
from tests.factories.employers import EmployerFactory, VacancyFactory

pytestmark = pytest.mark.usefixtures("scope")


def test_who_may_not_know_of_health_does_not_read_that_an_entry_was_about_it(
    adviser: StaffMember, outsider: StaffMember
) -> None:
    client = make.ClientFactory(organisation=adviser.organisation)
    make.ReferralFactory(client=client, to_organisation=outsider.organisation, status="accepted")
    make.ConsentFactory(client=client, parts=[])
    bring_shares_up_to_date(today=timezone.localdate())
    for _ in range(2):
        spell = make.ClientCircumstanceFactory(client=client, code="esa")
    spell.code = "jsa"
    spell.version += 1
    spell.save()
    page = reverse("caseload:record-history", args=["circumstances", spell.uid])

    own = signed_in(adviser).get(page).content.decode()
    partner = signed_in(outsider).get(page)

    assert "Employment and Support Allowance" in own
    assert partner.status_code == 200
    assert "Employment and Support Allowance" not in partner.content.decode()


def test_a_change_names_the_records_it_led_from_and_to(monitoring_officer: StaffMember) -> None:
    first, second = EmployerFactory(name="Mill Lane Bakery"), EmployerFactory(name="Canal Street Foundry")
    vacancy = VacancyFactory(employer=first)
    vacancy.employer = second
    vacancy.save()
    page = reverse("employers:record-history", args=["vacancies", vacancy.uid])

    told = signed_in(monitoring_officer).get(page).content.decode()

    assert "Mill Lane Bakery" in told
    assert "Canal Street Foundry" in told
