"""Forecasts: what each line is expected to reach, and each stream to spend, in a quarter that has not ended.

REP-07, items 2 and 4.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from commissioning.models import FundingStream
from partners.errors import CaseloadError, NotAllowed
from partners.models import StaffMember
from partners.permissions import Capability, require
from reporting.counting.windows import Quarter
from reporting.enums import ReturnState
from reporting.indicators.kinds import known_kinds
from reporting.models import Forecast, Return, SpendForecast
from reporting.queries.report import may_forecast_spend, return_name
from reporting.services.returns import LOCKED, ReturnCovers

Values = Mapping[str, Decimal | None]
# Lines of a change, which may fall.
MAY_BE_BELOW_ZERO = frozenset({"kpi_8"})
# The column that says what a forecast is of.
OF: Mapping[Any, str] = {Forecast: "line", SpendForecast: "funding_stream_id"}


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
    _refuse_past(quarter, today)
    with transaction.atomic():
        _hold_open(filed, quarter, Return.objects.filter(kind=filed.kind))
        return _store(Forecast, {line: line for line in values}, quarter, values, seen)


def set_spend_forecasts(
    *, filed: Return, quarter: Quarter, values: Values, seen: Values, by: StaffMember, today: date
) -> int:
    """Store what streams, by their uid, are expected to spend in a quarter, in pounds, as :func:`set_forecasts` does.

    :raises CaseloadError: a quarter that has ended, a value below zero, a stream that somebody else changed
    """
    if not may_forecast_spend(by):
        raise NotAllowed
    _refuse_past(quarter, today)
    claims = [kind.code for kind in known_kinds(filed.consortium) if kind.funder]
    streams = FundingStream.objects.filter(uid__in=values)
    keys = {str(uid): pk for uid, pk in streams.values_list("uid", "pk")}
    with transaction.atomic():
        _hold_open(filed, quarter, Return.objects.exclude(kind__in=claims))  # each of them prints the money
        return _store(SpendForecast, keys, quarter, values, seen)


def _refuse_past(quarter: Quarter, today: date) -> None:
    if quarter.end < today:
        raise CaseloadError(f"{quarter.name} ended on {quarter.end:%-d %B %Y}, so nothing of it is forecast any more.")


def _store(model: Any, keys: Mapping[str, Any], quarter: Quarter, values: Values, seen: Values) -> int:
    """Store what changed of a quarter; ``keys`` are what :data:`OF` has of each thing that may be forecast."""
    changed = {name: value for name, value in values.items() if name in keys and value != seen.get(name)}
    rows = model.objects.select_for_update().filter(quarter=str(quarter))
    of = {getattr(each, OF[model]): each for each in rows}
    stored = {name: of[key] for name, key in keys.items() if key in of}
    _refuse(changed, seen, {name: each.value for name, each in stored.items()})
    for name, value in changed.items():
        known = stored.get(name)
        if value is None:
            if known is not None:
                known.delete()
        elif known is None:
            model.objects.create(**{OF[model]: keys[name]}, quarter=str(quarter), value=value)
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


def _hold_open(filed: Return, quarter: Quarter, printing: QuerySet[Return]) -> None:
    """Hold the returns that print this quarter's forecasts, so that none of them is signed off in between.

    Its own prints them beside its figures, the one before as what is expected next; once that is signed, the copy
    frozen with it stays, and the forecasts go on.
    """
    both = printing.filter(quarter__in=[str(quarter), str(quarter.before)]).order_by("pk")
    for each in both.select_for_update():
        is_next = each.quarter != str(quarter)
        if each.state in ((ReturnState.IN_SIGN_OFF,) if is_next else LOCKED):
            if each.pk == filed.pk:
                raise ReturnCovers(each)
            state = each.get_state_display().lower()
            raise CaseloadError(f"{return_name(each)}, is {state} and prints this, so what it says is not changed.")
