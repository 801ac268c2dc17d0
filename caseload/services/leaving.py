"""What an adviser leaves behind: the clients they lead, those they work with, what is due and what waits."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Greatest
from django.urls import reverse
from django.utils import timezone

from caseload.enums import ReferralStatus
from caseload.models import Client, PlanAction, Referral, ServiceWorker
from caseload.models.client import LEADING_ROLES, may_lead
from caseload.services.leading import move_leads
from caseload.services.news import tell_of_leads
from partners.errors import CaseloadError
from partners.judging import may_give_power, require_right
from partners.leaving import Held, Kind, add_kind
from partners.models import StaffMember

AHEAD = timedelta(days=7)


def clients_led(person: StaffMember) -> Held | None:
    led = Client.objects.current().filter(adviser=person)
    number, restricted = led.count(), led.filter(restricted=True).count()
    words = _many(number, "client they lead", "clients they lead")
    return Held(number, f"{words}, {restricted} of them restricted" if restricted else words) if number else None


def clients_worked_with(person: StaffMember) -> Held | None:
    number = ServiceWorker.objects.now().filter(staff=person).count()
    one, many = "client they work with for a referral", "clients they work with for referrals"
    return Held(number, _many(number, one, many)) if number else None


def actions_due(person: StaffMember) -> Held | None:
    due = PlanAction.objects.filter(done_on__isnull=True, cancelled_on__isnull=True, client__adviser=person)
    number = due.filter(due_on__lte=timezone.localdate() + AHEAD).count()
    return Held(number, _many(number, "plan action of theirs due", "plan actions of theirs due")) if number else None


def referrals_waiting(person: StaffMember) -> Held | None:
    number = Referral.objects.filter(made_by=person, status=ReferralStatus.SENT).count()
    one, many = "referral they sent that waits for an answer", "referrals they sent that wait for an answer"
    return Held(number, _many(number, one, many)) if number else None


def heirs_of(person: StaffMember) -> QuerySet[StaffMember]:
    """Return who of the same organisation may lead clients or work with them."""
    people = StaffMember.objects.at_work().filter(organisation=person.organisation_id, role__in=LEADING_ROLES)
    heirs: QuerySet[StaffMember] = people.exclude(pk=person.pk).order_by("name")
    return heirs


@transaction.atomic
def hand_clients_on(person: StaffMember, heir: StaffMember, by: StaffMember) -> int:
    """Give all clients somebody leads to a colleague who may open them; return how many.

    Whom the colleague may not open, as restricted people whose reader they are not, stays and is listed as led by
    somebody who has left.
    """
    _check(person, heir, by)
    seen = Client.objects.visible_to(heir).filter(adviser=person).values("pk")
    clients = list(
        Client.objects.filter(pk__in=seen).select_for_update(of=("self",)).select_related("adviser").order_by("pk")
    )
    move_leads(clients, heir.pk, on=timezone.localdate())
    tell_of_leads(clients, lead=heir, by=by)
    return len(clients)


@transaction.atomic
def hand_work_on(person: StaffMember, heir: StaffMember, by: StaffMember) -> int:
    """Let a colleague work with everybody somebody works with for their organisation; the spells before stay."""
    _check(person, heir, by)
    today = timezone.localdate()
    spells = list(
        ServiceWorker.objects.now()
        .select_for_update(of=("self",))
        .filter(staff=person, referral__to_organisation=heir.organisation_id)
    )
    ids = [spell.pk for spell in spells]
    ServiceWorker.objects.filter(pk__in=ids).update(
        to_date=Greatest(F("from_date"), today), end_reason=f"{heir.name} took over"[:200], version=F("version") + 1
    )
    begun = [ServiceWorker(referral_id=spell.referral_id, staff=heir, from_date=today) for spell in spells]
    for each in begun:
        each.external_id = str(each.uid)
    ServiceWorker.objects.bulk_create(begun)
    return len(begun)


def _check(person: StaffMember, heir: StaffMember, by: StaffMember) -> None:
    require_right(held=may_give_power(by, person.organisation_id))
    if heir.pk == person.pk or heir.organisation_id != person.organisation_id or not may_lead(heir):
        raise CaseloadError(f"Choose somebody of {person.organisation} who leads clients and still works here.")


def leads(role: str) -> bool:
    return role in LEADING_ROLES


def list_of_left() -> str:
    return f"{reverse('caseload:caseload')}?whose=left"


def add_kinds() -> None:
    add_kind(Kind("clients", clients_led, leads, "Who leads their clients", heirs_of, hand_clients_on, list_of_left))
    add_kind(Kind("work", clients_worked_with, leads, "Who works with them", heirs_of, hand_work_on))
    add_kind(Kind("actions", actions_due, leads))
    add_kind(Kind("referrals", referrals_waiting, leads))


def _many(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
