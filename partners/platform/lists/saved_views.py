"""Lists as one person keeps them: filters and order under a name, shown as tabs over the list.

The pages of lists ask here. A kept view is a query string of its list, and shows what its owner may see at the time, as
any address does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse

from partners.models import SavedView, StaffMember
from partners.platform.frame.pieces import Link

# What says how much of a list is on the screen, not which records.
_PLACE = {"page", "export"}


@dataclass(frozen=True)
class ViewBar:
    """What a list shows of its kept views. ``query`` is what would be saved now, '' where there is nothing to save."""

    tabs: Sequence[Link]
    path: str
    query: str
    save_url: str
    change_url: str = ""
    forgets_words: bool = False


def state_of(params: QueryDict, *, without: Iterable[str] = ()) -> str:
    """Return the filters and order of an address as a query string that is equal for equal lists."""
    left_out = {*_PLACE, *without}
    kept = QueryDict(mutable=True)
    for name in sorted(params):
        if name not in left_out:
            kept.setlist(name, [value for value in params.getlist(name) if value])
    return kept.urlencode()


def bar_of(staff: StaffMember, path: str, *, now: str, whole: str, is_narrowed: bool, forgets_words: bool) -> ViewBar:
    """Return the bar of a list: ``now`` is its state, ``whole`` its state with no filter and no order of one's own."""
    views = list(SavedView.objects.filter(owner=staff, path=path).only("name", "query", "uid").order_by("id"))
    here = next((view for view in views if view.query == now), None)
    tabs = [Link(view.name, f"{path}?{view.query}", is_here=view is here) for view in views]
    if views:
        tabs.insert(0, Link("Whole list", f"{path}?{whole}" if whole else path, is_here=now == whole))
    return ViewBar(
        tabs=tabs,
        path=path,
        query=now if is_narrowed and here is None else "",
        save_url=reverse("partners:save-view"),
        change_url=reverse("partners:rename-view", args=[here.uid]) if here else "",
        forgets_words=forgets_words,
    )
