"""A person's own views of lists (partners.platform.lists.saved_views)."""

from collections.abc import Iterable

from django.urls import reverse, reverse_lazy

from caseload.models import SavedView
from partners.models import StaffMember
from partners.platform.lists.saved_views import SavedView as Shown


class Views:
    """What the pages of lists are given; in the order in which they were made."""

    save_url = reverse_lazy("caseload:save-view")

    @staticmethod
    def views_of(staff: StaffMember, path: str) -> Iterable[Shown]:
        found = SavedView.objects.filter(owner=staff, path=path).order_by("id").values_list("name", "query", "uid")
        return [Shown(name, query, reverse("caseload:rename-view", args=[uid])) for name, query, uid in found]
