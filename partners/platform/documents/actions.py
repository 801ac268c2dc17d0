"""Things to do about a record: given to somebody, handed on, done and opened again."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from partners.errors import CaseloadError, NotAllowed
from partners.models import Action, StaffMember
from partners.platform.documents.keeping import refuse_category
from partners.platform.documents.subjects import Subject
from partners.platform.records.changing import change, keep
from partners.signals import action_given


def add_action(
    subject: Subject, *, title: str, owner: StaffMember, due_on: date, by: StaffMember, category: str = ""
) -> Action:
    """Write down what is to be done, by whom and until when; the owner is told where somebody else did."""
    if not subject.may_keep:
        raise NotAllowed
    refuse_category(subject, category)
    _refuse_owner(subject, owner, category)
    action = Action(
        subject_kind=subject.label,
        subject_id=subject.record.pk,
        organisation=by.organisation,
        recorded_by=by,
        category=category,
        title=title,
        owner=owner,
        due_on=due_on,
    )
    keep(action)
    _tell(action, by)
    return action


def change_action(
    subject: Subject, action: Action, *, version: int, values: Mapping[str, Any], by: StaffMember
) -> Action:
    """Change what is to be done, its day, or who does it.

    :raises ChangedMeanwhile: somebody else changed it since it was opened
    """
    require_hand(subject, action, by)
    if values["category"] != action.category:
        refuse_category(subject, values["category"])
    _refuse_owner(subject, values["owner"], values["category"])
    earlier = action.owner_id
    names = ("title", "owner", "due_on", "category")
    changed: Action = change(action, version=version, values={name: values[name] for name in names})
    if changed.owner_id != earlier:
        _tell(changed, by)
    return changed


def finish_action(subject: Subject, action: Action, *, by: StaffMember) -> Action:
    return _set_done(subject, action, by=by, is_done=True)


def reopen_action(subject: Subject, action: Action, *, by: StaffMember) -> Action:
    return _set_done(subject, action, by=by, is_done=False)


def has_hand(subject: Subject, action: Action, by: StaffMember) -> bool:
    """Tell whether somebody changes an action and says that it is done: its owner, and whoever corrects it."""
    return action.owner_id == by.pk or subject.corrects(action)


def require_hand(subject: Subject, action: Action, by: StaffMember) -> None:
    if not has_hand(subject, action, by):
        raise NotAllowed


def colleagues(staff: StaffMember, *, besides: Action | None = None) -> QuerySet[StaffMember]:
    """Return to whom somebody may give an action: the people of their organisation, and whose it is now."""
    people = StaffMember.objects.at_work()
    found = people.filter(organisation=staff.organisation_id)
    if besides is not None:
        found = found | people.filter(pk=besides.owner_id)
    ordered: QuerySet[StaffMember] = found.order_by("name")
    return ordered


def _set_done(subject: Subject, action: Action, *, by: StaffMember, is_done: bool) -> Action:
    require_hand(subject, action, by)
    with transaction.atomic():
        rows: Any = Action.objects
        current: Action = rows.select_for_update().get(pk=action.pk)
        if current.removed_at is not None:
            raise CaseloadError("This was removed meanwhile.")
        if (current.done_at is not None) is not is_done:
            current.done_at, current.done_by = (timezone.now(), by) if is_done else (None, None)
            current.version += 1
            current.save(update_fields=["done_at", "done_by", "version"])
    return current


def _refuse_owner(subject: Subject, owner: StaffMember, category: str) -> None:
    """Nobody is given what they may not open."""
    record = subject.kind.seen(owner, [subject.record.pk]).get(subject.record.pk)
    reads = record is not None and (not category or category in dict(Subject(subject.kind, record, owner).categories))
    if owner.left_at is not None or not reads:
        raise CaseloadError(f"Choose who does it among those who may open this: {owner.name} may not.", field="owner")


def _tell(action: Action, by: StaffMember) -> None:
    if action.owner_id != by.pk:
        action_given.send(sender=Action, action=action, by=by)
