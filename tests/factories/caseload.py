import datetime as dt

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from caseload.enums import (
    ActionOwner,
    ActivityKind,
    CircumstanceCode,
    CircumstanceKind,
    ConsentMethod,
    ConsentPurpose,
    Dimension,
    Evidence,
    PlacementKind,
    QualificationLevel,
    QualificationType,
    Stage,
    SupportedPerson,
)
from caseload.models import (
    Activity,
    AdviserAssignment,
    Assessment,
    Client,
    ClientAddress,
    ClientCircumstance,
    ClientReference,
    ClientRestriction,
    Consent,
    EmploymentCheck,
    Enrolment,
    InWorkSupport,
    InWorkTraining,
    Job,
    LeadProposal,
    Placement,
    PlanAction,
    PossibleMatch,
    PreRecruitmentActivity,
    Qualification,
    Referral,
    Remark,
    RestrictionReader,
    ServiceWorker,
    StageEvent,
    TargetGroup,
)
from caseload.services.sharing import bring_shares_up_to_date
from partners.enums import ScanState
from partners.models import Action, Document, Note, StaffMember
from partners.platform.documents import storage
from tests.factories.commissioning import ContractFactory
from tests.factories.employers import EmployerFactory
from tests.factories.partners import OrganisationFactory, StaffFactory

MAY_14 = dt.date(2007, 5, 14)


class ClientFactory(DjangoModelFactory):
    class Meta:
        model = Client

    given_name = "Alex"
    family_name = factory.Sequence(lambda n: f"Testperson{n}")
    registered_on = MAY_14
    organisation = factory.SubFactory(OrganisationFactory)


def restrict_to(client: Client, *readers: StaffMember) -> Client:
    """Open a record to named people only, as if that had been so since the client was registered."""
    ClientRestriction(
        client=client, external_id=client.external_id, reason="At risk", from_date=MAY_14, review_on=MAY_14
    ).save()
    for staff in readers:
        RestrictionReader(client=client, staff=staff, from_date=MAY_14).save()
    bring_shares_up_to_date(today=timezone.localdate(), clients=[client.pk])
    client.refresh_from_db()
    return client


class ClientReferenceFactory(DjangoModelFactory):
    class Meta:
        model = ClientReference

    client = factory.SubFactory(ClientFactory)
    organisation = factory.SelfAttribute("client.organisation")
    reference = factory.Sequence(lambda n: f"REF-{n}")


class PossibleMatchFactory(DjangoModelFactory):
    class Meta:
        model = PossibleMatch

    client = factory.SubFactory(ClientFactory)
    other = factory.SubFactory(ClientFactory)


class AdviserAssignmentFactory(DjangoModelFactory):
    class Meta:
        model = AdviserAssignment

    client = factory.SubFactory(ClientFactory)
    adviser = factory.SubFactory(StaffFactory)
    from_date = MAY_14


class ClientAddressFactory(DjangoModelFactory):
    class Meta:
        model = ClientAddress

    client = factory.SubFactory(ClientFactory)
    from_date = MAY_14
    postcode = "LE5 3GH"
    lsoa = "E01013664"
    ward = "Charnwood"


class ClientCircumstanceFactory(DjangoModelFactory):
    class Meta:
        model = ClientCircumstance

    client = factory.SubFactory(ClientFactory)
    kind = CircumstanceKind.BENEFIT
    code = CircumstanceCode.JSA
    from_date = dt.date(2006, 10, 1)


class ConsentFactory(DjangoModelFactory):
    class Meta:
        model = Consent

    client = factory.SubFactory(ClientFactory)
    purpose = ConsentPurpose.SHARING
    given_on = MAY_14
    method = ConsentMethod.PAPER


class ReferralFactory(DjangoModelFactory):
    class Meta:
        model = Referral

    client = factory.SubFactory(ClientFactory)
    from_organisation = factory.SelfAttribute("client.organisation")
    to_organisation = factory.SubFactory(OrganisationFactory)
    made_on = MAY_14
    status_on = factory.SelfAttribute("made_on")


class EnrolmentFactory(DjangoModelFactory):
    class Meta:
        model = Enrolment

    client = factory.SubFactory(ClientFactory)
    contract = factory.SubFactory(ContractFactory)
    started_on = MAY_14


class StageEventFactory(DjangoModelFactory):
    class Meta:
        model = StageEvent

    client = factory.SubFactory(ClientFactory)
    stage = Stage.ASSESSED
    occurred_on = MAY_14
    recorded_on = factory.SelfAttribute("occurred_on")
    organisation = factory.SelfAttribute("client.organisation")


class ActivityFactory(DjangoModelFactory):
    class Meta:
        model = Activity

    client = factory.SubFactory(ClientFactory)
    kind = ActivityKind.CONTACT
    occurred_on = MAY_14
    organisation = factory.SelfAttribute("client.organisation")


