"""The parts of the area of money, and which lists and pages each has: the tabs above all of them."""

from collections.abc import Sequence

from django.urls import reverse

from commissioning.kinds import MONEY, OVERSIGHT, PLANNING, STREAMS, WORKING
from commissioning.kinds.service import KIND as SERVICE
from partners.models import StaffMember
from partners.permissions import Capability, may
from partners.platform.frame.pieces import Link
from partners.platform.records.kinds import RecordKind

# Each part: the kinds whose lists it has, and its pages of their own with whose role opens them.
Page = tuple[str, str, Capability]
WORK = ("Variations and status", "commissioning:variations", Capability.VIEW_CONTRACTS)
BACK = ("Contracts", "commissioning:contracts", Capability.VIEW_CONTRACTS)
INVESTMENT = ("Investment plan", "commissioning:investment-plan", Capability.VIEW_CONTRACTS)
OF_MONEY: tuple[Page, ...] = (
    WORK,
    ("Funding streams", "commissioning:streams", Capability.VIEW_CONTRACTS),
    ("Money asked for", "commissioning:acts", Capability.VIEW_CONTRACTS),
    INVESTMENT,
    ("Providers", "reporting:providers", Capability.VIEW_CONTRACTS),
    ("All records", "commissioning:records", Capability.VIEW_EMPLOYERS),
)
OF_PLANNING: tuple[Page, ...] = (
    INVESTMENT,
    ("Administrative budget", "commissioning:budget", Capability.SEE_OVERSIGHT),
)
OF_OVERSIGHT: tuple[Page, ...] = (
    ("Providers", "reporting:providers", Capability.VIEW_CONTRACTS),
    ("Unit costs", "reporting:unit-costs", Capability.VIEW_CONTRACTS),
)
PARTS: tuple[tuple[tuple[Page, ...], Sequence[RecordKind], tuple[Page, ...]], ...] = (
    ((), MONEY, OF_MONEY),
    ((), STREAMS, (INVESTMENT, BACK)),
    ((), (SERVICE,), (BACK,)),
    ((), WORKING, (BACK,)),
    (OF_PLANNING, PLANNING, (BACK,)),
    (OF_OVERSIGHT, OVERSIGHT, (BACK,)),
)


def tabs_of(staff: StaffMember, here: str) -> list[Link]:
    """Return the tabs beside a list or page; ``here`` is the slug of its kind, or the name of its address."""
    for first, kinds, last in PARTS:
        if here in {kind.slug for kind in kinds} or here in {name for _, name, _ in first}:
            lists = [
                Link(kind.title, kind.address("record-list"), is_here=kind.slug == here)
                for kind in kinds
                if may(staff, kind.capability)
            ]
            return [*_pages(first, staff, here), *lists, *_pages(last, staff, here)]
    return []


def _pages(pages: Sequence[Page], staff: StaffMember, here: str) -> list[Link]:
    return [
        Link(title, reverse(name), is_here=name == here) for title, name, capability in pages if may(staff, capability)
    ]
