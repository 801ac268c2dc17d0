"""Entries of the directory that are one employer: found, compared, merged, separated again."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property

from employers.forms.accounts import MergeForm, OtherForm
from employers.models import Employer, EmployerMatch
from employers.queries.alike import MOST_PAIRS, alike, duplicates, what_names
from employers.queries.directory import the_employer
from employers.services.merging import keep_apart, merge_employers, separate_employers, spells_that_clash
from employers.views.directory import AboutEmployer, employer_url, facts_of
from partners.permissions import Capability
from partners.platform.frame.pages import ConfirmPage, StaffForm, StaffTemplate
from partners.platform.records.forms import RecordForm


class Duplicates(StaffTemplate):
    """Employers whose names differ by Ltd, The, capitals and the like only."""

    capability = Capability.MANAGE_EMPLOYERS
    template_name = "employers/duplicates.html"
    title = "Employers that may be one"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, pairs=duplicates(), most=MOST_PAIRS)


class OfStanding(AboutEmployer):
    """A page about an entry that stands; of a merged one there is nothing to merge."""

    def check_access(self, request: HttpRequest) -> None:
        super().check_access(request)
        if self.employer.merged_into_id:
            raise Http404


class ChooseOther(OfStanding, StaffForm):
    """Which other entry is the same employer."""

    capability = Capability.MANAGE_EMPLOYERS
    template_name = "employers/choose_other.html"
    form_class = OtherForm
    title = "Which entry is the same employer?"
    submit = "Compare"

    def get_back(self) -> str:
        return employer_url(self.employer)

    def act(self, form: Any) -> HttpResponse | None:
        other = the_employer(form.cleaned_data["name"])
        if other is None or other == self.employer:
            form.add_error("name", "Enter the name of one other employer, with its postcode where names repeat.")
            return self.form_invalid(form)
        return HttpResponseRedirect(compare_url(self.employer, other))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = alike(self.employer.name, postcode=self.employer.postcode, besides=self.employer)
        offered = [(each, compare_url(self.employer, each)) for each in found]
        return super().get_context_data(**{"caption": self.employer.name, "offered": offered, **kwargs})


def compare_url(one: Employer, other: Employer) -> str:
    return f"{reverse('employers:merge', args=[one.uid])}?other={other.uid}"


class Merge(OfStanding, RecordForm):
    """Two entries side by side, what hangs on each, and which of them stands."""

    capability = Capability.MANAGE_EMPLOYERS
    template_name = "employers/merge.html"
    form_class = MergeForm
    title = "Are these one employer?"
    submit = "Merge them"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.GET.get("other"):
            return HttpResponseRedirect(reverse("employers:choose-other", args=[self.employer.uid]))
        return super().get(request, *args, **kwargs)

    @cached_property
    def other(self) -> Employer:
        try:
            uid = UUID(self.request.GET.get("other", ""))
        except ValueError:
            raise Http404 from None
        found: Employer | None = Employer.objects.current().filter(uid=uid).first()
        if found is None or found == self.employer:
            raise Http404
        return found

    @cached_property
    def clashing(self) -> list[Any]:
        return spells_that_clash(self.employer, self.other)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "employers": (self.employer, self.other), "clashing": self.clashing}

    def get_back(self) -> str:
        return reverse("employers:duplicates")

    def act(self, form: Any) -> HttpResponse | None:
        if "different" in self.request.POST:
            keep_apart(self.employer, self.other, by=self.staff)
            messages.success(self.request, f"{self.employer} and {self.other} stay two employers.")
            return HttpResponseRedirect(reverse("employers:duplicates"))
        both = {str(each.uid): each for each in (self.employer, self.other)}
        kept = both[form.cleaned_data["kept"]]
        gone = self.other if kept == self.employer else self.employer
        merge_employers(kept, gone, by=self.staff, managers_of=both.get(form.cleaned_data.get("managers_of") or ""))
        messages.success(self.request, f"{gone} is one with {kept} now. Its page says how to separate them again.")
        return HttpResponseRedirect(employer_url(kept))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        pair = zip(facts_of(self.employer), facts_of(self.other), strict=True)
        rows: list[tuple[Any, ...]] = [
            (one.label, one.value, other.value, one.value != other.value) for one, other in pair
        ]
        counted = what_names(self.employer, self.other)
        rows += [(kind[:1].upper() + kind[1:], *numbers, False) for kind, numbers in counted]
        return super().get_context_data(**{"one": self.employer, "other": self.other, "rows": rows, **kwargs})


class Separate(ConfirmPage):
    """Take a merge back."""

    capability = Capability.MANAGE_EMPLOYERS
    submit = "Separate them"

    @cached_property
    def match(self) -> EmployerMatch:
        merges = EmployerMatch.objects.filter(uid=self.kwargs["uid"], same_employer=True, undone_at=None)
        found: EmployerMatch | None = merges.select_related("employer", "other", "decided_by").first()
        if found is None:
            raise Http404
        return found

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"Separate {self.match.other} from {self.match.employer}"

    def get_back(self) -> str:
        return employer_url(self.match.employer)

    def get_consequences(self) -> list[str]:
        number = self.match.moves.count()
        records = f"{number:,} record{'' if number == 1 else 's'}"
        return [
            f"{self.match.other} stands in the directory for itself again.",
            f"{records} that came with it go back to it. What was recorded since stays with {self.match.employer}.",
        ]

    def act(self, form: Any) -> HttpResponse | None:
        employer = separate_employers(self.match, by=self.staff, reason=form.cleaned_data["reason"])
        messages.success(self.request, f"{employer} stands for itself again.")
        return HttpResponseRedirect(employer_url(employer))
