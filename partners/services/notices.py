"""Telling people what happened: one notice for each, in the bell, on Today and in a list of their own."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from partners.enums import Role
from partners.models import Notice, StaffMember
from partners.permissions import Capability, may

# Who answers for an organisation's work beside those who do it.
ANSWERING = (Role.TRACKING_TEAM, Role.PROJECT_MANAGER)


MOST_AT_ONCE = 8


@dataclass(frozen=True)
class Message:
    """What one person is told (see :func:`tell`)."""

    to: StaffMember
    words: str
    link: str
    about: str = ""


def tell(staff: Iterable[StaffMember], *, words: str, link: str, about: str = "") -> None:
    """Store one notice for each person who is still here: what happened in ``words``, and the page that shows it.

    ``words`` never name a client: say the reference, such as C-4829-1736, because sight may end before it is read.
    ``link`` is an address of this system, such as ``reverse(…)`` returns, whose page judges sight itself. With
    ``about``, such as ``referral 12``, the same words are not told again before they were read, so that work done
    twice tells once. Raises :class:`ValueError` for a link that leads elsewhere.
    """
    tell_each([Message(person, words, link, about) for person in staff], many=link)


def tell_each(messages: Iterable[Message], *, many: str) -> None:
    """Tell different people different things in one statement; see :func:`tell`.

    Whoever would be told more than ``MOST_AT_ONCE`` things at once is told how many, with the address ``many``.
    """
    told: dict[int, list[Message]] = defaultdict(list)
    for message in messages:
        if not message.link.startswith("/") or message.link.startswith(("//", "/\\")):
            raise ValueError("A notice leads to a page of ours.")
        same = {(each.words, each.about) for each in told[message.to.pk]}
        if message.to.left_at is None and (message.words, message.about) not in same:
            told[message.to.pk].append(message)
    notices = [
        Notice(staff=message.to, words=message.words[:300], link=message.link, about=message.about[:100])
        for each in told.values()
        for message in (each if len(each) <= MOST_AT_ONCE else [_together(each, many)])
    ]
    for notice in notices:
        notice.external_id = notice.make_reference()
    Notice.objects.bulk_create(notices, ignore_conflicts=True)


def _together(messages: list[Message], many: str) -> Message:
    first = messages[0]
    return Message(first.to, f"{len(messages)} things happened at once. The first: {first.words}", many, first.about)


def people_who_answer(organisation_id: int, capability: Capability) -> list[StaffMember]:
    """Return whom to tell in an organisation about what ``capability`` is for, among those who have come in.

    Those are its tracking team and managers, as far as their role has it; where there are none, everybody whose role
    has it.
    """
    return people_who_answer_in([organisation_id], capability)[organisation_id]


def people_who_answer_in(organisations: Collection[int], capability: Capability) -> dict[int, list[StaffMember]]:
    """Return the same for several organisations, in one query."""
    people = StaffMember.objects.at_work().filter(organisation__in=organisations, user__isnull=False)
    able: dict[int, list[StaffMember]] = {organisation: [] for organisation in organisations}
    for person in people.select_related("organisation").order_by("pk"):
        if may(person, capability):
            able[person.organisation_id].append(person)
    return {
        organisation: [person for person in found if person.role in ANSWERING] or found
        for organisation, found in able.items()
    }


def mark_read(notices: QuerySet[Notice]) -> int:
    return notices.filter(read_at__isnull=True).update(read_at=timezone.now())


def clear_old_notices(*, now: datetime) -> None:
    Notice.objects.old(now=now).delete()
