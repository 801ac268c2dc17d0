"""What is understood of a quick line, what is asked, and what stays as it was said.

:func:`understand` reads a line into facts, each the form that keeps it with its fields. Nothing is invented: where two
readings are possible the field stays empty and both stand beside it as choices; what lies ahead is never recorded as
something that happened; and the whole line is kept as it was said, whatever was understood of it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from caseload.enums import ActivityKind, CircumstanceCode, PlacementKind, QualificationType, Stage
from caseload.quick import words
from caseload.quick.days import Kind, Mention, find_days, lowered, no_days
from caseload.quick.tense import days_meant, tense_of
from partners.platform.dates import long_date

LONGEST = 2000  # letters; a longer text is no line, and is kept as a note
OLDEST_CONTACT, LATEST_PLAN = timedelta(days=2 * 366), timedelta(days=366)
MOST_FACTS = 8


@dataclass(frozen=True)
class Choice:
    """One of several readings: the form that keeps it, and the fields it sets there."""

    label: str
    what: str
    fields: Mapping[str, Any]


@dataclass(frozen=True)
class Question:
    text: str
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Fact:
    """One thing to record. ``words`` are those of the line that it was read from; ``unread`` those no field took."""

    what: str
    words: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    told: tuple[str, ...] = ()
    asked: tuple[Question, ...] = ()
    unread: str = ""


@dataclass(frozen=True)
class Understood:
    said: str
    facts: tuple[Fact, ...]

    @property
    def first(self) -> Fact:
        return self.facts[0]

    @property
    def more(self) -> tuple[Fact, ...]:
        return self.facts[1:]


@dataclass
class _Clause:
    """A stretch of the line with the days said in it; ``taken`` gathers what a field was read from."""

    text: str
    said: str
    today: date
    days: list[tuple[Mention, tuple[date, ...]]]
    taken: list[tuple[int, int]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    asked: list[Question] = field(default_factory=list)

    @property
    def low(self) -> str:
        return lowered(self.text)

    def has(self, pattern: "re.Pattern[str]") -> "re.Match[str] | None":
        """Find a pattern, and remember that it was read."""
        if match := pattern.search(self.low):
            self.taken.append(match.span())
        return match

    def ask(self, text: str, *choices: Choice) -> None:
        self.asked.append(Question(text, choices))

    def fact(self, what: str, fields: Mapping[str, Any], *, unread: bool = True) -> Fact:
        left = self._unread() if unread else ""
        return Fact(what, self.text.strip(), fields, tuple(self.told), tuple(self.asked), left)

    def _unread(self) -> str:
        spans = self.taken + [(mention.start, mention.end) for mention, _ in self.days]
        left = [
            each[0]
            for each in re.finditer(r"\S+", self.text)
            if not any(start < each.end() and each.start() < end for start, end in spans)
        ]
        return " ".join(each for each in left if not words.SMALL.fullmatch(lowered(each).strip(".,;:!?()")))


def understand(said: str, *, today: date) -> Understood:
    """Read a line such as ``call, no answer, try Tuesday`` on a day; the first fact is the one whose form opens."""
    line = said.strip()
    if not line or len(line) > LONGEST:
        return Understood(line, (Fact("activity", line, {"note": line} if line else {}),))
    if command := words.COMMAND.match(lowered(line)):
        whole = _clause(line, line, today)
        return Understood(line, (_COMMANDS[words.COMMANDS[command["word"]]](whole, command),))
    parts = _parts(line, today=today)
    facts = [_read(_clause(part, line, today)) for part in parts[:MOST_FACTS]]
    if rest := "".join(parts[MOST_FACTS:]).strip():
        too_many = Question("These are many things for one line. Enter the rest one by one.")
        facts.append(Fact("activity", rest, {"kind": "", "note": line, "occurred_on": ""}, asked=(too_many,)))
    return Understood(line, tuple(facts))


def _clause(text: str, said: str, today: date) -> _Clause:
    days = [
        (mention, days_meant(mention, tense_of(text, mention), today=today)) for mention in find_days(text, today=today)
    ]
    return _Clause(text, said, today, days)


def _parts(line: str, *, today: date) -> list[str]:
    """Cut a line where a new fact begins; what is no fact of its own stays with the one before."""
    cuts = [0, *(match.end() for match in words.CUT.finditer(lowered(line))), len(line)]
    pieces = [line[start:end] for start, end in pairwise(cuts) if line[start:end].strip()]
    parts: list[tuple[str, str]] = []
    for piece in pieces:
        kind = _kind_of(piece)
        before, was = parts.pop() if parts else ("", "")
        if kind in {"", was} or (kind == "contact" and was and not words.NEW_CONTACT.search(piece)):
            parts.append((before + piece, was))
        elif not was and (kind == "contact" or not find_days(before, today=today)):
            parts.append((before + piece, kind))
        else:
            parts += [(before, was), (piece, kind)]
    return [text for text, _ in parts]


def _kind_of(text: str) -> str:
    low = lowered(text)
    for kind, pattern in words.KINDS:
        if pattern.search(low) and not words.ONLY_TALKED_OF.search(low) and not _denied(kind, low):
            return kind
    return "contact" if words.is_contact(low) else ""


def _denied(kind: str, low: str) -> bool:
    if kind in {"job", "placement"} and (words.tells_of_an_end(low) or words.names_no_employer(low)):
        return True
    return kind not in {"check", "benefit"} and bool(words.NOT.search(low))


def _read(clause: _Clause) -> Fact:
    kind = _kind_of(clause.text)
    if reader := _READERS.get(kind):
        return reader(clause)
    if words.NOT.search(clause.low):
        for name, pattern in words.KINDS:
            if pattern.search(clause.low) and name in _FORMS and name != "check":
                what = _FORMS[name]
                clause.ask(
                    f"A “not” was said, so this is kept as a note. Did it happen all the same? {words.SAID_AS[what]}.",
                    Choice(f"Record {words.SAID_AS[what].lower()}", what, {}),
                )
                break
    return _contact(clause)


# Days


def _in_words(day: date, today: date) -> str:
    near = {today: "today, ", today - timedelta(days=1): "yesterday, ", today + timedelta(days=1): "tomorrow, "}
    return f"{near.get(day, '')}{day:%A} {long_date(day)}"


def _first_capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _day_of(clause: _Clause, name: str, what: str, asks: str, *, plan: str = "") -> tuple[dict[str, Any], date | None]:
    """Read the one day of a fact that has happened; return its field, and the day where it is still to come.

    Without a day, or with two readings, the field is empty and the question stands beside it.
    """
    today = clause.today
    for each in no_days(clause.text, [mention for mention, _ in clause.days]):
        clause.ask(f"“{each}” is no day of the calendar.")
    begun = [each for each in clause.days if not words.UNTIL.search(clause.low[: each[0].start])]
    if not begun:
        clause.ask(asks, Choice(_first_capital(_in_words(today, today)), what, {name: today}))
        return {name: ""}, None
    (mention, days), *others = begun
    for other, _ in [*others, *(each for each in clause.days if each not in begun)]:
        clause.ask(f"“{other.words}” is another day: it stays in what you said.")
    if mention.kind is not Kind.VAGUE and len(days) == 1:
        if days[0] > today:
            return {name: ""}, days[0]
        clause.told.append(_first_capital(_in_words(days[0], today)))
        return {name: days[0]}, None
    choices = [Choice(_in_words(day, today), what, {name: day}) for day in days if day <= today]
    if plan:
        choices += [
            Choice(f"{_in_words(day, today)}: to come", "action", _planned(clause, day)) for day in days if day > today
        ]
    clause.ask(f"Which day is “{mention.words}”?", *choices)
    return {name: ""}, None


def _planned(clause: _Clause, day: date | None) -> dict[str, Any]:
    return {"title_": _title(clause.said), "due_on": day or ""}


def _to_come(clause: _Clause, day: date, what: str, fields: Mapping[str, Any], name: str) -> Fact:
    """Keep what is still to come as an action of the plan: a day ahead cannot be recorded as one that was."""
    thing = words.SAID_AS[what].lower()
    clause.told.append(f"To come: {_in_words(day, clause.today)}, so it is kept as an action of the plan")
    clause.ask(
        f"Has it happened already? Only then can {thing} be recorded.",
        Choice(f"Record {thing}", what, {**fields, name: ""}),
    )
    return clause.fact("action", _planned(clause, day), unread=False)


def _title(said: str) -> str:
    return " ".join(said.split())


# What was said as a contact, or as nothing in particular


def _contact(clause: _Clause) -> Fact:
    channels, result = words.channels_of(clause.low), words.results_of(clause.low)
    channel = channels[0] if channels else ""
    kind = _activity_kind(clause, channel, result)
    is_told = words.WAS_IN_TOUCH.search(clause.low) or words.QUOTED.match(clause.low)
    if not result and channel and _only_ahead(clause) and not is_told:
        if channel not in {"visit", "video", "in_person"}:
            return _errand(clause)
        kind = ActivityKind.APPOINTMENT.value
    fields: dict[str, Any] = {"kind": kind, "channel": "", "note": clause.said}
    if kind:
        clause.told.append(str(ActivityKind(kind).label))
    else:
        clause.ask(
            "Was this a contact with the client? Choose what it was.",
            Choice("A contact that reached the client", "activity", {"kind": "contact", "result": "reached"}),
            Choice("A try that did not reach them", "activity", {"kind": "contact", "result": "no_answer"}),
        )
    if len(channels) > 1 and "in_person" not in channels:
        clause.ask(
            "Two ways were said. Which one is it?",
            *(Choice(words.CHANNEL_NAMES[each], "activity", {"channel": each}) for each in channels),
        )
    elif channel:
        fields["channel"] = channel
        clause.told.append(words.CHANNEL_NAMES[channel])
    fields.update(_result(clause, kind, result))
    if length := words.minutes_of(clause.low):
        fields["length_minutes"] = length
        clause.told.append(f"{length} minutes")
    fields.update(_contact_days(clause, kind, result))
    if kind == ActivityKind.CONTACT and channel == "visit" and not result:
        clause.ask("Was it a visit to a centre?", Choice("A visit to a centre", "activity", {"kind": "centre_visit"}))
    if words.JOB_ENDED.search(clause.low) or (
        words.tells_of_an_end(clause.low) and (words.JOB.search(clause.low) or words.PLACEMENT.search(clause.low))
    ):
        clause.ask("Did a job or a placement end? Open it on the client's page, correct it and enter its last day.")
    return clause.fact("activity", fields, unread=False)


def _activity_kind(clause: _Clause, channel: str, result: list[str]) -> str:
    first = re.match(r"[\w-]*", clause.low.lstrip())
    if first and (kind := words.FIRST_KINDS.get(first[0])):
        return kind
    if words.CENTRE_VISIT.search(clause.low):
        return ActivityKind.CENTRE_VISIT.value
    if words.MISSED & {*result} or words.TURNED_UP.search(clause.low):
        return ActivityKind.APPOINTMENT.value
    if not channel and words.APPOINTMENT.search(clause.low):
        return ActivityKind.APPOINTMENT.value
    return ActivityKind.CONTACT.value if channel or result else ""


def _result(clause: _Clause, kind: str, result: list[str]) -> dict[str, Any]:
    if len(result) == 1:
        clause.told.append(words.RESULT_NAMES[result[0]])
        return {"result": result[0]}
    if len(result) > 1:
        clause.ask(
            "Two results were said. Which one is it?",
            *(Choice(words.RESULT_NAMES[each], "activity", {"result": each}) for each in result),
        )
        return {"result": ""}
    if kind == ActivityKind.CONTACT:
        unanswered = "sent" if words.WRITTEN & {*words.channels_of(clause.low)} else "no_answer"
        clause.ask(
            "Was the client reached?",
            *(Choice(words.RESULT_NAMES[each], "activity", {"result": each}) for each in ("reached", unanswered)),
        )
        return {"result": ""}
    return {}


def _contact_days(clause: _Clause, kind: str, result: list[str]) -> dict[str, Any]:
    """Read when it was, and when to try again. Without a word about the day it is today's."""
    today = clause.today
    found: dict[str, date] = {}
    is_open = False
    for each in no_days(clause.text, [mention for mention, _ in clause.days]):
        clause.ask(f"“{each}” is no day of the calendar. Which day is it?")
        is_open = True
    for mention, days in clause.days:
        sure = len(days) == 1 and mention.kind is not Kind.VAGUE and not _one_of_two(clause, mention)
        is_next = words.TRY.search(clause.low[: mention.start])
        if words.SINCE.search(clause.low[: mention.start]) or (not kind and not is_next):
            _ask_contact_day(clause, mention, days)
            is_open = is_open or not kind
        elif not sure:
            _ask_contact_day(clause, mention, days)
            is_open = is_open or any(day <= today for day in days)
        elif not today - OLDEST_CONTACT <= days[0] <= today + LATEST_PLAN:
            clause.ask(f"“{mention.words}” is {_in_words(days[0], today)}: far away. It stays in the note.")
        elif (days[0] <= today and "occurred_on" not in found) or (
            days[0] > today and kind == ActivityKind.APPOINTMENT and not result and "occurred_on" not in found
        ):
            found["occurred_on"] = days[0]
        elif days[0] > today and "next_on" not in found and is_next:
            found["next_on"] = days[0]
        else:
            _ask_contact_day(clause, mention, days)
            # "met on 1 February" names the day of the meeting itself: today's would be invented.
            is_open = is_open or bool(words.MET_ON.search(clause.low[: mention.start]))
    fields: dict[str, Any] = {"occurred_on": found.get("occurred_on", "" if is_open else today)}
    if fields["occurred_on"]:
        clause.told.append(_first_capital(_in_words(fields["occurred_on"], today)))
    if "next_on" in found:
        fields["next_on"] = found["next_on"]
        clause.told.append(f"Next contact: {_in_words(found['next_on'], today)}")
    return fields


