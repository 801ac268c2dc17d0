"""Suspicions of fraud and their referral, for whoever may know of them (COM-11)."""

from datetime import date
from typing import Any

from commissioning.enums import SuspicionState
from commissioning.kinds.words import LINKS
from commissioning.models import SuspectedFraud
from partners.errors import CaseloadError
from partners.models import StaffMember
from partners.permissions import Capability
from partners.platform.records.keeping import Keeps, Verb
from partners.platform.records.kinds import RecordKind
from partners.platform.records.waiting import Waiting

KEEP = Capability.KEEP_FRAUD


def of_its_provider(suspicion: SuspectedFraud) -> None:
    if suspicion.contract is not None and suspicion.contract.provider_id != suspicion.provider_id:
        raise CaseloadError("Choose a contract of this provider.", field="contract")


def not_ended(suspicions: Any, staff: StaffMember, today: date) -> Any:
    return suspicions.filter(state=SuspicionState.OPEN)


KIND = RecordKind(
    model=SuspectedFraud,
    slug="suspicions",
    title="Suspected fraud",
    singular="suspicion of fraud",
    about="What looks like fraud, to whom it was referred, and how it ended. Nobody else reads this list.",
    one="Suspicion about",
    whose=("provider",),
    what="state",
    shown=("noticed_on", "provider", "contract", "state", "referred_to", "referred_on"),
    capability=Capability.SEE_FRAUD,
    links=LINKS,
    day="noticed_on",
    tones={"state": {"open": "late", "referred": "waiting", "closed": "quiet"}},
    searched=("provider__name", "what", "referred_to"),
    searches="A word of the provider, of what is suspected or of to whom it was referred.",
    filters=("provider", "state"),
    begins="Write the first one down here.",
    parts="Looking into suspected fraud",
    today=(
        Waiting(
            name="open",
            one="suspicion of fraud that is not referred or closed",
            many="suspicions of fraud that are not referred or closed",
            rows=not_ended,
            capability=KEEP,
            order=38,
            tone="late",
        ),
    ),
    keeps=Keeps(
        fields=("provider", "contract", "noticed_on", "what", "state", "referred_to", "referred_on", "outcome"),
        may=dict.fromkeys((Verb.ADD, Verb.CHANGE, Verb.REMOVE), KEEP),
        past=("noticed_on", "referred_on"),
        rules=(of_its_provider,),
        asks_why=True,
        initial=lambda _staff: {"state": SuspicionState.OPEN},
        hints={"referred_to": "The council's audit service, the funder, the police."},
    ),
)
