"""What was typed ahead of its day is refused as a day to come, in every form: never stored a hundred years back."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from caseload.models import Activity, Client, ClientAddress, ClientCircumstance, Job
from employers.models import EmployerAgreement, EmployerContact
from partners.enums import Role
from partners.models import Organisation, StaffMember
from partners.platform.dates import long_date
from reporting.models import Observation
from tests.conftest import signed_in
from tests.factories.caseload import ClientFactory
from tests.factories.employers import EmployerFactory
from tests.factories.partners import StaffFactory

TOMORROW = timezone.localdate() + dt.timedelta(days=1)
TYPED = f"{TOMORROW.day}/{TOMORROW.month}/{TOMORROW:%y}"
REFUSED = "earlier"  # "…, today or earlier", "today (3 July 2007) or earlier"


@pytest.fixture
def clients(adviser: StaffMember) -> list[Client]:
    own = {"organisation": adviser.organisation, "adviser": adviser}
    return [ClientFactory(**own), ClientFactory(**own, date_of_birth="1980-02-03"), ClientFactory(**own)]


@pytest.mark.parametrize(
    ("what", "typed", "field"),
    [
        ("activity", {"kind": "contact", "note": "called"}, "occurred_on"),
        ("stage", {"stage": "engaged"}, "occurred_on"),
        ("assessment", {"skills": "4"}, "assessed_on"),
        ("job", {"self_employed": "true", "evidence": "none"}, "started_on"),
        ("qualification", {"type": "nvq", "level": "2"}, "enrolled_on"),
        ("address", {"postcode": "LE5 3GH"}, "from_date"),
        ("circumstance", {"code": "jsa"}, "from_date"),
        ("consent", {"purpose": "sharing", "method": "paper"}, "given_on"),
    ],
)
def test_an_entry_of_tomorrow_is_refused(
    what: str, typed: dict[str, str], field: str, clients: list[Client], adviser: StaffMember
) -> None:
    for client in clients[:2]:  # without and with a date of birth
        answer = signed_in(adviser).post(reverse("caseload:add", args=[client.uid, what]), {**typed, field: TYPED})

        assert answer.status_code == 200
        (said,) = answer.context["form"].errors[field]
        assert REFUSED in said
        assert "birth" not in said
        assert f'value="{TYPED}"' in answer.content.decode()
    for kind in (Activity, Job, ClientAddress, ClientCircumstance):
        assert not kind.objects.exists()


@pytest.mark.parametrize(
    ("page", "typed", "field"),
    [
        ("contacts", {"channel": "phone", "summary": "Vacancies"}, "occurred_on"),
        ("agreements", {"kind": "jigs"}, "from_date"),
    ],
)
def test_an_employers_contact_or_agreement_of_tomorrow_is_refused(
    page: str, typed: dict[str, str], field: str, organisation: Organisation
) -> None:
    manager = StaffFactory(organisation=organisation, role=Role.ACCOUNT_MANAGER)
    employers = [EmployerFactory(), EmployerFactory()]

    for employer in employers:
        given = {**typed, "employer": employer.name, field: TYPED}
        answer = signed_in(manager).post(reverse("employers:record-add", args=[page]), given)

        assert f"{long_date(TOMORROW)} is still to come" in answer.context["form"].errors[field][0]
    assert not EmployerContact.objects.exists()
    assert not EmployerAgreement.objects.exists()


def test_an_observation_of_tomorrow_is_refused(monitoring_officer: StaffMember) -> None:
    typed = {"indicator": "local_places", "area_kind": "consortium", "as_at": TYPED, "value": "3", "source": "Survey"}

    answer = signed_in(monitoring_officer).post(reverse("reporting:record-observation"), typed)

    assert f"{long_date(TOMORROW)} is still to come" in answer.context["form"].errors["as_at"][0]
    assert not Observation.objects.exists()


def test_a_birth_may_fall_back_a_century(clients: list[Client], adviser: StaffMember) -> None:
    born = timezone.localdate().replace(day=1) - dt.timedelta(days=366 * 60)
    typed = {"given_name": "Asha", "family_name": "Invented", "date_of_birth": f"{born:%d/%m/%y}"}

    signed_in(adviser).post(reverse("caseload:change-identity", args=[clients[0].uid]), {**typed, "version": "1"})

    clients[0].refresh_from_db()
    assert clients[0].date_of_birth == born
