"""Days said in a line: where they stand, and which days each may mean.

A day of the week or a date without a year has two readings, the last such day and the next one. Which was meant, the
words around it tell (:func:`caseload.quick.tense.days_meant`); this module only finds both. What looks like a date and
is none (``24/7``, ``unit 7/8``, ``sun cream``, ``10am``) is left alone.
"""

import calendar
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from partners.platform.dates import EARLIEST, LATEST, MONTHS, WEEKDAYS


class Kind(Enum):
    """How a day was said; ``VAGUE`` names a span of days, of which none is meant more than another."""

    FIXED = "fixed"
    WEEKDAY = "weekday"
    DATE = "date"
    VAGUE = "vague"


@dataclass(frozen=True)
class Mention:
    """A day as it was said, from ``start`` to ``end`` in the line, with its readings in the order of the calendar."""

    start: int
    end: int
    words: str
    kind: Kind
    days: tuple[date, ...]


_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "couple of": 2}
_RELATIVE = {
    "day before yesterday": -2,
    "day after tomorrow": 2,
    "today": 0,
    "tonight": 0,
    "this morning": 0,
    "this afternoon": 0,
    "this evening": 0,
    "just now": 0,
    "yesterday": -1,
    "yday": -1,
    "yest": -1,
    "yesteday": -1,
    "yesterdy": -1,
    "last night": -1,
    "tomorrow": 1,
    "tomorow": 1,
    "tommorow": 1,
    "tommorrow": 1,
    "tmrw": 1,
    "tmr": 1,
    "tmw": 1,
}
_WEEKDAY = (
    r"(?:mon(?:day)?|tue(?:s|sday)?|tusday|wed(?:s|nesday)?|wensday|wednsday|weds|thu(?:r|rs|rsday)?|thursday|thurday"
    r"|fri(?:day)?|sat(?:urday)?|sun(?:day)?)"
)
# These are words of their own too: a day only after or before words that make them one.
_ALSO_WORDS = {"mon", "wed", "sat", "sun"}
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary|uary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_UNIT = (
    r"(?:hours?|hrs?|h|mins?|minutes?|kids?|child(?:ren)?|years?|yrs?|weeks?|wks?|days?|months?|times?|people|points?"
    r"|miles?|pounds?|p|k|%|percent|pm|am|o'clock|jobs?|cvs?|applications?|sessions?|bags?|of|an hour|ph|hpw)\b"
)
_BEGIN = r"(?<![\w/£$'\u2019.&@#+-])"
_END = r"(?![\w/@-]|['\u2019]\w|\.[0-9])"
# Words before numbers that make them a place, a mark or a share.
_NO_DATE = re.compile(
    r"(?:unit|flat|score[ds]?|room|house|block|ref|no|number|bus|route|level|page|step|apartment|plot|suite"
    r"|size|ratio"
    r"|out|rated|chapter|module|part|platform|bay|at)[.:]? $"
)
_LEADS = re.compile(
    r"(?:on|by|until|till|til|from|since|next|last|this|try|again|due|for|re|before|after|and|or|coming"
    r"|every)[,:]? $"
)
_AFTER_DAY = re.compile(
    r"\s*(?:$|[.,;:!?)]|(?:at|am|pm|noon|morning|afternoon|evening|next|last|instead)\b"
    r"|[0-9]{1,2}(?:[:.][0-9]{2})?\s?(?:am|pm)\b"
    r"|[0-9]{1,2}:[0-9]{2})"
)
_NOT_AN_ORDINAL = r"(?! (?:floor|time|party|year|class|interview|place|person|of|week|job|attempt|call|visit))"
_ORDINAL_LEADS = re.compile(r"(?:the|on|by|from|since|until|till|til)[,:]? $")
_MONTH_LEADS = r"(?P<lead>in|since|from|until|till|til|by|during|last|next)"


