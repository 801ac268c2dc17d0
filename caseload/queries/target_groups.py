"""Who is in which target group on a day: the rules of a consortium's groups, and the one place that reads them.

A rule is data (``TargetGroup.rule``), so that every partnership brings its own groups without code. It is a JSON object
in which every condition must hold:

====================================  =================================================================================
``{"benefit": ["ib", "esa"]}``        a spell of one of these benefits is open on the day
``{"status": ["offender"]}``          a spell of one of these statuses is open on the day
``"months": 6`` beside one of them    that spell began at least six calendar months before the day
``{"ethnicity": ["black_*"]}``        the ethnicity is one of these; ``*`` at the end stands for anything
``{"ethnicity_not": ["white_*"]}``    an ethnicity is given and is none of these
``{"sex": ["female"]}``               likewise for sex, and for ``disability`` and ``qualification`` (the highest)
``{"age_from": 16, "age_to": 18}``    whole years on the day; either end may be left out
``{"children_from": 1}``              at least so many dependent children
``{"ward": ["Castle"]}``              where the person lived on the day; also ``lsoa`` and ``district``
``{"all": [rule, …]}``                every one of these rules holds
``{"any": [rule, …]}``                at least one of them holds
``{"not": rule}``                     it does not hold, and what it asks about is known
====================================  =================================================================================

So ``{"status": ["neet"], "age_from": 16, "age_to": 18}`` is a young person outside education, work and training. What
is unknown decides nothing: a person without a birth date is in no group that needs an age, whichever way it is asked
(contract KPIS.md, "Words"). A day counts as the spell's own from its first to its last.

The reader compiles all groups into one statement, so that a person's groups on a page and 100,000 people's groups in a
return come from the same lines. Records merged into one person are one person: their spells are pooled, their fields
are the surviving record's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import TextChoices

from caseload.enums import BENEFITS, PART_OF_CODE, CircumstanceCode, Disability, Ethnicity, HighestQualification, Sex
from caseload.models import Client, TargetGroup
from caseload.queries.sight import EVERY_PART, Sight, parts_told_by
from partners.errors import CaseloadError

# One bit for each code, so that all spells open on a day are one number.
CODES = list(CircumstanceCode.values)
STATUSES = [code for code in CODES if code not in BENEFITS]
FIELDS: dict[str, tuple[str, type[TextChoices]]] = {
    "ethnicity": ("ethnicity", Ethnicity),
    "sex": ("sex", Sex),
    "disability": ("disability", Disability),
    "qualification": ("highest_qualification", HighestQualification),
}
PLACES = ("ward", "lsoa", "district")


class RuleNotUnderstood(CaseloadError):
    code = "rule_not_understood"


@dataclass(frozen=True)
class Relations:
    """The tables a compiled statement reads, each a table name or a query in brackets.

    ``moments`` (moment, person_id, day), one row for each question; ``people`` (person_id, date_of_birth, ethnicity,
    sex, disability, highest_qualification, dependent_children); ``spells`` (person_id, code, from_date, to_date);
    ``places`` (moment, ward, lsoa, district), read only where a rule asks for an area.
    """

    moments: str
    people: str
    spells: str
    places: str


@dataclass
class Compiler:
    """Turns rules into SQL conditions over one moment; values travel as parameters."""

    parameters: dict[str, Any] = field(default_factory=dict)
    months: set[int] = field(default_factory=set)
    codes: set[str] = field(default_factory=set)
    asks_place: bool = False

    def value(self, value: Any) -> str:
        name = f"rule_{len(self.parameters)}"
        self.parameters[name] = value
        return f"%({name})s"

    def rule(self, rule: Any) -> str:
        if not isinstance(rule, dict) or not rule:
            raise RuleNotUnderstood("A rule is an object with at least one condition.")
        conditions = dict(rule)
        months = conditions.pop("months", 0)
        if not isinstance(months, int) or months < 0 or (months and not {"benefit", "status"} & conditions.keys()):
            raise RuleNotUnderstood("“months” is a whole number and stands beside a benefit or a status.")
        parts = [self.condition(name, value, months) for name, value in conditions.items()]
        return "(" + " AND ".join(parts) + ")"

    def condition(self, name: str, value: Any, months: int) -> str:
        if name in {"all", "any"}:
            return self.several(name, value)
        if name == "not":
            return f"(NOT {self.rule(value)})"
        if name in {"benefit", "status"}:
            return self.spell(value, among=list(BENEFITS) if name == "benefit" else STATUSES, months=months)
        if name in {"age_from", "age_to", "children_from"}:
            return self.number(name, value)
        if name in PLACES:
            self.asks_place = True
            return f"(NULLIF(place.{name}, '') = ANY({self.value(words(value))}))"
        return self.choice(name, value)

    def several(self, name: str, value: Any) -> str:
        if not isinstance(value, list) or not value:
            raise RuleNotUnderstood(f"“{name}” takes a list of rules.")
        return "(" + (" AND " if name == "all" else " OR ").join(self.rule(each) for each in value) + ")"

    def spell(self, value: Any, *, among: list[str], months: int) -> str:
        codes = words(value)
        if unknown := [code for code in codes if code not in among]:
            raise RuleNotUnderstood(f"“{unknown[0]}” is not one of: {', '.join(among)}.")
        self.codes.update(codes)
        if months:
            self.months.add(months)
        mask = sum(1 << CODES.index(code) for code in set(codes))
        return f"(COALESCE(spells.open_{months}, 0) & {mask} <> 0)"

    def number(self, name: str, value: Any) -> str:
        if not isinstance(value, int) or value < 0:
            raise RuleNotUnderstood(f"“{name}” takes a whole number.")
        if name == "children_from":
            return f"(person.dependent_children >= {value})"
        return f"({AGE} {'>=' if name == 'age_from' else '<='} {value})"

    def choice(self, name: str, value: Any) -> str:
        column, choices = FIELDS.get(name.removesuffix("_not"), ("", Sex))
        if not column or (name.endswith("_not") and name != "ethnicity_not"):
            raise RuleNotUnderstood(f"“{name}” is not a condition this system knows.")
        chosen = expand(words(value), choices.values)
        negation = "<> ALL" if name.endswith("_not") else "= ANY"
        return f"(NULLIF(person.{column}, '') {negation}({self.value(chosen)}))"


# Whole years on the day; they go up on the birthday, and on 1 March for 29 February (contract KPIS.md, "Words").
AGE = (
    "(date_part('year', moment.day) - date_part('year', person.date_of_birth)"
    " - ((date_part('month', moment.day), date_part('day', moment.day))"
    " < (date_part('month', person.date_of_birth), date_part('day', person.date_of_birth)))::int)"
)


def words(value: Any) -> list[str]:
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list) or not listed or not all(isinstance(each, str) for each in listed):
        raise RuleNotUnderstood("A condition takes a word or a list of words.")
    return listed


def expand(patterns: Iterable[str], among: Sequence[str]) -> list[str]:
    """Return the values that the patterns name, so that SQL compares for equality only."""
    chosen: list[str] = []
    for pattern in patterns:
        prefix = pattern.removesuffix("*")
        found = [value for value in among if (value.startswith(prefix) if pattern != prefix else value == pattern)]
        if not found:
            raise RuleNotUnderstood(f"“{pattern}” is not one of: {', '.join(among)}.")
        chosen += found
    return chosen


def check_rule(rule: Any) -> None:
    """Raise :class:`RuleNotUnderstood`, with a sentence for people, unless the rule can be read."""
    Compiler().rule(rule)


def spell_bit(column: str, codes: Iterable[str]) -> str:
    """Return the SQL that turns a code column into its bit."""
    cases = " ".join(f"WHEN '{code}' THEN {1 << CODES.index(code)}" for code in sorted(codes))
    return f"CASE {column} {cases} ELSE 0 END" if cases else "0"


def memberships_sql(groups: Sequence[TargetGroup], relations: Relations) -> tuple[str, dict[str, Any]]:
    """Return a query yielding (moment, groups) for every moment, and its parameters.

    ``groups`` is a text array of codes in the order of the groups. A group without a rule has no members.
    """
    compiler = Compiler()
    flags = [
        f"CASE WHEN {compiler.rule(group.rule)} THEN {compiler.value(group.code)} END" for group in groups if group.rule
    ]
    chosen = f"array_remove(ARRAY[{', '.join(flags)}]::text[], NULL)" if flags else "'{}'::text[]"
    joins = [f"LEFT JOIN {open_spells(compiler, relations)} spells ON spells.moment = moment.moment"]
    if compiler.asks_place:
        joins.append(f"LEFT JOIN {relations.places} place ON place.moment = moment.moment")
    return (
        f"SELECT moment.moment, {chosen} AS groups FROM {relations.moments} moment"  # noqa: S608  values are parameters
        f" JOIN {relations.people} person ON person.person_id = moment.person_id {' '.join(joins)}"
    ), compiler.parameters


def open_spells(compiler: Compiler, relations: Relations) -> str:
    """Return the spells open on each moment's day as bits: all of them, and those begun so many months before."""
    if not compiler.codes:
        return "(SELECT NULL::bigint AS moment, 0 AS open_0)"
    bit = spell_bit("spell.code", compiler.codes)
    begun = "".join(
        f", bit_or({bit}) FILTER (WHERE spell.from_date <= (moment.day - interval '{months} months')::date)"
        f" AS open_{months}"
        for months in sorted(compiler.months)
    )
    codes = compiler.value(sorted(compiler.codes))
    return (
        f"(SELECT moment.moment, bit_or({bit}) AS open_0{begun} FROM {relations.moments} moment"  # noqa: S608  as above
        f" JOIN {relations.spells} spell ON spell.person_id = moment.person_id AND spell.code = ANY({codes})"
        " AND spell.from_date <= moment.day AND (spell.to_date IS NULL OR spell.to_date >= moment.day)"
        " GROUP BY moment.moment)"
    )


