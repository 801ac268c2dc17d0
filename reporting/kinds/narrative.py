"""Narratives: what a return says of each objective, every version kept, with notes of others beside it (REP-07)."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from partners.models import StaffMember
from partners.permissions import Capability
from partners.platform.records.keeping import Keeper, Keeps, Verb
from partners.platform.records.kinds import RecordKind
from reporting.forms.narrative import NarrativeForm
from reporting.kinds.words import WORK
from reporting.models import Narrative, Return
from reporting.queries.report import return_name
from reporting.services.returns import LOCKED, ReturnCovers


def is_open(narrative: Narrative, staff: StaffMember) -> bool:
    """Tell whether somebody may write of it: the accountable body answers for the partnership's returns."""
    return bool(staff.organisation.accountable_body) and narrative.filed.state not in LOCKED


def of_an_open_return(narrative: Narrative) -> None:
    if narrative.filed.state in LOCKED:
        raise ReturnCovers(narrative.filed, field="filed")


class NarrativeKeeper(Keeper):
    """Holds the return while its words are written: of a step of sign-off and a new word, one comes first."""

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
