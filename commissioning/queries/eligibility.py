"""Who a service is for, as an expression that is read, checked and evaluated, and never run as code (COM-04).

    age >= 18 and (benefit in (jsa, uc) or group = jsa_6m) and not priority_area = no

========================================  ==========================================================================
``age >= 18``                             a number compared: ``= != < <= > >=``
``benefit = jsa``                         a word compared; of a fact with several values, one of them
``ward in ("Castle", Abbey)``             one of a list; ``not in`` turns it round. Quotes where a name has blanks
``lone_parent``                           a fact that is yes or no, alone or with ``= yes``, ``= no``
``not``, ``and``, ``or``, brackets        in this order of binding
========================================  ==========================================================================

An answer is yes, no or not known. What is not known decides nothing: ``false and unknown`` is no, ``true or unknown``
is yes, anything else with it is not known. So nothing that a reader may not know can be told by an answer.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from partners.errors import CaseloadError

Kind = Literal["number", "word", "words", "yes_no"]
Answer = bool | None
LONGEST, DEEPEST = 2_000, 40


@dataclass(frozen=True)
class FactKind:
    """A fact that expressions may ask about: what it is, how the page calls it, and its codes where they are fixed."""

    name: str
    kind: Kind
    label: str
    about: str
    codes: tuple[str, ...] = ()


BENEFITS = ("jsa", "ib", "is_lone_parent", "esa", "uc", "other_benefit")
STATUSES = (
    *("offender", "new_arrival", "refugee", "economic_migrant", "neet", "lone_parent", "drug_alcohol"),
    *("homeless", "carer", "low_income"),
)
FACTS: dict[str, FactKind] = {
    each.name: each
    for each in (
        FactKind("age", "number", "Age", "Whole years today."),
        FactKind("benefit", "words", "Benefit", "The benefits claimed today.", BENEFITS),
        FactKind("months_on_benefit", "number", "Months on benefit", "Whole months of the longest claim open today."),
        FactKind("status", "words", "Status", "The statuses held today.", STATUSES),
        FactKind("group", "words", "Target group", "The codes of the partnership's target groups one is in today."),
        FactKind("ward", "word", "Ward", "Where somebody lives today."),
        FactKind("lsoa", "word", "LSOA", "The small area of the address of today, as E01013620."),
        FactKind("district", "word", "District", "The district of the address of today."),
        FactKind("priority_area", "yes_no", "Lives in a priority area", "One of the plan's priority areas."),
        FactKind("qualification", "number", "Highest level", "0 for none or entry level, then 1 to 4."),
        FactKind("disability", "yes_no", "Disability", "As the client has told it."),
        FactKind("lone_parent", "yes_no", "Lone parent", "By status, or by Income Support as a lone parent."),
        FactKind("children", "number", "Dependent children", "How many."),
        FactKind("sex", "word", "Sex", "As it is recorded.", ("female", "male", "other")),
    )
}
_TOKEN = re.compile(r'\s*(?:(<=|>=|!=|[=<>(),])|("[^"]*")|(\d+(?:\.\d+)?)|([A-Za-z][\w-]*)|(\S))')
_ORDERS = ("<", "<=", ">", ">=")
_WORDS_OF = {"=": "is", "!=": "is not", "<": "below", "<=": "at most", ">": "above", ">=": "at least"}


class NotUnderstood(CaseloadError):
    """What is wrong, with the place counted in characters from 1."""

    code = "eligibility_not_understood"

    def __init__(self, at: int, what: str) -> None:
        self.at = at
        super().__init__(f"At character {at + 1}: {what}", field="eligibility_rule")


@dataclass(frozen=True)
class Token:
    text: str
    at: int
    kind: str


@dataclass(frozen=True)
class Question:
    """One question about one fact; ``values`` are numbers as text, or words in small letters."""

    fact: str
    sign: str
    values: tuple[str, ...]

    def __str__(self) -> str:
        label, values = FACTS[self.fact].label, " or ".join(self.values)
        if FACTS[self.fact].kind == "yes_no":
            return f"{label}: {self.values[0] if self.sign == '=' else 'yes' if self.values[0] == 'no' else 'no'}"
        return f"{label} {_WORDS_OF[self.sign]} {values.replace('_', ' ')}"


@dataclass(frozen=True)
class Not:
    inner: "Rule"


@dataclass(frozen=True)
class Both:
    parts: "tuple[Rule, ...]"


@dataclass(frozen=True)
class Either:
    parts: "tuple[Rule, ...]"


Rule = Question | Not | Both | Either


@dataclass(frozen=True)
class Words:
    """A fact with several values: those it has, and those of which this reader may not know whether it has them."""

    has: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()


Value = Decimal | str | bool | Words | None
"""None: not known."""


def parse(text: str) -> Rule:
    """Read an expression.

    :raises NotUnderstood: with the place and what was expected there
    """
    if len(text) > LONGEST:
        raise NotUnderstood(LONGEST, f"an expression has at most {LONGEST:,} characters.")
    return _Reader(_tokens(text)).whole()


def _tokens(text: str) -> list[Token]:
    found, at, end = [], 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None or match[5]:
            place = match.start(5) if match else at
            raise NotUnderstood(place, f"“{text[place]}” has no meaning here.")
        number = next(i for i in range(1, 5) if match[i])
        found.append(Token(match[number], match.start(number), ("", "sign", "quoted", "number", "word")[number]))
        at = match.end()
    return [*found, Token("", end, "end")]


class _Reader:
    """Reads tokens from left to right: one method for each rule of the grammar."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens, self.place, self.depth = tokens, 0, 0

    @property
    def now(self) -> Token:
        return self.tokens[self.place]

    def is_next(self, text: str) -> bool:
        """Tell whether the next token is a sign or a word of the language, and pass it if it is."""
        token = self.now
        if token.kind in {"quoted", "end"} or token.text.lower() != text:
            return False
        self.place += 1
        return True

    def wanted(self, what: str) -> NotUnderstood:
        token = self.now
        there = f"“{token.text}” stands there" if token.text else "the expression ends there"
        return NotUnderstood(token.at, f"{what} was expected; {there}.")

    def whole(self) -> Rule:
        rule = self.either()
        if self.now.kind != "end":
            raise self.wanted("“and”, “or” or the end")
        return rule

    def either(self) -> Rule:
        parts = [self.both()]
        while self.is_next("or"):
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def both(self) -> Rule:
        parts = [self.one()]
        while self.is_next("and"):
            parts.append(self.one())
        return parts[0] if len(parts) == 1 else Both(tuple(parts))

    def one(self) -> Rule:
        self.depth += 1
        if self.depth > DEEPEST:
            raise NotUnderstood(self.now.at, f"brackets and “not” go at most {DEEPEST} deep.")
        rule = self._one()
        self.depth -= 1
        return rule

    def _one(self) -> Rule:
        if self.is_next("not"):
            return Not(self.one())
        if self.is_next("("):
            rule = self.either()
            if not self.is_next(")"):
                raise self.wanted("“)”")
            return rule
        return self.test()

    def test(self) -> Rule:
        token = self.now
        if token.kind != "word":
            raise self.wanted("the name of a fact")
        fact = FACTS.get(token.text.lower())
        if fact is None:
            raise NotUnderstood(token.at, f"“{token.text}” is no fact. The facts are: {', '.join(FACTS)}.")
        self.place += 1
        return self._asked(fact)

    def _asked(self, fact: FactKind) -> Rule:
        if self.is_next("in"):
            return Question(fact.name, "=", self._listed(fact))
        if self.now.text.lower() == "not" and self.tokens[self.place + 1].text.lower() == "in":
            self.place += 2
            return Not(Question(fact.name, "=", self._listed(fact)))
        sign, at = self.now.text, self.now.at
        if sign in _WORDS_OF and self.now.kind == "sign":
            self.place += 1
            if sign in _ORDERS and fact.kind != "number":
                raise NotUnderstood(at, f"{fact.name} is no number: use = or !=.")
            return Question(fact.name, sign, (self._value(fact),))
        if fact.kind == "yes_no":
            return Question(fact.name, "=", ("yes",))
        raise self.wanted(f"a comparison after {fact.name}, as “=” or “in”")

    def _listed(self, fact: FactKind) -> tuple[str, ...]:
        if not self.is_next("("):
            raise self.wanted("“(” and a list")
        values = [self._value(fact)]
        while self.is_next(","):
            values.append(self._value(fact))
        if not self.is_next(")"):
            raise self.wanted("“,” or “)”")
        return tuple(values)

    def _value(self, fact: FactKind) -> str:
        token = self.now
        value = token.text.strip('"').strip().lower()
        if token.kind not in {"word", "number", "quoted"} or not value:
            raise self.wanted(f"a value of {fact.name}")
        if fact.kind == "number" and token.kind != "number":
            raise self.wanted("a number")
        allowed = ("yes", "no") if fact.kind == "yes_no" else fact.codes
        if allowed and value not in allowed:
            raise NotUnderstood(token.at, f"“{token.text}” is no {fact.name}. Choose from: {', '.join(allowed)}.")
        self.place += 1
        return value