def groups_of(client: Client, sight: Sight, *, on: date) -> list[TargetGroup]:
    """Return the target groups of one person on a day that a reader may know, in the consortium's order: two queries.

    A group that tells nothing but parts the reader may read stands as it is. Any other follows from what they may read,
    or stays hidden; so does one that asks what somebody is not.
    """
    groups = [group for group in TargetGroup.objects.order_by("position", "code") if may_tell(group, sight)]
    person = client.merged_into_id or client.pk
    hidden = sight.hidden_fields(person)
    relations = Relations(
        moments="(SELECT 1 AS moment, %(person)s::bigint AS person_id, %(day)s::date AS day)",
        people="(SELECT id AS person_id, date_of_birth, sex, highest_qualification, dependent_children,"
        " CASE WHEN %(shows_ethnicity)s THEN ethnicity END AS ethnicity,"
        " CASE WHEN %(shows_disability)s THEN disability END AS disability FROM caseload_client WHERE id = %(person)s)",
        spells="(SELECT %(person)s::bigint AS person_id, code, from_date, to_date FROM caseload_clientcircumstance"
        " WHERE client_id IN (SELECT id FROM caseload_client WHERE id = %(person)s OR merged_into_id = %(person)s)"
        " AND (code <> ALL(%(closed)s) OR client_id = ANY(%(own)s) OR organisation_id = %(organisation)s))",
        places="(SELECT 1 AS moment, * FROM caseload_clientaddress WHERE client_id IN"
        " (SELECT id FROM caseload_client WHERE id = %(person)s OR merged_into_id = %(person)s)"
        " AND from_date <= %(day)s AND (to_date IS NULL OR to_date >= %(day)s)"
        " ORDER BY from_date DESC, external_id DESC LIMIT 1)",
    )
    sql, parameters = memberships_sql(groups, relations)
    values = {
        **parameters,
        "person": person,
        "day": on,
        "shows_ethnicity": "ethnicity" not in hidden,
        "shows_disability": "disability" not in hidden,
        "closed": [str(code) for code, part in PART_OF_CODE.items() if part not in sight.parts],
        "own": sorted(sight.own),
        "organisation": sight.organisation_id,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        row = cursor.fetchone()
    codes = set(row[1]) if row else set()
    return [group for group in groups if group.code in codes]


def may_tell(group: TargetGroup, sight: Sight) -> bool:
    """Tell whether being in a group may be worked out for a reader; a rule with a "not" would tell what is hidden."""
    told = parts_told_by(group)
    return told <= sight.parts or (told != EVERY_PART and "not" not in str(group.rule))
