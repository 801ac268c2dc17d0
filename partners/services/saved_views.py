"""A person keeps lists under names: for themselves alone."""

from django.db import IntegrityError, transaction

from partners.errors import CaseloadError
from partners.models import SavedView, StaffMember
from partners.models.saved_view import QUERY_LENGTH

MOST_VIEWS = 12  # of one list: more tabs than that are no longer found


class NameTaken(CaseloadError):
    code = "name_taken"

    def __init__(self, name: str) -> None:
        super().__init__(f"You have a view named {name} on this list. Enter another name.", field="name")


def save_view(*, by: StaffMember, path: str, query: str, name: str) -> SavedView:
    """Keep a list under a name; a repeat changes nothing."""
    if len(query) > QUERY_LENGTH:
        raise CaseloadError("These filters are too long to keep. Take some away.")
    own = SavedView.objects.filter(owner=by, path=path)
    same = own.filter(name=name).first()
    if same is not None:
        if same.query != query:
            raise NameTaken(name)
        return same  # type: ignore[no-any-return]
    if own.count() >= MOST_VIEWS:
        raise CaseloadError(f"You have {MOST_VIEWS} views of this list. Delete one to save another.")
    view = SavedView(owner=by, path=path, query=query, name=name)
    _store(view)
    return view


def rename_view(view: SavedView, *, name: str) -> None:
    view.name = name
    _store(view)


def forget_those_who_left() -> None:
    SavedView.objects.filter(owner__left_at__isnull=False).delete()


def _store(view: SavedView) -> None:
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError as error:  # the name is the only thing two of one person's views can share
        raise NameTaken(view.name) from error
