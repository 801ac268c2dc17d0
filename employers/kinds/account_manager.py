"""Who is an employer's first and continuing contact, and when (EMP-02).

Adding one is a hand-over and changing one a correction; both have a service of their own.
"""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from employers.kinds.words import LINKS, WHOSE, WORK
from employers.models import AccountManager
from employers.services.account_managers import correct_account_manager, give_account_manager
from employers.services.leaving import managing
from partners.models import StaffMember
from partners.permissions import Capability
from partners.platform.exchange.declarations import Table
from partners.platform.exchange.rules import one_spell_at_a_time
from partners.platform.records.fields import KindForm, RecordChoice
from partners.platform.records.keeping import Keeper, Keeps, Verb
from partners.platform.records.kinds import RecordKind


class AccountManagerForm(KindForm):
    """Only who manages employers can be chosen, and whom a correction finds."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = managing()
        if self.record is not None:
            people = StaffMember.objects.filter(pk=self.record.staff_id) | people
        label = self.fields["staff"].label
        self.fields["staff"] = RecordChoice(people, label=label, empty_label="Choose one")


class AccountManagers(Keeper):
    def add(self, values: Mapping[str, Any], *, by: StaffMember) -> AccountManager:
        self._require(Verb.ADD, by)
        self._check(self.make(values, by=by), values, by)
        return give_account_manager(
            values["employer"], staff=values["staff"], on=values["from_date"], until=values.get("to_date"), by=by
        )

    def _store(self, record: Any, values: Mapping[str, Any], **how: Any) -> AccountManager:
        staff_before = record.staff
        stored: AccountManager = super()._store(record, values, **how)
        correct_account_manager(stored, before=staff_before, by=how["by"])
        return stored


def begun(staff: StaffMember) -> dict[str, Any]:
    return {"from_date": timezone.localdate()}


MANAGE = Capability.MANAGE_EMPLOYERS
KIND = RecordKind(
    model=AccountManager,
    slug="account-managers",
    title="Account managers",
    one="Account manager of",
    whose=WHOSE,
    singular="account manager",
    about="Who looks after whom, and when.",
    shown=("staff", "employer", "from_date", "to_date"),
    called={"staff": "Account manager", "from_date": "From", "to_date": "Until"},
    capability=Capability.VIEW_EMPLOYERS,
    day="from_date",
    ends="to_date",
    searched=("employer__name", "staff__name"),
    searches="A word of the employer's name or of the person's.",
    begins="An employer's page names who looks after it; they also come with an exchange package.",
    filters=("employer", "staff"),
    links=LINKS,
    parent="employer",
    parts=WORK,
    keeps=Keeps(
        fields=("employer", "staff", "from_date", "to_date"),
        may=dict.fromkeys(Verb, MANAGE),
        ending="to_date",
        initial=begun,
        hints={
            "from_date": "Today, or a day ahead that is agreed. Who looks after them now ends the day before.",
            "to_date": "The last day. Empty: until somebody else takes over.",
        },
        form=AccountManagerForm,
        keeper=AccountManagers,
    ),
    exchange=Table(
        name="account_managers",
        model=AccountManager,
        title="Who is the single point of contact for an employer, and when",
        after="employers",
        holds=("employer_id", "staff_id", "from_date", "to_date"),
        set_rules=(
            one_spell_at_a_time(
                "account_managers",
                "employer_id",
                reason="This employer has another account manager on one of these days.",
                only_warns=False,
            ),
        ),
    ),
)
