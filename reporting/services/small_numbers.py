"""Which figures of a build are a star to whoever may not open the people behind them, frozen with the build.

Contract KPIS.md, "Small numbers". What earlier builds showed is part of what a reader knows, so it is looked at.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from django.db import connection
from django.db.models import Count, F, Min

from partners.models import Consortium
from partners.platform.sql_files import sql
from reporting.counting.declarations import Indicator, OutputsOf
from reporting.counting.engine import Counting
from reporting.counting.members import BITS, DOUBLE_COUNTS
from reporting.counting.small_numbers import LEAST_LIMIT, MadeFrom, families_of, judge, people_measures
from reporting.counting.suppression import Cell, Key, PastCell
from reporting.counting.windows import WINDOWS, Quarter
from reporting.models import ReturnBuild, ReturnLine

Figured = Key


def limit_of(consortium: Consortium) -> int:
    """Return up to which number a count of people is small; a partnership's pack may raise it, and not lower it."""
    return max(LEAST_LIMIT, int(consortium.pack_data.get("small_numbers", LEAST_LIMIT)))


def window_starts(quarter: Quarter, consortium: Consortium) -> dict[str, date]:
    first = consortium.programme_start or date.min
    return dict(zip(WINDOWS, (quarter.start, quarter.year_start, first), strict=True))


def judge_small_numbers(session: Counting, build: ReturnBuild) -> dict[Figured, int]:
    """Return the starred windows of each figure of a build, as bits, and note the limit on the build."""
    consortium, quarter = session.consortium, session.quarter
    build.small_numbers = limit_of(consortium)
    starts = window_starts(quarter, consortium)
    stars: set[Cell] = set()
    for family in families_of(line.indicator for line in session.lines.values()):
        lines = [session.lines[indicator.code] for indicator in family]
        known = {
            (line.indicator.code, measure.name, figures.member[0], figures.member[1])
            for line in lines
            for figures in line.figures
            for measure in people_measures(line.indicator)
        }
        past = past_cells(build, family, known)
        stars |= judge(lines, starts=starts, end=quarter.after.start, past=past, limit=build.small_numbers)
    found: dict[Figured, int] = defaultdict(int)
    for key, start in stars:
        for window, first in starts.items():
            if first == start:
                found[key] |= BITS[window]
    for key, windows in told_whole(session):
        found[key] |= windows
    for key, window in MadeFrom(session.lines, stars, starts, build.small_numbers).small():
        found[key] |= BITS[window]
    return found


def told_whole(session: Counting) -> Iterator[tuple[Key, int]]:
    """Yield the figures of lines every figure of which tells of people, with the windows in which they are not nought.

    A sum of money at a price for each tells their number. That stars more than the small ones, and tells less.
    """
    for line in session.lines.values():
        for figures in line.figures if line.indicator.tells.all_of_it else ():
            for measure in line.indicator.shown_measures:
                windows = sum(BITS[window] for window, value in figures.values[measure.name].items() if value)
                yield (line.indicator.code, measure.name, *figures.member[:2]), windows


def past_cells(build: ReturnBuild, family: Sequence[Indicator], known: set[Key]) -> dict[Key, list[PastCell]]:
    """Return what earlier builds of this kind of return hold of some counts: every quarter's windows.

    A figure is shown if any build showed it; one that a build has no row of is a nought that was shown.
    """
    builds = ReturnBuild.objects.finished().filter(filed__kind=build.filed.kind, small_numbers__isnull=False)
    numbers = dict(
        builds.values("filed__quarter").annotate(number=Count("pk")).order_by().values_list("filed__quarter", "number")
    )
    place = ("line", "measure", "dimension", "member", "build__filed__quarter")
    stars_and_values = {f"star_{window}": Min(F("starred").bitand(BITS[window])) for window in WINDOWS} | {
        f"least_{window}": Min(f"{window}_value") for window in WINDOWS
    }
    rows = (
        ReturnLine.objects.filter(build__in=builds, line__in=[indicator.code for indicator in family])
        .values(*place)
        .annotate(number=Count("pk"), **stars_and_values)
        .order_by()
        .values_list(*place, "number", *stars_and_values)
    )
    found: dict[Key, list[PastCell]] = defaultdict(list)
    seen: dict[str, set[Key]] = defaultdict(set)
    for line, measure, dimension, member, quarter, number, *more in rows:
        key = (line, measure, dimension, member)
        if key not in known:
            continue
        seen[quarter].add(key)
        days, stars, values = days_of(quarter, build), more[:3], more[3:]
        found[key] += [
            PastCell(start, end, int(value or 0), shown=not star or number < numbers[quarter])
            for (start, end), star, value in zip(days, stars, values, strict=True)
        ]
    for quarter in numbers:
        for key in known - seen[quarter]:
            found[key] += [PastCell(start, end, 0, shown=True) for start, end in days_of(quarter, build)]
    return found


def days_of(quarter: str, build: ReturnBuild) -> list[tuple[date, date]]:
    parsed = Quarter.parse(quarter)
    return [(start, parsed.after.start) for start in window_starts(parsed, build.filed.consortium).values()]


OWNERS = sql("reporting", "owners")


def owners_of(build: ReturnBuild, indicators: Sequence[Indicator]) -> dict[str, list[int]]:
    """Return whose people each line has counted, in this build or before it; 0 stands for people of nobody alone.

    A line from which another can be told has the other's too.
    """
    owners: dict[str, set[int]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(OWNERS, {"consortium": build.consortium_id, "build": build.pk})
        for line, organisation in cursor.fetchall():
            owners[line].add(organisation)
    same_kind = ReturnBuild.objects.finished().filter(filed__kind=build.filed.kind)
    before = same_kind.order_by("-id").values_list("owners", flat=True).first() or {}
    for line, organisations in before.items():
        owners[line] |= set(organisations)
    heads = {each.code: each.part_of or each.code for each in indicators}
    families: dict[str, set[int]] = defaultdict(set)
    for code, head in heads.items():
        families[head] |= owners[code]
    found = {code: set(families[head]) for code, head in heads.items()}
    for each in indicators:
        found[each.code] |= {owner for code in each.made_from for owner in found[code]}
        if any(isinstance(measure, OutputsOf) for measure in each.measures):
            found[each.code] = set().union(*owners.values())
    found[DOUBLE_COUNTS] = owners[DOUBLE_COUNTS]
    return {code: sorted(organisations) for code, organisations in found.items()}