class AssessmentFactory(DjangoModelFactory):
    class Meta:
        model = Assessment

    client = factory.SubFactory(ClientFactory)
    assessed_on = MAY_14
    organisation = factory.SelfAttribute("client.organisation")
    dimension = Dimension.SKILLS
    score = 5


class PlanActionFactory(DjangoModelFactory):
    class Meta:
        model = PlanAction

    client = factory.SubFactory(ClientFactory)
    title = "Write a CV"
    owner = ActionOwner.CLIENT


class QualificationFactory(DjangoModelFactory):
    class Meta:
        model = Qualification

    client = factory.SubFactory(ClientFactory)
    type = QualificationType.NVQ
    level = QualificationLevel.LEVEL_2


class PlacementFactory(DjangoModelFactory):
    class Meta:
        model = Placement

    client = factory.SubFactory(ClientFactory)
    employer = factory.SubFactory(EmployerFactory)
    kind = PlacementKind.WORK_PLACEMENT
    started_on = MAY_14


class PreRecruitmentActivityFactory(DjangoModelFactory):
    class Meta:
        model = PreRecruitmentActivity

    employer = factory.SubFactory(EmployerFactory)
    title = "Pre-recruitment course"
    started_on = MAY_14
    applied = 30
    invited = 20
    attended = 15
    interviewed = 10
    offered = 8


class JobFactory(DjangoModelFactory):
    class Meta:
        model = Job

    client = factory.SubFactory(ClientFactory)
    employer = factory.SubFactory(EmployerFactory)
    started_on = MAY_14
    evidence = Evidence.PAYSLIP
    recorded_on = factory.SelfAttribute("started_on")


class EmploymentCheckFactory(DjangoModelFactory):
    class Meta:
        model = EmploymentCheck

    job = factory.SubFactory(JobFactory)
    week = 13
    checked_on = dt.date(2007, 8, 13)
    in_work = True
    evidence = Evidence.PAYSLIP


class InWorkTrainingFactory(DjangoModelFactory):
    class Meta:
        model = InWorkTraining

    client = factory.SubFactory(ClientFactory)
    employer = factory.SubFactory(EmployerFactory)
    started_on = MAY_14


class InWorkSupportFactory(DjangoModelFactory):
    class Meta:
        model = InWorkSupport

    person = SupportedPerson.EMPLOYEE
    client = factory.SubFactory(ClientFactory)
    employer = factory.SubFactory(EmployerFactory)
    occurred_on = MAY_14


class TargetGroupFactory(DjangoModelFactory):
    class Meta:
        model = TargetGroup

    code = factory.Sequence(lambda n: f"group_{n}")
    title = factory.Sequence(lambda n: f"Group {n}")
    rule = factory.Dict({})


class ServiceWorkerFactory(DjangoModelFactory):
    class Meta:
        model = ServiceWorker

    referral = factory.SubFactory(ReferralFactory)
    from_date = MAY_14


class LeadProposalFactory(DjangoModelFactory):
    class Meta:
        model = LeadProposal

    client = factory.SubFactory(ClientFactory)
    lead = factory.SubFactory(StaffFactory)
    staff = factory.SubFactory(StaffFactory)
    proposed_by = factory.SelfAttribute("lead")
    on = MAY_14
    reason = "They know the client best."


class RemarkFactory(DjangoModelFactory):
    class Meta:
        model = Remark

    client = factory.SubFactory(ClientFactory)
    what = "client"
    entry = factory.SelfAttribute("client.uid")
    words = "The name is spelt differently."
    from_organisation = factory.SubFactory(OrganisationFactory)
    to_organisation = factory.SelfAttribute("client.organisation")
    made_by = factory.SubFactory(StaffFactory)


class PartFactory(DjangoModelFactory):
    """Something kept with a client."""

    class Meta:
        abstract = True

    class Params:
        client = factory.SubFactory(ClientFactory)

    subject_kind = "caseload.client"
    subject_id = factory.SelfAttribute("client.pk")
    organisation = factory.SelfAttribute("client.organisation")
    recorded_by = factory.SubFactory(StaffFactory)


class DocumentFactory(PartFactory):
    """A text with its file."""

    class Meta:
        model = Document
        skip_postgeneration_save = True

    name = "letter.txt"
    media_type = "text/plain"
    scan = ScanState.NOT_SCANNED
    size = 8
    sha256 = factory.Sequence(lambda n: f"{n:064x}")

    @factory.post_generation
    def file(self, create: bool, extracted: bytes | None, **kwargs: object) -> None:
        storage.write(self.consortium_id, self.uid, [extracted or b"A letter"])


class NoteFactory(PartFactory):
    class Meta:
        model = Note

    text = "They like to be called in the afternoon."


class ActionFactory(PartFactory):
    class Meta:
        model = Action

    title = "Send the form"
    owner = factory.SelfAttribute("recorded_by")
    due_on = MAY_14
