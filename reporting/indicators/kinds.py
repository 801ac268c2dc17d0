"""The kinds of return and which partnerships have them."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

from partners.errors import CaseloadError
from partners.models import Consortium
from reporting.counting.claims import Funder, declared_claims, funder_of
from reporting.counting.declarations import Indicator
from reporting.counting.sources import DWP
from reporting.indicators.claims import DWP_CLAIM, claim_lines
from reporting.indicators.journey import JOURNEY
from reporting.indicators.leicester import LEAP
from reporting.models import Return


@dataclass(frozen=True)
class Kind:
    """``packs`` are the packs that have it; none means every one. ``funder`` is whom a claim asks for money."""

    code: str
    title: str
    about: str
    indicators: tuple[Indicator, ...]
    packs: Collection[str] = ()
    funder: Funder | None = None

    def indicator(self, code: str) -> Indicator | None:
        return next((each for each in self.indicators if each.code == code), None)

    @property
    def headings(self) -> list[str]:
        return list(dict.fromkeys(indicator.heading for indicator in self.indicators))


KINDS = {
    kind.code: kind
    for kind in (
        Kind(
            "leap",
            "Quarterly return",
            "The headline outcomes and the 25 indicators of the business plan.",
            LEAP,
            packs=("leicester",),
        ),
        Kind(
            "dwp_claim",
            "Claim to DWP",
            "What a quarter's outputs and spend are worth, what is taken back, and what is left out and why.",
            DWP_CLAIM,
            funder=DWP,
        ),
        Kind("journey", "Client journeys", "The steps of clients before, into and in work.", JOURNEY),
    )
}


@cache
def claim_kind(funder: Funder, title: str, about: str) -> Kind:
    return Kind(funder.kind, title, about, claim_lines(funder), funder=funder)


def claims_of(consortium: Consortium) -> list[Kind]:
    """Return the kinds of claim that a consortium's pack declares."""
    return [claim_kind(funder_of(row), row["title"], row["about"]) for row in declared_claims(consortium)]


def known_kinds(consortium: Consortium) -> list[Kind]:
    """Return every kind of return that a consortium may ever have filed."""
    return [*KINDS.values(), *claims_of(consortium)]


def kind_called(consortium: Consortium, code: str) -> Kind | None:
    return KINDS.get(code) or next((kind for kind in claims_of(consortium) if kind.code == code), None)


def kind_of_return(filed: Return) -> Kind | None:
    """Return the kind of a return; its consortium is asked for only where a pack declares it."""
    return KINDS.get(filed.kind) or kind_called(filed.consortium, filed.kind)


class UnknownKind(CaseloadError):
    code = "unknown_kind"


def kinds_of(consortium: Consortium) -> list[Kind]:
    return [kind for kind in known_kinds(consortium) if not kind.packs or consortium.pack in kind.packs]


def kind_for(consortium: Consortium, code: str) -> Kind:
    """Return a kind of return of this consortium, or refuse with a sentence that says which there are."""
    here = kinds_of(consortium)
    kind = next((each for each in here if each.code == code), None)
    if kind is not None:
        return kind
    known = ", ".join(each.code for each in here)
    if code in KINDS:
        message = f"The pack {consortium.pack} has no {code} return. Returns of this consortium: {known}."
    else:
        message = f"There is no return of the kind “{code}”. Returns of this consortium: {known}."
    raise UnknownKind(message, field="kind")
