"""What advisers say in the quick entry line: what is understood, what is asked, what stays as it was said.

``sentences.txt`` is the table, read on Saturday, 28 November 2026: a sentence, then each of its facts as the form with
its fields (``asked`` are those left empty for the person, ``unread`` the words that no field keeps), then the questions
with their choices.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseload.forms.entries import ENTRY_FORMS
from caseload.forms.facts import FACT_FORMS
from caseload.quick.days import find_days
from caseload.quick.reading import Fact, Understood, understand
from caseload.quick.words import SMALL

SATURDAY = date(2026, 11, 28)
TABLE = Path(__file__).with_name("sentences.txt").read_text(encoding="utf-8").split("\n\n")
HAPPENED = ("occurred_on", "started_on", "checked_on", "achieved_on", "enrolled_on", "from_date", "to_date", "made_on")
KEPT_IN = {"activity": "note", "stage": "note", "referral": "reason"}
WORDS = [
    "call",
    "called",
    "rang",
    "no",
    "answer",
    "try",
    "next",
    "by",
    "on",
    "at",
    "until",
    "for",
    "since",
    "from",
    "not",
    "didn't",
    "job",
    "at",
    "Tesco",
    "started",
    "starts",
    "jsa",
    "uc",
    "stopped",
    "claiming",
    "moved",
    "to",
    "LE3",
    "1AA",
    "got",
    "level",
    "2",
    "maths",
    "week",
    "13",
    "check",
    "still",
    "working",
    "left",
    "referred",
    "trial",
    "appointment",
    "tuesday",
    "friday",
    "mon",
    "today",
    "yesterday",
    "tomorrow",
    "3",
    "Jul",
    "7",
    "Dec",
    "29/11/26",
    "31/6",
    "24/7",
    "last",
    "week",
    "month",
    "ago",
    "in",
    "2",
    "weeks",
    "16",
    "hours",
    "£11.44",
    "10am",
    "action",
    ",",
    ";",
    ".",
    "and",
    "then",
    "\u2013",
    "\u2019",
    "محمد",
    "²",
    "٣",
    "May",
    "March",
    "sun",
]
lines = st.one_of(st.text(max_size=200), st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join))
days = st.dates(date(2007, 1, 1), date(2060, 12, 31))


def shown(understood: Understood) -> Iterator[str]:
    for fact in understood.facts:
        said = {name: value for name, value in fact.fields.items() if name not in {"note", "reason"}}
        fields = "; ".join(f"{name} {value}" for name, value in said.items() if value != "")
        empty = ", ".join(name for name, value in said.items() if value == "" and name not in {"channel", "result"})
        yield (
            f"  {fact.what}"
            + (f": {fields}" if fields else "")
            + (f" | asked: {empty}" if empty else "")
            + (f" | unread: {fact.unread}" if fact.unread else "")
        )
        for question in fact.asked:
            yield "    ? " + " / ".join([question.text, *(each.label for each in question.choices)]).replace(
                " / ", " ", 1
            )


@pytest.mark.parametrize("entry", [entry for entry in TABLE if entry.strip()], ids=lambda entry: entry.splitlines()[0])
def test_a_sentence_is_read_as_people_mean_it(entry: str) -> None:
    sentence, *expected = entry.strip("\n").splitlines()

    assert list(shown(understand(sentence, today=SATURDAY))) == expected


def test_the_table_is_long_enough_to_mean_something() -> None:
    assert len(TABLE) >= 220


@given(said=lines, today=days)
def test_no_word_is_ever_lost(said: str, today: date) -> None:
    understood = understand(said, today=today)

    assert understood.said.split() == said.split()
    for fact in understood.facts:
        if kept := KEPT_IN.get(fact.what):
            assert str(fact.fields.get(kept, "")).split() == said.split()
    if understood.first.what == "action" and "title_" in understood.first.fields:
        assert set(said.split()[1:]) <= {*str(understood.first.fields["title_"]).split(), *said.split()[:3]}
    assert {word for fact in understood.facts for word in fact.words.split()} >= {*said.split()} - {""}


@given(said=lines, today=days)
def test_nothing_is_recorded_that_is_still_to_come_or_cannot_be(said: str, today: date) -> None:
    for fact in understand(said, today=today).facts:
        assert fact.what in {*ENTRY_FORMS, *FACT_FORMS, "circumstance-end", "referral"}
        for fields in (fact.fields, *(c.fields for question in fact.asked for c in question.choices)):
            check_days(fact, dict(fields), today)


def check_days(fact: Fact, fields: dict[str, object], today: date) -> None:
    is_planned = fields.get("kind", fact.fields.get("kind")) == "appointment"
    for name in HAPPENED:
        day = fields.get(name)
        if isinstance(day, date) and not (name == "occurred_on" and is_planned):
            assert day <= today
    for name in ("due_on", "next_on"):
        day = fields.get(name)
        if isinstance(day, date):
            assert day >= today


@given(
    today=days, ahead=st.integers(1, 6), lead=st.sampled_from(["try", "try again", "retry", "next", "chase", "try on"])
)
def test_after_try_comes_a_day_ahead(today: date, ahead: int, lead: str) -> None:
    coming = today + timedelta(days=ahead)

    fact = understand(f"call, no answer, {lead} {coming:%A}", today=today).first

    assert (fact.fields["occurred_on"], fact.fields["result"]) == (today, "no_answer")
    assert fact.fields.get("next_on") in {coming, None}
    if lead != "next":  # "next Friday" can be the one after
        assert fact.fields["next_on"] == coming


@given(today=days, day=st.dates(date(2007, 1, 1), date(2060, 12, 31)))
def test_a_date_with_its_year_is_never_moved(today: date, day: date) -> None:
    for typed in (f"{day:%Y-%m-%d}", f"{day:%d/%m/%Y}", f"{day:%d %B %Y}", f"{day:%d/%m/%y}", f"{day.day} {day:%b %Y}"):
        (mention,) = find_days(f"called {typed} about the course", today=today)
        assert mention.days == (day,)


def test_words_that_no_field_keeps_are_named() -> None:
    fact = understand("change of address 12 High St LE3 1AA", today=SATURDAY).first

    assert fact.unread == "12 High St"
    assert not SMALL.fullmatch("high")
