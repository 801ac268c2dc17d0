"""What is beyond the tolerances of the project's stage, and so is reported to the board (Leicester plan, section 4).

Time is a milestone's slippage in days. Cost is how far a stream's spend of the year so far is off its profile so far,
above or below. Quality is by how much a line of the newest build misses its target of the year, of which a count of
what happens is held to the quarters gone, because plans give no profile of it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from partners.models import PostHolder, StaffMember
from partners.permissions import Capability, may
from partners.platform.signoff.posts import code_of_post
from reporting.counting.declarations import Count, Indicator, Measured, Sum
from reporting.counting.windows import Quarter
from reporting.enums import Measure, ReturnState
from reporting.indicators.kinds import kind_called, kind_of_return
from reporting.models import Return, ReturnBuild, ReturnLine, Tolerance
from reporting.queries.readers import is_in_chain, returns_read
from reporting.queries.report import MilestoneLine, Spend, as_at, forecast_table, milestones, reads_spend, spend
from reporting.queries.targets import HEADLINES

QUARTERS = 4
Targets = Mapping[str, Decimal | None]
OF_PROGRAMME = frozenset({*HEADLINES, "headline_total"})  # their targets are of all years
TITLES = {Measure.TIME: "Time", Measure.COST: "Cost", Measure.QUALITY: "Quality"}


@dataclass(frozen=True)
class Beyond:
    what: str
    in_words: str


@dataclass(frozen=True)
class Held:
    """One measure: the tolerance agreed for the day, if one was, and what is beyond it."""

    measure: Measure
    tolerance: Tolerance | None
    beyond: tuple[Beyond, ...]
    plan: Mapping[str, Any]

    @property
    def title(self) -> str:
        return TITLES[self.measure]

    @property
    def limit_in_words(self) -> str:
        if self.tolerance is None:
            return ""
        limit = self.tolerance.limit.normalize()
        unit = "%" if self.measure != Measure.TIME else " day" if limit == 1 else " days"
        return f"{limit:f}{unit}"

    @property
    def by_whom(self) -> str:
        return str(self.plan.get("reported_by", ""))

    @property
    def to_whom(self) -> str:
        return str(self.plan.get("reported_to", ""))

    @property
    def source(self) -> str:
        return str(self.plan.get("source", ""))


def held_to(
    filed: Return, *, dated: Iterable[MilestoneLine], money: Spend | None, targets: Targets | None
) -> list[Held]:
    """Return each measure with what is beyond it on the return's day; without money or targets, not theirs."""
    agreed = {each.measure: each for each in Tolerance.objects.on(as_at(filed)).order_by("from_date", "pk")}
    planned = {each["measure"]: each for each in filed.consortium.pack_data.get("tolerances", [])}
    found: dict[Measure, Any] = {Measure.TIME: lambda limit: late(dated, limit)}
    if money is not None:
        found[Measure.COST] = lambda limit: off_profile(money, limit)
    if targets is not None:
        found[Measure.QUALITY] = lambda limit: below_target(filed, targets, limit)
    return [
        Held(
            measure,
            tolerance := agreed.get(measure),
            tuple(beyond(tolerance.limit)) if tolerance else (),
            planned.get(measure, {}),
        )
        for measure, beyond in found.items()
    ]


def late(dated: Iterable[MilestoneLine], limit: Decimal) -> Iterator[Beyond]:
    for each in dated:
        if each.slippage > limit:
            said = "late" if each.is_achieved else "late or expected late"
            yield Beyond(each.milestone.title, f"{each.slippage} days {said}")


def off_profile(money: Spend, limit: Decimal) -> Iterator[Beyond]:
    for each in money.streams:
        if not each.profiled:
            if each.spent:
                yield Beyond(each.title, f"£{each.spent:,.2f} spent, and nothing was planned so far")
        elif abs(off := _share(each.spent - each.profiled, each.profiled)) > limit:
            yield Beyond(each.title, f"{abs(_short(off))}% {'above' if off > 0 else 'below'} its profile so far")


def below_target(filed: Return, targets: Targets, limit: Decimal) -> Iterator[Beyond]:
    quarter, kind = Quarter.parse(filed.quarter), kind_of_return(filed)
    newest = ReturnBuild.objects.shown().filter(filed=filed).order_by("-id").values("pk")[:1]
    lines = {(each.line, each.measure): each for each in ReturnLine.objects.filter(build=newest, dimension="")}
    for indicator in kind.indicators if kind else ():
        line = lines.get((indicator.code, indicator.aimed_at))
        due = _due_of_year(indicator, targets.get(indicator.code), quarter)
        if line is None or not due or line.year_value is None or indicator.code in OF_PROGRAMME:
            continue
        missed = _share(line.year_value - due if indicator.lower_is_better else due - line.year_value, due)
        if missed > limit:
            said = f"{_short(missed)}% off its target so far ({line.year_value:f}, due {due.normalize():f})"
            yield Beyond(indicator.title, said)


def _due_of_year(indicator: Indicator, target: Decimal | None, quarter: Quarter) -> Decimal | None:
    counts = isinstance(indicator.measure(indicator.aimed_at), Count | Sum)
    if target is None or indicator.measured != Measured.FLOW or not counts:
        return target
    return target * quarter.number / QUARTERS


def _share(part: Decimal, whole: Decimal) -> Decimal:
    return part / whole * 100


def _short(share: Decimal) -> Decimal:
    return share.quantize(Decimal("0.1"), ROUND_HALF_UP)


def told_by(staff: StaffMember, *, today: date) -> tuple[Return, list[Held]] | None:
    """Return what somebody reports to the board of the newest return begun: they hold a post the plan names for it."""
    codes = {code_of_post(each["reported_by"]) for each in staff.consortium.pack_data.get("tolerances", [])}
    posts = PostHolder.objects.on(today).filter(staff=staff, post__code__in=codes) if codes else None
    if posts is None or not posts.exists() or not Tolerance.objects.exists():
        return None
    kinds = [each["code"] for each in staff.consortium.pack_data.get("returns", []) if each.get("chain")]
    known = [kind_called(staff.consortium, code) for code in kinds]
    reports = [kind.code for kind in known if kind and not kind.funder]
    begun = returns_read(staff).filter(kind__in=reports).exclude(state=ReturnState.SIGNED)
    filed: Return | None = begun.order_by("-quarter", "pk").first()
    if filed is None:
        return None
    money = spend(filed) if reads_spend(staff, filed) else None
    return filed, held_to(filed, dated=milestones(filed), money=money, targets=targets_read(staff, filed))


def targets_read(staff: StaffMember, filed: Return) -> Targets | None:
    """Return the year's targets of a return's lines for whoever reads all its figures; None for others."""
    if not (may(staff, Capability.SEE_ALL_CLIENTS) or is_in_chain(staff, filed)):
        return None
    return {each.code: each.target for each in forecast_table(filed).lines}