def find_days(line: str, *, today: date) -> list[Mention]:
    """Return the days said in a line, the longest wording of each, in their order."""
    low = lowered(line)
    found = [
        Mention(match.start(), match.end(), line[match.start() : match.end()], kind, days)
        for pattern, read in _PATTERNS
        for match in pattern.finditer(low)
        for kind, days in read(low, match, today)
    ]
    kept: list[Mention] = []
    for mention in sorted(found, key=lambda each: (each.start - each.end, each.start)):
        if all(mention.end <= other.start or other.end <= mention.start for other in kept):
            kept.append(mention)
    return sorted(kept, key=lambda each: each.start)


def no_days(line: str, found: Sequence[Mention]) -> list[str]:
    """Return what was meant as a date and is none of the calendar, such as ``31/11``."""
    low = lowered(line)
    return [
        match[0]
        for match in _LIKE_A_DATE.finditer(low)
        if match[0] != "24/7"
        and not _NO_DATE.search(low[: match.start()])
        and not any(day.start < match.end() and match.start() < day.end for day in found)
    ]


def lowered(line: str) -> str:
    """Return a line in small letters, each letter still in its place."""
    return "".join(small if len(small := each.lower()) == 1 else each for each in line).replace("\u2019", "'")


_Read = Iterator[tuple[Kind, tuple[date, ...]]]


def _of_weekday(read: _Read, name: str | None) -> _Read:
    """Let the day of the week decide between two years; where it fits none, nothing is certain."""
    for kind, days in read:
        if name is None:
            yield kind, days
            continue
        fitting = tuple(day for day in days if WEEKDAYS[day.weekday()] == _first_letters(name))
        yield (Kind.FIXED, fitting) if len(fitting) == 1 else (Kind.VAGUE, days)


def _iso(_: str, match: "re.Match[str]", today: date) -> _Read:
    yield from _fixed(int(match["y"]), int(match["m"]), int(match["d"]))


def _three_numbers(_: str, match: "re.Match[str]", today: date) -> _Read:
    yield from _of_weekday(_fixed(_year(match["y"]), int(match["m"]), int(match["d"])), match["wd"])


def _two_numbers(low: str, match: "re.Match[str]", today: date) -> _Read:
    if match[0] == "24/7" or _NO_DATE.search(low[: match.start()]):
        return
    yield from _of_weekday(_no_year(int(match["m"]), int(match["d"]), today), match["wd"])


def _named(low: str, match: "re.Match[str]", today: date) -> _Read:
    month, day = MONTHS.index(match["m"][:3]) + 1, int(match["d"])
    read = _fixed(_year(match["y"]), month, day) if match["y"] else _no_year(month, day, today)
    yield from _of_weekday(read, match["wd"])


def _weekday(low: str, match: "re.Match[str]", today: date) -> _Read:
    name, which, plus = match["w"], match["which"], match["plus"]
    before, after = low[: match.start()], low[match.end() :]
    if name in _ALSO_WORDS and not (which or plus or _LEADS.search(before) or _AFTER_DAY.match(after)):
        return
    ahead = (WEEKDAYS.index(_first_letters(name)) - today.weekday()) % 7
    coming = today + timedelta(days=ahead or 7)
    latest = coming - timedelta(days=7)
    if plus:
        yield Kind.FIXED, (coming + timedelta(days=7),)
    elif which == "next":
        # Said on a Monday, "next Friday" is four or eleven days away, and nobody can tell which.
        this_week = coming <= today + timedelta(days=6 - today.weekday())
        yield Kind.FIXED, (coming, coming + timedelta(days=7)) if this_week else (coming,)
    elif which in {"last", "past"}:
        this_week = latest >= today - timedelta(days=today.weekday())
        earlier = latest - timedelta(days=7)
        yield Kind.FIXED, (earlier,) if latest == today else (earlier, latest) if this_week else (latest,)
    elif which == "coming":
        yield Kind.FIXED, (coming,)
    else:
        yield Kind.WEEKDAY, (latest, coming)


