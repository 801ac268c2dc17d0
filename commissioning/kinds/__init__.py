"""The kinds of record of money and provision, each as a list and a page."""

from commissioning.kinds.contract import KIND as CONTRACT
from commissioning.kinds.contribution import KIND as CONTRIBUTION
from commissioning.kinds.funding_stream import KIND as FUNDING_STREAM
from commissioning.kinds.profile import KIND as PROFILE
from commissioning.kinds.service import KIND as SERVICE
from commissioning.kinds.spend import KIND as SPEND
from commissioning.kinds.stream_term import KIND as STREAM_TERM
from commissioning.kinds.term import KIND as TERM
from partners.platform.records.kinds import RecordKind

KINDS: tuple[RecordKind, ...] = (
    *(CONTRACT, FUNDING_STREAM, CONTRIBUTION, PROFILE),
    *(TERM, SPEND, SERVICE, STREAM_TERM),
)
