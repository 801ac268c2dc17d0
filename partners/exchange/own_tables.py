"""The tables of the exchange package that this app keeps (contract exchange/FIELDS.md)."""

from partners.enums import CentreKind, OrganisationType, Role
from partners.exchange.declarations import ID, Table, boolean, code, day, reference, register, text
from partners.exchange.rules import in_order
from partners.exchange.shapes import EMAIL, LSOA
from partners.models import Centre, Organisation, StaffMember

ORGANISATIONS = Table(
    name="organisations",
    model=Organisation,
    title="Partner organisations of the consortium",
    columns=(
        ID,
        text("name", required=True),
        code("type", OrganisationType, required=True),
        boolean("accountable_body"),
        boolean("primary_health_provider"),
        day("ib_programme_from"),
        day("ib_programme_to"),
    ),
    row_rules=(in_order("ib_programme_from", "ib_programme_to"),),
)

STAFF = Table(
    name="staff",
    model=StaffMember,
    title="People who work on cases, employers, money or returns",
    columns=(
        ID,
        reference("organisation_id", "organisations", required=True),
        text("name", required=True),
        text("email", EMAIL, required=True),
        code("role", Role, required=True),
    ),
)

CENTRES = Table(
    name="centres",
    model=Centre,
    title="Training and employment centres and multi-agency localities",
    columns=(
        ID,
        text("name", required=True),
        code("kind", CentreKind, required=True),
        text("ward"),
        text("lsoa", LSOA),
        day("opened_on", required=True),
        day("closed_on"),
        boolean("baseline"),
    ),
    row_rules=(in_order("opened_on", "closed_on"),),
)


def register_tables() -> None:
    register(ORGANISATIONS, STAFF, CENTRES)