def _relative(_: str, match: "re.Match[str]", today: date) -> _Read:
    yield Kind.FIXED, (today + timedelta(days=_RELATIVE[match["word"]]),)


def _counted(low: str, match: "re.Match[str]", today: date) -> _Read:
    many = _NUMBERS.get(match["n"]) or int(match["n"])
    sign = -1 if match["ago"] == "ago" else 1
    try:
        if match["unit"].startswith(("month", "year")):
            months = many * (12 if match["unit"].startswith("year") else 1)
            day = _months_on(today, sign * months)
        else:
            weeks = {"w": 7, "f": 14}.get(match["unit"][0], 1)
            day = today + timedelta(days=sign * many * weeks)
    except (OverflowError, ValueError):
        return
    if EARLIEST <= day <= LATEST:
        yield (Kind.VAGUE if match["n"] == "couple of" else Kind.FIXED), (day,)


def _span(_: str, match: "re.Match[str]", today: date) -> _Read:
    """Offer the working days of a week that was named as a whole, and the first day of a month."""
    step = {"last": -1, "this": 0, "next": 1}[match["which"]]
    if match["unit"] == "week":
        monday = today + timedelta(days=7 * step - today.weekday())
        yield Kind.VAGUE, tuple(monday + timedelta(days=n) for n in range(5))
    else:
        yield Kind.VAGUE, (_months_on(today.replace(day=1), step),)


def _edge(_: str, match: "re.Match[str]", today: date) -> _Read:
    """Read the end of a week, of a month or of one that is named; its beginning and middle are vague."""
    edge, unit = match["edge"] or "end", match["unit"] or match["short"] or "month"
    later = 1 if "next" in match[0] else 0
    if unit == "week":
        friday = today + timedelta(days=4 - today.weekday() + 7 * later)
        yield (Kind.FIXED, (friday,)) if edge == "end" and friday >= today else (Kind.VAGUE, (friday,))
        return
    first = _months_on(today.replace(day=1), later)
    if unit not in {"month", "eom"}:
        month = MONTHS.index(unit[:3]) + 1
        first = date(today.year + (month < today.month), month, 1)
    if edge == "end":
        yield Kind.FIXED, (_months_on(first, 1) - timedelta(days=1),)
    else:
        yield Kind.VAGUE, (first,)


def _ordinal(low: str, match: "re.Match[str]", today: date) -> _Read:
    if not _ORDINAL_LEADS.search(low[: match.start()]):
        return
    wanted = int(match["d"])
    if not 1 <= wanted <= 31:
        return
    back = next(day for n in range(62) if (day := today - timedelta(days=n)).day == wanted)
    on = next(day for n in range(1, 63) if (day := today + timedelta(days=n)).day == wanted)
    yield Kind.DATE, (back, on)


def _month_alone(_: str, match: "re.Match[str]", today: date) -> _Read:
    month = MONTHS.index(match["m"][:3]) + 1
    if match["y"]:
        year = int(match["y"])
    elif match["lead"] in {"until", "till", "til", "by", "next"}:
        year = today.year + (month <= today.month)
    else:
        year = today.year - (month > today.month)
    if EARLIEST.year < year < LATEST.year:
        yield Kind.VAGUE, (date(year, month, 1),)


def _fixed(year: int, month: int, day: int) -> _Read:
    try:
        made = date(year, month, day)
    except ValueError:
        return
    if EARLIEST <= made <= LATEST:
        yield Kind.FIXED, (made,)


def _no_year(month: int, day: int, today: date) -> _Read:
    """Find the last such day, today included, and the next one; 29 February finds its leap years."""
    last = next(
        (made for year in range(today.year, today.year - 9, -1) if (made := _on(year, month, day, today, -1))), None
    )
    coming = next(
        (made for year in range(today.year, today.year + 9) if (made := _on(year, month, day, today, 1))), None
    )
    if last == today:
        yield Kind.FIXED, (today,)
    elif last and coming:
        yield Kind.DATE, (last, coming)


