"""Save a list under a name, rename it, delete it: one's own alone."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import Resolver404, resolve, reverse
from django.utils.functional import cached_property

from partners.forms.saved_views import NameForm, SaveViewForm
from partners.models import SavedView
from partners.platform.forms.plain import PlainForm
from partners.platform.frame.pages import StaffForm
from partners.platform.lists.pages import TablePage
from partners.platform.lists.saved_views import state_of
from partners.services.saved_views import rename_view, save_view


def list_at(path: str) -> str:
    """Return a path if one of our lists stands there; a form that names another page was not made by us."""
    try:
        page = getattr(resolve(path).func, "view_class", None)
    except Resolver404:
        page = None
    if page is None or not issubclass(page, TablePage) or not page.can_be_saved:
        raise Http404
    return path


class SaveView(StaffForm):
    """The answer to the form over every list; alone it is seen only when the name has to be changed."""

    form_class = SaveViewForm
    title = "Save this view"
    lead = "A view keeps the filters and the order of a list as a tab. Only you see it."
    submit = "Save this view"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Send back to work whoever comes without a list, as by the Back button."""
        return HttpResponseRedirect(reverse("home"))

    def get_back(self) -> str:
        asked = self.get_form().data
        return f"{list_at(asked.get('path', ''))}?{state_of(QueryDict(asked.get('query', '')))}"

    def act(self, form: SaveViewForm) -> HttpResponse:
        said = form.cleaned_data
        query = state_of(QueryDict(said["query"]))
        view = save_view(by=self.staff, path=list_at(said["path"]), query=query, name=said["name"])
        messages.success(self.request, f"The view {view.name} is saved. It is a tab over this list.")
        return HttpResponseRedirect(address_of(view))


def address_of(view: SavedView) -> str:
    return f"{view.path}?{view.query}"


class OwnView(StaffForm):
    @cached_property
    def view(self) -> SavedView:
        found: SavedView | None = SavedView.objects.filter(owner=self.staff, uid=self.kwargs["uid"]).first()
        if found is None:
            raise Http404
        return found

    def get_back(self) -> str:
        return address_of(self.view)

    def get_success_url(self) -> str:
        return self.get_back()


class RenameView(OwnView):
    template_name = "partners/saved_view.html"
    form_class = NameForm
    submit = "Rename the view"

    def get_initial(self) -> dict[str, Any]:
        return {"name": self.view.name}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        delete_url = reverse("partners:delete-view", args=[self.view.uid])
        return super().get_context_data(**{"title": f"The view {self.kept_name}", "delete_url": delete_url, **kwargs})

    @cached_property
    def kept_name(self) -> str:
        return self.view.name

    def act(self, form: NameForm) -> None:
        before = self.kept_name
        rename_view(self.view, name=form.cleaned_data["name"])
        messages.success(self.request, f"The view {before} is now named {self.view.name}.")


class DeleteView(OwnView):
    """Asks once, and for no reason: nobody else's work depends on a view."""

    template_name = "components/confirm_page.html"
    form_class = PlainForm
    submit = "Delete the view"
    is_dangerous = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        said = ["The tab goes. The records it lists stay as they are."]
        words = {"title": f"Delete the view {self.view.name}", "consequences": said}
        return super().get_context_data(**{**words, **kwargs})

    def get_success_url(self) -> str:
        return self.view.path

    def act(self, form: PlainForm) -> None:
        self.view.delete()
        messages.success(self.request, f"The view {self.view.name} is deleted.")