def _one_of_two(clause: _Clause, mention: Mention) -> bool:
    """Tell whether a day is one of two between which nothing was decided: ``Tuesday or Thursday``."""
    return any(
        words.OR.fullmatch(clause.low[first.end : second.start]) and mention in (first, second)
        for (first, _), (second, _) in pairwise(clause.days)
    )


def _ask_contact_day(clause: _Clause, mention: Mention, days: tuple[date, ...]) -> None:
    today = clause.today
    choices = [
        Choice(f"It was {_in_words(day, today)}", "activity", {"occurred_on": day}) for day in days if day <= today
    ]
    for day in days:
        if today < day <= today + LATEST_PLAN:
            said = _in_words(day, today)
            choices.append(Choice(f"Next contact: {said}", "activity", {"occurred_on": today, "next_on": day}))
            if mention.kind is not Kind.VAGUE:
                planned = {"kind": "appointment", "occurred_on": day, "note": clause.said, "result": "", "next_on": ""}
                choices.append(Choice(f"An appointment: {said}", "activity", planned))
    clause.ask(f"What is “{mention.words}”? It stays in the note.", *choices)


def _only_ahead(clause: _Clause) -> bool:
    return bool(clause.days) and all(day > clause.today for _, days in clause.days for day in days)


def _errand(clause: _Clause) -> Fact:
    """Read ``call tomorrow`` as something to do: nobody was in touch yet."""
    mention, days = clause.days[0]
    sure = len(days) == 1 and mention.kind is not Kind.VAGUE and days[0] <= clause.today + LATEST_PLAN
    clause.told.append("Still to be done, so it is kept as an action of the plan")
    if sure:
        clause.told.append(f"By {_in_words(days[0], clause.today)}")
    else:
        _ask_due(clause, mention, days)
    clause.ask(
        "Was the client contacted today?",
        Choice(
            "Record a contact of today",
            "activity",
            {"kind": "contact", "note": clause.said, "occurred_on": clause.today},
        ),
    )
    return clause.fact("action", {**_planned(clause, days[0] if sure else None), "owner": "adviser"}, unread=False)