def evaluate(rule: Rule, facts: Mapping[str, Value]) -> Answer:
    """Return yes, no, or None: not known (Kleene's three values)."""
    if isinstance(rule, Question):
        return _tested(rule, facts.get(rule.fact))
    if isinstance(rule, Not):
        inner = evaluate(rule.inner, facts)
        return None if inner is None else not inner
    answers = [evaluate(part, facts) for part in rule.parts]
    decides = isinstance(rule, Either)
    if decides in answers:
        return decides
    return None if None in answers else not decides


def _tested(test: Question, value: Value) -> Answer:
    if value is None:
        return None
    if isinstance(value, Words):
        found = _among(value, test.values)
        return found if found is None or test.sign == "=" else not found
    if isinstance(value, bool):
        return (("yes" if value else "no") in test.values) == (test.sign == "=")
    if isinstance(value, Decimal):
        return any(_compared(value, test.sign, Decimal(each)) for each in test.values)
    return (value.strip().lower() in test.values) == (test.sign == "=")


def _among(value: Words, wanted: Sequence[str]) -> Answer:
    if value.has.intersection(wanted):
        return True
    return None if value.unknown.intersection(wanted) else False


def _compared(value: Decimal, sign: str, other: Decimal) -> bool:
    return {
        "=": value == other,
        "!=": value != other,
        "<": value < other,
        "<=": value <= other,
        ">": value > other,
        ">=": value >= other,
    }[sign]


def reasons(rule: Rule, facts: Mapping[str, Value]) -> list[str]:
    """Return what stands in the way of a yes: for a no the questions that fail, else those that are not known."""
    answer = evaluate(rule, facts)
    return [] if answer else list(dict.fromkeys(_behind(rule, facts, answer, wanted=True)))


def _behind(rule: Rule, facts: Mapping[str, Value], answer: Answer, *, wanted: bool) -> list[str]:
    """Return the questions that gave an answer; ``wanted`` is what each would have to be for a yes of the whole."""
    if isinstance(rule, Question):
        return [str(rule) if wanted else f"not: {rule}"]
    if isinstance(rule, Not):
        return _behind(rule.inner, facts, None if answer is None else not answer, wanted=not wanted)
    behind = [part for part in rule.parts if evaluate(part, facts) == answer]
    return [text for part in behind for text in _behind(part, facts, answer, wanted=wanted)]


def facts_asked(rule: Rule) -> set[str]:
    if isinstance(rule, Question):
        return {rule.fact}
    if isinstance(rule, Not):
        return facts_asked(rule.inner)
    return set().union(*(facts_asked(part) for part in rule.parts))
