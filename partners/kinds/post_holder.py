"""Who holds a post, or deputises, and when (PAR-02): what says who may sign."""

from typing import Any

from django.utils import timezone

from partners.errors import CaseloadError
from partners.models import PostHolder, StaffMember
from partners.permissions import Capability
from partners.platform.records.keeping import Keeps, Verb
from partners.platform.records.kinds import RecordKind


def of_the_accountable_body(holder: PostHolder) -> None:
    if not holder.staff.organisation.accountable_body:
        raise CaseloadError("Choose somebody of the accountable body: its posts sign documents off.", field="staff")


def of_the_right_role(holder: PostHolder) -> None:
    if holder.staff.role != holder.post.role:
        wanted = holder.post.get_role_display().lower()
        raise CaseloadError(f"This post is held by a {wanted}; this person is not one.", field="staff")


def begun(staff: StaffMember) -> dict[str, Any]:
    return {"from_date": timezone.localdate()}


KIND = RecordKind(
    model=PostHolder,
    slug="post-holders",
    title="Holders of posts",
    singular="holder of a post",
    one="Holder of",
    about="Who holds each post that signs documents off, who deputises, and when.",
    shown=("post", "staff", "is_deputy", "from_date", "to_date"),
    called={"staff": "Person", "is_deputy": "Deputy", "from_date": "From", "to_date": "Until"},
    capability=Capability.VIEW_RETURNS,
    day="from_date",
    ends="to_date",
    current="Today",
    filters=("post",),
    begins="Name the first holder here.",
    parts="Say who holds which post",
    keeps=Keeps(
        fields=("post", "staff", "is_deputy", "from_date", "to_date"),
        may=dict.fromkeys((Verb.ADD, Verb.CHANGE, Verb.END), Capability.KEEP_PLACES),
        ending="to_date",
        rules=(of_the_accountable_body, of_the_right_role),
        initial=begun,
        asks_why=True,
        hints={
            "is_deputy": "A deputy does the step where the holder cannot, and the document says so.",
            "to_date": "The last day. Empty: until somebody else takes over.",
        },
    ),
)
