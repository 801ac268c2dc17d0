"""The employer directory, one employer, and what an account manager records."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from employers.forms.accounts import (
    AgreementForm,
    ContactForm,
    EmployerFilters,
    EmployerForm,
    EndForm,
    ManagerForm,
    VacancyForm,
)
from employers.models import AccountManager, Employer, EmployerAgreement
from employers.queries.alike import look_alikes, merged_into
from employers.queries.directory import (
    account_manager,
    directory,
    find_employers,
    find_vacancies,
    last_contact,
    looked_after_by,
    named,
    sectors,
    the_employer,
)
from employers.services import accounts
from employers.services.leaving import left_employers, may_hand_accounts_on
from employers.views.handing_on import last_handed_on
from partners.permissions import Capability, may
from partners.platform.dates import long_date
from partners.platform.frame.pages import StaffPage
from partners.platform.frame.pieces import Fact, Link
from partners.platform.frame.tags import ago, tag, words
from partners.platform.lists.pages import TablePage
from partners.platform.lists.tables import BulkAct, Column, FilterForm
from partners.platform.records.forms import RecordForm
from partners.platform.records.lookalikes import ask_before_twice
from partners.platform.trail.pages import WithLooks

MOST_CONTACTS = 20


def employer_url(employer: Employer) -> str:
    return reverse("employers:employer", args=[employer.uid])


def _last(row: Any) -> str:
    return f"{ago(row.last_contact)}, {row.last_contact_by}" if row.last_contact else "Never"


def _manager(row: Any) -> str:
    return f"{row.manager_name} (has left)" if row.manager_left else row.manager_name or ""


def _manager_html(row: Any) -> str:
    return tag(_manager(row), "warning") if row.manager_left else _manager(row)


class Directory(TablePage):
    """Employers of the travel-to-work area, shared by all partners (EMP-01)."""

    template_name = "employers/directory.html"
    capability = Capability.VIEW_EMPLOYERS
    title = "Employers"
    subject = "employers.employer"
    default_sort = "name"
    empty = "No employers yet. Add the first one, or import a package."
    columns: ClassVar[Sequence[Column]] = [
        Column("name", "Name", link=employer_url, sort="name_key"),
        Column("sector", "Sector", value=lambda row: words(row.sector), sort=("sector", "name_key")),
        Column("size", "Size", value=lambda row: row.get_size_band_display()),
        Column("place", "Postcode", value="postcode", is_unbroken=True),
        Column("manager", "Account manager", value=_manager, cell=_manager_html, sort=("manager_name", "name_key")),
        Column("contact", "Last contact", value="last_contact", cell=_last, sort="last_contact"),
        Column(
            "guarantee",
            "Interview guarantee",
            value="guarantee_from",
            cell=lambda row: "In force" if row.guarantee_from else "",
        ),
    ]

    def get_tabs(self) -> Sequence[Link]:
        here = reverse("employers:employers")
        doubles = [Link("Duplicates", reverse("employers:duplicates"))]
        left = [Link("Account manager has left", f"{here}?left=on", is_here="left" in self.request.GET)]
        mine = [Link("Looked after by me", f"{here}?mine=on", is_here="mine" in self.request.GET)]
        return [
            Link("All employers", here, is_here=not {"mine", "left"} & set(self.request.GET)),
            *(mine if may(self.staff, Capability.MANAGE_EMPLOYERS) else []),
            *(left if may_hand_accounts_on(self.staff) else []),
            *(doubles if may(self.staff, Capability.MANAGE_EMPLOYERS) else []),
            Link("Vacancies", reverse("employers:record-list", args=["vacancies"])),
            Link("All records", reverse("employers:records")),
        ]

    def get_rows(self) -> QuerySet[Employer]:
        return directory(today=timezone.localdate())

    def get_filters(self) -> FilterForm | None:
        return EmployerFilters(self.request.GET, sectors=sectors())

    def narrow(self, rows: Any, chosen: dict[str, Any]) -> Any:
        today = timezone.localdate()
        if chosen.get("q"):
            rows = named(rows, chosen["q"])
        if chosen.get("mine"):
            rows = looked_after_by(rows, self.staff, today=today)
        if chosen.get("nobody"):
            rows = rows.exclude(pk__in=AccountManager.objects.in_force(on=today).values("employer_id"))
        if chosen.get("left"):
            rows = rows.filter(pk__in=left_employers(self.staff, today=today))
        if chosen.get("agreement"):
            kept = EmployerAgreement.objects.in_force(on=today).filter(kind=chosen["agreement"])
            rows = rows.filter(pk__in=kept.values("employer_id"))
        plain = {name: chosen[name] for name in ("sector", "size_band") if chosen.get(name)}
        return rows.filter(**plain)

    def get_bulk(self) -> Sequence[BulkAct]:
        hands_on = may_hand_accounts_on(self.staff)
        return [BulkAct("Change the account manager", reverse("employers:hand-on"))] if hands_on else []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **kwargs,
            may_manage=may(self.staff, Capability.MANAGE_EMPLOYERS),
            may_hand_on="left" in self.request.GET and may_hand_accounts_on(self.staff),
            undo=last_handed_on(self.request, self.staff),
        )


class Suggest(StaffPage):
    """Matching employers for the box in which one is chosen by name."""

    capability = Capability.VIEW_EMPLOYERS

    def get(self, request: HttpRequest) -> HttpResponse:
        text = next((str(value) for name, value in request.GET.items() if name.endswith("employer")), "")
        return render(request, "employers/suggestions.html", {"found": find_employers(text)})


class SuggestVacancy(StaffPage):
    """Vacancies of the employer named in the box beside it, for the box in which one is chosen by title."""

    capability = Capability.VIEW_EMPLOYERS

    def get(self, request: HttpRequest) -> HttpResponse:
        employer = the_employer(request.GET.get("employer", ""))
        found = find_vacancies(employer, request.GET.get("vacancy", "")) if employer else []
        return render(request, "employers/suggestions.html", {"found": found})


class AboutEmployer(StaffPage):
    capability = Capability.VIEW_EMPLOYERS

    @cached_property
    def employer(self) -> Employer:
        found: Employer | None = Employer.objects.select_related("merged_into").filter(uid=self.kwargs["uid"]).first()
        if found is None:
            raise Http404
        return found


class EmployerPage(WithLooks, AboutEmployer, TemplateView):
    """Who looks after them and who spoke to them last, before anything else (EMP-02)."""

    template_name = "employers/employer.html"
    purpose = "Work with an employer"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        standing = self.employer.merged_into
        if standing is not None:
            messages.info(request, f"{self.employer} was merged into {standing}, which is here.")
            return HttpResponseRedirect(employer_url(standing))
        return super().get(request, *args, **kwargs)

    def looked_at(self) -> Employer:
        return self.employer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = timezone.localdate()
        employer = self.employer
        agreements = list(employer.agreements.order_by("-from_date", "-id"))
        vacancies = list(employer.vacancies.order_by("-opened_on", "-id")[:50])
        contacts = list(
            employer.contacts.select_related("staff__organisation").order_by("-occurred_on", "-id")[:MOST_CONTACTS]
        )
        return super().get_context_data(
            **kwargs,
            title=employer.name,
            employer=employer,
            today=today,
            manager=account_manager(employer, on=today),
            last=contacts[0] if contacts else None,
            contacts=contacts,
            follow_up=min(
                (c.follow_up_on for c in contacts if c.follow_up_on and c.follow_up_on >= today), default=None
            ),
            in_force=[each for each in agreements if is_open(each, today)],
            ended=[each for each in agreements if not is_open(each, today)],
            open_vacancies=[
                each
                for each in vacancies
                if each.opened_on <= today and (each.closed_on is None or each.closed_on >= today)
            ],
            facts=facts_of(employer),
            may_manage=may(self.staff, Capability.MANAGE_EMPLOYERS),
            merges=merged_into(employer),
        )


def is_open(spell: Any, today: Any) -> bool:
    return spell.from_date <= today and (spell.to_date is None or spell.to_date >= today)


def facts_of(employer: Employer) -> list[Fact]:
    return [
        Fact("Reference", employer.external_id),
        Fact("Sector", words(employer.sector)),
        Fact("Size", employer.get_size_band_display()),
        Fact("Ownership", employer.get_ownership_display()),
        Fact("Postcode", employer.postcode),
        Fact("District", employer.district),
        Fact("Employment agency", {True: "Yes", False: "No"}.get(bool(employer.employment_agency), "")),
    ]


class ManageForm(AboutEmployer, RecordForm):
    capability = Capability.MANAGE_EMPLOYERS

    def get_back(self) -> str:
        return employer_url(self.employer)

    def get_success_url(self) -> str:
        return employer_url(self.employer)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"caption": self.employer.name, "employer": self.employer, **kwargs})


class RecordContact(ManageForm):
    """Who spoke to them last stands above the form, so that nobody calls twice about the same."""

    template_name = "employers/contact_form.html"
    form_class = ContactForm
    title = "Record a contact"
    done = "The contact is recorded; every partner sees it."

    def get_initial(self) -> dict[str, Any]:
        return {"occurred_on": timezone.localdate(), "channel": "phone"}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        manager = account_manager(self.employer, on=timezone.localdate())
        return super().get_context_data(**{"last": last_contact(self.employer), "manager": manager, **kwargs})

    def act(self, form: Any) -> HttpResponse | None:
        ask_before_twice(form, accounts.contacts_alike(self.employer, form.cleaned_data))
        accounts.record_contact(self.employer, by=self.staff, **form.cleaned_data)
        return None


class AddAgreement(ManageForm):
    form_class = AgreementForm
    title = "Add an agreement"
    done = "The agreement is recorded."

    def get_initial(self) -> dict[str, Any]:
        return {"from_date": timezone.localdate(), "kind": self.request.GET.get("kind", "jigs")}

    def act(self, form: Any) -> HttpResponse | None:
        ask_before_twice(form, accounts.agreements_alike(self.employer, form.cleaned_data))
        accounts.add_agreement(self.employer, by=self.staff, **form.cleaned_data)
        return None


class EndAgreement(ManageForm):
    form_class = EndForm
    title = "End an agreement"
    submit = "End it on this day"
    done = "The agreement ends on that day; it stays in the history."

    @cached_property
    def record(self) -> Any:
        found = self.employer.agreements.filter(uid=self.kwargs["entry"]).first()
        if found is None:
            raise Http404
        return found

    def get_initial(self) -> dict[str, Any]:
        return {"on": timezone.localdate()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lead = f"{self.record.get_kind_display()}, in force since {long_date(self.record.from_date)}."
        return super().get_context_data(**{"lead": lead, **kwargs})

    def act(self, form: Any) -> HttpResponse | None:
        accounts.end_agreement(self.record, on=form.cleaned_data["on"], version=self.opened_version, by=self.staff)
        return None


class GiveManager(ManageForm):
    form_class = ManagerForm
    title = "Change the account manager"
    lead = "One person is the first and continuing contact. Who it was before stays in the history."
    done = "The account manager is changed."

    def get_initial(self) -> dict[str, Any]:
        return {"on": timezone.localdate()}

    def act(self, form: Any) -> HttpResponse | None:
        accounts.give_account_manager(self.employer, by=self.staff, **form.cleaned_data)
        return None


class OpenVacancy(ManageForm):
    form_class = VacancyForm
    title = "Add a vacancy"
    done = "The vacancy is in the jobs pool."

    def get_initial(self) -> dict[str, Any]:
        return {"opened_on": timezone.localdate(), "posts": 1}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "employer": self.employer, "today": timezone.localdate()}

    def act(self, form: Any) -> HttpResponse | None:
        ask_before_twice(form, accounts.vacancies_alike(self.employer, form.cleaned_data))
        accounts.open_vacancy(self.employer, by=self.staff, **form.cleaned_data)
        return None


class ChangeEmployer(ManageForm):
    form_class = EmployerForm
    title = "Change the employer"
    done = "The employer is saved."

    @property
    def record(self) -> Any:
        return self.employer

    def get_initial(self) -> dict[str, Any]:
        return EmployerForm.initial_of(self.employer)

    def act(self, form: Any) -> HttpResponse | None:
        typed = form.cleaned_data
        if {"name", "postcode"} & set(form.changed_data):
            found = look_alikes(typed["name"], postcode=typed["postcode"], besides=self.employer)
            ask_before_twice(form, found)
        accounts.change_employer(self.employer, version=self.opened_version, values=form.cleaned_data, by=self.staff)
        return None


class AddEmployer(RecordForm):
    """A new employer, after a look at those that may be the same one."""

    capability = Capability.MANAGE_EMPLOYERS
    form_class = EmployerForm
    title = "Add an employer"

    def get_back(self) -> str:
        return reverse("employers:employers")

    def act(self, form: Any) -> HttpResponse | None:
        typed = form.cleaned_data
        ask_before_twice(form, look_alikes(typed["name"], postcode=typed["postcode"]))
        employer = accounts.add_employer(by=self.staff, values=typed)
        self.success_url = employer_url(employer)
        messages.success(self.request, f"{employer.name} is in the directory.")
        return None
