from typing import Any

import pytest
from django.urls import reverse

from caseload.kinds import KINDS
from commissioning.kinds import KINDS as MONEY
from employers.kinds import KINDS as EMPLOYERS
from partners.enums import AccessAction
from partners.models import AccessEntry, StaffMember
from tests.conftest import signed_in
from tests.factories import caseload as make
from tests.factories import commissioning as money
from tests.factories import employers as firm

MADE = {
    "stage-events": make.StageEventFactory,
    "activities": make.ActivityFactory,
    "assessments": make.AssessmentFactory,
    "plan-actions": make.PlanActionFactory,
    "qualifications": make.QualificationFactory,
    "placements": make.PlacementFactory,
    "jobs": make.JobFactory,
    "checks": make.EmploymentCheckFactory,
    "in-work-training": make.InWorkTrainingFactory,
    "in-work-support": make.InWorkSupportFactory,
    "enrolments": make.EnrolmentFactory,
    "referrals": make.ReferralFactory,
    "consents": make.ConsentFactory,
    "addresses": make.ClientAddressFactory,
    "circumstances": make.ClientCircumstanceFactory,
}
OPEN = {
    ("caseload", "pre-recruitment"): make.PreRecruitmentActivityFactory,
    ("employers", "employers"): firm.EmployerFactory,
    ("employers", "vacancies"): firm.VacancyFactory,
    ("employers", "agreements"): firm.EmployerAgreementFactory,
    ("employers", "contacts"): firm.EmployerContactFactory,
    ("employers", "events"): firm.EmployerEventFactory,
    ("employers", "account-managers"): firm.AccountManagerFactory,
    ("commissioning", "contracts"): money.ContractFactory,
    ("commissioning", "streams"): money.FundingStreamFactory,
    ("commissioning", "contributions"): money.ContributionFactory,
    ("commissioning", "services"): money.ServiceFactory,
    ("commissioning", "spend"): money.ExpenditureFactory,
    ("commissioning", "profiles"): money.ContractProfileFactory,
    ("commissioning", "terms"): money.ContractTermFactory,
    ("commissioning", "stream-terms"): money.StreamTermFactory,
    ("commissioning", "stream-register"): money.StreamEntryFactory,
    ("commissioning", "appraisals"): money.AppraisalFactory,
    ("commissioning", "planned-investment"): money.PlannedInvestmentFactory,
    ("commissioning", "plan-actions"): money.PlanActionFactory,
    ("commissioning", "action-funding"): money.ActionFundingFactory,
    ("commissioning", "printed-totals"): money.PrintedTotalFactory,
    ("commissioning", "budget-lines"): money.BudgetLineFactory,
    ("commissioning", "variations"): money.VariationFactory,
    ("commissioning", "contract-facts"): money.ContractFactsFactory,
    ("commissioning", "clauses"): money.ContractClauseFactory,
    ("commissioning", "contract-streams"): money.ContractStreamFactory,
    ("commissioning", "spend-records"): money.SpendRecordFactory,
    ("commissioning", "visits"): money.MonitoringVisitFactory,
    ("commissioning", "audits"): money.ProviderAuditFactory,
    ("commissioning", "findings"): money.FindingFactory,
}
# Not everybody who sees contracts opens these: tests/commissioning/test_oversight.py.
OF_OVERSIGHT = {
    ("commissioning", slug)
    for slug in ("contractor-risks", "financial-checks", "quality-standards", "committee-copies", "suspicions")
}


def test_every_kind_is_tried_here() -> None:
    declared = {"caseload": KINDS, "commissioning": MONEY, "employers": EMPLOYERS}
    found = {(app, kind.slug) for app, kinds in declared.items() for kind in kinds}

    assert found == {("caseload", slug) for slug in MADE} | set(OPEN) | OF_OVERSIGHT


@pytest.mark.parametrize("slug", MADE)
def test_personal_records_stay_within_sight(
    slug: str, adviser: StaffMember, outsider: StaffMember, monitoring_officer: StaffMember
) -> None:
    if slug == "checks":
        record = MADE[slug](job__client__organisation=adviser.organisation)
    else:
        record = MADE[slug](client__organisation=adviser.organisation)
    page = reverse("caseload:record", args=[slug, record.uid])

    listed = {
        staff: str(record.uid) in signed_in(staff).get(reverse("caseload:record-list", args=[slug])).content.decode()
        for staff in (adviser, outsider, monitoring_officer)
    }
    opened = {staff: signed_in(staff).get(page).status_code for staff in (adviser, outsider, monitoring_officer)}

    assert listed == {adviser: True, outsider: False, monitoring_officer: True}
    assert opened == {adviser: 200, outsider: 404, monitoring_officer: 200}


