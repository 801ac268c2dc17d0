"""People whom two partners met: records that may be of one person, for somebody to decide."""

from caseload.enums import ConsentPurpose
from caseload.models import Client
from caseload.services.registering import register_client
from reporting.services.scenes.stage import Stage

TWICE = 3


def know_somebody_twice(stage: Stage) -> None:
    """Let the Jobcentre register people whom the unit knows already, each a little differently written."""
    registrar = stage.adviser_of("jobcentre")
    known = (
        Client.objects.current()
        .filter(organisation=stage.partner("unit"), date_of_birth__isnull=False, restricted=False)
        .exclude(sex="")
        .order_by("-external_id")
    )
    for number, client in enumerate(known[:TWICE]):
        register_client(
            identity={
                "given_name": client.given_name[:-1] + "e" if number == 1 else client.given_name,
                "family_name": client.family_name,
                "date_of_birth": client.date_of_birth,
                "sex": client.sex,
                "nino": client.nino if number == 1 else "",
            },
            registered_on=stage.ago(number),
            agreed_to={ConsentPurpose.TRACKING: True, ConsentPurpose.SHARING: number != 2},
            consent={"method": "paper"},
            by=registrar,
        )
