"""Who leads a client, and who may open a record at all."""

from datetime import timedelta

from caseload.models import Client, LeadProposal
from caseload.services.handing_over import propose_lead
from caseload.services.restricting import restrict
from reporting.services.scenes.stage import Stage


def propose_a_lead(stage: Stage) -> None:
    """Let the Jobcentre's adviser offer the lead of somebody the unit works with to the unit's."""
    lead, taking_over = stage.person("staff-jobcentre-adviser"), stage.person("staff-adviser")
    both = Client.objects.current().led().visible_to(taking_over).filter(adviser=lead)
    client = both.filter(restricted=False).exclude(pk__in=LeadProposal.objects.values("client")).order_by("external_id")
    for each in client[:1]:
        propose_lead(
            each,
            staff=taking_over,
            on=stage.today + timedelta(days=7),
            reason="You see them every week now; from here the work plan is yours.",
            by=lead,
        )


def restrict_a_record(stage: Stage) -> None:
    """Let the unit's manager keep a record for two people, for a reason that is looked at again."""
    manager, reader = stage.person("staff-project-manager"), stage.person("staff-adviser")
    client = stage.clients_of(reader).filter(organisation=reader.organisation_id).last()
    if client is not None:
        restrict(
            client,
            readers=[reader, manager],
            reason="A relative of the client works for a partner",
            review_on=stage.today + timedelta(days=60),
            by=manager,
            today=stage.today,
        )
