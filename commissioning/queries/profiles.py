"""The profile of a contract as it was at first, after each variation, and as it is: month by month (COM-09)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from commissioning.enums import ProfileKind, VariationState
from commissioning.models import Contract, Variation, VariationLine
from commissioning.queries.outputs import outputs

NOTHING = Decimal(0)
SPEND = (ProfileKind.SPEND.value, "")
What = tuple[str, str]  # the kind of a profile and its indicator
Key = tuple[date, str, str]


def title_of(what: What, titles: dict[str, str] | None = None) -> str:
    """Say what a column of a profile plans: ``Spend``, or the title of its output."""
    kind, indicator = what
    known = dict(outputs()) if titles is None else titles
    named = known.get(indicator, indicator.replace("_", " "))
    if kind == ProfileKind.SPEND:
        return f"Spend on {named}" if indicator else "Spend"
    return named or "Outputs"


def planned_now(contract: Contract) -> dict[Key, Decimal]:
    """Return what is planned of each thing in each month; what is planned twice is added up, as everywhere."""
    rows = contract.profiles.order_by().values_list("month", "kind", "indicator").annotate(Sum("planned"))
    return {(month, kind, indicator): planned for month, kind, indicator, planned in rows}


def whats_of(planned: dict[Key, Decimal]) -> list[What]:
    """Return what a profile plans, spend first."""
    found = {(kind, indicator) for _month, kind, indicator in planned} | {SPEND}
    return sorted(found, key=lambda what: (what[0] != ProfileKind.SPEND, what[1]))


def months_between(first: date, last: date) -> Iterator[date]:
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = (month.replace(day=28) + ONE_WEEK).replace(day=1)


ONE_WEEK = date(2000, 1, 8) - date(2000, 1, 1)


@dataclass
class Steps:
    """One planned figure: at first, after each of the approved variations in their order, and now."""

    original: Decimal = NOTHING
    after: list[Decimal] = field(default_factory=list)
    now: Decimal = NOTHING

    @property
    def is_changed(self) -> bool:
        return self.original != self.now

    @property
    def is_by_package(self) -> bool:
        """Tell whether it was changed past the variations, as a package may."""
        return bool(self.after) and self.after[-1] != self.now


@dataclass
class Column:
    """What is planned of one thing: a row for each month, and the sums."""

    what: What
    title: str
    months: dict[date, Steps]

    @property
    def is_money(self) -> bool:
        return self.what[0] == ProfileKind.SPEND

    @property
    def total(self) -> Steps:
        rows = list(self.months.values())
        return Steps(
            original=sum((each.original for each in rows), NOTHING),
            after=[sum(column, NOTHING) for column in zip(*(each.after for each in rows), strict=True)],
            now=sum((each.now for each in rows), NOTHING),
        )


@dataclass
class Profile:
    variations: Sequence[Variation]
    columns: list[Column]

    @property
    def spend(self) -> Column:
        return next(each for each in self.columns if each.what == SPEND)


def profile_of(contract: Contract) -> Profile:
    """Return the whole profile of a contract with its approved variations: three queries.

    What was planned at first is what the first variation of a figure found; without one, what is planned now.
    """
    variations: list[Any] = list(contract.variations.filter(state=VariationState.APPROVED).order_by("number"))
    lines: dict[Key, dict[int, VariationLine]] = {}
    for line in VariationLine.objects.filter(variation__in=variations):
        lines.setdefault((line.month, line.kind, line.indicator), {})[line.variation_id] = line
    now = planned_now(contract)
    keys = set(now) | set(lines)
    titles = dict(outputs())
    columns = []
    for what in whats_of(dict.fromkeys(keys, NOTHING)):
        months = sorted(month for month, kind, indicator in keys if (kind, indicator) == what)
        steps = {
            month: _steps(variations, lines.get((month, *what), {}), now.get((month, *what), NOTHING))
            for month in months
        }
        columns.append(Column(what, title_of(what, titles), steps))
    return Profile(variations, columns)


def _steps(variations: Sequence[Variation], lines: dict[int, VariationLine], now: Decimal) -> Steps:
    touching = [lines[each.pk] for each in variations if each.pk in lines]
    standing = touching[0].before if touching else now
    steps = Steps(original=standing, now=now)
    for each in variations:
        standing = lines[each.pk].after if each.pk in lines else standing
        steps.after.append(standing)
    return steps
