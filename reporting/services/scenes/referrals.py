"""Referrals between partners: clocks that run, answers that come, and who works on what was taken on."""

from caseload.enums import ConsentMethod, ConsentPurpose, ReferralStatus, SharePart
from caseload.models import Client, Referral, ServiceWorker
from caseload.services.agreeing import take_consent
from caseload.services.leading import name_worker
from caseload.services.referrals import accept_referral, decline_referral
from caseload.services.sending import send_referral
from commissioning.models import Service
from partners.models import StaffMember
from partners.working_days import after_working_days
from reporting.services.scenes.stage import Stage

# How many clients each organisation took on lately without saying who works with them.
UNNAMED = 3


def let_clocks_run(stage: Stage) -> None:
    """Let the clock of what waits run from the day it was sent; for the first the answer is due today."""
    place = stage.consortium
    for number, referral in enumerate(Referral.objects.filter(status=ReferralStatus.SENT).order_by("external_id")):
        days = place.referral_days if number else 0
        until = after_working_days(referral.made_on, days, nation=place.nation)
        Referral.objects.filter(pk=referral.pk).update(answer_by=max(until, stage.today))


def name_workers(stage: Stage) -> None:
    """Say who works on what an organisation took on, but for its latest few: somebody has to do that today."""
    advisers = {stage.partner(one.part).pk: stage.advisers_of(one.part) for one in stage.margins.partners}
    seen: dict[int, int] = {}
    open_work = ServiceWorker.objects.now().filter(staff=None).select_related("referral")
    for number, spell in enumerate(open_work.order_by("-referral__status_on", "referral__external_id")):
        receiver = spell.referral.to_organisation_id
        seen[receiver] = seen.get(receiver, 0) + 1
        people = advisers.get(receiver)
        if people and seen[receiver] > UNNAMED:
            chosen = people[number % len(people)]
            name_worker(spell.referral, staff=chosen, on=max(spell.from_date, spell.referral.made_on), by=chosen)


def answer_referrals(stage: Stage) -> None:
    """Let an adviser send two clients to partners: one declines, one takes the client and asks for a wider consent.

    What the consent opens of the special categories waits for the answer of whose record it is.
    """
    sender = stage.person("staff-adviser")
    clients = stage.shared_clients_of(sender)
    for part, client in zip(("voluntary", "probation"), clients, strict=False):
        receiver = stage.adviser_of(part)
        referral = send_referral(
            client,
            to_organisation=receiver.organisation,
            service=Service.objects.filter(organisation=receiver.organisation_id).first(),
            made_on=stage.ago(3),
            by=sender,
            reason="Asks for training with a job at the end of it",
        )
        if part == "voluntary":
            said = "Our next course begins in spring. Ask again in February."
            decline_referral(referral, by=receiver, on=stage.ago(1), reason=said)
        else:
            accept_referral(referral, by=receiver, on=stage.ago(2))
            _ask_for_more(stage, client, receiver)


def _ask_for_more(stage: Stage, client: Client, by: StaffMember) -> None:
    take_consent(
        client,
        purpose=ConsentPurpose.SHARING,
        given_on=stage.ago(1),
        method=ConsentMethod.PAPER,
        by=by,
        today=stage.today,
        organisation=by.organisation,
        parts=[SharePart.HEALTH],
    )
