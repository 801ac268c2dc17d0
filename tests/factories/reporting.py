import datetime as dt

import factory
from factory.django import DjangoModelFactory

from reporting.enums import AreaKind, ClaimItem, ClaimKind, Degree, OutcomeItem, RiskStatus, SampleMethod
from reporting.models import (
    Claim,
    ClaimedOutcome,
    ClaimLine,
    ClaimPayment,
    ClaimQuery,
    ClaimSample,
    Milestone,
    Narrative,
    Objective,
    Observation,
    OutcomeShare,
    Return,
    Risk,
    SampledLine,
    Target,
)
from tests.factories.caseload import JobFactory
from tests.factories.commissioning import ContractFactory
from tests.factories.partners import OrganisationFactory, StaffFactory


class ObservationFactory(DjangoModelFactory):
    class Meta:
        model = Observation

    indicator = "local_childcare_places"
    area_kind = AreaKind.WARD
    area = factory.Sequence(lambda n: f"Ward {n}")
    as_at = dt.date(2007, 6, 1)
    value = 10
    source = "City council, June 2007"


class TargetFactory(DjangoModelFactory):
    class Meta:
        model = Target

    indicator = factory.Sequence(lambda n: f"local_places_{n}")
    area_kind = AreaKind.WARD
    area = "Charnwood"
    period = "2007-08"
    value = 41


class MilestoneFactory(DjangoModelFactory):
    class Meta:
        model = Milestone

    title = factory.Sequence(lambda n: f"Centre {n} open")
    due_on = dt.date(2007, 9, 1)


class RiskFactory(DjangoModelFactory):
    class Meta:
        model = Risk

    title = factory.Sequence(lambda n: f"Risk {n}")
    likelihood = Degree.LOW
    impact = Degree.HIGH
    status = RiskStatus.OPEN


class ObjectiveFactory(DjangoModelFactory):
    class Meta:
        model = Objective

    code = factory.Sequence(lambda n: f"so{n}")
    title = factory.Sequence(lambda n: f"Objective {n}")


class ReturnFactory(DjangoModelFactory):
    class Meta:
        model = Return

    kind = "leap"
    quarter = factory.Sequence(lambda n: f"{1990 + n % 9000:04d}-{(1991 + n % 9000) % 100:02d}-Q1")


class NarrativeFactory(DjangoModelFactory):
    class Meta:
        model = Narrative

    filed = factory.SubFactory(ReturnFactory)
    objective = factory.SubFactory(ObjectiveFactory)
    body = factory.Sequence(lambda n: f"Two centres opened, {n} visits")


class ClaimFactory(DjangoModelFactory):
    class Meta:
        model = Claim

    kind = ClaimKind.DWP
    quarter = factory.Sequence(lambda n: f"{1990 + n % 9000:04d}-{(1991 + n % 9000) % 100:02d}-Q1")
    signed_on = dt.date(2007, 7, 10)


class ClaimLineFactory(DjangoModelFactory):
    class Meta:
        model = ClaimLine

    claim = factory.SubFactory(ClaimFactory)
    contract = factory.SubFactory(ContractFactory)
    item = ClaimItem.JOB_START
    job = factory.SubFactory(JobFactory, contract=factory.SelfAttribute("..contract"))
    amount = factory.Sequence(lambda n: 500 + n)


class OutcomeShareFactory(DjangoModelFactory):
    class Meta:
        model = OutcomeShare

    job = factory.SubFactory(JobFactory, contract=factory.SubFactory(ContractFactory))
    item = OutcomeItem.JOB_START
    organisation = factory.SubFactory(OrganisationFactory)
    share = 30
    reason = factory.Sequence(lambda n: f"Wrote the application, with {n} visits")


class ClaimedOutcomeFactory(DjangoModelFactory):
    class Meta:
        model = ClaimedOutcome

    line = factory.SubFactory(ClaimLineFactory)
    funding_stream = factory.SelfAttribute("line.contract.funding_stream")
    person = factory.SelfAttribute("line.job.client")
    item = factory.SelfAttribute("line.item")


class ClaimPaymentFactory(DjangoModelFactory):
    class Meta:
        model = ClaimPayment

    claim = factory.SubFactory(ClaimFactory)
    paid_on = dt.date(2007, 8, 1)
    amount = factory.Sequence(lambda n: 100 + n)


class ClaimQueryFactory(DjangoModelFactory):
    class Meta:
        model = ClaimQuery

    filed = factory.SubFactory(ReturnFactory)
    item = ClaimItem.JOB_START
    contract = factory.SubFactory(ContractFactory)
    job = factory.SubFactory(JobFactory, contract=factory.SelfAttribute("..contract"))
    question = factory.Sequence(lambda n: f"Which payslip, of {n}?")
    asked_by = factory.SubFactory(StaffFactory)


class ClaimSampleFactory(DjangoModelFactory):
    class Meta:
        model = ClaimSample

    claim = factory.SubFactory(ClaimFactory)
    method = SampleMethod.RANDOM
    seed = factory.Sequence(lambda n: f"seed {n}")
    size = 1
    number = 1
    amount = 500
    drawn_by = factory.SubFactory(StaffFactory)


class SampledLineFactory(DjangoModelFactory):
    class Meta:
        model = SampledLine

    sample = factory.SubFactory(ClaimSampleFactory)
    line = factory.SubFactory(ClaimLineFactory, claim=factory.SelfAttribute("..sample.claim"))
    place = factory.Sequence(lambda n: n % 30000)
