"""The provision directory: what is on offer, where, for whom (COM-04)."""

from typing import Any

from commissioning.kinds.words import BEGINS, LINKS, WORK, may_see_contract
from commissioning.models import Service
from partners.models import StaffMember
from partners.permissions import Capability
from partners.platform.exchange.declarations import Table
from partners.platform.records.fields import KindForm
from partners.platform.records.keeping import Keeps, Verb
from partners.platform.records.kinds import RecordKind
from partners.platform.records.lookalikes import LookAlike


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


def begun(staff: StaffMember) -> dict[str, Any]:
    return {"organisation": staff.organisation}


KEEP = Capability.KEEP_PROVISION
KIND = RecordKind(
    model=Service,
    slug="services",
    title="Provision directory",
    singular="service",
    about="What is on offer, where, for whom.",
    shown=("name", "organisation", "kind", "centre", "capacity", "starts_on", "ends_on"),
    called={"eligibility": "For whom", "capacity": "Places", "starts_on": "Starts", "ends_on": "Ends"},
    capability=Capability.VIEW_EMPLOYERS,
    day="starts_on",
    ends="ends_on",
    current="On offer today",
    order=("name", "id"),
    searched=("name", "organisation__name", "eligibility", "centre__name"),
    searches="A word of the service, of the organisation, of the centre, or of whom it is for.",
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
    keeps=Keeps(
        fields=(
            "name",
            "organisation",
            "kind",
            "eligibility",
            "centre",
            "capacity",
            "starts_on",
            "ends_on",
            "contract",
        ),
        may=dict.fromkeys(Verb, KEEP),
        owns=of_own_organisation,
        ending="ends_on",
        alike=of_the_same_name,
        initial=begun,
        hints={"ends_on": "The last day. Empty while it has no end."},
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
