import datetime as dt

import factory
from factory.django import DjangoModelFactory

from commissioning.enums import (
    AuditKind,
    BudgetCategory,
    ContributionStatus,
    Degree,
    FinancialHealth,
    PrintedIn,
    ProfileKind,
    ProposalNature,
    RiskArea,
    RiskDegree,
    ServiceKind,
    StreamKind,
    TermItem,
    VariationReason,
)
from commissioning.models import (
    ActionFunding,
    Appraisal,
    BudgetLine,
    CommitteeCopy,
    Contract,
    ContractClause,
    ContractFacts,
    ContractorRisk,
    ContractProfile,
    ContractStream,
    ContractTerm,
    Contribution,
    Expenditure,
    FinancialCheck,
    Finding,
    FundingStream,
    MonitoringVisit,
    PlanAction,
    PlannedInvestment,
    PrintedTotal,
    ProviderAudit,
    Service,
    SpendRecord,
    StreamEntry,
    StreamTerm,
    SuspectedFraud,
    Variation,
)
from tests.factories.partners import OrganisationFactory, StaffFactory


class FundingStreamFactory(DjangoModelFactory):
    class Meta:
        model = FundingStream

    name = factory.Sequence(lambda n: f"Stream {n}")
    mainstream = False


class StreamEntryFactory(DjangoModelFactory):
    class Meta:
        model = StreamEntry

    funding_stream = factory.SubFactory(FundingStreamFactory)
    kind = StreamKind.AREA_BASED
    conditions = "For the most deprived wards."


class StreamTermFactory(DjangoModelFactory):
    class Meta:
        model = StreamTerm

    funding_stream = factory.SubFactory(FundingStreamFactory)
    category = factory.Sequence(lambda n: f"Courses {n}")