def _ask_due(clause: _Clause, mention: Mention, days: tuple[date, ...]) -> None:
    coming = [day for day in days if day >= clause.today]
    clause.ask(
        f"Which day is “{mention.words}”?",
        *(Choice(_in_words(day, clause.today), "action", {"due_on": day}) for day in coming),
    )


# What has a form of its own


def _job(clause: _Clause) -> Fact:
    clause.has(words.JOB)
    fields = _employer(clause, "job")
    fields.update(_hours_and_pay(clause))
    if clause.has(words.SELF_EMPLOYED):
        fields["self_employed"] = "true"
        fields.pop("employer", None)
        clause.told.append("Self-employed")
    if clause.has(words.PERMANENT):
        fields["permanent"] = "true"
        clause.told.append("Permanent")
    day, ahead = _day_of(clause, "started_on", "job", "On which day did the job start?", plan="job")
    if ahead:
        return _to_come(clause, ahead, "job", fields, "started_on")
    clause.told.insert(0, "Job start")
    return clause.fact("job", {**fields, **day})


def _placement(clause: _Clause) -> Fact:
    match = clause.has(words.PLACEMENT)
    fields = _employer(clause, "placement")
    said = match[0] if match else ""
    kind = next((kind for part, kind in _PLACEMENTS if part in said), None)
    if kind:
        fields["kind"] = kind.value
    day, ahead = _day_of(clause, "started_on", "placement", "On which day did it start?", plan="placement")
    if ahead:
        return _to_come(clause, ahead, "placement", fields, "started_on")
    clause.told.insert(0, str(kind.label) if kind else "Placement")
    return clause.fact("placement", {**fields, **day})


