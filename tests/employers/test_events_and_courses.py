"""Events of employers and courses before recruiting: logged by every partner, with numbers that can be (EMP-09, 15)."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from caseload.models import PreRecruitmentActivity
from employers.models import EmployerEvent
from partners.enums import Role
from partners.models import StaffMember
from tests.conftest import signed_in
from tests.factories.caseload import PreRecruitmentActivityFactory
from tests.factories.commissioning import ContractFactory
from tests.factories.employers import EmployerEventFactory, EmployerFactory
from tests.factories.partners import CentreFactory, StaffFactory


def errors_of(answer: Any) -> dict[str, str]:
    if answer.status_code == 302:
        return {}
    return {name: str(said) for name, said in answer.context["form"].errors.items()}


def test_an_event_is_planned_ahead_and_attended_once_it_was_held(adviser: StaffMember) -> None:
    EmployerEventFactory()
    centre = CentreFactory()
    ahead = timezone.localdate() + dt.timedelta(days=20)
    typed = {"title": "Meet the employers", "centre": centre.uid, "held_on": f"{ahead:%d/%m/%Y}"}
    browser, url = signed_in(adviser), reverse("employers:record-add", args=["events"])

    early = browser.post(url, {**typed, "attendance": "40"})
    planned = browser.post(url, typed)
    again = browser.post(url, typed)

    assert "until the event is held" in errors_of(early)["attendance"]
    assert planned.status_code == 302
    assert "Meet the employers" in errors_of(again)["another"]
    assert EmployerEvent.objects.filter(centre=centre).count() == 1


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"invited": "31"}, "invited"),
        ({"attended": "21"}, "attended"),
        ({"interviewed": "16"}, "interviewed"),
        ({"offered": "11"}, "offered"),
        ({"ended_on": "1/5/2007"}, "ended_on"),
        ({}, ""),
    ],
)
def test_no_step_of_a_course_has_more_people_than_the_one_before(
    adviser: StaffMember, typed: dict[str, str], field: str
) -> None:
    PreRecruitmentActivityFactory()
    employer = EmployerFactory()
    right = {"employer": employer.name, "title": "Shelf to store", "started_on": "14/5/2007"}
    right |= {"applied": "30", "invited": "20", "attended": "15", "interviewed": "10", "offered": "8"}
    url = f"{reverse('caseload:record-add', args=['pre-recruitment'])}?employer={employer.uid}"

    answer = signed_in(adviser).post(url, {**right, **typed})

    assert list(errors_of(answer)) == ([field] if field else [])
    assert PreRecruitmentActivity.objects.filter(employer=employer).exists() == (not field)


def test_a_course_names_its_contract_to_whoever_sees_the_contract(adviser: StaffMember, scope: Any) -> None:
    contract = ContractFactory(title="Secret bid")
    course = PreRecruitmentActivityFactory(contract=contract)
    PreRecruitmentActivityFactory()
    provider = StaffFactory(organisation=contract.provider, role=Role.PROJECT_MANAGER)
    url = reverse("caseload:record", args=["pre-recruitment", course.uid])

    assert "Secret bid" in signed_in(provider).get(url).content.decode()
    assert "Secret bid" not in signed_in(adviser).get(url).content.decode()
    form = reverse("caseload:record-change", args=["pre-recruitment", course.uid])
    assert "Secret bid" not in signed_in(adviser).get(form).content.decode()
