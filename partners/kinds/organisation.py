"""Partner organisations (PAR-01). Who takes part and who answers for all have pages and a service of their own."""

from partners.exchange import BY_ADMINISTRATOR
from partners.judging import may_settle_organisations
from partners.models import Organisation
from partners.permissions import Capability
from partners.platform.exchange.declarations import Guard, Table
from partners.platform.records.kinds import RecordKind

KIND = RecordKind(
    model=Organisation,
    slug="organisations",
    title="Partner organisations",
    singular="organisation",
    one="Organisation of",
    about="Who takes part in the partnership.",
    shown=("name", "type", "accountable_body", "primary_health_provider", "ib_programme_from", "ib_programme_to"),
    called={"ib_programme_from": "Takes part in the IB programme from", "ib_programme_to": "Until"},
    capability=Capability.VIEW_EMPLOYERS,
    order=("name", "id"),
    filters=("type",),
    searched=("name",),
    searches="A word of the organisation's name.",
    is_found=True,
    page="partners:organisation",
    list_page="partners:organisations",
    exchange=Table(
        name="organisations",
        model=Organisation,
        title="Partner organisations of the consortium",
        holds=("name", "type", "accountable_body", "primary_health_provider", "ib_programme_from", "ib_programme_to"),
        guards=(
            Guard(
                ("accountable_body",),
                may_settle_organisations,
                f"The accountable body's staff reach every client. {BY_ADMINISTRATOR}",
                new="s.accountable_body",
            ),
        ),
    ),
)
