"""What is done with the ticked rows of the caseload list."""

from collections.abc import Iterable
from typing import Any

from partners.enums import Role
from partners.forms.fields import NamedRecordField, PlainDateField
from partners.forms.plain import PlainForm
from partners.models import StaffMember


class ReassignForm(PlainForm):
    """The adviser that all of them get: of one's own organisation, or of theirs when it is one and the same."""

    nouns = {"on": "the day the adviser takes over"}

    adviser: Any = NamedRecordField(None, label="New adviser", empty_label="Choose one")
    on = PlainDateField(label="From", not_after_today=True)

    def __init__(self, *args: Any, staff: StaffMember, organisations: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        theirs = set(organisations)
        open_to = {staff.organisation_id, *(theirs if len(theirs) == 1 else ())}
        advising = StaffMember.objects.at_work().filter(role__in=(Role.ADVISER, Role.TRACKING_TEAM))
        self.fields["adviser"].queryset = advising.filter(organisation__in=open_to).order_by("name")  # type: ignore[attr-defined]
