"""What kinds put on the Today page: each count opens the kind's list with exactly the records that it counts."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from partners.enums import Role
from partners.models import Consortium, StaffMember
from partners.permissions import may
from partners.platform.records.kinds import RecordKind, all_kinds
from partners.platform.records.today import waiting as counted
from partners.platform.records.waiting import Waiting
from partners.platform.tenancy.scope import in_consortium
from tests.conftest import signed_in
from tests.factories import commissioning, employers, reporting
from tests.factories.partners import OrganisationFactory, StaffFactory

Made = tuple[list[Any], list[Any]]  # those that wait, and those that do not
DECLARED = [(kind, waiting) for kind in all_kinds() for waiting in kind.today]
pytestmark = pytest.mark.usefixtures("scope")


def in_days(number: int) -> date:
    return timezone.localdate() + timedelta(days=number)


def each_of(factory: Any, waiting: list[dict[str, Any]], others: list[dict[str, Any]]) -> Made:
    return [factory(**values) for values in waiting], [factory(**values) for values in others]


def milestones(person: StaffMember) -> Made:
    reached = {"due_on": in_days(-30), "achieved_on": in_days(-3)}
    late = [{"due_on": in_days(-1)}, {"due_on": in_days(-90)}]
    return each_of(reporting.MilestoneFactory, late, [reached, {"due_on": in_days(0)}])


def risks(person: StaffMember) -> Made:
    old = {"reviewed_on": in_days(-93)}
    return each_of(
        reporting.RiskFactory,
        [old, {"reviewed_on": None}],
        [{"reviewed_on": in_days(-92)}, {**old, "status": "closed"}],
    )


def observations(person: StaffMember) -> Made:
    old, newer, newest = in_days(-300), in_days(-200), in_days(-10)
    return each_of(
        reporting.ObservationFactory,
        [{"area": "Abbey", "as_at": newer}, {"area": "Fosse", "as_at": newer}],
        [{"area": "Abbey", "as_at": old}, {"area": "Castle", "as_at": newer}, {"area": "Castle", "as_at": newest}],
    )


def contributions(person: StaffMember) -> Made:
    proposed = {"status": "proposed", "agreed_on": None}
    return each_of(commissioning.ContributionFactory, [proposed, proposed], [{}, {**proposed, "status": "withdrawn"}])


def unpaid(person: StaffMember) -> Made:
    invoice = {"incurred_on": in_days(-30), "defrayed_on": None}
    return each_of(
        commissioning.ExpenditureFactory,
        [invoice, {**invoice, "eligible": False}],
        [{**invoice, "incurred_on": in_days(-29)}, {**invoice, "amount": -50}, {**invoice, "defrayed_on": in_days(-2)}],
    )


def not_judged(person: StaffMember) -> Made:
    return each_of(
        commissioning.ExpenditureFactory,
        [{"eligible": None}, {"eligible": None, "defrayed_on": in_days(-2)}],
        [{"eligible": True}, {"eligible": False}],
    )


def streams_ending(person: StaffMember) -> Made:
    return each_of(
        commissioning.StreamEntryFactory,
        [{"ends_on": in_days(0)}, {"ends_on": in_days(92)}],
        [{"ends_on": in_days(-1)}, {"ends_on": in_days(93)}, {}],
    )


def appraisals(person: StaffMember) -> Made:
    decided = {"state": "favourable", "decided_by": StaffFactory(), "decided_at": timezone.now()}
    return each_of(commissioning.AppraisalFactory, [{}, {}], [{"written_by": person}, decided])


def to_check(person: StaffMember) -> Made:
    sent = {"state": "submitted", "submitted_by": StaffFactory()}
    others = [{**sent, "recorded_by": person}, {**sent, "submitted_by": person}, {}]
    return each_of(commissioning.SpendRecordFactory, [sent, sent], others)


def to_answer(person: StaffMember) -> Made:
    asked = {"state": "queried", "checked_by": StaffFactory(), "checked_at": timezone.now(), "question": "Why?"}
    own = {"expenditure__contract__provider": person.organisation}
    return each_of(commissioning.SpendRecordFactory, [{**asked, **own}, {**asked, **own}], [asked, own])


def variations(person: StaffMember) -> Made:
    decided = {"state": "refused", "decided_by": person, "decided_at": timezone.now()}
    return each_of(commissioning.VariationFactory, [{}, {}], [{"asked_by": person}, decided])


def agreements(person: StaffMember) -> Made:
    own, own_too = (employers.AccountManagerFactory(staff=person).employer for _ in range(2))
    anothers = employers.AccountManagerFactory().employer
    return each_of(
        employers.EmployerAgreementFactory,
        [{"employer": own, "to_date": in_days(0)}, {"employer": own_too, "to_date": in_days(60)}],
        [
            {"employer": own, "kind": "fair_employment_standard", "to_date": in_days(61)},
            {"employer": own_too, "kind": "fair_employment_standard", "to_date": in_days(-1)},
            {"employer": own_too, "kind": "in_work_training"},
            {"employer": anothers, "to_date": in_days(3)},
        ],
    )


def vacancies(person: StaffMember) -> Made:
    return each_of(
        employers.VacancyFactory,
        [{"closed_on": in_days(0)}, {"closed_on": in_days(7)}],
        [
            {"closed_on": in_days(-1)},
            {"closed_on": in_days(8)},
            {"closed_on": None},
            {"opened_on": in_days(1), "closed_on": in_days(2)},
        ],
    )


def services(person: StaffMember) -> Made:
    return each_of(
        commissioning.ServiceFactory,
        [{"ends_on": in_days(0)}, {"ends_on": in_days(60)}],
        [{"ends_on": in_days(-1)}, {"ends_on": in_days(61)}, {"ends_on": None}],
    )


def visits(person: StaffMember) -> Made:
    return each_of(
        commissioning.MonitoringVisitFactory,
        [{"planned_on": in_days(0)}, {"planned_on": in_days(-9)}],
        [
            {"planned_on": in_days(1)},
            {"planned_on": in_days(-9), "visited_on": in_days(-8), "result": "satisfactory"},
        ],
    )


def audits(person: StaffMember) -> Made:
    return each_of(
        commissioning.ProviderAuditFactory,
        [{"planned_on": in_days(-1)}, {"planned_on": in_days(-99)}],
        [{"planned_on": in_days(0)}, {"planned_on": in_days(-9), "done_on": in_days(-8), "opinion": "Sound"}],
    )


def findings(person: StaffMember) -> Made:
    return each_of(
        commissioning.FindingFactory,
        [{"due_on": in_days(-1)}, {"due_on": in_days(-30)}],
        [{"due_on": in_days(0)}, {"due_on": in_days(-9), "closed_on": in_days(-2), "answer": "Found"}],
    )


def contractor_risks(person: StaffMember) -> Made:
    rated = {"rated_on": in_days(-90)}
    return each_of(
        commissioning.ContractorRiskFactory,
        [{**rated, "review_on": in_days(0)}, {**rated, "review_on": in_days(-3)}],
        [{**rated, "review_on": in_days(1)}, {**rated, "review_on": in_days(-3), "ended_on": in_days(-4)}],
    )


def financial_checks(person: StaffMember) -> Made:
    again = OrganisationFactory()
    checked = {"checked_on": in_days(-90)}
    return each_of(
        commissioning.FinancialCheckFactory,
        [{**checked, "review_on": in_days(0)}, {**checked, "review_on": in_days(-3)}],
        [
            {**checked, "review_on": in_days(-3), "provider": again},
            {"checked_on": in_days(-9), "review_on": in_days(9), "provider": again},
        ],
    )


def committee_copies(person: StaffMember) -> Made:
    paper = {"of_day": in_days(-30)}
    return each_of(
        commissioning.CommitteeCopyFactory,
        [{**paper, "due_on": in_days(0)}, {**paper, "due_on": in_days(-9)}],
        [{**paper, "due_on": in_days(1)}, {**paper, "due_on": in_days(-9), "sent_on": in_days(-10)}],
    )


def suspicions(person: StaffMember) -> Made:
    return each_of(
        commissioning.SuspectedFraudFactory,
        [{}, {}],
        [
            {"state": "referred", "referred_to": "The police", "referred_on": in_days(0)},
            {"state": "closed", "outcome": "Nothing in it"},
        ],
    )


def claims_unpaid(person: StaffMember) -> Made:
    paid = reporting.ClaimPaymentFactory().claim
    return [reporting.ClaimLineFactory().claim, reporting.ClaimFactory()], [paid]


def claim_queries(person: StaffMember) -> Made:
    answered = {"answer": "May.", "answered_by": StaffFactory(), "answered_at": timezone.now()}
    own: dict[str, Any] = {"contract__provider": person.organisation}
    others = [{**own, **answered}, {**own, "asked_by": person}, {}]
    return each_of(reporting.ClaimQueryFactory, [own, own], others)


def sample_of(finding: str, **more: Any) -> Any:
    found = {"finding": finding, "found_by": StaffFactory(), "found_at": timezone.now(), "note": "Looked at."}
    wrong = {"wrong": 0} if finding == "pass" else {}
    return reporting.SampledLineFactory(**(found | wrong if finding else {}), **more).sample


def samples_to_examine(person: StaffMember) -> Made:
    return [sample_of(""), sample_of("query")], [sample_of("pass")]


def samples_to_decide(person: StaffMember) -> Made:
    own = sample_of("pass", sample__drawn_by=person)
    return [sample_of("pass"), sample_of("pass")], [own, sample_of("query")]


MADE: dict[tuple[str, str], Callable[[StaffMember], Made]] = {
    ("milestones", "late"): milestones,
    ("risks", "review"): risks,
    ("observations", "old"): observations,
    ("contributions", "proposed"): contributions,
    ("appraisals", "to-decide"): appraisals,
    ("claims", "unpaid"): claims_unpaid,
    ("claim-queries", "to-answer"): claim_queries,
    ("claim-samples", "to-examine"): samples_to_examine,
    ("claim-samples", "to-decide"): samples_to_decide,
    ("stream-register", "ending"): streams_ending,
    ("spend", "unpaid"): unpaid,
    ("spend", "not-judged"): not_judged,
    ("variations", "to-decide"): variations,
    ("spend-records", "to-check"): to_check,
    ("spend-records", "to-answer"): to_answer,
    ("agreements", "ending"): agreements,
    ("vacancies", "closing"): vacancies,
    ("services", "ending"): services,
    ("visits", "to-make"): visits,
    ("audits", "overdue"): audits,
    ("findings", "overdue"): findings,
    ("contractor-risks", "review"): contractor_risks,
    ("financial-checks", "repeat"): financial_checks,
    ("committee-copies", "to-send"): committee_copies,
    ("suspicions", "open"): suspicions,
}


def somebody(waiting: Waiting, *, who_may: bool) -> StaffMember:
    body = OrganisationFactory(accountable_body=True)
    people = (StaffFactory(organisation=body, role=role) for role in Role.values)
    return next(each for each in people if may(each, waiting.capability) == who_may)


@pytest.mark.parametrize(
    ("kind", "waiting"), DECLARED, ids=[f"{kind.slug}-{waiting.name}" for kind, waiting in DECLARED]
)
def test_a_count_of_today_opens_the_list_of_what_it_counts(
    kind: RecordKind, waiting: Waiting, other_consortium: Consortium
) -> None:
    person, reader = somebody(waiting, who_may=True), StaffFactory(role=Role.VIEWER)
    with in_consortium(other_consortium.pk):
        MADE[kind.slug, waiting.name](StaffFactory())
    assert waiting.many not in signed_in(person).get(reverse("home")).content.decode()
    waits, _others = MADE[kind.slug, waiting.name](person)

    shown = signed_in(person).get(reverse("home"))
    count = next(each for each in shown.context["counts"] if each.text == waiting.many)
    page = signed_in(person).get(count.url)

    assert count.number == 2
    assert {row.pk for row in page.context["table"].page_rows} == {record.pk for record in waits}
    assert f"What waits: {waiting.many[:1].upper()}{waiting.many[1:]}" in page.content.decode()
    assert waiting.many not in signed_in(reader).get(reverse("home")).content.decode()


def test_one_that_waits_is_said_as_one(commissioner: StaffMember) -> None:
    reporting.RiskFactory(reviewed_on=None)

    shown = signed_in(commissioner).get(reverse("home"))

    assert [count.text for count in shown.context["counts"]] == ["risk not looked at for three months"]


def test_all_that_waits_is_counted_in_one_query(commissioner: StaffMember, django_assert_num_queries: Any) -> None:
    for made in MADE.values():
        made(commissioner)

    with django_assert_num_queries(1):
        counts = counted(commissioner, timezone.localdate())

    assert len(counts) >= 5


def test_a_provider_reads_of_its_own_invoices_alone(manager: StaffMember) -> None:
    unpaid(manager)
    own = commissioning.ContractFactory(provider=manager.organisation)
    commissioning.ExpenditureFactory(contract=own, incurred_on=in_days(-31))

    shown = signed_in(manager).get(reverse("home"))

    assert [(count.number, count.text) for count in shown.context["counts"]] == [
        (1, "invoice unpaid for a month or longer")
    ]
