"""The language of eligibility: what it reads, what it refuses, and that what is not known decides nothing."""

import itertools
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from commissioning.models import Service
from commissioning.queries.eligibility import (
    BENEFITS,
    FACTS,
    STATUSES,
    Both,
    Either,
    Not,
    NotUnderstood,
    Question,
    Rule,
    Words,
    evaluate,
    facts_asked,
    parse,
    reasons,
)
from partners.enums import Role
from tests.conftest import signed_in
from tests.factories.commissioning import ServiceFactory
from tests.factories.partners import OrganisationFactory, StaffFactory

SOMEBODY: dict[str, Any] = {
    "age": Decimal(17),
    "benefit": Words(frozenset({"uc"}), frozenset({"esa", "ib"})),
    "months_on_benefit": Decimal(7),
    "status": Words(frozenset({"neet"})),
    "ward": "Braunstone Park",
    "qualification": Decimal(1),
    "lone_parent": False,
}


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("age >= 16", True),
        ("age < 17", False),
        ("age in (16, 17)", True),
        ("AGE = 17 And NOT lone_parent", True),
        ("lone_parent", False),
        ("lone_parent = no", True),
        ("lone_parent != no", False),
        ("lone_parent in (yes, yes)", False),
        ('ward = "braunstone park"', True),
        ("ward in (Castle, Abbey)", False),
        ("benefit in (jsa, uc)", True),
        ("benefit not in (jsa, uc)", False),
        ("benefit = jsa", False),
        ("benefit = esa", None),
        ("benefit in (uc, esa)", True),
        ("benefit != esa", None),
        ("disability", None),
        ("disability and age > 18", False),
        ("disability or age > 16", True),
        ("not disability", None),
        ("age > 18 or benefit = jsa or status = neet", True),
        ("(age > 18 or benefit = jsa) and status = neet", False),
        ("age > 18 or benefit = uc and status = neet", True),
        ("months_on_benefit >= 6 and qualification < 2", True),
    ],
)
def test_an_expression_is_answered(text: str, answer: bool | None) -> None:
    assert evaluate(parse(text), SOMEBODY) is answer


@pytest.mark.parametrize(
    ("text", "at", "said"),
    [
        ("", 1, "the name of a fact was expected; the expression ends there"),
        ("age", 4, "a comparison after age"),
        ("age >= ", 7, "a value of age was expected"),
        ("age >= old", 8, "a number was expected; “old” stands there"),
        ("height > 3", 1, "“height” is no fact"),
        ("age > 3 age < 5", 9, "“and”, “or” or the end was expected"),
        ("(age > 3", 9, "“)” was expected"),
        ("ward < Castle", 6, "ward is no number"),
        ("benefit in (jsa, dole)", 18, "“dole” is no benefit. Choose from: jsa"),
        ("benefit in jsa", 12, "“(” and a list was expected"),
        ("age > 3; import os", 8, "“;” has no meaning here"),
        ('ward = "Castle', 8, "has no meaning here"),
        ("__import__('os')", 1, "has no meaning here"),
        ("lone_parent = maybe", 15, "Choose from: yes, no"),
        ("not " * 60 + "lone_parent", 161, "at most 40 deep"),
        ("age > 1 " * 500, 2001, "at most 2,000 characters"),
    ],
)
def test_what_cannot_be_read_names_its_place(text: str, at: int, said: str) -> None:
    with pytest.raises(NotUnderstood) as refusal:
        parse(text)
    assert refusal.value.message.startswith(f"At character {at}: ")
    assert said in refusal.value.message


def test_a_no_and_a_not_known_say_what_stands_in_the_way() -> None:
    rule = parse("age >= 18 and (benefit = jsa or group = jsa_6m) and not lone_parent and disability")

    assert reasons(rule, {**SOMEBODY, "group": Words(frozenset())}) == [
        "Age at least 18",
        "Benefit is jsa",
        "Target group is jsa 6m",
    ]
    assert reasons(rule, {"age": Decimal(20), "lone_parent": True, "benefit": Words()}) == ["not: Lone parent: yes"]
    assert reasons(parse("age > 3 and disability"), SOMEBODY) == ["Disability: yes"]
    assert reasons(parse("age > 3"), SOMEBODY) == []


WORD = st.sampled_from(["castle", "abbey", "new parks"])
NUMBER = st.integers(0, 99).map(str)


@st.composite
def questions(draw: Any) -> Question:
    fact = FACTS[draw(st.sampled_from(sorted(FACTS)))]
    values = {"number": NUMBER, "yes_no": st.sampled_from(["yes", "no"])}.get(
        fact.kind, st.sampled_from(fact.codes) if fact.codes else WORD
    )
    sign = draw(st.sampled_from(["=", "!=", *(["<", "<=", ">", ">="] if fact.kind == "number" else [])]))
    several = draw(st.lists(values, min_size=1, max_size=3)) if sign == "=" else [draw(values)]
    return Question(fact.name, sign, tuple(several))


