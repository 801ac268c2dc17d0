"""Restricted people: records open to named people only, kept by the data lead and the owner's managers.

Whoever keeps a restriction need not open the record: these pages show its reference and never a name.
"""

from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from caseload.forms.restricted import ReaderForm, RestrictForm, ReviewForm, WhichRecordForm, WhyForm
from caseload.judging import may_restrict
from caseload.models import Client, ClientRestriction, RestrictionReader
from caseload.queries.restricted import restrictions_kept_by
from caseload.services.restricting import (
    drop_reader,
    lift_restriction,
    name_reader,
    restrict,
    review_restriction,
)
from caseload.views.base import client_url
from partners.errors import CaseloadError
from partners.permissions import Capability
from partners.platform.frame.pages import StaffPage
from partners.platform.frame.pieces import Fact, Link
from partners.platform.frame.tags import on, tag
from partners.platform.lists.pages import TablePage
from partners.platform.lists.tables import Column
from partners.platform.records.forms import RecordForm
from partners.views.administration import pages_for

NOBODY = "Nobody who is here may open it"


def restriction_url(restriction: ClientRestriction) -> str:
    return reverse("caseload:restriction", args=[restriction.uid])


def names_of(restriction: ClientRestriction) -> str:
    names = ", ".join(reader.staff.name for reader in restriction.client.readers_now)
    return names if restriction.is_read else f"{names} ({NOBODY.lower()})" if names else NOBODY  # type: ignore[attr-defined]


class RestrictedPeople(TablePage):
    """The reviews that are due come first."""

    capability = Capability.RESTRICT_RECORDS
    title = "Restricted people"
    lead = (
        "Records open to named people only. You see the reference, not the person, unless you are named."
        " Whoever is named may open the record; nobody opens it because they are its adviser or got a referral."
    )
    template_name = "caseload/restricted.html"
    subject = "caseload.clientrestriction"
    empty = "No record is restricted."
    can_be_saved = False
    columns = [
        Column("record", "Record", value="client.external_id", link=restriction_url),
        Column("organisation", "Organisation", value="client.organisation.name"),
        Column(
            "readers",
            "May open it",
            value=names_of,
            cell=lambda r: names_of(r) if r.is_read else tag(names_of(r), "bad"),
        ),
        Column("from", "Restricted since", value="from_date", kind="date"),
        Column(
            "review",
            "Review on",
            value=lambda r: on(r.review_on),
            cell=lambda r: tag(on(r.review_on), "late") if r.review_on <= timezone.localdate() else on(r.review_on),
        ),
    ]

    def get_tabs(self) -> list[Link]:
        """Return the pages of administration, for who has others of them."""
        pages = pages_for(self.staff, here="caseload:restricted")
        return pages if len(pages) > 1 else []

    def get_rows(self) -> QuerySet[ClientRestriction]:
        return restrictions_kept_by(self.staff, today=timezone.localdate())


class RestrictRecord(RecordForm):
    """Which record: by its reference, because whoever keeps restrictions may not be able to find the person."""

    capability = Capability.RESTRICT_RECORDS
    title = "Restrict a record"
    lead = "A restricted record is open to the people you name, and to nobody else."
    submit = "Continue"
    form_class = WhichRecordForm

    def get_back(self) -> str:
        return reverse("caseload:restricted")

    def act(self, form: Any) -> HttpResponse:
        reference = form.cleaned_data["reference"].strip()
        found = Client.objects.filter(external_id__iexact=reference).select_related("organisation").first()
        if found is None or not may_restrict(self.staff, found.organisation_id):
            raise CaseloadError(
                "You keep no record with this reference. Check it; it stands on the client's page.", field="reference"
            )
        return HttpResponseRedirect(reverse("caseload:restrict", args=[found.uid]))


class Restrict(RecordForm):
    capability = Capability.RESTRICT_RECORDS
    title = "Restrict a record"
    submit = "Restrict the record"
    is_dangerous = True
    form_class = RestrictForm

    @cached_property
    def client(self) -> Client:
        """The surviving record, of those this person keeps."""
        clients = Client.objects.select_related("organisation", "merged_into__organisation")
        found: Client | None = clients.filter(uid=self.kwargs["uid"]).first()
        if found is None:
            raise Http404
        client: Client = found.merged_into or found
        if not may_restrict(self.staff, client.organisation_id):
            raise Http404
        return client

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "client": self.client}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lead = (
            "Only the people you tick can open it from now on, whoever its adviser is and whatever was shared."
            " Others of its organisation see that there is a restricted record, not whose."
        )
        return super().get_context_data(**{"caption": self.client.external_id, "lead": lead, **kwargs})

    def get_back(self) -> str:
        return reverse("caseload:restricted")

    def act(self, form: Any) -> HttpResponse:
        made = restrict(self.client, by=self.staff, today=timezone.localdate(), **form.cleaned_data)
        messages.success(self.request, "The record is restricted.")
        return HttpResponseRedirect(restriction_url(made))


