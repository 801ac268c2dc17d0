"""Two records that are one person: merged by a pointer, so that it can be undone (DESIGN.md "Data").

A merged record keeps its rows; whoever counts or shows a person pools them (contract KPIS.md, "People"). Pointers are
one step deep: a survivor that is merged itself takes those who point at it along; the acts (``ClientMerge``) keep
which record was merged into which, so that each can be undone by itself, in any order. A referral remembers the record
it came with (``sent_record``), and names the one that stands for that record now.

Two organisations that each knew the person both keep sight of them, and neither learns the other's special categories
(caseload.services.sharing, caseload.queries.sight).
"""

from datetime import date

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from caseload.errors import SamePersonAlready
from caseload.judging import may_merge, sees_restricted
from caseload.models import Client, ClientMerge, Consent, PossibleMatch, Referral
from caseload.queries.matches import records_going_with
from caseload.services.sharing import bring_shares_up_to_date
from partners.errors import CaseloadError
from partners.judging import require_right
from partners.models import StaffMember


@transaction.atomic
def merge_clients(survivor: Client, merged: Client, *, by: StaffMember) -> Client:
    """Make one person of two records; the survivor's fields stand. Its referrals and shares follow."""
    _merge(survivor, merged, by=by)
    return survivor


def _merge(survivor: Client, merged: Client, *, by: StaffMember) -> ClientMerge:
    require_right(held=may_merge(by))
    kept, gone = _lock(survivor.pk, merged.pk)
    require_right(held=sees_restricted(by, [kept, gone]))
    if kept.merged_into_id or gone.merged_into_id or kept.pk == gone.pk:
        raise SamePersonAlready
    followers = _keep_their_acts(gone)
    act = ClientMerge(record=gone, into=kept, made_by=by)
    act.save()
    Client.objects.filter(pk__in=[gone.pk, *followers]).update(merged_into=kept, version=F("version") + 1)
    Client.objects.filter(pk=gone.pk).update(merged_by=by)
    PossibleMatch.objects.filter(client__in=[kept, gone], other__in=[kept, gone], decided_on__isnull=True).update(
        same_person=True, decided_on=timezone.localdate(), decided_by=by, settled_by=act, version=F("version") + 1
    )
    _point_referrals_at(kept, records=[gone.pk, *followers])
    bring_shares_up_to_date(today=timezone.localdate(), clients=[kept.pk])
    return act


@transaction.atomic
def unmerge_client(merged: Client, *, by: StaffMember) -> Client:
    """Undo the merge of a record: it stands for itself again, with the records that were merged into it before.

    What the merge moved goes back with it: referrals, the consents recorded for them meanwhile, shares, and the
    decision about the pair, which waits again. Every other merge stays.
    """
    require_right(held=may_merge(by))
    survivor_id = Client.objects.values_list("merged_into", flat=True).get(pk=merged.pk)
    survivor, gone = _lock(survivor_id or merged.pk, merged.pk)
    require_right(held=sees_restricted(by, [gone]))
    if gone.merged_into_id is None or gone.merged_into_id != survivor_id:
        raise CaseloadError("This record stands for itself already.")
    _keep_their_acts(survivor)
    act = ClientMerge.objects.standing().select_for_update().get(record=gone)
    with_it = records_going_with(gone)
    act.undone_at, act.undone_by = timezone.now(), by
    act.version += 1
    act.save(update_fields=["undone_at", "undone_by", "version"])
    Client.objects.filter(pk__in=with_it).update(merged_into=gone, version=F("version") + 1)
    gone.merged_into = gone.merged_by = None
    gone.version += 1
    gone.save(update_fields=["merged_into", "merged_by", "version"])
    PossibleMatch.objects.filter(settled_by=act).update(
        same_person=None, decided_on=None, decided_by=None, settled_by=None, version=F("version") + 1
    )
    _take_referrals_back(gone, survivor, act, records=[gone.pk, *with_it])
    bring_shares_up_to_date(today=timezone.localdate(), clients=[gone.pk, survivor.pk])
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
        if same_person:
            one, other = (each.merged_into or each for each in (locked.client, locked.other))
            if one.pk != other.pk:
                older, newer = sorted((one, other), key=lambda each: each.pk)
                locked.settled_by = _merge(older, newer, by=by)
                locked.refresh_from_db(fields=["version"])
        locked.same_person, locked.decided_on, locked.decided_by = same_person, on, by
        locked.version += 1
        locked.save(update_fields=["same_person", "decided_on", "decided_by", "settled_by", "version"])
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


def _lock(*ids: int) -> list[Client]:
    """Lock records, always in the same order, and return them in the one asked for."""
    locked = {each.pk: each for each in Client.objects.select_for_update().filter(pk__in=ids).order_by("pk")}
    return [locked[pk] for pk in ids]


def _keep_their_acts(survivor: Client) -> list[int]:
    """Return the records that point at one; whoever was linked without an act gets the one it stands for."""
    followers = list(Client.objects.filter(merged_into=survivor).values_list("pk", "merged_by"))
    kept = set(ClientMerge.objects.standing().filter(record__merged_into=survivor).values_list("record", flat=True))
    for pk, made_by in followers:
        if pk not in kept:
            ClientMerge(record_id=pk, into=survivor, made_by_id=made_by).save()
    return [pk for pk, _ in followers]


def _point_referrals_at(kept: Client, *, records: list[int]) -> None:
    """Let referrals name the surviving record, and remember the record each came with, for undoing.

    Their version and time of change stay: the sender learns nothing of a merge.
    """
    mine = Referral.objects.filter(client__in=records)
    mine.filter(sent_record__isnull=True).update(sent_record=F("client"))
    mine.update(client=kept)


def _take_referrals_back(gone: Client, survivor: Client, act: ClientMerge, *, records: list[int]) -> None:
    """Let the referrals that came with these records name the one that stands for them again.

    A consent that was recorded on the one record there was, for such a referral and no other, goes with it.
    """
    back = Referral.objects.filter(sent_record__in=records)
    others = Referral.objects.exclude(sent_record__in=records).filter(consent=OuterRef("pk"))
    meant = Consent.objects.filter(~Exists(others), Exists(back.filter(consent=OuterRef("pk"))), client=survivor)
    meant.filter(recorded_at__gte=act.recorded_at).update(client=gone, version=F("version") + 1)
    back.update(client=gone)
