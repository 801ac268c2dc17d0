"""Two entries that are one employer: all goes along, figures count one, and taking it back restores all of it."""

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from employers.models import AccountManager, Employer, EmployerMatch
from employers.queries.alike import duplicates, naming_an_employer
from employers.services.merging import keep_apart, merge_employers, separate_employers
from partners.enums import Role
from partners.errors import CaseloadError
from partners.models import StaffMember
from partners.platform.exchange.exporting import export_package
from tests.conftest import signed_in
from tests.exchange.packages import load, write
from tests.factories.caseload import (
    ClientFactory,
    InWorkSupportFactory,
    InWorkTrainingFactory,
    JobFactory,
    PlacementFactory,
    PreRecruitmentActivityFactory,
)
from tests.factories.employers import (
    AccountManagerFactory,
    EmployerAgreementFactory,
    EmployerContactFactory,
    EmployerFactory,
    VacancyFactory,
)
from tests.factories.partners import StaffFactory

MAKERS = (
    *(AccountManagerFactory, EmployerAgreementFactory, EmployerContactFactory, VacancyFactory, JobFactory),
    *(PlacementFactory, PreRecruitmentActivityFactory, InWorkTrainingFactory, InWorkSupportFactory),
)


@pytest.fixture
def account_manager(city_council: Any) -> StaffMember:
    return StaffFactory(organisation=city_council, role=Role.ACCOUNT_MANAGER)


def employer_with_everything(name: str, number: int = 2) -> Employer:
    employer = EmployerFactory(name=name)
    for nth in range(number):
        for maker in MAKERS:
            spell = {"from_date": dt.date(2007 + nth, 1, 1), "to_date": dt.date(2007 + nth, 6, 30)}
            maker(employer=employer, **(spell if maker is AccountManagerFactory else {}))
    return employer


def whole() -> dict[str, dict[int, int]]:
    """Return which employer every record names."""
    return {
        f"{model._meta.label}.{name}": dict(model.objects.values_list("pk", f"{name}_id"))
        for model, name in naming_an_employer()
    }


def number_of(employer: Employer) -> Counter[str]:
    return Counter(name for name, rows in whole().items() for of in rows.values() if of == employer.pk)


def test_everything_that_names_an_employer_is_known(scope: Any) -> None:
    employer = employer_with_everything("Tesco")
    EmployerFactory(merged_into=employer)

    assert number_of(employer).keys() == whole().keys()


def test_all_goes_along_and_comes_back(account_manager: StaffMember) -> None:
    kept, gone, third = (employer_with_everything(name) for name in ("Tesco", "Tesco Ltd", "Greggs"))
    before = whole()

    match = merge_employers(kept, gone, by=account_manager, managers_of=kept)

    moved = number_of(gone)
    assert {name for name, _ in moved.items()} == {"employers.AccountManager.employer"}
    assert number_of(kept)["caseload.Job.employer"] == 4
    assert number_of(third)["caseload.Job.employer"] == 2
    JobFactory(employer=kept)

    separate_employers(match, by=account_manager)

    after = {name: {key: of for key, of in rows.items() if key in before[name]} for name, rows in whole().items()}
    assert after == before
    assert AccountManager.objects.count() == len(before["employers.AccountManager.employer"])
    assert number_of(kept)["caseload.Job.employer"] == 3
    match.refresh_from_db()
    assert match.undone_by == account_manager


@pytest.mark.parametrize("later_first", [True, False])
def test_a_chain_of_merges_comes_apart_in_either_order(account_manager: StaffMember, later_first: bool) -> None:
    one, two, three = (EmployerFactory(name=name) for name in ("Tesco Ltd", "Tesco", "Tesco plc"))
    for employer in (one, two, three):
        JobFactory(employer=employer)
        VacancyFactory(employer=employer)
    before = whole()
    merges = [merge_employers(two, one, by=account_manager), merge_employers(three, two, by=account_manager)]
    one.refresh_from_db()
    assert one.merged_into == three
    assert number_of(three)["caseload.Job.employer"] == 3

    for match in reversed(merges) if later_first else merges:
        separate_employers(match, by=account_manager)

    assert whole() == before


@pytest.mark.parametrize("stays", [0, 1])
def test_of_two_account_managers_the_one_chosen_stands(account_manager: StaffMember, stays: int) -> None:
    kept, gone = EmployerFactory(), EmployerFactory()
    AccountManagerFactory(employer=EmployerFactory())
    ours = AccountManagerFactory(employer=kept, from_date=dt.date(2007, 6, 1), to_date=dt.date(2007, 9, 30))
    theirs = AccountManagerFactory(employer=gone, from_date=dt.date(2007, 4, 1))
    before = whole()

    with pytest.raises(CaseloadError, match="Choose who stays"):
        merge_employers(kept, gone, by=account_manager)
    match = merge_employers(kept, gone, by=account_manager, managers_of=(kept, gone)[stays])

    spells = AccountManager.objects.filter(employer=kept).order_by("from_date")
    days = [(spell.staff, spell.from_date, spell.to_date) for spell in spells]
    left = [
        (theirs.staff, dt.date(2007, 4, 1), dt.date(2007, 5, 31)),
        (ours.staff, dt.date(2007, 6, 1), dt.date(2007, 9, 30)),
        (theirs.staff, dt.date(2007, 10, 1), None),
    ]
    assert days == (left if stays == 0 else [(theirs.staff, dt.date(2007, 4, 1), None)])

    separate_employers(match, by=account_manager)
    assert whole() == before


