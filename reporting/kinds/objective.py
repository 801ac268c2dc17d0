"""Objectives: the broad aims of the strategy, and who leads each."""

from partners.enums import Scope
from partners.errors import CaseloadError
from partners.permissions import Capability, may
from partners.platform.records.keeping import Keeps, Verb
from partners.platform.records.kinds import RecordKind, always
from reporting.kinds.words import WORK
from reporting.models import Objective


def of_a_reader_of_returns(objective: Objective) -> None:
    person = objective.lead_person
    if person is not None and not may(person, Capability.VIEW_RETURNS):
        raise CaseloadError(
            f"Choose somebody who reads returns: {person.get_role_display().lower()} is not such a role.",
            field="lead_person",
        )


KIND = RecordKind(
    model=Objective,
    slug="objectives",
    title="Objectives",
    singular="objective",
    one="Objective of",
    about="The broad aims of the strategy, and who leads each.",
    shown=("title", "lead", "lead_person", "source"),
    called={"title": "Objective", "lead": "Led by", "lead_person": "Person who leads it"},
    guarded={"lead_person": always},  # everybody here reads who it is; systems of partners are not told
    capability=Capability.VIEW_RETURNS,
    order=("title", "id"),
    searched=("title", "lead"),
    searches="A word of the objective or of who leads it.",
    is_found=True,
    api=Scope.PLAN_READ,
    begins="Add one; they also come with the pack.",
    list_page="reporting:objectives",
    parts=WORK,
    keeps=Keeps(
        fields=("code", "title", "lead", "lead_person", "source"),
        may=dict.fromkeys((Verb.ADD, Verb.CHANGE, Verb.REMOVE), Capability.KEEP_PLAN),
        rules=(of_a_reader_of_returns,),
        hints={
            "lead_person": "This person writes what each return says of the objective, and of no other.",
            "code": "A short word that other records name it by, such as so1.",
            "source": "Where the strategy says so: the document, then the section.",
        },
    ),
)
