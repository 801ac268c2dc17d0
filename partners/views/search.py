"""The search over all records, for the box on top of every page."""

from typing import Any

from django.views.generic import TemplateView

from partners.forms.search import SearchForm
from partners.platform.forms.plain import as_within
from partners.platform.frame.pages import StaffPage
from partners.platform.records.finding import find, kinds_for, own_for


class Search(StaffPage, TemplateView):
    """What is found of each kind within one's sight, the first of each, with the way to all of them in its list."""

    template_name = "partners/search.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = SearchForm(self.request.GET)
        text = form.chosen.get("q", "")
        own, kinds = own_for(self.staff), kinds_for(self.staff)
        groups = self._groups(text) if text else []
        return super().get_context_data(
            **kwargs,
            title="Search",
            form=form,
            asked=text,
            groups=[each for each in groups if each.hits],
            others=[each for each in groups if not each.hits],
            hints=[each.hint for each in own],
            finds=[as_within(title) for title in (*(each.title for each in own), *(kind.title for kind in kinds))],
        )

    def _groups(self, text: str) -> list[Any]:
        own = [each.find(self.request, text) for each in own_for(self.staff)]
        return [*(each for each in own if each), *find(kinds_for(self.staff), text, self.staff)]
