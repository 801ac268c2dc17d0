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

from employers.forms.accounts import EmployerFilters
from employers.kinds import KINDS
from employers.kinds.employer import KIND as EMPLOYER
from employers.models import AccountManager, Employer, EmployerAgreement
from employers.queries.alike import merged_into
from employers.queries.directory import (
    account_managers,
    directory,
    find_employers,
    find_vacancies,
    holding,
    looked_after_by,
    open_vacancies,
    sectors,
    the_employer,
)
from employers.services.leaving import left_employers, may_hand_accounts_on
from employers.views.handing_on import last_handed_on
from partners.permissions import Capability, may
from partners.platform.frame.pages import StaffPage
from partners.platform.frame.pieces import Fact, Link
from partners.platform.frame.tags import ago, tag, words
from partners.platform.lists.tables import BulkAct, Column, FilterForm
from partners.platform.records.kinds import all_kinds
from partners.platform.records.pages import KindList, acts_on
from partners.platform.trail.pages import WithLooks

MOST_CONTACTS = 20
MOST_VACANCIES = 50


def employer_url(employer: Employer) -> str:
    return reverse("employers:employer", args=[employer.uid])


def _last(row: Any) -> str:
    return f"{ago(row.last_contact)}, {row.last_contact_by}" if row.last_contact else "Never"


def _manager(row: Any) -> str:
    return f"{row.manager_name} (has left)" if row.manager_left else row.manager_name or ""


def _manager_html(row: Any) -> str:
    return tag(_manager(row), "warning") if row.manager_left else _manager(row)


class Directory(KindList):
    """Employers of the travel-to-work area, shared by all partners (EMP-01)."""

    template_name = "employers/directory.html"
    kinds = KINDS
    namespace = "employers"
    default_sort = "name"
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
            Link("Contacts", reverse("employers:record-list", args=["contacts"])),
            Link("All records", reverse("employers:records")),
        ]

    def get_columns(self) -> Sequence[Column]:
        return self.columns

    def get_rows(self) -> QuerySet[Employer]:
        return directory(today=timezone.localdate())

    def get_filters(self) -> FilterForm | None:
        return EmployerFilters(self.request.GET, sectors=sectors())

    def narrow(self, rows: Any, chosen: dict[str, Any]) -> Any:
        today = timezone.localdate()
        if chosen.get("q"):
            rows = holding(rows, chosen["q"])
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
        spells = account_managers(employer)
        contacts = list(
            employer.contacts.select_related("staff__organisation").order_by("-occurred_on", "-id")[:MOST_CONTACTS]
        )
        acts = acts_on(EMPLOYER, employer, self.staff)
        return super().get_context_data(
            **kwargs,
            title=employer.name,
            employer=employer,
            today=today,
            acts=acts,
            history_url=EMPLOYER.address("record-history", employer.uid),
            manager=next((each for each in spells if is_open(each, today)), None),
            next_managers=[each for each in reversed(spells) if each.from_date > today],
            former_managers=[each for each in spells if each.from_date <= today and not is_open(each, today)],
            last=contacts[0] if contacts else None,
            contacts=contacts,
            follow_up=min(
                (c.follow_up_on for c in contacts if c.follow_up_on and c.follow_up_on >= today), default=None
            ),
            in_force=[each for each in agreements if is_open(each, today)],
            ended=[each for each in agreements if not is_open(each, today)],
            open_vacancies=open_vacancies(employer, on=today)[:MOST_VACANCIES],
            facts=facts_of(employer),
            may_log=may(self.staff, Capability.LOG_EMPLOYERS),
            may_manage=may(self.staff, Capability.MANAGE_EMPLOYERS),
            merges=merged_into(employer),
            lists=[
                Link(kind.title, f"{kind.address('record-list')}?employer={employer.uid}")
                for kind in all_kinds()
                if kind.parent == "employer" and may(self.staff, kind.capability)
            ],
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
