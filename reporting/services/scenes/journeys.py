"""An adviser's week: what was said yesterday, whom to try again, and who comes tomorrow."""

from datetime import timedelta

from caseload.enums import ActivityKind, ContactChannel, ContactResult
from caseload.services.journey import record_activity
from reporting.services.scenes.stage import Stage

NOTES = ("Wants to hear about the warehouse course", "Asked for help with the bus pass", "CV is nearly done")


def meet_clients(stage: Stage) -> None:
    """Let the advisers of the cast meet clients: a call without an answer, an appointment to come."""
    for part in ("staff-adviser", "staff-jobcentre-adviser"):
        adviser = stage.person(part)
        clients = list(stage.clients_of(adviser)[:3])
        for number, client in enumerate(clients):
            record_activity(
                client,
                kind=ActivityKind.CONTACT,
                occurred_on=max(stage.ago(number + 1), client.registered_on),
                by=adviser,
                channel=ContactChannel.CALL,
                result=ContactResult.NO_ANSWER if number == 0 else ContactResult.REACHED,
                note=NOTES[number],
                next_on=stage.today + timedelta(days=number),
            )
        if clients:
            record_activity(
                clients[-1],
                kind=ActivityKind.APPOINTMENT,
                occurred_on=stage.today + timedelta(days=1),
                by=adviser,
                note="Mock interview",
            )
