"""What is removed can be put back once, under the rules that hold then, and hides nothing from who audits."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import RequestFactory
from django.urls import reverse

from employers.kinds.contact import KIND as CONTACT
from employers.models import Vacancy
from partners.enums import AccessAction, Role
from partners.errors import CaseloadError
from partners.models import AccessEntry, Consortium, Organisation, StaffMember
from partners.platform.records import keeping
from partners.platform.records.keeping import keeper_of
from partners.platform.records.kinds import kind_of
from partners.platform.records.pages import KindRemoved
from partners.platform.tenancy.scope import in_consortium
from reporting.models import Target
from tests.conftest import signed_in
from tests.exchange.packages import load, write
from tests.factories.caseload import PreRecruitmentActivityFactory
from tests.factories.commissioning import ContractFactory
from tests.factories.employers import EmployerContactFactory, EmployerFactory, VacancyFactory
from tests.factories.partners import OrganisationFactory, StaffFactory
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


@pytest.fixture
def account_manager(manager: StaffMember) -> StaffMember:
    found: StaffMember = StaffFactory(organisation=manager.organisation, role=Role.ACCOUNT_MANAGER)
    return found


def test_what_was_removed_before_its_employer_is_listed_and_comes_back_after_it(account_manager: StaffMember) -> None:
    bakery, foundry = EmployerFactory(name="Mill Lane Bakery"), EmployerFactory()
    vacancy = VacancyFactory(employer=bakery, title="Baker")
    remove(VacancyFactory(employer=foundry, title="Founder"), by=account_manager)
    remove(vacancy, by=account_manager)
    remove(bakery, by=account_manager)
    browser = signed_in(account_manager)

    page = browser.get(REMOVED).content.decode()
    refused = browser.post(REMOVED, {"record": str(vacancy.uid)}, follow=True).content.decode()

    assert ("Baker" in page, "Founder" in page) == (True, True)
    assert "The employer it names was removed since: put that back first." in page
    assert page.count('name="record"') == 1
    assert "It cannot be put back. The employer it names was removed since" in refused
    browser.post(reverse("employers:records-removed", args=["employers"]), {"record": str(bakery.uid)})
    browser.post(REMOVED, {"record": str(vacancy.uid)})
    assert Vacancy.objects.get().title == "Baker"


def test_what_was_removed_before_its_employer_was_merged_says_where_it_belongs_now(
    account_manager: StaffMember,
) -> None:
    foundry = EmployerFactory(name="Canal Street Foundry")
    bakery = EmployerFactory()
    vacancy = VacancyFactory(employer=bakery, title="Baker")
    VacancyFactory(employer=foundry)
    remove(vacancy, by=account_manager)
    bakery.merged_into = foundry
    bakery.save()
    browser = signed_in(account_manager)

    page = browser.get(REMOVED).content.decode()
    refused = browser.post(REMOVED, {"record": str(vacancy.uid)}, follow=True).content.decode()

    assert "Baker" in page
    assert "The employer it names was merged into Canal Street Foundry since: add it there." in page
    assert "It cannot be put back. The employer it names was merged" in refused
    assert not Vacancy.objects.filter(title="Baker").exists()


def test_what_others_removed_out_of_sight_takes_no_place_in_the_list(
    city_council: Organisation, manager: StaffMember, account_manager: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "MOST_REMOVED", 1)
    theirs = ContractFactory(provider=OrganisationFactory())
    own = PreRecruitmentActivityFactory(title="Our course", contract=None)
    other = PreRecruitmentActivityFactory(title="Their course", contract=theirs)
    for course in (own, other):
        course.delete()
    page = reverse("caseload:records-removed", args=["pre-recruitment"])

    told = signed_in(account_manager).get(page).content.decode()

    assert ("Our course" in told, "Their course" in told) == (True, False)


def test_what_was_removed_is_read_page_by_page(account_manager: StaffMember, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(KindRemoved, "page_size", 1)
    for title in ("Older", "Newer"):
        remove(VacancyFactory(title=title), by=account_manager)
    browser = signed_in(account_manager)

    first, second = (browser.get(f"{REMOVED}?page={page}").content.decode() for page in (1, 2))

    assert ("Newer" in first, "Older" in first) == (True, False)
    assert ("Newer" in second, "Older" in second) == (False, True)


def test_the_history_of_what_was_removed_is_read_by_who_reads_the_removed_ones(
    city_council: Organisation, account_manager: StaffMember, adviser: StaffMember, other_consortium: Consortium
) -> None:
    VacancyFactory()
    vacancy = VacancyFactory(title="Cook")
    vacancy.title = "Head cook"
    vacancy.save()
    remove(vacancy, by=account_manager, reason="It was never open")
    auditor = StaffFactory(organisation=city_council, role=Role.AUDITOR)
    commissioner = StaffFactory(organisation=city_council, role=Role.COMMISSIONER)
    with in_consortium(other_consortium.pk):
        stranger = StaffFactory(organisation=OrganisationFactory(accountable_body=True), role=Role.ACCOUNT_MANAGER)
    page = reverse("employers:record-history", args=["vacancies", vacancy.uid])

    for reader in (account_manager, auditor):
        told = signed_in(reader).get(page).content.decode()
        assert page in signed_in(reader).get(REMOVED).content.decode()
        assert ("Before: Cook" in told, "It was never open" in told, REMOVED in told) == (True, True, True)
    assert [signed_in(each).get(page).status_code for each in (commissioner, stranger)] == [404, 404]


def test_who_reads_removed_records_of_a_person_has_that_in_the_trail(
    account_manager: StaffMember, rf: RequestFactory
) -> None:
    kind = replace(CONTACT, is_personal=True, person="staff_id")
    EmployerContactFactory()
    contact = EmployerContactFactory(staff=account_manager)
    remove(contact, by=account_manager)
    request = rf.get("/")
    request.staff, request.consortium, request.user = account_manager, account_manager.consortium, account_manager.user
    request.htmx = False

    answer = KindRemoved.as_view(kinds=(kind,), namespace="employers")(request, slug="contacts")

    assert answer.status_code == 200
    looks = AccessEntry.objects.filter(staff_member=account_manager)
    assert looks.filter(action=AccessAction.SEARCHED, subject="employers.employercontact").exists()
    assert looks.get(subject="partners.staffmember").subject_ids == [account_manager.pk]


def test_what_broke_a_rule_before_is_put_back_and_ended_all_the_same(account_manager: StaffMember) -> None:
    VacancyFactory()
    vacancy = VacancyFactory(title="Cook", hourly_wage=Decimal("1.00"), opened_on=date(2007, 5, 1), closed_on=None)
    vacancy.refresh_from_db()
    keeper = keeper_of(kind_of(Vacancy))  # type: ignore[arg-type]
    remove(vacancy, by=account_manager)

    back = keeper.put_back(vacancy.uid, by=account_manager)
    ended = keeper.end(back, on=date(2007, 6, 1), version=back.version, by=account_manager)

    assert (ended.closed_on, ended.hourly_wage) == (date(2007, 6, 1), Decimal("1.00"))
    with pytest.raises(CaseloadError, match="lowest minimum wage"):
        keeper.change(ended, {"title": "Head cook"}, version=ended.version, by=account_manager)
