"""From an address to its areas: a postcode's small area, ward and district, and whether the strategy singles it out."""

from dataclasses import dataclass

from partners.models import Postcode, PriorityArea
from partners.platform.tenancy.scope import has_consortium
from partners.services.postcodes import compact


@dataclass(frozen=True)
class Place:
    """Where an address lies. What the directory does not know is empty."""

    lsoa: str
    ward: str
    district: str
    is_priority: bool = False


def find_place(postcode: str) -> Place | None:
    """Return where a postcode lies, however it is written; None if the directory does not have it.

    Wards are called as the consortium in scope calls them where it does; otherwise by the directory's name, or code.
    """
    row = Postcode.objects.filter(pk=compact(postcode)).first() if postcode.strip() else None
    if row is None:
        return None
    known = find_lsoa(row.lsoa)
    return Place(
        lsoa=row.lsoa,
        ward=(known.ward if known else "") or row.ward or row.ward_code,
        district=(known.district if known else "") or row.district or row.district_code,
        is_priority=known is not None,
    )


def find_lsoa(lsoa: str) -> Place | None:
    """Return a priority LSOA of the consortium in scope with its ward; None if it is not one."""
    if not lsoa or not has_consortium():
        return None
    area = PriorityArea.objects.filter(lsoa=lsoa).first()
    return area and Place(lsoa=lsoa, ward=area.ward, district=area.district, is_priority=True)
