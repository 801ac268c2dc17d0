"""What stands open to whom, against a model in plain Python, for random referrals, consents and merges."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import pghistory
import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from caseload.enums import OPEN_REFERRAL, ReferralStatus, SharePart
from caseload.models import Client, ClientGroupPermission, Consent, ConsentForm, Referral, ServiceWorker, Share
from caseload.services.sharing import bring_shares_up_to_date, record_consent, withdraw_consent
from caseload.services.undo import undo_entry
from partners.models import Organisation, StaffMember
from partners.services.organisations import ensure_groups
from tests.factories.caseload import ClientFactory, ConsentFactory, ReferralFactory
from tests.factories.partners import OrganisationFactory, StaffFactory

TODAY = dt.date(2007, 9, 3)
ORGANISATIONS, RECORDS = 3, 4
Open = set[tuple[int, int, str]]


@dataclass
class World:
    """Records by their place: whose each is, into which earlier one it was merged, and whether somebody decided."""

    owners: list[int]
    merged: list[tuple[int, bool] | None]
    referrals: list[tuple[int, int, str]]
    consents: list[tuple[int, int | None, dt.date, dt.date | None, dt.date | None, str, list[str]]] = field(
        default_factory=list
    )

    def survivor(self, record: int) -> int:
        found = self.merged[record]
        return record if found is None else found[0]

    def parts(self, person: int, organisation: int) -> list[set[str]]:
        """Return the parts of each consent in force that covers an organisation, as far as the owner has a say."""
        return [
            set(parts) if self.owners[person] in {self.owners[record], organisation} else set()
            for record, only, given_on, expires_on, withdrawn_on, purpose, parts in self.consents
            if self.survivor(record) == person
            and purpose == "sharing"
            and only in {None, organisation}
            and given_on <= TODAY
            and (expires_on is None or expires_on >= TODAY)
            and (withdrawn_on is None or withdrawn_on > TODAY)
        ]

    def open(self) -> Open:
        """Return what ought to be open, as (record, organisation, part), the journey as an empty part."""
        found: Open = set()
        for record, to, status in self.referrals:
            person = self.survivor(record)
            covering = self.parts(person, to)
            if status in {*OPEN_REFERRAL, ReferralStatus.COMPLETED} and covering:
                found |= {(person, to, part) for part in {""}.union(*covering)}
        for record, merge in enumerate(self.merged):
            if merge is None or self.owners[record] == self.owners[merge[0]]:
                continue
            person, decided = merge
            sides = {self.owners[person]} | ({self.owners[record]} if decided else set())
            for side in sides:
                found |= {(person, side, part) for part in {""}.union(*self.parts(person, side))}
        return found


def days() -> st.SearchStrategy[dt.date]:
    return st.sampled_from([TODAY + dt.timedelta(days=n) for n in (-400, -30, -1, 0, 1, 400)])


@st.composite
def worlds(draw: st.DrawFn) -> World:
    organisations, records = st.integers(0, ORGANISATIONS - 1), st.integers(0, RECORDS - 1)
    owners = draw(st.lists(organisations, min_size=RECORDS, max_size=RECORDS))
    merged: list[tuple[int, bool] | None] = []
    for record in range(RECORDS):
        standing = [each for each in range(record) if merged[each] is None]
        into = draw(st.sampled_from([None, *standing]))
        merged.append(None if into is None else (into, draw(st.booleans())))
    status = st.sampled_from([each.value for each in ReferralStatus])
    referrals = draw(st.lists(st.tuples(records, organisations, status), max_size=4))
    given_on = draw(st.lists(days(), max_size=4))
    consents: list[Any] = []
    for first in given_on:
        later = st.one_of(st.none(), days().filter(lambda day, first=first: day >= first))  # type: ignore[misc]
        parts = st.lists(st.sampled_from(SharePart.values), unique=True)
        purpose = st.sampled_from(["sharing", "sharing", "sharing", "tracking"])
        only = draw(st.one_of(st.none(), organisations))
        consents.append((draw(records), only, first, draw(later), draw(later), draw(purpose), draw(parts)))
    return World(owners, merged, referrals, consents)


class Kept:
    """The organisations and records of all examples; each example lays its world over them."""

    def __init__(self) -> None:
        self.organisations: list[Organisation] = [OrganisationFactory() for _ in range(ORGANISATIONS)]
        ensure_groups()
        self.by: StaffMember = StaffFactory(organisation=self.organisations[0])
        self.clients: list[Client] = [ClientFactory(organisation=self.organisations[0]) for _ in range(RECORDS)]

    def lay(self, world: World) -> None:
        for model in (Share, ClientGroupPermission, ServiceWorker, Referral, Consent):
            model.objects.all().delete()
        Client.objects.update(merged_into=None, merged_by=None)
        for client, owner, merge in zip(self.clients, world.owners, world.merged, strict=True):
            client.organisation = self.organisations[owner]
            client.merged_into = None if merge is None else self.clients[merge[0]]
            client.merged_by = self.by if merge is not None and merge[1] else None
            client.save()
        for record, to, status in world.referrals:
            client = self.clients[record]
            ReferralFactory(client=client, to_organisation=self.organisations[to], status=status)
        for record, only, given_on, expires_on, withdrawn_on, purpose, parts in world.consents:
            ConsentFactory(
                client=self.clients[record],
                organisation=None if only is None else self.organisations[only],
                given_on=given_on,
                expires_on=expires_on,
                withdrawn_on=withdrawn_on,
                purpose=purpose,
                parts=parts,
            )

    def shares(self) -> Open:
        return {
            (self._place(share.client_id), self._organisation(share.organisation_id), part)
            for share in Share.objects.filter(ended_at__isnull=True)
            for part in ("", *share.parts)
        }

    def permissions(self) -> Open:
        return {
            (self._place(client), self._organisation(organisation), codename.removeprefix("view_client").lstrip("_"))
            for client, organisation, codename in ClientGroupPermission.objects.values_list(
                "content_object_id", "group__organisation", "permission__codename"
            )
        }

    def _place(self, client_id: int) -> int:
        return [each.pk for each in self.clients].index(client_id)

    def _organisation(self, organisation_id: int) -> int:
        return [each.pk for each in self.organisations].index(organisation_id)


@pytest.fixture
def kept(scope: object) -> Kept:
    return Kept()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=worlds(), world=worlds(), alone=st.booleans())
def test_what_is_open_is_what_ought_to_be(kept: Kept, before: World, world: World, alone: bool) -> None:
    """Whatever stood open before; for everybody at once or for one person after the other; and twice is once."""
    kept.lay(before)
    bring_shares_up_to_date(today=TODAY)
    stale = list(ClientGroupPermission.objects.values("content_object_id", "group_id", "permission_id"))
    kept.lay(world)
    ClientGroupPermission.objects.bulk_create([ClientGroupPermission(**each) for each in stale])

    for client in kept.clients:
        bring_shares_up_to_date(today=TODAY, clients=[client.pk] if alone else None)

    assert kept.shares() == kept.permissions() == world.open()
    rows = list(Share.objects.order_by("pk").values())
    granted = list(ClientGroupPermission.objects.order_by("pk").values())
    bring_shares_up_to_date(today=TODAY)
    assert list(Share.objects.order_by("pk").values()) == rows
    assert list(ClientGroupPermission.objects.order_by("pk").values()) == granted


@pytest.fixture
def client(adviser: StaffMember, outsider: StaffMember) -> Client:
    client: Client = ClientFactory(organisation=adviser.organisation)
    ReferralFactory(client=client, to_organisation=outsider.organisation, status="accepted")
    return client


def test_a_consent_recorded_later_widens_the_share_that_stands(client: Client, adviser: StaffMember) -> None:
    agreed: dict[str, Any] = {"purpose": "sharing", "given_on": TODAY, "method": "paper", "by": adviser, "today": TODAY}
    record_consent(client, **agreed)
    narrow = Share.objects.get()

    more = record_consent(client, **agreed, parts=["health"], expires_on=TODAY)

    wide = Share.objects.get()
    assert (wide.pk, narrow.parts, wide.parts) == (narrow.pk, [], ["health"])
    withdraw_consent(more, on=TODAY, by=adviser, today=TODAY)
    assert Share.objects.get(ended_at__isnull=True).parts == []


def test_where_nobody_can_say_the_form_does(client: Client, adviser: StaffMember) -> None:
    agreed: dict[str, Any] = {"given_on": TODAY, "method": "paper", "by": adviser, "today": TODAY}
    ConsentForm(parts=["offending", "health"]).save()

    by_form = record_consent(client, purpose="sharing", **agreed)
    said = record_consent(client, purpose="sharing", parts=[], **agreed)
    other = record_consent(client, purpose="tracking", parts=["health"], **agreed)

    assert (by_form.parts, said.parts, other.parts) == (["health", "offending"], [], [])


def test_an_undone_consent_opens_nothing_longer(client: Client, adviser: StaffMember) -> None:
    """A consent that the share does not rest on may be undone; the part it opened closes with it."""
    consent = ConsentFactory(client=client)
    bring_shares_up_to_date(today=TODAY)
    assert Share.objects.get().consent == consent
    with pghistory.context(staff=adviser.pk):
        more = ConsentFactory(client=client, parts=["health"], expires_on=dt.date(2099, 1, 1))
    bring_shares_up_to_date(today=timezone.localdate())
    assert Share.objects.get().parts == ["health"]

    undo_entry(more, by=adviser)

    assert Share.objects.get().parts == []
