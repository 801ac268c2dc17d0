"""The partnership's clocks: how long a referral may wait for an answer, and a client for a contact."""

from django.db import transaction

from partners.enums import AccessAction
from partners.errors import NotAllowed
from partners.models import AccessEntry, Consortium, StaffMember
from partners.permissions import Capability, may


def may_set_clocks(staff: StaffMember) -> bool:
    """Tell whether somebody may set them: an administrator of the accountable body, because they hold for everybody."""
    return bool(staff.organisation.accountable_body) and may(staff, Capability.MANAGE_PEOPLE)


@transaction.atomic
def set_clocks(
    *, referral_days: int, contact_days: int, name_days: int, nation: str, by: StaffMember, reason: str
) -> Consortium:
    """Set them; the trail keeps what they were, what they are and why. Referrals on their way keep their day."""
    if not may_set_clocks(by):
        raise NotAllowed
    consortium = Consortium.objects.select_for_update().get(pk=by.consortium.pk)
    after = {"referral_days": referral_days, "contact_days": contact_days, "name_days": name_days, "nation": nation}
    before = {name: getattr(consortium, name) for name in after}
    for name, value in after.items():
        setattr(consortium, name, value)
    consortium.save(update_fields=[*after])
    AccessEntry(
        staff_member=by,
        action=AccessAction.ADMINISTERED,
        subject="partners.consortium",
        subject_id=consortium.pk,
        detail={"before": before, "after": after},
        purpose=reason[:200],
    ).save()
    return consortium
