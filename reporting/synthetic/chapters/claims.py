"""The claims of the quarters before last, signed, with a line for all that was proven by their last day."""

from datetime import date

from reporting.counting.sources import DWP
from reporting.counting.windows import Quarter
from reporting.synthetic.city import City, quarters

SIGNED_AFTER = 20
# One line in so many the funder rejected, so many days after the signature.
REJECTED_EVERY, REJECTED_AFTER = 40, 35


def add_claims(city: City) -> None:
    """Claim as the counting rules do, leaving out what is claimed already, above the cap or above the value."""
    claimed: set[tuple[str, str, str]] = set()
    for first, last in list(quarters(city))[:-2]:
        quarter = Quarter.of(date.fromordinal(first))
        claim = city.out.add("claims", kind=DWP.kind, quarter=str(quarter), signed_on=city.planned(last + SIGNED_AFTER))
        for paid in city.paid.values():
            waiting = []
            for entry in sorted(paid.earned):
                proven, item, record, client, pence = entry
                key = (paid.stream, item, client or record)
                is_full = item == "job_start" and not paid.cap
                if proven > last or key in claimed or pence > paid.left or is_full:
                    waiting += [entry] if proven > last else []
                    continue
                claimed.add(key)
                paid.cap -= item == "job_start"
                paid.left -= pence
                _add_line(city, claim, paid.contract, entry, signed=last + SIGNED_AFTER)
            paid.earned = waiting


def _add_line(city: City, claim: str, contract: str, entry: tuple[int, str, str, str, int], *, signed: int) -> None:
    _, item, record, client, pence = entry
    number = city.out.counts["claim_lines"] + 1
    city.out.add(
        "claim_lines",
        claim_id=claim,
        contract_id=contract,
        item=item,
        expenditure_id=record if item == "spend" else "",
        job_id="" if item == "spend" else record,
        client_id=client,
        amount=f"{pence / 100:.2f}",
        rejected_on="" if number % REJECTED_EVERY else city.happened(signed + REJECTED_AFTER),
    )
