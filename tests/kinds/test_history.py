"""A history tells what a record was: to whoever may know it."""

import pghistory
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


def test_a_history_does_not_name_a_client_whom_its_reader_may_not_open(
    adviser: StaffMember, outsider: StaffMember
) -> None:
    own = make.ClientFactory(organisation=adviser.organisation)
    theirs = make.ClientFactory(organisation=outsider.organisation, given_name="Zebedee", family_name="Hiddenham")
    make.ClientAddressFactory(client=own)
    address = make.ClientAddressFactory(client=theirs)
    address.client = own
    address.save()
    page = reverse("caseload:record-history", args=["addresses", address.uid])

    told = signed_in(adviser).get(page).content.decode()

    assert "another record" in told
    assert "Hiddenham" not in told


def test_why_a_version_was_changed_is_told_with_what_it_said_or_not_at_all(
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
    with pghistory.context(reason="She is well again"):
        spell.save()
    page = reverse("caseload:record-history", args=["circumstances", spell.uid])

    assert "She is well again" in signed_in(adviser).get(page).content.decode()
    assert "She is well again" not in signed_in(outsider).get(page).content.decode()
