"""Partner organisations, their teams and people."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.generic import TemplateView

from partners.enums import OrganisationType
from partners.forms.people import OrganisationForm, TeamForm
from partners.kinds.organisation import KIND as ORGANISATION
from partners.models import Organisation, StaffMember
from partners.permissions import Capability, may, oversees
from partners.platform.frame.pages import StaffPage
from partners.platform.frame.pieces import Fact
from partners.platform.lists.pages import TablePage
from partners.platform.lists.tables import Column, FilterForm
from partners.platform.records.forms import RecordForm
from partners.services.organisations import change_organisation, create_organisation, create_team


def settles_who_takes_part(staff: StaffMember) -> bool:
    return bool(staff.organisation.accountable_body) and may(staff, Capability.MANAGE_PEOPLE)


class OrganisationFilter(FilterForm):
    q = forms.CharField(label="Name")
    type = forms.ChoiceField(label="Kind", choices=[("", "All"), *OrganisationType.choices])


class OrganisationList(TablePage):
    title = "Partner organisations"
    template_name = "partners/organisation_list.html"
    filter_class = OrganisationFilter
    subject = "partners.organisation"
    default_sort = "name"
    empty = "No partner organisation has been recorded yet."
    columns = [
        Column("name", "Name", sort="name", link=lambda o: reverse("partners:organisation", args=[o.uid])),
        Column("type", "Kind", value=lambda o: o.get_type_display(), sort="type"),
        Column("accountable", "Accountable body", value=lambda o: "Yes" if o.accountable_body else ""),
        Column("people", "People", value="people_count", kind="number", sort="people_count"),
    ]

    def get_rows(self) -> QuerySet[Organisation]:
        at_work = Count("staff", filter=Q(staff__left_at__isnull=True))
        rows: QuerySet[Organisation] = Organisation.objects.annotate(people_count=at_work)
        return rows

    def narrow(self, rows: Any, chosen: dict[str, Any]) -> Any:
        return ORGANISATION.narrow(rows, chosen, self.staff)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(may_manage=settles_who_takes_part(self.staff), **kwargs)


class OneOrganisation(StaffPage):
    def check_access(self, request: HttpRequest) -> None:
        super().check_access(request)
        self.get_organisation()  # a form for an organisation that is not there is not there either

    def get_organisation(self) -> Organisation:
        uid: uuid.UUID = self.kwargs["uid"]
        return get_object_or_404(Organisation.objects.all(), uid=uid)

    def get_back(self) -> str:
        return reverse("partners:organisation", args=[self.kwargs["uid"]])

    def get_success_url(self) -> str:
        return self.get_back()


class OrganisationPage(OneOrganisation, TemplateView):
    template_name = "partners/organisation.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        organisation = self.get_organisation()
        facts = [
            Fact("Kind", organisation.get_type_display()),
            Fact("Accountable body", "Yes" if organisation.accountable_body else "No"),
            Fact("Primary health provider", "Yes" if organisation.primary_health_provider else "No"),
            Fact("Reference", organisation.external_id),
        ]
        return super().get_context_data(
            organisation=organisation,
            facts=facts,
            people=organisation.staff.at_work().select_related("team").order_by("name")[:200],
            teams=organisation.teams.order_by("name"),
            may_manage=may(self.staff, Capability.MANAGE_PEOPLE) and oversees(self.staff, organisation.pk),
            may_change=settles_who_takes_part(self.staff),
            **kwargs,
        )


class NewOrganisation(RecordForm):
    title = "Record a partner organisation"
    submit = "Record"
    capability = Capability.MANAGE_PEOPLE
    form_class = OrganisationForm

    def may_open(self, staff: StaffMember) -> bool:
        return settles_who_takes_part(staff)

    def get_back(self) -> str:
        return reverse("partners:organisations")

    def act(self, form: Any) -> HttpResponse:
        organisation = create_organisation(by=self.staff, **form.cleaned_data)
        messages.success(self.request, f"{organisation.name} is recorded.")
        return HttpResponseRedirect(reverse("partners:organisation", args=[organisation.uid]))


class ChangeOrganisation(OneOrganisation, RecordForm):
    title = "Change an organisation"
    capability = Capability.MANAGE_PEOPLE
    form_class = OrganisationForm

    def may_open(self, staff: StaffMember) -> bool:
        return settles_who_takes_part(staff)

    def get_initial(self) -> dict[str, Any]:
        organisation = self.get_organisation()
        return {name: getattr(organisation, name) for name in OrganisationForm.base_fields}

    def act(self, form: Any) -> None:
        change_organisation(self.get_organisation(), by=self.staff, **form.cleaned_data)
        messages.success(self.request, "Saved.")


class NewTeam(OneOrganisation, RecordForm):
    title = "Add a team"
    submit = "Add"
    capability = Capability.MANAGE_PEOPLE
    form_class = TeamForm

    def may_open(self, staff: StaffMember) -> bool:
        return super().may_open(staff) and oversees(staff, self.get_organisation().pk)

    def act(self, form: Any) -> None:
        create_team(self.get_organisation(), by=self.staff, name=form.cleaned_data["name"])
        messages.success(self.request, "The team is added. Put people into it on their own pages.")
