from typing import Any

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from partners.enums import JobState, Role
from partners.models import BackgroundJob, Invitation, StaffMember

LETTER = "invitation"  # the kind of work that sends one
STATES = {"in": "Has access", "invited": "Invited", "none": "Never invited", "left": "Ended"}


def people_overseen_by(staff: StaffMember) -> QuerySet[StaffMember]:
    """Return everybody on somebody's people page, with the state of their access in ``access``."""
    waiting = Invitation.objects.filter(
        staff_member=OuterRef("pk"), accepted_at__isnull=True, expires_at__gt=timezone.now()
    )
    people: QuerySet[StaffMember] = StaffMember.objects.select_related("organisation", "team").annotate(
        access=Case(
            When(left_at__isnull=False, then=Value("left")),
            When(user__isnull=False, then=Value("in")),
            When(Exists(waiting), then=Value("invited")),
            default=Value("none"),
            output_field=CharField(),
        )
    )
    return people if staff.organisation.accountable_body else people.filter(organisation=staff.organisation_id)


def narrow_people(people: Any, chosen: dict[str, Any]) -> Any:
    if "q" in chosen:
        people = people.filter(Q(name__icontains=chosen["q"]) | Q(email__icontains=chosen["q"]))
    if "role" in chosen:
        people = people.filter(role=chosen["role"])
    if "organisation" in chosen:
        people = people.filter(organisation=chosen["organisation"])
    if "state" in chosen:
        people = people.filter(access=chosen["state"])
    return people


def letter_of(person: StaffMember) -> BackgroundJob | None:
    """Return the work of sending somebody's latest invitation."""
    latest: Invitation | None = person.invitations.order_by("-pk").first()
    if latest is None:
        return None
    found: BackgroundJob | None = BackgroundJob.objects.filter(kind=LETTER, subject_key=str(latest.uid)).first()
    return found


def how_sent(letter: BackgroundJob) -> str:
    """Say in a sentence whether an invitation has gone out and, if not, what to do."""
    if letter.state == JobState.DONE:
        return f"Sent {timezone.localtime(letter.ended_at):%-d %B %Y, %H:%M}."
    if letter.state in {JobState.FAILED, JobState.CANCELLED}:
        return f"Not sent. {letter.message} Send it again."
    return letter.message or "On its way to the mail server."


def first_administrator() -> StaffMember | None:
    """Return the administrator the operator invited last."""
    administrators = StaffMember.objects.at_work().filter(role=Role.ADMINISTRATOR)
    found: StaffMember | None = administrators.filter(invitations__isnull=False).order_by("-pk").first()
    return found


def administrators_in() -> QuerySet[StaffMember]:
    """Return the accountable body's administrators who have come in."""
    found: QuerySet[StaffMember] = StaffMember.objects.at_work().filter(
        role=Role.ADMINISTRATOR, user__isnull=False, organisation__accountable_body=True
    )
    return found


def has_administrator() -> bool:
    return administrators_in().exists()


def people_to_let_in(staff: StaffMember) -> QuerySet[StaffMember]:
    """Return those of them who have neither come in nor been invited, as people who came with a package."""
    people: QuerySet[StaffMember] = people_overseen_by(staff)
    return people.filter(Q(access="none"))
