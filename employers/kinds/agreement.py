"""What employers signed up to, as dated spells (EMP-07, EMP-10)."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from employers.enums import AgreementKind
from employers.kinds.words import LINKS, OF_EMPLOYER, WHOSE, WORK
from employers.models import Employer, EmployerAgreement
from employers.queries.directory import looked_after_by
from partners.enums import Scope
from partners.errors import CaseloadError
from partners.models import StaffMember
from partners.permissions import Capability
from partners.platform.dates import long_date
from partners.platform.exchange.declarations import Table
from partners.platform.exchange.rules import one_spell_at_a_time
from partners.platform.forms.plain import as_within
from partners.platform.records.keeping import Keeps, Verb
from partners.platform.records.kinds import RecordKind
from partners.platform.records.lookalikes import LookAlike
from partners.platform.records.waiting import Waiting

MOST_ALIKE = 3


def agency_standard_of_an_agency(agreement: EmployerAgreement) -> None:
    if agreement.kind == AgreementKind.AGENCY_STANDARD and not agreement.employer.employment_agency:
        said = f"{agreement.employer} is not marked as an employment agency, and only agencies sign this."
        raise CaseloadError(f"{said} Change the employer first.", field="kind")


def in_force_alike(agreement: EmployerAgreement, staff: StaffMember) -> list[LookAlike]:
    """Return the agreements of this kind that share a day with a new one: both would be counted (KPIS.md, kpi_3)."""
    same = EmployerAgreement.objects.filter(employer=agreement.employer, kind=agreement.kind).exclude(pk=agreement.pk)
    same = same.filter(Q(to_date__isnull=True) | Q(to_date__gte=agreement.from_date))
    same = same.filter(from_date__lte=agreement.to_date) if agreement.to_date else same
    return [
        LookAlike(
            "agreement",
            str(each.uid),
            f"the {as_within(each.get_kind_display())} in force since {long_date(each.from_date)}",
            KIND.address("record", each.uid),
        )
        for each in same.order_by("-from_date")[:MOST_ALIKE]
    ]


def begun(staff: StaffMember) -> dict[str, Any]:
    return {"from_date": timezone.localdate()}


ENDS_DAYS = 60


def ending(agreements: Any, staff: StaffMember, today: date) -> Any:
    """Agreements that end within two months, of the employers that somebody looks after."""
    own = looked_after_by(Employer.objects.current(), staff, today=today)
    soon = agreements.filter(to_date__range=(today, today + timedelta(days=ENDS_DAYS)))
    return soon.filter(employer__in=own.values("pk"))


MANAGE = Capability.MANAGE_EMPLOYERS
KIND = RecordKind(
    model=EmployerAgreement,
    slug="agreements",
    title="Agreements",
    one="Agreement with",
    whose=WHOSE,
    singular="agreement",
    about="What employers signed up to.",
    shown=("kind", "employer", "from_date", "to_date"),
    called={"kind": "What they signed", "from_date": "In force from", "to_date": "Until"},
    capability=Capability.VIEW_EMPLOYERS,
    day="from_date",
    ends="to_date",
    searched=("employer__name",),
    searches=OF_EMPLOYER,
    is_found=True,
    api=Scope.EMPLOYERS_READ,
    begins="Add the first one here or on an employer's page, or bring them with an exchange package.",
    filters=("kind", "employer"),
    links=LINKS,
    parent="employer",
    parts=WORK,
    today=(
        Waiting(
            name="ending",
            one="agreement with an employer of mine ending",
            many="agreements with employers of mine ending",
            rows=ending,
            capability=MANAGE,
            order=31,
            tone="warning",
        ),
    ),
    keeps=Keeps(
        fields=("employer", "kind", "from_date", "to_date"),
        may=dict.fromkeys(Verb, MANAGE),
        past=("from_date",),
        ending="to_date",
        rules=(agency_standard_of_an_agency,),
        alike=in_force_alike,
        initial=begun,
        hints={"to_date": "The last day on which it is in force. Empty while it has no end."},
    ),
    exchange=Table(
        name="employer_agreements",
        model=EmployerAgreement,
        title="What an employer has signed up to",
        after="account_managers",
        holds=("employer_id", "kind", "from_date", "to_date"),
        set_rules=(
            one_spell_at_a_time(
                "employer_agreements",
                "employer_id",
                "kind",
                reason="This employer has another agreement of this kind on one of these days.",
                only_warns=True,
            ),
        ),
    ),
)