@pytest.mark.parametrize(("app", "slug"), OPEN)
def test_other_records_are_listed_and_opened(app: str, slug: str, monitoring_officer: StaffMember) -> None:
    record = OPEN[(app, slug)]()
    browser = signed_in(monitoring_officer)

    assert str(record.uid) in browser.get(reverse(f"{app}:record-list", args=[slug])).content.decode()
    assert browser.get(reverse(f"{app}:record", args=[app and slug, record.uid]), follow=True).status_code == 200
    assert browser.get(reverse(f"{app}:records")).status_code == 200


def test_a_list_is_narrowed_by_day_and_kind(adviser: StaffMember) -> None:
    client = make.ClientFactory(organisation=adviser.organisation)
    wanted = make.ActivityFactory(client=client, kind="survey", occurred_on="2007-05-10")
    other = make.ActivityFactory(client=client, kind="contact", occurred_on="2007-05-10")
    url = reverse("caseload:record-list", args=["activities"])

    text = signed_in(adviser).get(url, {"kind": "survey", "since": "1/5/2007", "until": "31/5/2007"}).content.decode()

    assert str(wanted.uid) in text
    assert str(other.uid) not in text


@pytest.mark.parametrize("number", [1, 3])
def test_a_list_takes_the_same_queries(adviser: StaffMember, number: int, django_assert_max_num_queries: Any) -> None:
    for _ in range(number):
        make.JobFactory(client=make.ClientFactory(organisation=adviser.organisation))
    browser = signed_in(adviser)

    with django_assert_max_num_queries(20) as counted:
        browser.get(reverse("caseload:record-list", args=["jobs"]))

    assert len([q for q in counted.captured_queries if "caseload_job" in q["sql"]]) == 2


def test_going_through_personal_records_is_written_down_without_what_was_asked(adviser: StaffMember) -> None:
    page = reverse("caseload:record-list", args=["circumstances"])

    signed_in(adviser).get(page, {"code": "offender"})

    entry = AccessEntry.objects.get(action=AccessAction.SEARCHED)
    assert (entry.subject, entry.detail) == ("caseload.clientcircumstance", {"filters": ["code"]})


def test_a_record_is_titled_by_what_it_is_and_whose(monitoring_officer: StaffMember) -> None:
    client = make.ClientFactory(given_name="Sam", family_name="Example")
    firm_ = firm.EmployerFactory(name="Stadium Stores")
    contract = money.ContractFactory(title="Job coaching")
    made = {
        ("caseload", "activities"): make.ActivityFactory(client=client, kind="contact"),
        ("caseload", "jobs"): make.JobFactory(client=client),
        ("caseload", "checks"): make.EmploymentCheckFactory(job__client=client, week=26),
        ("caseload", "circumstances"): make.ClientCircumstanceFactory(client=client, code="ib"),
        ("employers", "contacts"): firm.EmployerContactFactory(employer=firm_, channel="phone"),
        ("employers", "vacancies"): firm.VacancyFactory(employer=firm_, title="Baker"),
        ("commissioning", "spend"): money.ExpenditureFactory(contract=contract, category="staff_costs"),
    }
    browser = signed_in(monitoring_officer)

    titles = [
        browser.get(reverse(f"{app}:record", args=[slug, record.uid])).context["title"]
        for (app, slug), record in made.items()
    ]

    assert titles == [
        "Activity of Sam Example, 14 May 2007: contact",
        "Job of Sam Example, 14 May 2007",
        "Job check of Sam Example, 13 August 2007: 26 weeks",
        "Benefit or status of Sam Example, 1 October 2006: Incapacity Benefit",
        "Contact with Stadium Stores, 14 May 2007: phone",
        "Baker",
        "Spend on Job coaching, 20 April 2007: staff costs",
    ]


def test_a_category_is_shown_in_words(monitoring_officer: StaffMember) -> None:
    spend = money.ExpenditureFactory(category="staff_costs")
    browser = signed_in(monitoring_officer)

    for page in (
        reverse("commissioning:record-list", args=["spend"]),
        reverse("commissioning:record", args=["spend", spend.uid]),
        reverse("commissioning:contract", args=[spend.contract.uid]),
    ):
        text = browser.get(page).content.decode()
        assert "Staff costs" in text
        assert "staff_costs" not in text


