"""What is done with the ticked rows of the caseload list."""

from collections.abc import Sequence
from typing import Any

from caseload.models import Client
from caseload.queries.leads import choosable
from partners.models import StaffMember
from partners.platform.forms.fields import NamedRecordField, PlainDateField
from partners.platform.forms.plain import PlainForm


class ReassignForm(PlainForm):
    """The adviser that all of them get: of the organisation that leads them, or whose clients they are."""

    nouns = {"on": "the day the adviser takes over"}

    adviser: Any = NamedRecordField(None, label="New adviser", empty_label="Choose one")
    on = PlainDateField(label="From", not_after_today=True)

    def __init__(self, *args: Any, staff: StaffMember, clients: Sequence[Client], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["adviser"].queryset = choosable(clients, staff)  # type: ignore[attr-defined]
