"""Addresses: where clients lived and when."""

from caseload.kinds.sight import personal
from caseload.models import ClientAddress

KIND = personal(
    model=ClientAddress,
    slug="addresses",
    title="Addresses",
    about="Where clients lived and when.",
    shown=("postcode", "client", "ward", "lsoa", "from_date", "to_date"),
    day="from_date",
    one="Address of",
)
