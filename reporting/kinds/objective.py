"""Objectives: the broad aims of the strategy, and who leads each."""

from partners.enums import Scope
from partners.permissions import Capability
from partners.platform.records.keeping import Keeps, Verb
from partners.platform.records.kinds import RecordKind
from reporting.kinds.words import WORK
from reporting.models import Objective

KIND = RecordKind(
    model=Objective,
    slug="objectives",
    title="Objectives",
    singular="objective",
    one="Objective of",
    about="The broad aims of the strategy, and who leads each.",
    shown=("title", "lead", "source"),
    called={"title": "Objective", "lead": "Led by"},
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
        fields=("code", "title", "lead", "source"),
        may=dict.fromkeys((Verb.ADD, Verb.CHANGE, Verb.REMOVE), Capability.KEEP_PLAN),
        hints={
            "code": "A short word that other records name it by, such as so1.",
            "source": "Where the strategy says so: the document, then the section.",
        },
    ),
)
