"""Pairs of records that may be one person, for those who may open both."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import F, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce

from caseload.models import Client, ClientAddress, ClientMerge, PossibleMatch, Referral
from partners.models import StaffMember


def matches_for(staff: StaffMember) -> QuerySet[PossibleMatch]:
    """Return the pairs this person may open both records of, those to decide first, the longest waiting before others.

    A merge changes the record that stands for each, so that one has to be in sight too. A pair that became one person
    by other decisions leaves nothing to decide.
    """
    seen = Client.objects.visible_to(staff)
    pairs: QuerySet[PossibleMatch] = PossibleMatch.objects.filter(
        Q(client__merged_into__isnull=True) | Q(client__merged_into__in=seen),
        Q(other__merged_into__isnull=True) | Q(other__merged_into__in=seen),
        client__in=seen,
        other__in=seen,
    ).annotate(
        one=Coalesce("client__merged_into_id", "client_id"), another=Coalesce("other__merged_into_id", "other_id")
    )
    # The records come for one page at a time: joined here, they would be read for every pair before it is cut.
    records = Client.objects.select_related("organisation", "adviser", "merged_into__organisation")
    return (
        pairs.filter(~Q(one=F("another")) | Q(decided_on__isnull=False))
        .select_related("decided_by")
        .prefetch_related(Prefetch("client", records), Prefetch("other", records))
        .order_by(F("decided_on").desc(nulls_first=True), "pk")
    )


def undecided_for(staff: StaffMember) -> QuerySet[PossibleMatch]:
    return matches_for(staff).filter(decided_on__isnull=True)


def standing_records(match: PossibleMatch) -> tuple[Client, Client]:
    """Return the records a merge would join: the older, which survives, and the newer."""
    older, newer = sorted((each.merged_into or each for each in (match.client, match.other)), key=lambda each: each.pk)
    return older, newer


def postcodes_of(clients: Iterable[Client]) -> dict[int, list[str]]:
    """Return each record's postcodes, the latest first: one query."""
    found: dict[int, list[str]] = defaultdict(list)
    addresses = ClientAddress.objects.filter(client__in=clients).exclude(postcode="").order_by("-from_date", "-id")
    for client_id, postcode in addresses.values_list("client_id", "postcode"):
        if postcode not in found[client_id]:
            found[client_id].append(postcode)
    return found


def merged_records(staff: StaffMember, client: Client) -> list[Client]:
    """Return the records merged into this one that this person may separate again."""
    return list(
        Client.objects.visible_to(staff).filter(merged_into=client).select_related("organisation").order_by("pk")
    )


def referrals_moved_by(client: Client) -> int:
    """Count the referrals that a merge of this record takes along."""
    count: int = Referral.objects.filter(Q(client=client) | Q(client__merged_into=client)).count()
    return count


def referrals_moved_back_to(client: Client) -> int:
    """Count the referrals that separating this record gives back to it."""
    count: int = Referral.objects.filter(sent_record__in=[client.pk, *records_going_with(client)]).count()
    return count


def records_going_with(client: Client) -> list[int]:
    """Return the records that were merged into this merged one before, by steps: they go with it when it is separated.

    A record linked without an act of its own was linked to the survivor.
    """
    acts = ClientMerge.objects.standing().filter(record__merged_into=client.merged_into_id)
    merged: dict[int, list[int]] = defaultdict(list)
    for record, into in acts.order_by("record").values_list("record", "into"):
        merged[into].append(record)
    found, waiting = list[int](), list(merged[client.pk])
    while waiting:
        found.append(waiting.pop())
        waiting += merged[found[-1]]
    return found


def merged_of_pair(match: PossibleMatch) -> Client | None:
    """Return the record of a pair that was merged into the other, if one was."""
    pair = (match.client, match.other)
    acts = ClientMerge.objects.standing().filter(record__in=pair, into__in=pair)
    merged = set(acts.values_list("record", flat=True))
    by_pointer = {each.pk for each in pair if each.merged_into_id in {one.pk for one in pair}}
    return next((each for each in pair if each.pk in merged or (not merged and each.pk in by_pointer)), None)
