"""The provision directory: what is on offer, where, for whom (COM-04)."""

from datetime import date, timedelta
from typing import Any

from commissioning.kinds.words import BEGINS, LINKS, WORK, may_see_contract
from commissioning.models import Service
from commissioning.queries.eligibility import parse
from partners.errors import CaseloadError
from partners.models import StaffMember
from partners.permissions import Capability
from partners.platform.exchange.declarations import Table
from partners.platform.records.fields import KindForm
from partners.platform.records.keeping import Keeps, Verb
from partners.platform.records.kinds import RecordKind
from partners.platform.records.lookalikes import LookAlike
from partners.platform.records.waiting import Waiting

SOON_DAYS = 60


class ServiceForm(KindForm):
    """Whoever does not answer for the partnership chooses their own organisation only."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own: Any = self.fields["organisation"]
        if not self.staff.organisation.accountable_body and hasattr(own, "queryset"):
            own.queryset = own.queryset.filter(pk=self.staff.organisation_id)


def of_own_organisation(service: Service, staff: StaffMember) -> bool:
    return bool(staff.organisation.accountable_body) or service.organisation_id == staff.organisation_id


def of_the_same_name(service: Service, staff: StaffMember) -> list[LookAlike]:
    same = Service.objects.filter(organisation=service.organisation, name__iexact=service.name.strip())
    same = same.exclude(pk=service.pk).order_by("pk")
    return [
        LookAlike("service", str(each.uid), f"{each.name} of the same organisation", KIND.address("record", each.uid))
        for each in same[:3]
    ]


def readable_rule(service: Service) -> None:
    """Refuse an expression that cannot be read, with the place of what is wrong."""
    if service.eligibility_rule.strip():
        parse(service.eligibility_rule)


def not_after_itself(service: Service) -> None:
    if service.leads_to_id is not None and service.leads_to_id == service.pk:
        raise CaseloadError("Choose another service: this one does not come after itself.", field="leads_to")


def ending_soon(services: Any, staff: StaffMember, today: date) -> Any:
    """Those of one's own organisation that end within two months; for the accountable body, everybody's."""
    soon = services.filter(ends_on__gte=today, ends_on__lte=today + timedelta(days=SOON_DAYS))
    return soon if staff.organisation.accountable_body else soon.filter(organisation=staff.organisation_id)


def begun(staff: StaffMember) -> dict[str, Any]:
    return {"organisation": staff.organisation}


KEEP = Capability.KEEP_PROVISION
KIND = RecordKind(
    model=Service,
    slug="services",
    title="Provision directory",
    singular="service",
    about="What is on offer, where, for whom.",
    shown=("name", "organisation", "kind", "centre", "capacity", "waiting", "starts_on", "ends_on"),
    called={
        "eligibility": "For whom",
        "capacity": "Places",
        "waiting": "People waiting",
        "starts_on": "Starts",
        "ends_on": "Ends",
        "leads_to": "Leads to",
    },
    capability=Capability.VIEW_EMPLOYERS,
    day="starts_on",
    ends="ends_on",
    current="On offer today",
    order=("name", "id"),
    searched=("name", "organisation__name", "eligibility", "eligibility_rule", "centre__name", "accessibility"),
    searches="A word of the service, of the organisation, of the centre, or of whom it is for (a group, a benefit).",
    is_found=True,
    begins=BEGINS,
    one="Service of",
    whose=("centre", "organisation"),
    guarded={"contract": may_see_contract},
    links=LINKS,
    filters=("kind", "organisation", "centre"),
    list_page="commissioning:services",
    parent="organisation",
    parts=WORK,
    today=(
        Waiting(
            name="ending",
            one="service of the directory that ends within two months",
            many="services of the directory that end within two months",
            rows=ending_soon,
            capability=KEEP,
            order=45,
            tone="warning",
        ),
    ),
    keeps=Keeps(
        fields=(
            "name",
            "organisation",
            "kind",
            "eligibility_rule",
            "eligibility",
            "centre",
            "capacity",
            "starts_on",
            "ends_on",
            "contract",
            "who_refers",
            "how_to_refer",
            "accessibility",
            "waiting",
            "waiting_on",
            "leads_to",
        ),
        past=("waiting_on",),
        rules=(readable_rule, not_after_itself),
        may=dict.fromkeys(Verb, KEEP),
        owns=of_own_organisation,
        ending="ends_on",
        alike=of_the_same_name,
        initial=begun,
        hints={
            "ends_on": "The last day. Empty while it has no end.",
            "eligibility_rule": "As age >= 18 and benefit in (jsa, uc). Provision, Help with expressions lists all.",
            "who_refers": "As advisers, anybody, the client.",
            "how_to_refer": "A referral here, a phone number, a drop-in with its hours.",
            "accessibility": "Steps, lifts, interpreters, childcare, buses.",
            "waiting": "How many people wait for a place.",
            "leads_to": "The service that usually comes next, on the same routeway.",
        },
        form=ServiceForm,
    ),
    exchange=Table(
        name="services",
        model=Service,
        title="The provision directory: what is on offer, where, for whom",
        after="expenditure",
        holds=(
            "name",
            "organisation_id",
            "contract_id",
            "kind",
            "centre_id",
            "eligibility",
            "capacity",
            "starts_on",
            "ends_on",
        ),
    ),
)
