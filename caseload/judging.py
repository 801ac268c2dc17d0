"""The judge of what opens sight of a person: consents, referrals, advisers, owners, merges, restricted records.

Page, API, package, bulk, merge, undo and command ask here and nowhere else; ``partners.judging`` is its other half, for
what gives power. ``by`` is who acts: a member of staff, a partner's key, or None for an operator at the machine.
"""

from partners.models import ApiKey, StaffMember
from partners.permissions import Capability, may

By = StaffMember | ApiKey
Actor = By | None


def may_record_consent(by: Actor) -> bool:
    """Record, correct or withdraw what a client agreed to. A system's call brings its consent with a referral."""
    return not isinstance(by, StaffMember) or may(by, Capability.RECORD_JOURNEY)


def may_refer(by: Actor) -> bool:
    """Send a referral or take a step of one; whose turn it is, the referral's own steps say."""
    return not isinstance(by, StaffMember) or may(by, Capability.ANSWER_REFERRALS)


def may_give_adviser(by: Actor) -> bool:
    """Name who leads or works with a client, for one or for many; managers may, who record nothing themselves."""
    return not isinstance(by, StaffMember) or may(by, Capability.ANSWER_REFERRALS)


def may_change_owner(by: Actor) -> bool:
    """Give a record to another organisation: nobody does that in the browser."""
    return by is None


def may_merge(by: Actor) -> bool:
    """Make one person of two records, or separate them again."""
    return not isinstance(by, StaffMember) or may(by, Capability.DECIDE_MATCHES)


def may_settle_form(by: Actor) -> bool:
    """Say what the consortium's consent form covers: an administrator of the accountable body."""
    if by is None:
        return True
    return isinstance(by, StaffMember) and bool(by.organisation.accountable_body) and may(by, Capability.MANAGE_PEOPLE)
