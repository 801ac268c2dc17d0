"""Narratives: what a return says of each objective, every version kept, with notes of others beside it (REP-07)."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from partners.models import StaffMember
from partners.permissions import Capability, may
from partners.platform.records.keeping import Keeper, Keeps, Verb
from partners.platform.records.kinds import RecordKind
from reporting.forms.narrative import NarrativeForm
from reporting.kinds.words import WORK
from reporting.models import Narrative, Objective, Return
from reporting.queries.readers import returns_read
from reporting.queries.report import return_name, writes_of
from reporting.services.returns import LOCKED, ReturnCovers


def is_open(narrative: Narrative, staff: StaffMember) -> bool:
    """Tell whether somebody may write of it: of an objective that is theirs, in a return that they read."""
    if narrative.filed.state in LOCKED or not writes_of(staff, narrative.objective):
        return False
    return returns_read(staff).filter(pk=narrative.filed_id).exists()


def of_an_open_return(narrative: Narrative) -> None:
    if narrative.filed.state in LOCKED:
        raise ReturnCovers(narrative.filed, field="filed")


class NarrativeKeeper(Keeper):
    """Holds the return while its words are written: of a step of sign-off and a new word, one comes first.

    Whoever leads an objective adds and changes the words of that one, whatever their role; the accountable body's
    builders of returns take words out.
    """

    def may(self, verb: Verb, staff: StaffMember, record: Any = None) -> bool:
        if super().may(verb, staff, record):
            return True
        if verb not in (Verb.ADD, Verb.CHANGE) or not may(staff, Capability.VIEW_RETURNS):
            return False
        if record is None:
            return Objective.objects.filter(lead_person=staff).exists()
        return is_open(record, staff)

    def add(self, values: Mapping[str, Any], *, by: StaffMember) -> Any:
        with transaction.atomic():
            return super().add({**values, "filed": _held(values["filed"])}, by=by)

    def change(self, record: Any, values: Mapping[str, Any], *, version: int, by: StaffMember, reason: str = "") -> Any:
        with transaction.atomic():
            record.filed = _held(record.filed)
            held = {**values, "filed": _held(values["filed"])} if "filed" in values else values
            return super().change(record, held, version=version, by=by, reason=reason)

    def remove(self, record: Any, *, reason: str, version: int, by: StaffMember) -> None:
        with transaction.atomic():
            record.filed = _held(record.filed)
            super().remove(record, reason=reason, version=version, by=by)


def _held(filed: Return) -> Return:
    found: Return = Return.objects.select_for_update().get(pk=filed.pk)
    return found


KIND = RecordKind(
    model=Narrative,
    slug="narratives",
    title="Narratives",
    singular="narrative",
    one="Narrative of",
    about="What each return says of each objective of the plan: activity and progress in its quarter.",
    shown=("filed", "objective", "body"),
    whose=("objective",),
    what="filed",
    called={"filed": "Return", "body": "Activity and progress"},
    said={"filed": lambda each: return_name(each.filed)},
    capability=Capability.VIEW_RETURNS,
    order=("-filed__quarter", "objective__id", "id"),
    filters=("objective",),
    searched=("body",),
    searches="A word of what was written.",
    begins="They are written on the page of a return's report.",
    parts=WORK,
    keeps=Keeps(
        fields=("filed", "objective", "body"),
        may=dict.fromkeys((Verb.ADD, Verb.CHANGE, Verb.REMOVE), Capability.BUILD_RETURNS),
        owns=is_open,
        rules=(of_an_open_return,),
        hints={"body": "What was done in the quarter, and how far it is towards the objective."},
        form=NarrativeForm,
        keeper=NarrativeKeeper,
    ),
)