_PLACEMENTS = (
    ("trial", PlacementKind.WORK_TRIAL),
    ("apprentice", PlacementKind.APPRENTICESHIP),
    ("placement", PlacementKind.WORK_PLACEMENT),
    ("experience", PlacementKind.WORK_PLACEMENT),
)


def _employer(clause: _Clause, what: str) -> dict[str, Any]:
    name = _name_after(clause, words.AT)
    if not name and what == "job":
        name = _name_after(clause, words.JOB_NAMED)
    if name:
        clause.told.append(f"Employer: {name}")
    return {"employer": name}


def _name_after(clause: _Clause, lead: "re.Pattern[str]") -> str:
    """Return the name behind a word such as ``at``, up to a day, an amount or a word that begins something else."""
    match = lead.search(clause.low)
    if match is None:
        return ""
    begin = match.end()
    ends = [len(clause.text)]
    ends += [mention.start for mention, _ in clause.days if mention.start >= begin]
    ends += [found.start() for found in words.ENDS_NAME.finditer(clause.low, begin)]
    name = clause.text[begin : min(ends)].strip(" ,.;:-\u2013")
    clause.taken.append((match.start(), begin + len(name)))
    return name


def _hours_and_pay(clause: _Clause) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    hours = [*words.HOURS.finditer(clause.low)]
    if len(hours) == 1 and not words.HOURS_OTHERWISE.search(clause.low) and Decimal(hours[0]["n"]) <= 168:
        fields["hours_per_week"] = hours[0]["n"]
        clause.taken.append(hours[0].span())
        clause.told.append(f"{hours[0]['n']} hours a week")
    elif hours or words.HOURS_OTHERWISE.search(clause.low):
        clause.ask("How many hours a week? What was said can be read in more than one way.")
    pay = [*words.PAY.finditer(clause.low)]
    if len(pay) == 1 and _is_hourly(pay[0]):
        amount = (pay[0]["n"] or pay[0]["bare"]).replace(",", "")
        fields["hourly_wage"] = amount
        clause.taken.append(pay[0].span())
        clause.told.append(f"£{amount} an hour")
    elif pay:
        clause.ask(f"“{' '.join(each[0].strip() for each in pay)}” is no pay an hour that can be read. Enter it.")
    return fields


