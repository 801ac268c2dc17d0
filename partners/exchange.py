"""The tables of the exchange package that this app keeps (contract exchange/FIELDS.md)."""

from collections.abc import Iterator

from partners.judging import may_give_power
from partners.models import StaffMember
from partners.platform.exchange.columns import shaped
from partners.platform.exchange.declarations import Guard, Relations, Table, add_judge, add_tables
from partners.platform.exchange.relations import literal
from partners.platform.exchange.shapes import EMAIL

BY_ADMINISTRATOR = (
    "An administrator of the accountable body can bring this; or the operator imports the package by command."
)


def _keeps_an_administrator(relations: Relations, by: StaffMember) -> Iterator[str]:
    """Refuse a package after which nobody with a sign-in administers the accountable body."""
    if not (relations.is_staged("staff") or relations.has("organisations", "accountable_body")):
        return
    file = "staff.csv" if relations.is_staged("staff") else "organisations.csv"
    organisation = relations.value("organisations", "o", "accountable_body")
    people = relations.outcome("staff", "organisation_id", "role")
    yield f"""
        SELECT false, '{file}', min(r.line), '', NULL,
               'After this nobody would administer the accountable body. Keep one administrator there.'
        FROM {people} r {relations.parent("organisations", "r.organisation_id", "o")}
        JOIN partners_staffmember m ON m.consortium_id = {relations.consortium_id} AND m.external_id = r.id
            AND m.left_at IS NULL AND m.user_id IS NOT NULL
        JOIN partners_organisation now ON now.consortium_id = m.consortium_id AND now.id = m.organisation_id
        HAVING count(*) FILTER (WHERE m.role = 'administrator' AND now.accountable_body) > 0
            AND count(*) FILTER (WHERE r.role = 'administrator' AND {organisation}) = 0
    """


def _gives_no_signature(relations: Relations, by: StaffMember) -> Iterator[str]:
    """Refuse somebody new in the accountable body whose role signs documents off, by whoever could not invite them."""
    if may_give_power(by) or not relations.is_staged("staff"):
        return
    of_consortium = relations.consortium_id
    signs = f"""s.role IN (SELECT step ->> 'role' FROM partners_consortium c
            CROSS JOIN jsonb_array_elements(c.pack_data -> 'sign_off') chain
            CROSS JOIN jsonb_array_elements(chain -> 'steps') step WHERE c.id = {of_consortium})
        AND EXISTS (SELECT 1 FROM partners_organisation o WHERE o.consortium_id = {of_consortium}
            AND o.external_id = s.organisation_id AND o.accountable_body)"""
    reason = f"This role signs documents of the accountable body off. {BY_ADMINISTRATOR}"
    if relations.has("staff", "role") and relations.has("staff", "organisation_id"):
        rows = relations.fresh("staff", "role", where=signs)
        yield f"SELECT false, 'staff.csv', line, 'role', value, {literal(reason)} FROM {rows} fresh"


STAFF = Table(
    name="staff",
    model=StaffMember,
    title="People who work on cases, employers, money or returns",
    after="organisations",
    holds=("organisation_id", "name", shaped("email", EMAIL), "role"),
    # Somebody new has no sign-in until an administrator invites them, and so no power; an administrator's role is
    # nobody's to hand out who could not give it in the browser.
    guards=(
        Guard(
            ("role", "organisation_id", "email"),
            may_give_power,
            f"Roles, organisations and addresses of staff give power. {BY_ADMINISTRATOR}",
            new="s.role = 'administrator'",
        ),
    ),
)


def declare_tables() -> None:
    add_tables(STAFF)
    add_judge(_keeps_an_administrator)
    add_judge(_gives_no_signature)
