"""Telling people what happened: one notice for each, in the bell, on Today and in a list of their own."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from partners.enums import Role
from partners.models import Notice, StaffMember
from partners.permissions import Capability, may

# Who answers for an organisation's work beside those who do it.
ANSWERING = (Role.TRACKING_TEAM, Role.PROJECT_MANAGER)


def tell(staff: Iterable[StaffMember], *, words: str, link: str, about: str = "") -> None:
    """Store one notice for each person who is still here: what happened in ``words``, and the page that shows it.

    ``words`` never name a client: say the reference, such as C-4829-1736, because sight may end before it is read.
    ``link`` is an address of this system, such as ``reverse(…)`` returns, whose page judges sight itself. With
    ``about``, such as ``referral 12``, the same words are not told again before they were read, so that work done
    twice tells once. Raises :class:`ValueError` for a link that leads elsewhere.
    """
    if not link.startswith("/") or link.startswith(("//", "/\\")):
        raise ValueError("A notice leads to a page of ours.")
    people = {person.pk: person for person in staff if person.left_at is None}
    notices = [Notice(staff=person, words=words[:300], link=link, about=about[:100]) for person in people.values()]
    for notice in notices:
        notice.external_id = notice.make_reference()
    Notice.objects.bulk_create(notices, ignore_conflicts=True)


def people_who_answer(organisation_id: int, capability: Capability) -> list[StaffMember]:
    """Return whom to tell in an organisation about what ``capability`` is for, among those who have come in.

    Those are its tracking team and managers, as far as their role has it; where there are none, everybody whose role
    has it.
    """
    people = StaffMember.objects.at_work().filter(organisation=organisation_id, user__isnull=False)
    able = [person for person in people.select_related("organisation") if may(person, capability)]
    return [person for person in able if person.role in ANSWERING] or able


def mark_read(notices: QuerySet[Notice]) -> int:
    return notices.filter(read_at__isnull=True).update(read_at=timezone.now())


def clear_old_notices(*, now: datetime) -> None:
    Notice.objects.old(now=now).delete()
