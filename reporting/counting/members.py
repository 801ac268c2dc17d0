"""The counted records of a build, kept so that each figure opens its list, and compared with the build before."""

from datetime import datetime
from typing import Any

from partners.platform.exchange.declarations import table_named
from partners.platform.records.history import history_of
from partners.platform.sql_files import sql
from reporting.counting.declarations import Tells
from reporting.counting.engine import Counting, Line
from reporting.counting.trace import measures_of, quoted
from reporting.counting.windows import WINDOWS

DOUBLE_COUNTS = "double_counts"
FOR, TELLS = "for=", "tells="
BITS = {window: 1 << place for place, window in enumerate(WINDOWS)}
COLUMNS = (
    '(consortium_id, build_id, line, "table", record_id, reference, person_id, on_date, windows, measures, members)'
)


def measure_bit(line_measures: list[str], measure: str) -> int:
    return 1 << line_measures.index(measure)


def keep_members(counting: Counting, line: Line, build_id: int) -> None:
    """Store a line's records from the very rows its figures were added up from."""
    indicator = line.indicator
    shown = [measure.name for measure in indicator.shown_measures]
    measures = " | ".join(
        f"CASE WHEN {test} THEN {measure_bit(shown, name)} ELSE 0 END"
        if test != "true"
        else str(measure_bit(shown, name))
        for name, test in measures_of(indicator)
    )
    windows = " | ".join(f"CASE WHEN in_{window} THEN {BITS[window]} ELSE 0 END" for window in indicator.windows)
    table = "record_table" if "record_table" in line.columns else quoted(indicator.table)
    person, source = "NULL::bigint", line.table
    if "person_id" in line.columns:
        person = "person_id"
    elif "client_id" in line.columns:
        counting.sources.need("people")
        person, source = "person.person_id", f"{source} LEFT JOIN count_people person USING (client_id)"
    where = " OR ".join(f"in_{window}" for window in indicator.windows)
    counting.execute(
        f"INSERT INTO reporting_returnmember {COLUMNS}"  # noqa: S608  names and codes of declarations
        f" SELECT %(consortium)s, %(build)s, %(line)s, {table}, record_id, {line.table}.reference, {person}, on_date,"
        f" {windows}, {measures}, {breakdown_values(line)} FROM {source} WHERE {where}",
        {"consortium": counting.consortium.pk, "build": build_id, "line": indicator.code},
    )


def breakdown_values(line: Line) -> str:
    """Return the SQL of a record's breakdown values as ``dimension=member``.

    Beside them, what being listed tells: ``for=`` a target group for which it counts, ``tells=`` a special category.
    """
    parts = told_values(line.indicator.tells)
    for dimension in line.indicator.dimensions:
        if dimension.many:
            values = f"SELECT '{dimension.name}=' || member FROM unnest({dimension.sql}) member"  # noqa: S608
            parts.append(f"ARRAY({values})")
        elif dimension.area:
            parts.append(f"ARRAY['{dimension.name}=' || {dimension.sql} || '|' || area_kind || '|' || area]")
        else:
            parts.append(f"array_remove(ARRAY['{dimension.name}=' || {dimension.sql}], NULL)")
    return " || ".join(parts) if parts else "'{}'::varchar[]"


def told_values(tells: Tells) -> list[str]:
    found = []
    if tells.by:
        among = ", ".join(quoted(group) for group in tells.among)
        where = f" WHERE told = ANY(ARRAY[{among}])" if among else ""
        found.append(f"ARRAY(SELECT '{FOR}' || told FROM unnest({tells.by}) told{where})")  # noqa: S608  a declaration
    if tells.part:
        found.append(f"array_remove(ARRAY['{TELLS}' || {tells.part}], NULL)")
    return found


def keep_double_counts(counting: Counting, build_id: int) -> int:
    """Store the jobs of the quarter's windows that are in no figure, each with the counted job it repeats."""
    counting.sources.need("double_counts")
    kept = counting.rows(
        sql("reporting", "keep_double_counts"),
        {"consortium": counting.consortium.pk, "build": build_id, "line": DOUBLE_COUNTS},
    )
    return int(kept[0][0])


def keep_changes(counting: Counting, build_id: int, before_id: int, *, since: datetime, at: datetime | None) -> int:
    """Store which records a build and another have otherwise, and why; return how many they are.

    ``since`` is when the other was counted, ``at`` the moment whose records the build counts, if not now. Why is told
    forwards in time, whichever of the two is the later.
    """
    forward = at is None or at >= since
    parameters = {
        "consortium": counting.consortium.pk,
        "build": build_id,
        "before": before_id,
        "forward": forward,
        "since": since if forward else at,
        "until": (at or "infinity") if forward else since,
    }
    kept = counting.rows(sql("reporting", "keep_changes"), parameters)
    tables = counting.rows(
        'SELECT DISTINCT "table" FROM reporting_returnchange WHERE build_id = %(build)s', {"build": build_id}
    )
    for (table,) in tables:
        explain(counting, table, parameters)
    counting.execute(sql("reporting", "explain_changes"), parameters)
    return int(kept[0][0])


def explain(counting: Counting, table: str, parameters: dict[str, Any]) -> None:
    """Tell a late entry from a change, and a removal from a change: by the history, which has removed records too."""
    history = history_of(table_named(table).model).model._meta.db_table
    counting.execute(
        f"UPDATE reporting_returnchange changed SET change = 'entered' FROM {history} record"  # noqa: S608
        " WHERE changed.build_id = %(build)s AND changed.\"table\" = %(table)s AND changed.change = 'changed_in'"
        " AND record.consortium_id = %(consortium)s AND record.pgh_obj_id = changed.record_id"
        " AND record.recorded_at > %(since)s",
        {**parameters, "table": table},
    )
    counting.execute(
        "UPDATE reporting_returnchange changed SET change = 'removed'"  # noqa: S608
        " WHERE changed.build_id = %(build)s AND changed.\"table\" = %(table)s AND changed.change = 'changed_out'"
        f" AND (SELECT pgh_label FROM {history} record WHERE record.consortium_id = %(consortium)s"
        " AND record.pgh_obj_id = changed.record_id AND record.pgh_created_at <= %(until)s"
        " ORDER BY pgh_id DESC LIMIT 1) = 'delete'",
        {**parameters, "table": table},
    )