def test_what_is_merged_is_not_merged_again(account_manager: StaffMember) -> None:
    kept, gone, other = (EmployerFactory() for _ in range(3))
    match = merge_employers(kept, gone, by=account_manager)

    for one, two in ((kept, gone), (other, gone), (gone, other), (kept, kept)):
        with pytest.raises(CaseloadError):
            merge_employers(one, two, by=account_manager)
    separate_employers(match, by=account_manager)
    with pytest.raises(CaseloadError):
        separate_employers(match, by=account_manager)


def test_a_package_that_names_the_merged_one_means_the_one_that_stands(
    account_manager: StaffMember, tmp_path: Path
) -> None:
    shops = enumerate(("Tesco", "Tesco Ltd", "Greggs"), start=1)
    tables = {
        "employers": "id,name,sector,size_band,ownership\n"
        + "".join(f"e{n},{name},Retail,large,private\n" for n, name in shops),
        "vacancies": "id,employer_id,title,opened_on,posts\n"
        + "".join(f"w{n},e{n},Cook,2007-05-01,1\n" for n in (1, 2, 3)),
    }
    load(write(tmp_path / "first", tables))
    kept, gone = (Employer.objects.get(external_id=each) for each in ("e1", "e2"))
    merge_employers(kept, gone, by=account_manager)

    again, _ = load(write(tmp_path / "again", tables))
    new = "id,employer_id,title,opened_on,posts\nw4,e2,D,2007-05-01,1\nw3,e2,C,2007-05-01,1\n"
    load(write(tmp_path / "new", {"vacancies": new}))
    export_package(tmp_path / "out")

    assert (again.counts["vacancies"]["same"], again.counts["employers"]["same"]) == (3, 3)
    assert kept.vacancies.count() == 4
    assert "e2" not in (tmp_path / "out" / "employers.csv").read_text()
    assert (tmp_path / "out" / "vacancies.csv").read_text().count(",e1,") == 4


def test_names_that_are_one_are_listed_until_somebody_decides(account_manager: StaffMember) -> None:
    names = ("Tesco", "TESCO LTD.", "The Tesco Company", "Greggs", "Greggs Plc", "Boots")
    tesco, limited, company, greggs, plc, _ = (EmployerFactory(name=name) for name in names)
    pairs = [(pair.one, pair.other) for pair in duplicates()]
    assert pairs == [(greggs, plc), (tesco, limited), (tesco, company)]

    keep_apart(greggs, plc, by=account_manager)
    merge_employers(tesco, limited, by=account_manager)

    assert [(pair.one, pair.other) for pair in duplicates()] == [(tesco, company)]


def test_two_entries_are_compared_merged_and_separated_in_the_browser(account_manager: StaffMember) -> None:
    kept, gone = employer_with_everything("Tesco", 1), employer_with_everything("Tesco Ltd", 1)
    ClientFactory()
    browser = signed_in(account_manager)
    assert "Tesco Ltd" in browser.get(reverse("employers:duplicates")).content.decode()
    url = f"{reverse('employers:merge', args=[kept.uid])}?other={gone.uid}"

    page = browser.get(url).content.decode()
    refused = browser.post(url, {"kept": str(kept.uid)})
    merged = browser.post(url, {"kept": str(kept.uid), "managers_of": str(gone.uid)}, follow=True).content.decode()
    old = browser.get(reverse("employers:employer", args=[gone.uid]))
    match = EmployerMatch.objects.get()
    browser.post(reverse("employers:separate", args=[match.uid]), {"reason": "A shop of another owner"})

    assert "Jobs" in page
    assert "account manager" in refused.content.decode()
    assert "Merged into this one" in merged
    assert old.url == reverse("employers:employer", args=[kept.uid])
    assert Employer.objects.current().count() >= 2
    gone.refresh_from_db()
    assert gone.merged_into is None


def test_an_adviser_merges_nothing(adviser: StaffMember) -> None:
    one, other = EmployerFactory(name="Tesco"), EmployerFactory(name="Tesco Ltd")
    browser = signed_in(adviser)

    assert browser.get(reverse("employers:duplicates")).status_code == 403
    assert browser.post(f"{reverse('employers:merge', args=[one.uid])}?other={other.uid}").status_code == 403
