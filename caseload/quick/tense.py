"""Whether a day that was said lies behind or ahead, told by the words around it; where they don't tell, both stay."""

import re
from datetime import date, timedelta
from enum import Enum

from caseload.quick.days import Kind, Mention, lowered


class Tense(Enum):
    PAST = "past"
    AHEAD = "ahead"
    WEAK = "weak"  # an appointment, a trial: mostly to come, but a day far ahead and near behind is behind
    OPEN = "open"


# After these comes a day ahead, whatever stood before ("called, no answer, try Tuesday").
_TO_COME = re.compile(
    r"(?:try|trying|retry|re-try|(?<!at )(?<!with )(?<!for )next|by|until|till|til|due|re|regarding|for|chase"
    r"|book|booked|arranged|rearranged"
    r"|rescheduled|rebooked|postponed|moved to|follow[- ]?up|reminder|(?:call|ring|phone|text|get) back|callback)"
    r"(?: (?:on|for|to|her|him|them|it|the|appt|appointment|call|time|contact|meeting|is|visit|at|again"
    r"|back))*[:,]? $"
)
_ABOUT = re.compile(
    r"(?:re|regarding|about|confirm(?:ed|ing)?|reminder (?:of|about|for)|reminding (?:of|about)|reminded of|for"
    r"|about)"
    r"(?: (?:the|a|an|her|his|their|our|job|new|first|next))* (?:interview|appointment|appt|meeting|trial"
    r"|induction|session|course|start|visit)"
    r"(?: (?:on|at|is|with [\w&'-]+|at [\w&'-]+))*[:,]? $"
    r"|(?:spoke|spoken|talked|chatted|asked|told|reminded|called|rang|phoned|texted|e-?mailed)"
    r"(?: [\w'-]+){0,3} about(?: the)? $"
)
_HAPPENED = r"(?:missed|attended|dna|had|came|turned up|late|was|were|did not|didn'?t|failed|no[- ]show|went|been)"
_BEHIND = re.compile(r"(?:since|from)[:,]? (?:about |around |approx )?$")
_PAST = (
    r"called|rang|phoned|telephoned|texted|emailed|e-mailed|spoke|spoken|talked|chatted|saw|met|visited|sent|started"
    r"|moved|stopped|ended|finished|left|got|passed|achieved|completed|gained|attended|missed|came|was|were|had"
    r"|has|did|didn'?t"
    r"|gave|told|discussed|lost|dismissed|sacked|enrolled|referred|dna|claimed|claiming|closed|signed|did not"
    r"|no longer|quit"
    r"|failed|late|went|been|began|received|increased|done|made|turned up|dropped in|seen|heard|withdrew"
    r"|no[- ]show|resigned|laid off"
)
_AHEAD = (
    r"starts|starting|will|'ll|going to|to start|to begin|begins|beginning|due|try|trying|retry|tomorrow"
    r"|planning|plans"
    r"|wants|expected|is to|call back|callback|ring back|remind|moving|moves|enrolling|hoping|booked|booking"
    r"|to (?:call|ring|text|email|see|meet|visit|send|write|do|get|chase|go)|needs? to|must|should"
)
_WEAK = (
    r"appointments?|appts?|interview|trial|meeting|induction|assessment centre|start|begin|arranged|scheduled"
    r"|placement"
    r"|open day|jobs fair|course|re"
)
_WORDS = re.compile(rf"(?<![\w'-])(?:(?P<past>{_PAST})|(?P<ahead>{_AHEAD})|(?P<weak>{_WEAK}))(?![\w-])")
_ON = re.compile(r"(?<![\w-])(?:on|at)(?: the)? $")
_RESULT = re.compile(r"no (?:answer|reply|response)|voice ?mail|message|unanswered")
_CLAUSE = re.compile(r"[,;!?]|\.(?= |$)| - | \u2013 | and then | then | but ")
# For a date without a year, the near reading is the one that is meant where the other one is far off.
NEAR, FAR = timedelta(days=92), timedelta(days=180)


def tense_of(line: str, mention: Mention) -> Tense:
    """Return the tense of the clause that a day was said in: of the nearest word to its left, else to its right."""
    low = lowered(line)
    if _TO_COME.search(low[: mention.start]) or _ABOUT.search(low[: mention.start]):
        return Tense.AHEAD
    if _BEHIND.search(low[: mention.start]):
        return Tense.PAST if low[: mention.start].rstrip().endswith("since") else Tense.OPEN
    begin = max((cut.end() for cut in _CLAUSE.finditer(low, 0, mention.start)), default=0)
    end = next((cut.start() for cut in _CLAUSE.finditer(low, mention.end)), len(low))
    if not _WORDS.search(low, begin, end) and _ON.search(low[: mention.start]) and not _RESULT.search(low, begin, end):
        return Tense.WEAK
    left = [*_WORDS.finditer(low, begin, mention.start)]
    right = [*_WORDS.finditer(low, mention.end, end)]
    word = left[-1] if left else right[0] if right else None
    before = [each for each in left if each.lastgroup != "weak"]
    if word and word.lastgroup == "weak" and before:
        # "missed the appointment tuesday" was; of "sent text interview friday" nobody can tell.
        happened = before[-1].lastgroup == "past" and re.fullmatch(_HAPPENED, before[-1][0])
        return Tense.PAST if happened else Tense.AHEAD if before[-1].lastgroup == "ahead" else Tense.OPEN
    return Tense(word.lastgroup) if word else Tense.OPEN


def days_meant(mention: Mention, tense: Tense, *, today: date) -> tuple[date, ...]:
    """Return the readings that are left once the tense is known: one is understood, several are asked about."""
    if mention.kind is Kind.WEEKDAY:
        return _weekday_meant(mention.days, tense, today)
    if mention.kind is Kind.DATE:
        return _date_meant(mention.days, tense, today)
    return mention.days


def _weekday_meant(days: tuple[date, ...], tense: Tense, today: date) -> tuple[date, ...]:
    last, coming = days
    if last == today and tense is not Tense.AHEAD:
        return days
    return {Tense.PAST: (last,), Tense.AHEAD: (coming,), Tense.WEAK: (coming,)}.get(tense, days)


def _date_meant(days: tuple[date, ...], tense: Tense, today: date) -> tuple[date, ...]:
    last, coming = days
    back, on = today - last, coming - today
    if tense is Tense.PAST:
        return days if on <= NEAR and back > 3 * NEAR else (last,)
    if tense is Tense.AHEAD:
        return (coming,) if on <= 3 * NEAR or back > FAR else days
    if on <= NEAR and back > FAR:
        return (coming,)
    return (last,) if on > NEAR and back <= 3 * NEAR else days