def _on(year: int, month: int, day: int, today: date, side: int) -> date | None:
    try:
        made = date(year, month, day)
    except ValueError:
        return None
    return made if (made <= today if side < 0 else made > today) else None


def _year(typed: str) -> int:
    digits = typed.lstrip("'")
    return int(digits) + (2000 if len(digits) == 2 else 0)


def _months_on(day: date, months: int) -> date:
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _first_letters(name: str) -> str:
    return {"tus": "tue", "wen": "wed"}.get(name[:3], name[:3])


def _pattern(
    text: str, read: Callable[[str, "re.Match[str]", date], _Read]
) -> tuple["re.Pattern[str]", Callable[..., _Read]]:
    return re.compile(f"{_BEGIN}{text}{_END}"), read


_LIKE_A_DATE = re.compile(
    rf"{_BEGIN}(?:[0-9]{{1,2}}/[0-9]{{1,2}}(?:/[0-9]{{2,4}})?|[0-9]{{1,2}}(?:st|nd|rd"
    rf"|th)? {_MONTH})(?! ?{_UNIT}){_END}"
)
_WITH_DAY = rf"(?:(?P<wd>{_WEEKDAY}),? (?:the )?)?"
_D, _M = r"(?P<d>[0-9]{1,2})", r"(?P<m>[0-9]{1,2})"
_PATTERNS = [
    _pattern(rf"(?P<y>[0-9]{{4}})-{_M}-{_D}", _iso),
    _pattern(rf"{_WITH_DAY}{_D}[/.-]{_M}[/.-](?P<y>[0-9]{{4}}|[0-9]{{2}})", _three_numbers),
    _pattern(rf"{_WITH_DAY}{_D}/{_M}(?! ?{_UNIT})", _two_numbers),
    _pattern(
        rf"{_WITH_DAY}{_D}(?:st|nd|rd|th)?[ -]?(?:of )?(?P<m>{_MONTH})\.?"
        rf"(?:,?[ -](?P<y>(?:19|20)[0-9]{{2}}|'[0-9]{{2}}|2[0-9](?! ?{_UNIT})))?",
        _named,
    ),
    _pattern(
        rf"{_WITH_DAY}(?P<m>{_MONTH}) {_D}(?:st|nd|rd|th)?(?! ?{_UNIT})(?:,? (?P<y>(?:19|20)[0-9]{{2}}))?", _named
    ),
    _pattern(rf"(?:(?P<which>next|last|this|coming|past) )?(?P<w>{_WEEKDAY})(?P<plus> week)?", _weekday),
    _pattern(rf"(?:the )?(?P<word>{'|'.join(_RELATIVE)})", _relative),
    _pattern(
        rf"(?:in )?(?:a )?(?P<n>[0-9]{{1,3}}|{'|'.join(_NUMBERS)}) (?P<unit>days?|weeks?|wks?|fortnights?"
        rf"|months?|years?)"
        r" (?P<ago>ago|from now|time)",
        _counted,
    ),
    _pattern(
        rf"in (?P<ago>)(?P<n>[0-9]{{1,3}}|{'|'.join(_NUMBERS)}) (?P<unit>days?|weeks?|wks?|fortnights?"
        rf"|months?)(?:'? time)?",
        _counted,
    ),
    _pattern(r"(?P<which>last|this|next) (?P<unit>week|month)", _span),
    _pattern(
        rf"(?:the )?(?:(?P<edge>end|start|beginning|middle) of (?:the |this |next )?(?P<unit>week|month|{_MONTH})"
        r"|(?P<short>month|week) end|eom)",
        _edge,
    ),
    _pattern(rf"{_D}(?:st|nd|rd|th){_NOT_AN_ORDINAL}", _ordinal),
    _pattern(rf"(?:{_MONTH_LEADS}) (?P<m>{_MONTH})(?: (?P<y>(?:19|20)[0-9]{{2}}))?(?! [0-9])", _month_alone),
]
