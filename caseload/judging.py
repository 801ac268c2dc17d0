"""The judge of what opens sight of a person: consents, referrals, advisers, owners, merges, restricted records.

Page, API, package, bulk, merge, undo and command ask here and nowhere else; ``partners.judging`` is its other half, for
what gives power. ``by`` is who acts: a member of staff, a partner's key, or None for an operator at the machine.
"""

from collections.abc import Collection

from django.db.models import Q

from caseload.models import Client
from partners.models import ApiKey, StaffMember
from partners.permissions import Capability, may

By = StaffMember | ApiKey
Actor = By | None


def may_record_consent(by: Actor) -> bool:
    """Record, correct or withdraw what a client agreed to. A system's call brings its consent with a referral."""
    return not isinstance(by, StaffMember) or may(by, Capability.RECORD_JOURNEY)


def opens_parts(by: Actor, client: Client) -> bool:
    """Tell whether a consent opens special categories by being recorded: by whose record it is, or the operator.

    What anybody else records of them waits for the owner's agreement.
    """
    return by is None or by.organisation_id == client.organisation_id


def may_agree(by: StaffMember, client: Client) -> bool:
    """Answer for the owner of a surviving record what another organisation recorded of its special categories."""
    return opens_parts(by, client) and may_record_consent(by) and sees_restricted(by, [client])


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


def sees_restricted(by: Actor, clients: Collection[Client]) -> bool:
    """Tell whether those of these records that are restricted are open to whoever acts: to their readers alone."""
    hidden = [client.pk for client in clients if client.restricted]
    if not hidden or by is None:
        return True
    return isinstance(by, StaffMember) and Client.objects.visible_to(by).filter(pk__in=hidden).count() == len(hidden)


def may_restrict(by: Actor, organisation_id: int) -> bool:
    """Place, review and lift a restriction, and name who may open the record.

    The data lead everywhere, a manager or administrator on records of their own organisation; none of them opens a
    record by that.
    """
    if by is None:
        return True
    if not isinstance(by, StaffMember) or not may(by, Capability.RESTRICT_RECORDS):
        return False
    return bool(by.data_lead) or by.organisation_id == organisation_id


def keeps_restrictions_of(staff: StaffMember) -> Q:
    """Return :func:`may_restrict` as a condition on restrictions, for lists."""
    if not may(staff, Capability.RESTRICT_RECORDS):
        return Q(pk__in=[])
    return Q() if staff.data_lead else Q(client__organisation=staff.organisation_id)