def listed(browser: Any, app: str, slug: str, **asked: str) -> list[Any]:
    return list(browser.get(reverse(f"{app}:record-list", args=[slug]), asked).context["table"].page_rows)


def test_records_are_ordered_by_the_name_of_whom_they_are_about(monitoring_officer: StaffMember) -> None:
    late, early = (make.ActivityFactory(client__family_name=name) for name in ("Zeal", "Abel"))
    there, here = (firm.VacancyFactory(employer__name=name) for name in ("Zinc Works", "Acorn Bakery"))
    browser = signed_in(monitoring_officer)

    assert listed(browser, "caseload", "activities", sort="client") == [early, late]
    assert listed(browser, "employers", "vacancies", sort="employer") == [here, there]
    assert listed(browser, "employers", "vacancies", sort="-employer") == [there, here]


def test_people_stand_in_lists_by_family_name(monitoring_officer: StaffMember) -> None:
    make.ActivityFactory(client__family_name="Zeal", client__given_name="Ada")

    text = signed_in(monitoring_officer).get(reverse("caseload:record-list", args=["activities"])).content.decode()

    assert "Zeal, Ada" in text


@pytest.mark.parametrize("sort", ["closed_on", "-closed_on"])
def test_blanks_stand_last_either_way(sort: str, monitoring_officer: StaffMember) -> None:
    still = firm.VacancyFactory(opened_on="2007-05-01", closed_on=None)
    closed = [firm.VacancyFactory(opened_on="2007-05-01", closed_on=day) for day in ("2007-06-01", "2007-07-01")]

    rows = listed(signed_in(monitoring_officer), "employers", "vacancies", sort=sort)

    assert rows == [*(reversed(closed) if sort.startswith("-") else closed), still]


def test_text_left_empty_stands_last_either_way(monitoring_officer: StaffMember) -> None:
    blank, named = (make.ClientAddressFactory(ward=ward) for ward in ("", "Castle"))
    browser = signed_in(monitoring_officer)

    assert listed(browser, "caseload", "addresses", sort="ward") == [named, blank]
    assert listed(browser, "caseload", "addresses", sort="-ward") == [named, blank]


def test_the_jobs_pool_is_searched_and_narrowed_to_what_is_open(monitoring_officer: StaffMember) -> None:
    gone = firm.VacancyFactory(title="Night porter", opened_on="2007-05-01", closed_on="2007-06-01")
    open_ = firm.VacancyFactory(title="Hotel porter", opened_on="2007-05-01", closed_on=None)
    firm.VacancyFactory(title="Cook", employer__name="Porterhouse Grill", closed_on="2007-06-01")
    browser = signed_in(monitoring_officer)

    assert len(listed(browser, "employers", "vacancies", q="porter")) == 3
    assert listed(browser, "employers", "vacancies", q="porter night") == [gone]
    assert listed(browser, "employers", "vacancies", current="on") == [open_]


def test_a_list_says_how_its_first_record_comes_and_how_back_from_nothing(monitoring_officer: StaffMember) -> None:
    browser, address = signed_in(monitoring_officer), reverse("employers:record-list", args=["vacancies"])

    assert "No vacancies yet. Add the first one" in browser.get(address).content.decode()
    firm.VacancyFactory()
    text = browser.get(address, {"q": "nothing like it", "sort": "title"}).content.decode()
    assert "Nothing matches these filters." in text
    assert 'href="?sort=title">Clear all filters' in text


def test_numbers_and_money_stand_as_such_and_choices_as_words(monitoring_officer: StaffMember) -> None:
    firm.VacancyFactory(posts=12, hourly_wage="13.2")
    make.EmploymentCheckFactory(week=13)
    browser = signed_in(monitoring_officer)

    page = browser.get(reverse("employers:record-list", args=["vacancies"]))
    checks = browser.get(reverse("caseload:record-list", args=["checks"]))

    (line,) = page.context["table"].lines
    numbers = {cell.title: cell.html for cell in line.cells if cell.is_numeric}
    assert numbers == {"Number of posts": "12", "Pay an hour": "£13.20"}
    assert not any(cell.is_numeric for cell in checks.context["table"].lines[0].cells)
