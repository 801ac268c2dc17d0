"""Where a postcode lies: from the directory the operator loaded, with the ward the strategy names for a small area."""

from dataclasses import dataclass

from partners.models import PriorityArea
from partners.models.postcode import Postcode


@dataclass(frozen=True)
class Place:
    lsoa: str
    ward: str
    district: str
    is_priority: bool


def find_place(postcode: str) -> Place | None:
    """Return small area, ward and district of a postcode; None when the directory does not have it."""
    found = Postcode.objects.filter(pk=postcode.replace(" ", "").upper()).first()
    if found is None:
        return None
    area = PriorityArea.objects.filter(lsoa=found.lsoa).exclude(lsoa="").first()
    ward = (area.ward if area else "") or found.ward
    return Place(found.lsoa, ward, found.district, is_priority=area is not None)