class ContributionFactory(DjangoModelFactory):
    class Meta:
        model = Contribution

    funding_stream = factory.SubFactory(FundingStreamFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    financial_year = "2007-08"
    amount = 1000
    status = ContributionStatus.AGREED
    agreed_on = dt.date(2007, 4, 10)


class ContractFactory(DjangoModelFactory):
    class Meta:
        model = Contract

    title = factory.Sequence(lambda n: f"Contract {n}")
    provider = factory.SubFactory(OrganisationFactory)
    funding_stream = factory.SubFactory(FundingStreamFactory)
    starts_on = dt.date(2007, 4, 1)
    ends_on = dt.date(2008, 3, 31)
    value = 120000


class AppraisalFactory(DjangoModelFactory):
    class Meta:
        model = Appraisal

    contract = factory.SubFactory(ContractFactory)
    amount = 50000
    nature = ProposalNature.INNOVATIVE
    proposal = "Work trials for forty people."
    finance = "£1,250 for each person."
    risk = RiskDegree.MODERATE
    risk_control = "Reviewed each month."
    affordability = "Out of what the pot has left this year."
    sustainability = "Employers pay for it from the second year on."
    written_by = factory.SubFactory(StaffFactory)


class ContractProfileFactory(DjangoModelFactory):
    class Meta:
        model = ContractProfile

    # Of one that is still to begin: from then on variations change what is planned.
    contract = factory.SubFactory(ContractFactory, starts_on=dt.date(2097, 4, 1), ends_on=dt.date(2098, 3, 31))
    month = factory.LazyAttribute(lambda profile: profile.contract.starts_on.replace(day=1))
    kind = ProfileKind.SPEND
    planned = 10000


class ContractTermFactory(DjangoModelFactory):
    class Meta:
        model = ContractTerm

    contract = factory.SubFactory(ContractFactory)
    item = TermItem.JOB_START
    unit_price = factory.Sequence(lambda n: 500 + n)


class ExpenditureFactory(DjangoModelFactory):
    class Meta:
        model = Expenditure

    contract = factory.SubFactory(ContractFactory)
    incurred_on = dt.date(2007, 4, 20)
    amount = 9000


class ServiceFactory(DjangoModelFactory):
    class Meta:
        model = Service

    name = factory.Sequence(lambda n: f"Service {n}")
    organisation = factory.SubFactory(OrganisationFactory)
    kind = ServiceKind.ADVICE_AND_GUIDANCE
    starts_on = dt.date(2007, 4, 1)


class PlannedInvestmentFactory(DjangoModelFactory):
    class Meta:
        model = PlannedInvestment

    funding_stream = factory.SubFactory(FundingStreamFactory)
    financial_year = "2007-08"
    amount = 5000


class PlanActionFactory(DjangoModelFactory):
    class Meta:
        model = PlanAction

    title = factory.Sequence(lambda n: f"Action {n}")


class ActionFundingFactory(DjangoModelFactory):
    class Meta:
        model = ActionFunding

    action = factory.SubFactory(PlanActionFactory)
    planned = factory.SubFactory(PlannedInvestmentFactory)
    amount = 1000


class PrintedTotalFactory(DjangoModelFactory):
    class Meta:
        model = PrintedTotal

    document = PrintedIn.BUDGET
    financial_year = factory.Sequence(lambda n: f"{2001 + n % 90}-{(2 + n % 90) % 100:02}")
    amount = 5000
    source = "A plan, Table 1"


class BudgetLineFactory(DjangoModelFactory):
    class Meta:
        model = BudgetLine

    purpose = factory.Sequence(lambda n: f"Purpose {n}")
    category = BudgetCategory.SALARIES
    financial_year = "2007-08"
    amount = 5000


class VariationFactory(DjangoModelFactory):
    class Meta:
        model = Variation

    contract = factory.SubFactory(ContractFactory)
    reason = VariationReason.TALKS
    text = factory.Sequence(lambda n: f"Talks {n}")
    asked_by = factory.SubFactory(StaffFactory)


class SpendRecordFactory(DjangoModelFactory):
    class Meta:
        model = SpendRecord

    expenditure = factory.SubFactory(ExpenditureFactory, eligible=False)
    contract = factory.SelfAttribute("expenditure.contract")
    payee = factory.Sequence(lambda n: f"Payee {n}")
    what_for = "Leaflets"
    net = 9000
    paid_on = dt.date(2007, 4, 28)
    recorded_by = factory.SubFactory(StaffFactory)


class ContractFactsFactory(DjangoModelFactory):
    class Meta:
        model = ContractFacts

    contract = factory.SubFactory(ContractFactory)
    status = "running"


class ContractClauseFactory(DjangoModelFactory):
    class Meta:
        model = ContractClause

    contract = factory.SubFactory(ContractFactory)
    clause = "visits"
    state = "met"


class ContractStreamFactory(DjangoModelFactory):
    class Meta:
        model = ContractStream

    contract = factory.SubFactory(ContractFactory)
    funding_stream = factory.SubFactory(FundingStreamFactory)
    amount = 100


class MonitoringVisitFactory(DjangoModelFactory):
    class Meta:
        model = MonitoringVisit

    provider = factory.SubFactory(OrganisationFactory)
    planned_on = dt.date(2007, 9, 4)
    visitor = factory.SubFactory(StaffFactory)
    purpose = "Systems and evidence"


class ProviderAuditFactory(DjangoModelFactory):
    class Meta:
        model = ProviderAudit

    provider = factory.SubFactory(OrganisationFactory)
    kind = AuditKind.INTERNAL
    financial_year = "2007-08"
    planned_on = dt.date(2007, 11, 4)
    auditor = "The council's audit service"


class FindingFactory(DjangoModelFactory):
    class Meta:
        model = Finding

    visit = factory.SubFactory(MonitoringVisitFactory)
    provider = factory.SelfAttribute("visit.provider")
    found = factory.Sequence(lambda n: f"Evidence missing in file {n}")
    severity = Degree.MODERATE
    action = "Find it, or take the output back"
    due_on = dt.date(2007, 10, 4)


class ContractorRiskFactory(DjangoModelFactory):
    class Meta:
        model = ContractorRisk

    provider = factory.SubFactory(OrganisationFactory)
    area = RiskArea.COMPLIANCE
    likelihood = Degree.LOW
    impact = Degree.HIGH
    reason = "Files are kept in two places"
    advice = "Visit each quarter"
    rated_on = dt.date(2007, 9, 4)
    review_on = dt.date(2008, 3, 4)


class FinancialCheckFactory(DjangoModelFactory):
    class Meta:
        model = FinancialCheck

    provider = factory.SubFactory(OrganisationFactory)
    checked_on = dt.date(2007, 9, 4)
    health = FinancialHealth.SOUND
    review_on = dt.date(2008, 9, 4)


class CommitteeCopyFactory(DjangoModelFactory):
    class Meta:
        model = CommitteeCopy

    committee = factory.SubFactory(OrganisationFactory)
    paper = factory.Sequence(lambda n: f"Minutes {n}")
    of_day = dt.date(2007, 9, 4)
    due_on = dt.date(2007, 9, 18)


class SuspectedFraudFactory(DjangoModelFactory):
    class Meta:
        model = SuspectedFraud

    provider = factory.SubFactory(OrganisationFactory)
    noticed_on = dt.date(2007, 9, 4)
    what = "Invoices that nobody sent"
