"""Two records that are one person: merged by a pointer, so that it can be undone (DESIGN.md "Data").

A merged record keeps its rows; whoever counts or shows a person pools them (contract KPIS.md, "People"). Pointers are
one step deep: a survivor that is merged itself takes those who point at it along.

Two organisations that each knew the person both keep sight of them, and neither learns the other's special categories
(caseload.services.sharing, caseload.queries.sight).
"""

from datetime import date

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from caseload.errors import SamePersonAlready
from caseload.judging import may_merge, sees_restricted
from caseload.models import Client, PossibleMatch, Referral
from caseload.services.sharing import bring_shares_up_to_date
from partners.errors import CaseloadError
from partners.judging import require_right
from partners.models import StaffMember


@transaction.atomic
def merge_clients(survivor: Client, merged: Client, *, by: StaffMember) -> Client:
    """Make one person of two records; the survivor's fields stand. Its referrals and shares follow."""
    require_right(held=may_merge(by))
    kept, gone = _lock_both(survivor, merged)
    require_right(held=sees_restricted(by, [kept, gone]))
    if kept.merged_into_id or gone.merged_into_id or kept.pk == gone.pk:
        raise SamePersonAlready
    followers = [gone.pk, *Client.objects.filter(merged_into=gone).values_list("pk", flat=True)]
    Client.objects.filter(pk__in=followers).update(merged_into=kept, version=F("version") + 1)
    Client.objects.filter(pk=gone.pk).update(merged_by=by)
    PossibleMatch.objects.filter(client__in=[kept, gone], other__in=[kept, gone], decided_on__isnull=True).update(
        same_person=True, decided_on=timezone.localdate(), decided_by=by
    )
    _point_referrals_at(kept, records=followers)
    bring_shares_up_to_date(today=timezone.localdate(), clients=[kept.pk])
    return kept


@transaction.atomic
def unmerge_client(merged: Client, *, by: StaffMember) -> Client:
    """Separate a record again: the referrals that came with it go back to it."""
    require_right(held=may_merge(by))
    gone: Client = Client.objects.select_for_update().get(pk=merged.pk)
    require_right(held=sees_restricted(by, [gone]))
    survivor_id = gone.merged_into_id
    if survivor_id is None:
        raise CaseloadError("This record stands for itself already.")
    gone.merged_into = gone.merged_by = None
    gone.version += 1
    gone.save(update_fields=["merged_into", "merged_by", "version"])
    PossibleMatch.objects.filter(
        client__in=[gone.pk, survivor_id], other__in=[gone.pk, survivor_id], same_person=True
    ).update(same_person=False, decided_on=timezone.localdate(), decided_by=by)
    back = Referral.objects.filter(sent_record=gone).select_related("consent")
    for referral in back:
        referral.client = gone
        referral.save(update_fields=["client"])
        if referral.consent is not None and referral.consent.client_id == survivor_id:
            referral.consent.client = gone
            referral.consent.save(update_fields=["client"])
    bring_shares_up_to_date(today=timezone.localdate(), clients=[gone.pk, survivor_id])
    return gone


def decide_match(match: PossibleMatch, *, same_person: bool, by: StaffMember, on: date) -> PossibleMatch:
    """Settle a likely match: one person, of whom the older record survives, or two."""
    require_right(held=may_merge(by))
    with transaction.atomic():
        locked: PossibleMatch = (
            PossibleMatch.objects.select_for_update(of=("self",)).select_related("client", "other").get(pk=match.pk)
        )
        if locked.decided_on is not None:
            raise CaseloadError("Somebody decided this already.")
        locked.same_person, locked.decided_on, locked.decided_by = same_person, on, by
        locked.version += 1
        locked.save(update_fields=["same_person", "decided_on", "decided_by", "version"])
        if same_person:
            one, other = (each.merged_into or each for each in (locked.client, locked.other))
            if one.pk != other.pk:
                older, newer = sorted((one, other), key=lambda each: each.pk)
                merge_clients(older, newer, by=by)
    return locked


def decide_again(match: PossibleMatch, *, by: StaffMember) -> PossibleMatch:
    """Take back that two records are two people: the pair waits for a decision again.

    A merge is taken back by separating the records (:func:`unmerge_client`).
    """
    require_right(held=may_merge(by))
    with transaction.atomic():
        locked: PossibleMatch = PossibleMatch.objects.select_for_update().get(pk=match.pk)
        if locked.same_person is not False:
            raise CaseloadError("Only the decision that these are two people can be taken back here.")
        locked.same_person = locked.decided_on = locked.decided_by = None
        locked.version += 1
        locked.save(update_fields=["same_person", "decided_on", "decided_by", "version"])
    return locked


def _lock_both(survivor: Client, merged: Client) -> tuple[Client, Client]:
    locked = {
        each.pk: each
        for each in Client.objects.select_for_update().filter(pk__in=[survivor.pk, merged.pk]).order_by("pk")
    }
    return locked[survivor.pk], locked[merged.pk]


def _point_referrals_at(kept: Client, *, records: list[int]) -> None:
    """Let referrals name the surviving record, and remember the record each came with, for undoing.

    Their version and time of change stay: the sender learns nothing of a merge.
    """
    mine = Referral.objects.filter(client__in=records)
    mine.filter(sent_record__isnull=True).update(sent_record=F("client"))
    mine.update(client=kept)
