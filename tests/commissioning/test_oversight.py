"""Visits, audits, findings, risk, financial health, standards and suspicions: who keeps them, who knows of them."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from commissioning.kinds.financial_check import to_repeat
from commissioning.kinds.finding import overdue
from commissioning.models import FinancialCheck, Finding, MonitoringVisit, SuspectedFraud
from partners.enums import Role
from partners.models import Consortium, Organisation
from partners.permissions import ROLES, Capability
from partners.platform.tenancy.scope import in_consortium
from tests.conftest import signed_in
from tests.factories.commissioning import (
    ContractFactory,
    FindingFactory,
    MonitoringVisitFactory,
    ProviderAuditFactory,
)
from tests.factories.partners import OrganisationFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("scope")


@pytest.fixture
def council() -> Any:
    return OrganisationFactory(accountable_body=True)


def of_council(council: Organisation, role: Role) -> Any:
    return StaffFactory(organisation=council, role=role)


def error_of(person: Any, slug: str, typed: dict[str, Any]) -> str:
    answer = signed_in(person).post(reverse("commissioning:record-add", args=[slug]), typed)
    return answer.content.decode() if answer.status_code == 200 else ""


def test_a_provider_reads_its_own_visits_and_findings_and_nobody_elses(
    council: Any, other_consortium: Consortium
) -> None:
    ours, theirs = OrganisationFactory(), OrganisationFactory()
    made: dict[str, list[Any]] = {"visits": [], "findings": [], "audits": []}
    for provider in (ours, theirs):
        visit = MonitoringVisitFactory(provider=provider)
        made["visits"].append(visit)
        made["findings"].append(FindingFactory(visit=visit))
        made["audits"].append(ProviderAuditFactory(provider=provider))
    with in_consortium(other_consortium.pk):
        elsewhere = FindingFactory()
    manager = signed_in(StaffFactory(organisation=ours, role=Role.PROJECT_MANAGER))
    officer = signed_in(of_council(council, Role.MONITORING_OFFICER))

    for slug, (our_own, another) in made.items():
        url = reverse("commissioning:record-list", args=[slug])
        seen, all_of_them = manager.get(url).content.decode(), officer.get(url).content.decode()
        assert str(our_own.uid) in seen
        assert str(another.uid) not in seen
        assert str(another.uid) in all_of_them
        assert str(elsewhere.uid) not in all_of_them
        assert manager.get(reverse("commissioning:record", args=[slug, another.uid])).status_code == 404
        assert manager.get(reverse("commissioning:record-add", args=[slug])).status_code == 403
    for slug in ("contractor-risks", "financial-checks", "committee-copies", "suspicions"):
        assert manager.get(reverse("commissioning:record-list", args=[slug])).status_code == 403


def test_a_visit_made_has_its_result_and_one_planned_has_none(council: Any) -> None:
    officer, provider = of_council(council, Role.MONITORING_OFFICER), OrganisationFactory()
    elsewhere = ContractFactory()
    typed = {
        "provider": str(provider.uid),
        "planned_on": "3 September 2007",
        "visitor": str(officer.uid),
        "purpose": "Evidence",
    }

    bare = error_of(officer, "visits", {**typed, "visited_on": "4 September 2007"})
    early = error_of(officer, "visits", {**typed, "result": "satisfactory"})
    other = error_of(officer, "visits", {**typed, "contract": str(elsewhere.uid)})
    kept = error_of(officer, "visits", {**typed, "visited_on": "4 September 2007", "result": "actions_needed"})

    assert "The day it was made" not in kept
    assert "go together: enter both, or neither yet" in bare
    assert "go together: enter both, or neither yet" in early
    assert "Choose a contract of this provider." in other
    assert [each.result for each in MonitoringVisit.objects.all()] == ["actions_needed"]


def test_a_finding_comes_from_one_visit_or_audit_of_its_provider(council: Any) -> None:
    officer = of_council(council, Role.MONITORING_OFFICER)
    visit, audit = MonitoringVisitFactory(), ProviderAuditFactory()
    typed = {
        "provider": str(visit.provider.uid),
        "found": "No file",
        "severity": "high",
        "action": "Find it",
        "due_on": "1 October 2007",
    }

    assert "Choose the visit or the audit that found it." in error_of(officer, "findings", typed)
    assert "Choose an audit of this provider." in error_of(officer, "findings", {**typed, "audit": str(audit.uid)})
    both = {**typed, "visit": str(visit.uid), "audit": str(ProviderAuditFactory(provider=visit.provider).uid)}
    assert "not both" in error_of(officer, "findings", both)
    assert not Finding.objects.exists()
    assert error_of(officer, "findings", {**typed, "visit": str(visit.uid)}) == ""
    assert Finding.objects.get().visit == visit


def test_what_waits_is_what_is_late_and_not_done(council: Any) -> None:
    officer, today = of_council(council, Role.MONITORING_OFFICER), timezone.localdate()
    late = FindingFactory(due_on=today - timedelta(days=1))
    FindingFactory(due_on=today)
    FindingFactory(due_on=today - timedelta(days=9), closed_on=today, answer="Found")
    assert list(overdue(Finding.objects.all(), officer, today)) == [late]

    provider = OrganisationFactory()
    for days, review in ((400, -35), (30, 300)):
        FinancialCheck(
            provider=provider,
            checked_on=today - timedelta(days=days),
            health="sound",
            review_on=today + timedelta(days=review),
        ).save()
    again = FinancialCheck(
        provider=OrganisationFactory(), checked_on=today - timedelta(days=400), health="weak", review_on=today
    )
    again.save()
    assert list(to_repeat(FinancialCheck.objects.all(), officer, today)) == [again]


def test_a_suspicion_of_fraud_is_known_to_three_roles_of_the_council_alone(council: Any) -> None:
    contract = ContractFactory()
    secret = SuspectedFraud(
        provider=contract.provider, contract=contract, noticed_on=timezone.localdate(), what="Invoices made up"
    )
    secret.save()
    page = reverse("commissioning:record", args=["suspicions", secret.uid])
    knowing = {Role.SENIOR_FINANCE_OFFICER, Role.HEAD_OF_FINANCE, Role.AUDITOR}

    for role in Role:
        status = signed_in(of_council(council, role)).get(page).status_code
        assert (status == 200) is (role in knowing), role
        elsewhere = StaffFactory(organisation=contract.provider, role=role)
        assert signed_in(elsewhere).get(page).status_code in {403, 404}, role
    assert {role for role, can in ROLES.items() if Capability.SEE_FRAUD in can} == knowing


def test_who_removes_a_contract_does_not_learn_of_a_suspicion(council: Any) -> None:
    contract = ContractFactory()
    today = timezone.localdate()
    SuspectedFraud(provider=contract.provider, contract=contract, noticed_on=today, what="x").save()
    page = reverse("commissioning:record-remove", args=["contracts", contract.uid])
    sent = {"reason": "Twice", "version": "1"}

    plain = signed_in(of_council(council, Role.FINANCE_OFFICER)).post(page, sent).content.decode()
    knowing = signed_in(of_council(council, Role.HEAD_OF_FINANCE)).post(page, sent).content.decode()

    assert "records that you may not open name it" in plain
    assert "uspected fraud" not in plain
    assert "suspected fraud (1)" in knowing


def test_a_referral_says_to_whom_and_a_closed_suspicion_how_it_ended(council: Any) -> None:
    head = of_council(council, Role.HEAD_OF_FINANCE)
    typed = {"provider": str(OrganisationFactory().uid), "noticed_on": "3 September 2007", "what": "Made up"}

    assert "Say to whom it was referred, and when." in error_of(head, "suspicions", {**typed, "state": "referred"})
    assert "ay how it ended." in error_of(head, "suspicions", {**typed, "state": "closed"})
    assert error_of(head, "suspicions", {**typed, "state": "open"}) == ""