def _is_hourly(pay: "re.Match[str]") -> bool:
    amount = (pay["n"] or pay["bare"]).replace(",", "")
    other_unit = pay["k"] or (pay["unit"] and not pay["unit"].startswith("h"))
    return not other_unit and len(amount.partition(".")[2]) <= 2 and Decimal(amount) <= 100


def _check(clause: _Clause) -> Fact:
    low = clause.low
    if {*words.results_of(low)} & {"no_answer", "left_message", "wrong_number", "sent"}:
        return _contact(clause)
    fields: dict[str, Any] = {}
    clause.told.append("Check of a job")
    clause.has(words.CHECK)
    said_weeks = [*words.CHECK_WEEK.finditer(low)]
    clause.taken += [each.span() for each in said_weeks]
    weeks = [*dict.fromkeys(each["a"] or each["b"] or each["c"] for each in said_weeks)]
    if len(weeks) == 1:
        fields["week"] = weeks[0]
        clause.told.append(f"At {weeks[0]} weeks")
    else:
        clause.ask("Which check is it: at 13, 26 or 52 weeks?")
    left = clause.has(words.OUT_OF_WORK)
    still = clause.has(words.STILL_IN_WORK) if not left or "still" in low else None
    if bool(left) != bool(still):
        fields["in_work"] = "false" if left else "true"
        clause.told.append("Not in this work any more" if left else "Still in this work")
    else:
        answers = (("Yes, still in this work", "true"), ("No, the job has ended", "false"))
        clause.ask(
            "Is the client still in this work?", *(Choice(label, "check", {"in_work": code}) for label, code in answers)
        )
    if clause.days:
        day, ahead = _day_of(clause, "checked_on", "check", "On which day?", plan="check")
        if ahead:
            return _to_come(clause, ahead, "check", fields, "checked_on")
        return clause.fact("check", {**fields, **day})
    clause.told.append(_first_capital(_in_words(clause.today, clause.today)))
    return clause.fact("check", {**fields, "checked_on": clause.today})


