"""The judge of what gives power: roles, where people work, the data lead, the accountable body, partner keys.

Page, command, package, undo and invitation ask here and nowhere else; ``caseload.judging`` is its other half, for what
opens sight of a person. ``by`` is who acts; None is an operator at the machine, who is free: they hold the database.
"""

from partners.errors import NotAllowed
from partners.models import StaffMember
from partners.permissions import Capability, may, oversees

Actor = StaffMember | None


def may_give_power(by: Actor, organisation_id: int | None = None) -> bool:
    """Role, organisation, address of an invitation, end of access: for people of one organisation, or of all."""
    if by is None:
        return True
    if not may(by, Capability.MANAGE_PEOPLE):
        return False
    return bool(by.organisation.accountable_body) if organisation_id is None else oversees(by, organisation_id)


def may_name_data_lead(by: Actor) -> bool:
    """The data lead reads the whole consortium's trail: the accountable body's administrators name them."""
    return may_give_power(by)


def may_settle_organisations(by: Actor) -> bool:
    """Who takes part, and who answers for all, is the accountable body's to say: its staff see every client."""
    return may_give_power(by)


def may_make_keys(by: Actor, organisation_id: int) -> bool:
    return by is None or (may(by, Capability.MANAGE_KEYS) and oversees(by, organisation_id))


def require_right(*, held: bool) -> None:
    """Raise :class:`NotAllowed` unless a function of the judge said yes."""
    if not held:
        raise NotAllowed
