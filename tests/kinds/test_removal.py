"""What is removed can be put back once, under the rules that hold then, and hides nothing from who audits."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.urls import reverse

from employers.models import Vacancy
from partners.enums import Role
from partners.errors import CaseloadError
from partners.models import Organisation, StaffMember
from partners.platform.records import keeping
from partners.platform.records.keeping import keeper_of
from partners.platform.records.kinds import kind_of
from reporting.models import Target
from tests.conftest import signed_in
from tests.exchange.packages import load, write
from tests.factories.employers import VacancyFactory
from tests.factories.partners import StaffFactory
from tests.factories.reporting import TargetFactory

pytestmark = pytest.mark.usefixtures("scope")
REMOVED = reverse("employers:records-removed", args=["vacancies"])


def remove(record: object, *, by: StaffMember, reason: str = "Recorded twice") -> None:
    kind = kind_of(type(record))
    assert kind
    keeper_of(kind).remove(record, reason=reason, version=record.version, by=by)  # type: ignore[attr-defined]


def test_a_second_click_on_remove_and_on_put_back_is_told_in_words(manager: StaffMember) -> None:
    VacancyFactory()
    vacancy = VacancyFactory()
    browser = signed_in(StaffFactory(organisation=manager.organisation, role=Role.ACCOUNT_MANAGER))
    page = reverse("employers:record-remove", args=["vacancies", vacancy.uid])
    sent = {"reason": "Recorded twice", "version": str(vacancy.version)}

    clicks = [browser.post(page, sent, follow=True) for _ in range(2)]
    backs = [browser.post(REMOVED, {"record": str(vacancy.uid)}, follow=True) for _ in range(2)]
    junk = [browser.post(REMOVED, {"record": typed}, follow=True) for typed in ("", "junk", "\x00")]

    assert "The vacancy is removed already." in clicks[1].content.decode()
    assert "The vacancy is back." in backs[0].content.decode()
    assert all("It cannot be put back" in each.content.decode() for each in (backs[1], *junk))
    assert Vacancy.objects.count() == 2


def test_of_two_who_put_back_at_once_the_second_is_told(
    monitoring_officer: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    TargetFactory()
    target = TargetFactory()
    keeper = keeper_of(kind_of(Target))  # type: ignore[arg-type]
    remove(target, by=monitoring_officer)
    both_saw = keeping.last_removed(Target, most=1)
    keeper.put_back(target.uid, by=monitoring_officer)
    keeper.keeps = replace(keeper.keeps, rules=())
    monkeypatch.setattr(keeping, "last_removed", lambda *_args, **_more: both_saw)

    with pytest.raises(CaseloadError, match="there already"):
        keeper.put_back(target.uid, by=monitoring_officer)


def test_what_was_recorded_again_meanwhile_is_not_there_twice(monitoring_officer: StaffMember) -> None:
    TargetFactory()
    target = TargetFactory()
    remove(target, by=monitoring_officer)
    TargetFactory(indicator=target.indicator)
    page = reverse("reporting:records-removed", args=["targets"])

    told = signed_in(monitoring_officer).post(page, {"record": str(target.uid)}, follow=True).content.decode()

    assert "It cannot be put back as it was. There is a target of this" in told
    assert Target.objects.filter(indicator=target.indicator).count() == 1


def test_what_a_package_has_brought_again_is_not_put_back_beside_it(
    monitoring_officer: StaffMember, tmp_path: Path
) -> None:
    TargetFactory()
    header = "id,indicator,area_kind,area,period,value\n"
    package = write(tmp_path, {"targets": f"{header}k1,local_places,ward,Charnwood,2007-08,41\n"})
    load(package)
    target = Target.objects.get(external_id="k1")
    remove(target, by=monitoring_officer)
    other = write(tmp_path, {"targets": f"{header}k1,local_places,ward,Abbey,2007-08,41\n"})
    load(other)
    page = reverse("reporting:records-removed", args=["targets"])

    told = signed_in(monitoring_officer).post(page, {"record": str(target.uid)}, follow=True)

    assert told.status_code == 200
    assert "It cannot be put back" in told.content.decode()
    assert Target.objects.get(external_id="k1").area == "Abbey"


def test_an_old_removal_can_be_put_back_however_many_came_after(
    monitoring_officer: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    targets = [TargetFactory() for _ in range(3)]
    monkeypatch.setattr(keeping, "MOST_REMOVED", 1)
    for target in targets:
        remove(target, by=monitoring_officer)

    back = keeper_of(kind_of(Target)).put_back(str(targets[0].uid), by=monitoring_officer)  # type: ignore[arg-type]

    assert back.indicator == targets[0].indicator


def test_the_auditor_reads_what_others_removed_and_puts_nothing_back(
    city_council: Organisation, manager: StaffMember
) -> None:
    auditor = signed_in(StaffFactory(organisation=city_council, role=Role.AUDITOR))
    elsewhere = signed_in(StaffFactory(organisation=manager.organisation, role=Role.AUDITOR))
    VacancyFactory()
    vacancy = VacancyFactory(title="Warehouse operative")
    remove(vacancy, by=StaffFactory(organisation=manager.organisation, role=Role.ACCOUNT_MANAGER))

    page = auditor.get(REMOVED).content.decode()

    assert "Warehouse operative" in page
    assert "Recorded twice" in page
    assert "Put back" not in page
    assert REMOVED in auditor.get(reverse("employers:record-list", args=["vacancies"])).content.decode()
    assert elsewhere.get(REMOVED).status_code == 403
    assert auditor.post(REMOVED, {"record": str(vacancy.uid)}).status_code == 403
    assert not Vacancy.objects.filter(pk=vacancy.pk).exists()