def _learning(clause: _Clause) -> Fact:
    clause.has(words.LEARNING)
    fields: dict[str, Any] = {"type": "", "level": ""}
    if match := clause.has(words.QUALIFICATION_TYPE):
        fields["type"] = {"esol": QualificationType.ESOL, "nvq": QualificationType.NVQ}[match[0]].value
        clause.told.append(match[0].upper())
    else:
        clause.ask("What kind of learning is it?")
    levels = [*words.LEVEL.finditer(clause.low)]
    if len(levels) == 1 and (match := clause.has(words.LEVEL)):
        fields["level"] = f"entry{match['entry']}" if match["entry"] else (match["level"] or match["short"])
        clause.told.append(f"Entry {match['entry']}" if match["entry"] else f"Level {fields['level']}")
    else:
        clause.ask("Which level?")
    is_enrolment = bool(words.ENROLLED.search(clause.low)) and not words.ACHIEVED.search(clause.low)
    name = "enrolled_on" if is_enrolment else "achieved_on"
    day, ahead = _day_of(
        clause,
        name,
        "qualification",
        f"On which day was it {'begun' if is_enrolment else 'achieved'}?",
        plan="learning",
    )
    if ahead:
        return _to_come(clause, ahead, "qualification", fields, name)
    clause.told.insert(0, "Learning begun" if is_enrolment else "Learning achieved")
    return clause.fact("qualification", {**fields, **day})


def _address(clause: _Clause) -> Fact:
    clause.has(words.MOVED)
    fields: dict[str, Any] = {}
    postcodes = [*words.POSTCODE.finditer(clause.low)]
    if len(postcodes) == 1:
        fields["postcode"] = f"{postcodes[0]['out']} {postcodes[0]['in']}".upper()
        clause.taken.append(postcodes[0].span())
        clause.told.append(f"Postcode {fields['postcode']}")
    elif postcodes:
        clause.ask("Two postcodes were said. Enter the new one.")
    day, ahead = _day_of(clause, "from_date", "address", "Since which day does the client live there?", plan="address")
    if ahead:
        return _to_come(clause, ahead, "address", fields, "from_date")
    clause.told.insert(0, "New address")
    return clause.fact("address", {**fields, **day})


def _benefit(clause: _Clause) -> Fact:
    codes = [code for code, pattern in words.BENEFITS if clause.has(pattern)]
    stopped, begun = clause.has(words.STOPPED), clause.has(words.BEGUN)
    code = codes[0] if len(codes) == 1 else ""
    if code:
        clause.told.append(str(CircumstanceCode(code).label))
    else:
        clause.ask("Which benefit or status is it?")
    if bool(stopped) == bool(begun) or words.NOT_CLAIMING.search(clause.low):
        clause.ask(
            "Did it begin or end?",
            Choice("It began", "circumstance", {"code": code}),
            Choice("It ended", "circumstance-end", {"code": code}),
        )
        return clause.fact("circumstance", {"code": code, "from_date": "", "to_date": ""})
    what, name = ("circumstance-end", "to_date") if stopped else ("circumstance", "from_date")
    asks = "What was the last day of it?" if stopped else "Since which day?"
    day, ahead = _day_of(clause, name, what, asks, plan="benefit")
    fields = {"code": code, **day}
    if ahead:
        return _to_come(clause, ahead, what, fields, name)
    clause.told.insert(0, "It ended" if stopped else "It began")
    if stopped and day[name]:
        before = day[name] - timedelta(days=1)
        clause.ask(
            "The last day still counts. Was it the day before?",
            Choice(_in_words(before, clause.today), what, {name: before}),
        )
    return clause.fact(what, fields)


