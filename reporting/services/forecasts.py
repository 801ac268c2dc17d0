"""Forecasts: what each line is expected to reach in a quarter that has not ended (REP-07, item 2)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.db import transaction

from partners.errors import CaseloadError
from partners.models import StaffMember
from partners.permissions import Capability, require
from reporting.counting.windows import Quarter
from reporting.enums import ReturnState
from reporting.models import Forecast, Return
from reporting.services.returns import LOCKED, ReturnCovers

Values = Mapping[str, Decimal | None]
# Lines of a change, which may fall.
MAY_BE_BELOW_ZERO = frozenset({"kpi_8"})


def quarter_to_forecast(filed: Return, *, today: date) -> Quarter | None:
    """Return the quarter that a return's forecasts are of now: its own while it runs, then the next, then none."""
    own = Quarter.parse(filed.quarter)
    return next((each for each in (own, own.after) if each.end >= today), None)


def set_forecasts(
    *, filed: Return, quarter: Quarter, values: Values, seen: Values, by: StaffMember, today: date
) -> int:
    """Store the forecasts of a return's lines for a quarter, all or none; return how many changed.

    ``seen`` is what the table showed when it was opened: what was left alone keeps what somebody else stored since, and
    a line that both changed is refused, with what the other one stored. No value takes a forecast back.

    :raises CaseloadError: a quarter that has ended, a value below zero, a line that somebody else changed
    """
    require(by, Capability.BUILD_RETURNS)
    if quarter.end < today:
        raise CaseloadError(f"{quarter.name} ended on {quarter.end:%-d %B %Y}, so nothing of it is forecast any more.")
    changed = {line: value for line, value in values.items() if value != seen.get(line)}
    with transaction.atomic():
        _hold_open(filed, quarter)
        stored = {each.line: each for each in Forecast.objects.select_for_update().filter(quarter=str(quarter))}
        _refuse(changed, seen, {line: each.value for line, each in stored.items()})
        for line, value in changed.items():
            known = stored.get(line)
            if value is None:
                if known is not None:
                    known.delete()
            elif known is None:
                Forecast.objects.create(line=line, quarter=str(quarter), value=value)
            elif known.value != value:
                known.value, known.version = value, known.version + 1
                known.save(update_fields=["value", "version"])
    return len(changed)


def _refuse(changed: Values, seen: Values, stored: Mapping[str, Decimal]) -> None:
    wrong: dict[str, list[str]] = {}
    for line, value in changed.items():
        now = stored.get(line)
        if value is not None and value < 0 and line not in MAY_BE_BELOW_ZERO:
            wrong[line] = ["Enter a forecast of 0 or more."]
        elif now != seen.get(line) and now != value:
            said = "took this forecast back" if now is None else f"stored {now.normalize():f} here"
            wrong[line] = [f"Somebody {said} while you had the page open. Save again to store yours."]
    if wrong:
        raise CaseloadError(fields=wrong)


def _hold_open(filed: Return, quarter: Quarter) -> None:
    """Hold the returns that print this quarter's forecasts, so that none of them is signed off in between.

    Its own prints them beside its figures, the one before as what is expected next; once that is signed, the copy
    frozen with it stays, and the forecasts go on.
    """
    both = Return.objects.filter(kind=filed.kind, quarter__in=[str(quarter), str(quarter.before)])
    for each in both.select_for_update().order_by("pk"):
        is_next = each.quarter != str(quarter)
        if each.state in ((ReturnState.IN_SIGN_OFF,) if is_next else LOCKED):
            raise ReturnCovers(each)