RULES = st.recursive(
    questions(),
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Both(tuple(parts))),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Either(tuple(parts))),
    ),
    max_leaves=8,
)


def written(rule: Rule) -> str:
    if isinstance(rule, Question):
        values = [f'"{each}"' if " " in each else each for each in rule.values]
        if len(values) > 1:
            return f"{rule.fact} in ({', '.join(values)})"
        return f"{rule.fact} {rule.sign} {values[0]}"
    if isinstance(rule, Not):
        return f"not ({written(rule.inner)})"
    word = " and " if isinstance(rule, Both) else " or "
    return f"({word.join(f'({written(part)})' for part in rule.parts)})"


@st.composite
def people(draw: Any) -> dict[str, Any]:
    """Somebody of whom everything is known."""
    known: dict[str, Any] = {}
    for fact in FACTS.values():
        codes = fact.codes or ("castle", "abbey", "new parks")
        known[fact.name] = draw(
            {
                "number": st.integers(0, 99).map(Decimal),
                "yes_no": st.booleans(),
                "word": st.sampled_from(codes),
                "words": st.frozensets(st.sampled_from(codes)).map(Words),
            }[fact.kind]
        )
    return known


def plainly(rule: Rule, person: dict[str, Any]) -> bool:
    """Answer for somebody of whom everything is known: a second reading of the language, written apart."""
    if isinstance(rule, Not):
        return not plainly(rule.inner, person)
    if isinstance(rule, Both):
        return all(plainly(part, person) for part in rule.parts)
    if isinstance(rule, Either):
        return any(plainly(part, person) for part in rule.parts)
    value, wanted = person[rule.fact], rule.values
    if isinstance(value, Words):
        found = bool(set(value.has) & set(wanted))
    elif isinstance(value, bool):
        found = value in {each == "yes" for each in wanted}
    elif isinstance(value, Decimal):
        number = int(wanted[0])
        ordered = {"<": value < number, "<=": value <= number, ">": value > number, ">=": value >= number}
        if rule.sign in ordered:
            return ordered[rule.sign]
        found = str(value) in wanted
    else:
        found = value in wanted
    return found if rule.sign == "=" else not found


@settings(max_examples=150, deadline=None)
@given(RULES, people())
def test_what_is_written_is_read_and_answered_as_it_is_meant(rule: Rule, person: dict[str, Any]) -> None:
    assert evaluate(parse(written(rule)), person) is plainly(rule, person)


@settings(max_examples=150, deadline=None)
@given(RULES, people(), st.frozensets(st.sampled_from(sorted(FACTS))))
def test_what_is_not_known_never_changes_an_answer_that_is_given(
    rule: Rule, person: dict[str, Any], hidden: Any
) -> None:
    """An answer given without some facts is the answer with them, whatever they are: so it tells nothing of them."""
    without = {name: value for name, value in person.items() if name not in hidden}

    answer = evaluate(rule, without)

    assert answer is None or answer is plainly(rule, person)
    if not hidden & facts_asked(rule):
        assert answer is plainly(rule, person)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ago>=<()\"',; inorandt_0123456789;é{}[]\n", max_size=60))
def test_any_text_is_read_or_refused_with_its_place(text: str) -> None:
    with suppress(NotUnderstood):
        assert facts_asked(parse(text)) <= FACTS.keys()


@pytest.mark.usefixtures("scope")
def test_the_directory_takes_no_expression_that_cannot_be_read() -> None:
    body = OrganisationFactory(accountable_body=True)
    typed = {"name": "Advice", "organisation": str(body.uid), "kind": "advice_and_guidance"}
    browser = signed_in(StaffFactory(organisation=body, role=Role.COMMISSIONER))
    page = reverse("commissioning:record-add", args=["services"])

    refused = browser.post(page, {**typed, "eligibility_rule": "age >> 18"}).content.decode()
    kept = browser.post(page, {**typed, "eligibility_rule": "age >= 18 and benefit in (jsa, uc)"})

    assert "at character 6: a value of age was expected; “&gt;” stands there." in refused
    assert "age &gt;&gt; 18" in refused
    assert kept.status_code == 302
    assert Service.objects.get().eligibility_rule == "age >= 18 and benefit in (jsa, uc)"


@pytest.mark.usefixtures("scope")
def test_the_help_page_lists_every_fact_and_code_for_any_adviser() -> None:
    ServiceFactory()
    page = signed_in(StaffFactory(role=Role.ADVISER)).get(reverse("commissioning:eligibility-help")).content.decode()

    for name in itertools.chain(FACTS, BENEFITS, STATUSES):
        assert name in page