def _referral(clause: _Clause) -> Fact:
    clause.has(words.REFERRED)
    name = _name_after(clause, words.REFERRED_TO)
    if name:
        clause.told.append(f"To {name}")
    else:
        clause.ask("To which organisation?")
    fields: dict[str, Any] = {"to_organisation": name, "reason": clause.said}
    if clause.days:
        day, ahead = _day_of(clause, "made_on", "referral", "On which day?", plan="referral")
        if ahead:
            return _to_come(clause, ahead, "referral", fields, "made_on")
    else:
        day = {"made_on": clause.today}
        clause.told.append(_first_capital(_in_words(clause.today, clause.today)))
    clause.told.insert(0, "Referral")
    return clause.fact("referral", {**fields, **day}, unread=False)


def _stage(clause: _Clause) -> Fact:
    stage = next((value for pattern, value in words.STAGES if pattern.search(clause.low)), "")
    if stage:
        clause.told.append(f"Step: {Stage(stage).label}")
    else:
        clause.ask("Which step is it?")
    fields: dict[str, Any] = {"stage": stage, "note": clause.said}
    day: dict[str, Any] = {"occurred_on": clause.today}
    if clause.days:
        day, ahead = _day_of(clause, "occurred_on", "stage", "On which day?", plan="stage")
        if ahead:
            return _to_come(clause, ahead, "stage", fields, "occurred_on")
    else:
        clause.told.append(_first_capital(_in_words(clause.today, clause.today)))
    return clause.fact("stage", {**fields, **day}, unread=False)


# Lines that begin with the name of a form


def _action(clause: _Clause, command: "re.Match[str]") -> Fact:
    title = _title(clause.text[command.end() :])
    fields: dict[str, Any] = {"title_": title} if title else {}
    clause.told.append("Action of the plan")
    for mention, _ in clause.days[:1]:
        coming = [day for day in mention.days if clause.today <= day <= clause.today + LATEST_PLAN]
        if len(coming) == 1 and mention.kind is not Kind.VAGUE:
            fields["due_on"] = coming[0]
            clause.told.append(f"By {_in_words(coming[0], clause.today)}")
        else:
            _ask_due(clause, mention, mention.days)
    return clause.fact("action", fields, unread=False)


def _named_form(what: str, name: str) -> Any:
    def read(clause: _Clause, command: "re.Match[str]") -> Fact:
        clause.taken.append(command.span())
        clause.told.append(words.SAID_AS[what])
        if not clause.days:
            return clause.fact(what, {})
        day, ahead = _day_of(clause, name, what, "On which day?")
        if ahead:
            clause.ask(f"{_in_words(ahead, clause.today)} is still to come: it cannot be recorded yet.")
        return clause.fact(what, day)

    return read


_READERS = {
    "job": _job,
    "placement": _placement,
    "check": _check,
    "learning": _learning,
    "address": _address,
    "benefit": _benefit,
    "referral": _referral,
    "stage": _stage,
}
_FORMS = {
    "job": "job",
    "placement": "placement",
    "check": "check",
    "learning": "qualification",
    "address": "address",
    "benefit": "circumstance",
    "referral": "referral",
    "stage": "stage",
}
_COMMANDS = {
    "action": _action,
    "assessment": _named_form("assessment", "assessed_on"),
    "consent": _named_form("consent", "given_on"),
    "job": lambda clause, _: _job(clause),
    "check": lambda clause, _: _check(clause),
    "placement": lambda clause, _: _placement(clause),
    "qualification": lambda clause, _: _learning(clause),
    "stage": lambda clause, _: _stage(clause),
    "address": lambda clause, _: _address(clause),
    "circumstance": lambda clause, _: _benefit(clause),
}
