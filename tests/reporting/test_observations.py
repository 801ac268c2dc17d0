"""An area is one that is known; a mistyped number is put right, with its history; a removed one comes back."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from partners.models import Consortium, StaffMember
from reporting.models import Observation
from tests.conftest import signed_in
from tests.exchange.conftest import Load, send
from tests.factories.caseload import ClientAddressFactory
from tests.factories.partners import CentreFactory
from tests.factories.reporting import ObservationFactory

__all__ = ["send"]

TYPED = {
    "indicator": "local_childcare_places",
    "area_kind": "ward",
    "area": "Charnwood",
    "group": "",
    "as_at": "1/6/2007",
    "value": "12",
    "source": "City council, June 2007",
}


@pytest.fixture
def wards(scope: Consortium) -> None:
    for ward in ("Charnwood", "Spinney Hills", "New Parks"):
        ClientAddressFactory(ward=ward, lsoa="")
    CentreFactory(ward="Abbey", lsoa="E01013664")


def errors_of(answer: Any) -> str:
    return "" if answer.status_code == 302 else str(answer.context["form"].errors)


@pytest.mark.parametrize(
    ("kind", "area", "said"),
    [
        ("ward", "Charnwood", ""),
        ("ward", "Abbey", ""),
        ("ward", "Atlantis", "we know no ward “Atlantis”. Look how it is spelled."),
        ("ward", "charnwod", "Did you mean Charnwood?"),
        ("ward", "SPINNEY-HILLS", "Did you mean Spinney Hills?"),
        ("lsoa", "E01999999", "we know no LSOA"),
        ("lsoa", "E01013664", ""),
        ("consortium", "Charnwood", "eave the area empty"),
        ("consortium", "", ""),
        ("district", "Atlantis", ""),  # no district is known here to compare with
    ],
)
def test_an_area_is_one_that_is_known(
    wards: None, monitoring_officer: StaffMember, kind: str, area: str, said: str
) -> None:
    url = reverse("reporting:record-observation")

    answer = signed_in(monitoring_officer).post(url, {**TYPED, "area_kind": kind, "area": area})

    assert said in errors_of(answer)
    assert Observation.objects.count() == (0 if said else 1)


def test_an_area_that_is_right_is_recorded_all_the_same(wards: None, monitoring_officer: StaffMember) -> None:
    url = reverse("reporting:record-observation")
    browser = signed_in(monitoring_officer)

    asked = browser.post(url, {**TYPED, "area": "Atlantis"})
    browser.post(url, {**TYPED, "area": "Atlantis", "area_is_right": "on"})

    assert "area_is_right" in asked.content.decode()
    assert Observation.objects.get().area == "Atlantis"


def test_a_mistyped_observation_is_put_right_with_its_history(wards: None, monitoring_officer: StaffMember) -> None:
    wrong, other = (ObservationFactory(area=area, value=120) for area in ("Charnwood", "Abbey"))
    browser = signed_in(monitoring_officer)
    url = reverse("reporting:observation", args=[wrong.uid])

    without = browser.post(url, {**TYPED, "version": "1"})
    browser.post(url, {**TYPED, "version": "1", "reason": "a nought too many"})
    stale = browser.post(url, {**TYPED, "version": "1", "value": "13", "reason": "again"})

    assert "reason" in errors_of(without)
    wrong.refresh_from_db()
    assert (wrong.value, wrong.version) == (12, 2)
    assert "Somebody else changed this record" in stale.content.decode()
    page = browser.get(reverse("reporting:record-history", args=["observations", wrong.uid])).content.decode()
    assert "a nought too many" in page
    assert monitoring_officer.name in page
    assert "Before: 120" in page
    assert "Corrected" in browser.get(reverse("reporting:observations")).content.decode()
    other.refresh_from_db()
    assert other.value == 120


def test_a_correction_makes_no_double(wards: None, monitoring_officer: StaffMember) -> None:
    ObservationFactory(area="Charnwood", as_at=dt.date(2007, 6, 1))
    other = ObservationFactory(area="Charnwood", as_at=dt.date(2007, 5, 1))
    url = reverse("reporting:observation", args=[other.uid])

    answer = signed_in(monitoring_officer).post(url, {**TYPED, "version": "1", "reason": "wrong day"})

    assert "here is an observation of this" in errors_of(answer)


def test_a_removed_observation_comes_back_as_it_was(wards: None, monitoring_officer: StaffMember) -> None:
    kept, gone = (ObservationFactory(area=area, value=Decimal("1.50")) for area in ("Charnwood", "Abbey"))
    facts = (
        Observation.objects.filter(pk=gone.pk).values("uid", "external_id", "area", "value", "as_at", "source").get()
    )
    browser = signed_in(monitoring_officer)

    browser.post(reverse("reporting:remove-observation", args=[gone.uid]), {"reason": "another city's", "version": "1"})
    assert list(Observation.objects.all()) == [kept]
    page = browser.get(reverse("reporting:removed-observations")).content.decode()
    assert "another city&#x27;s" in page
    browser.post(reverse("reporting:removed-observations"), {"record": str(gone.uid)})

    assert Observation.objects.filter(pk=gone.pk).values(*facts).get() == facts
    assert "another city" not in browser.get(reverse("reporting:removed-observations")).content.decode()
    browser.post(reverse("reporting:removed-observations"), {"record": str(gone.uid)})
    assert Observation.objects.count() == 2


def test_who_may_not_record_corrects_nothing(wards: None, commissioner: StaffMember) -> None:
    observation = ObservationFactory()
    browser = signed_in(commissioner)

    for page in ("reporting:observation", "reporting:remove-observation"):
        assert browser.post(reverse(page, args=[observation.uid]), {"reason": "x"}).status_code == 403
    assert browser.get(reverse("reporting:removed-observations")).status_code == 403


def test_a_package_is_told_of_areas_that_nothing_names(wards: None, send: Load) -> None:
    header = "id,indicator,area_kind,area,as_at,value,source"
    rows = (
        "a1,local_x,ward,Charnwood,2007-06-01,1,ONS",
        "a2,local_x,ward,Atlantis,2007-06-01,1,ONS",
        "a3,local_x,consortium,,2007-06-01,1,ONS",
        "a4,local_x,district,Nowhere,2007-06-01,1,ONS",
        "a5,local_x,lsoa,E01999999,2007-06-01,1,ONS",
    )
    outcome, findings = send(
        observations="\n".join((header, *rows, "")),
        targets="id,indicator,area_kind,area,period,value\nt1,kpi_4,ward,Abby,2007-08,1\nt2,kpi_4,ward,Abbey,2007-08,1\n",
    )

    assert [(f.file, f.line, f.value, f.is_warning) for f in findings] == [
        ("observations.csv", 3, "Atlantis", True),
        ("observations.csv", 6, "E01999999", True),
        ("targets.csv", 2, "Abby", True),
    ]
    assert outcome.loaded