class OneRestriction(StaffPage):
    capability = Capability.RESTRICT_RECORDS

    @cached_property
    def restriction(self) -> Any:
        found = restrictions_kept_by(self.staff, today=timezone.localdate()).filter(uid=self.kwargs["uid"]).first()
        if found is None:
            raise Http404
        return found

    def get_back(self) -> str:
        return restriction_url(self.restriction)

    def get_success_url(self) -> str:
        return restriction_url(self.restriction)


class Restriction(OneRestriction, TemplateView):
    template_name = "caseload/restriction.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kept = self.restriction
        review = reverse("caseload:restriction-review", args=[kept.uid])
        facts = [
            Fact("Organisation", kept.client.organisation.name),
            Fact("Restricted since", on(kept.from_date)),
            Fact("Reason", kept.reason),
            Fact("Placed by", kept.placed_by.name if kept.placed_by else "An import or the operator"),
            Fact("Review on", on(kept.review_on), action_url=review, action="Review"),
        ]
        past = RestrictionReader.objects.filter(client=kept.client_id, to_date__lt=timezone.localdate())
        return super().get_context_data(
            title=f"Restricted record {kept.client.external_id}",
            restriction=kept,
            facts=facts,
            readers=kept.client.readers_now,
            past=past.select_related("staff__organisation").order_by("-to_date", "-id")[:50],
            client_url=client_url(kept.client) if kept.may_open else "",
            nobody=NOBODY,
            **kwargs,
        )


class RestrictionForm(OneRestriction, RecordForm):
    """An act on a restriction, under its reference."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"caption": self.restriction.client.external_id, **kwargs})


class ReviewRestriction(RestrictionForm):
    title = "Review a restriction"
    lead = "Say why it is still right, and when somebody looks again. If it is not, lift it."
    form_class = ReviewForm

    def get_initial(self) -> dict[str, Any]:
        return {"reason": self.restriction.reason}

    def act(self, form: Any) -> None:
        review_restriction(self.restriction, by=self.staff, today=timezone.localdate(), **form.cleaned_data)
        messages.success(self.request, "The review is recorded.")


class NameReader(RestrictionForm):
    title = "Name somebody who may open the record"
    lead = "Those who may open it already are told that somebody was named."
    submit = "Name them"
    form_class = ReaderForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "client": self.restriction.client}

    def act(self, form: Any) -> None:
        values = dict(form.cleaned_data)
        reader = values.pop("reader")
        name_reader(self.restriction, reader, by=self.staff, today=timezone.localdate(), **values)
        messages.success(self.request, f"{reader.name} may open the record.")


class DropReader(RestrictionForm):
    title = "Take somebody off"
    submit = "Take them off"
    is_dangerous = True
    form_class = WhyForm

    @cached_property
    def reader(self) -> RestrictionReader:
        today = timezone.localdate()
        rows = RestrictionReader.objects.filter(Q(to_date__isnull=True) | Q(to_date__gte=today))
        rows = rows.filter(client=self.restriction.client_id).select_related("staff")
        found: RestrictionReader | None = rows.filter(uid=self.kwargs["reader"]).first()
        if found is None:
            raise Http404
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lead = f"{self.reader.staff.name} can no longer open the record, from now on. They are told."
        return super().get_context_data(**{"lead": lead, **kwargs})

    def act(self, form: Any) -> None:
        drop_reader(self.reader, by=self.staff, today=timezone.localdate(), **form.cleaned_data)
        messages.success(self.request, f"{self.reader.staff.name} may no longer open the record.")


class LiftRestriction(RestrictionForm):
    title = "Lift a restriction"
    lead = "Everybody who had sight of the record before sees it again: its organisation, and whom it is shared with."
    submit = "Lift the restriction"
    is_dangerous = True
    form_class = WhyForm

    def get_success_url(self) -> str:
        return reverse("caseload:restricted")

    def act(self, form: Any) -> None:
        lift_restriction(self.restriction, by=self.staff, today=timezone.localdate(), **form.cleaned_data)
        messages.success(self.request, "The restriction is lifted.")
