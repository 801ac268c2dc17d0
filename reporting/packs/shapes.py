"""What the files of a pack hold: a model for each, read strictly, what is unique in it and what refers to what.

``Text`` must be filled, ``Note`` may be empty. ``Open`` takes ``null`` or an empty value for what a source leaves open:
it is never zero. A column without a default must be in every file.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict
from pydantic_core import PydanticCustomError, PydanticKnownError

from caseload.queries.target_groups import RuleNotUnderstood, check_rule
from commissioning.enums import StreamKind
from partners.enums import Nation, OrganisationType, PriorityAreaKind, Role
from partners.platform.forms.reading import iso_day
from reporting.enums import CLAIMED_ITEMS, NAMES_OF_DWP, RULES, AreaKind, ClaimKind, Degree, LeftOut, Measure

MOST_DIGITS, MOST_DECIMALS = 15, 12
SMALL_NUMBERS = 4
"""Counts of people from 1 to this are small (contract KPIS.md, "Small numbers"). A pack may raise it."""
DIMENSIONS = {
    "target_group",
    "ownership",
    "size_band",
    "level",
    "result",
    "person",
    "benefit",
    "sector",
    "ward",
    "lsoa",
    "centre",
    "funding_stream",
    "indicator",
}


def fault(sentence: str) -> PydanticCustomError:
    return PydanticCustomError("fault", "{sentence}", {"sentence": sentence})


def _filled(text: str) -> str:
    if not text.strip() or text != text.strip():
        raise PydanticKnownError("string_type")
    return text


def _day(value: Any) -> date:
    if (day := iso_day(value)) is None:
        raise PydanticKnownError("date_type")
    return day


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not re.fullmatch(r"-?[0-9]{1,9}", str(value)):
        raise PydanticKnownError("int_type")
    return int(value)


def _number(value: Any) -> Decimal:
    try:
        number = Decimal(str(value))
    except InvalidOperation as problem:
        raise PydanticKnownError("decimal_type") from problem
    if isinstance(value, bool) or not number.is_finite() or not -MOST_DECIMALS <= number.adjusted() < MOST_DIGITS:
        raise PydanticKnownError("decimal_type")
    return number


def _rule(rule: dict[str, Any]) -> dict[str, Any]:
    try:
        check_rule(rule)
    except RuleNotUnderstood as problem:
        raise fault(problem.message) from problem
    return rule


def _small(number: int) -> int:
    if number < SMALL_NUMBERS:
        raise fault(f"must be {SMALL_NUMBERS} or more")
    return number


def one_of(words: Collection[str]) -> AfterValidator:
    def known(word: str) -> str:
        if word not in words:
            raise fault(f"{word!r} is not one of {', '.join(sorted(words))}")
        return word

    return AfterValidator(known)


Value = TypeVar("Value")
Text = Annotated[str, AfterValidator(_filled)]
Note = str
Day = Annotated[date, BeforeValidator(_day)]
Whole = Annotated[int, BeforeValidator(_whole)]
Number = Annotated[Decimal, BeforeValidator(_number)]
Record = dict[str, Any]
Open = Annotated[Value | None, BeforeValidator(lambda value: None if value == "" else value)]


class Row(BaseModel):
    """One item of a file, or a record inside one."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


def no_two(key: str) -> AfterValidator:
    """Refuse a second record with the same value in one column."""

    def apart(rows: list[Row]) -> list[Row]:
        seen: set[Any] = set()
        for number, row in enumerate(rows, 1):
            if (value := getattr(row, key)) in seen:
                raise fault(f"item {number}: {value!r} is there twice")
            seen.add(value)
        return rows

    return AfterValidator(apart)


def _in_order(steps: list["Step"]) -> list["Step"]:
    if [step.order for step in steps] != list(range(1, len(steps) + 1)):
        raise fault("the steps must be in order, from 1")
    return steps


class Consortium(Row):
    slug: Text
    name: Text
    area_name: Note
    programme_start: Open[Day]
    referral_days: Whole
    contact_days: Whole
    nation: Annotated[str, one_of(Nation.values)] = Nation.ENGLAND.value


class Return(Row):
    code: Text
    title: Text
    chain: Open[Text]
    most_words: Open[Whole] = None


class Settings(Row):
    format: Whole
    name: Text
    title: Text
    about: Text
    consortium: Consortium
    returns: Annotated[list[Return], no_two("code")]
    words: Record
    programme_start_basis: Note
    source: Text
    small_numbers: Annotated[Whole, AfterValidator(_small)] = SMALL_NUMBERS


class TargetGroup(Row):
    code: Text
    title: Text
    counted: bool
    rule: Annotated[Record, AfterValidator(_rule)]
    special_category: bool
    definition: Text
    needs: list[Text]
    sub_groups: list[Text]
    source: Text


class Objective(Row):
    code: Text
    number: Whole
    title: Text
    summary: Note
    lead: Note
    outcomes: list[Text]
    source: Text


class Indicator(Row):
    code: Text
    number: Open[Whole]
    objective: Note
    title: Text
    unit: Annotated[Text, one_of({"number", "percent", "gbp", "percentage_points", "ratio"})]
    counts: Text
    measured: Annotated[Text, one_of({"flow", "stock", "other"})]
    direction: Annotated[Text, one_of({"higher_is_better", "lower_is_better", "monitor"})]
    breakdowns: list[Annotated[Text, one_of(DIMENSIONS)]]
    note: Note
    source: Text


class Organisation(Row):
    id: Text
    name: Text
    type: Annotated[Text, one_of(OrganisationType.values)]
    accountable_body: bool
    role: Note
    source: Text


class Amount(Row):
    period: Note
    amount: Open[Number]
    status: Annotated[Text, one_of({"stated", "provisional", "to_be_confirmed", "dash", "blank"})]


class Stream(Row):
    id: Text
    name: Text
    funder: Note
    mainstream: bool
    kind: Annotated[Text, one_of(StreamKind.values)]
    amounts: Annotated[list[Amount], no_two("period")]
    conditions: Note
    objectives: list[Text]
    source: Text


class Milestone(Row):
    id: Text
    title: Text
    objective: Note
    due_on: Day
    due_basis: Note
    target_value: Open[Number]
    unit: Note
    source: Text


class Risk(Row):
    id: Text
    title: Text
    likelihood: Open[Annotated[Text, one_of(Degree.values)]]
    impact: Open[Annotated[Text, one_of(Degree.values)]]
    control: Note
    owner: Note
    review: Note
    source: Text


class Step(Row):
    order: Whole
    action: Text
    role: Annotated[Text, one_of(Role.values)]
    post: Text
    named: bool = False
    working_days: Open[Whole] = None


def _of_a_claim(code: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,33}_claim", code) or code == ClaimKind.DWP:
        raise fault(
            f"the code of a claim is small letters and ends in _claim, and {ClaimKind.DWP.value} is every pack's own"
        )
    return code


def _another_funder(name: str) -> str:
    if name.strip().lower() in NAMES_OF_DWP:
        raise fault(f"{name!r} is asked by {ClaimKind.DWP.value} already")
    return name


def _with_price(rules: list[str]) -> list[str]:
    if LeftOut.NO_PRICE not in rules:
        raise fault(f"{LeftOut.NO_PRICE.value} must be among them: nothing is claimed without a price")
    return rules


def _in_house_order(known: Sequence[str]) -> AfterValidator:
    return AfterValidator(lambda words: [word for word in known if word in words])


class Claim(Row):
    """A claim to another funder than the Department: what it pays, of which streams, and the rules that it has.

    Without ``streams`` it is asked for every stream of these funders. ``basis`` says whose terms they are.
    """

    code: Annotated[Text, AfterValidator(_of_a_claim)]
    title: Text
    about: Text
    funders: list[Annotated[Text, AfterValidator(_another_funder)]]
    streams: list[Text]
    items: Annotated[list[Annotated[Text, one_of(CLAIMED_ITEMS)]], _in_house_order(CLAIMED_ITEMS)]
    rules: Annotated[list[Annotated[Text, one_of(RULES)]], AfterValidator(_with_price), _in_house_order(RULES)]
    basis: Text
    source: Text


class SignOff(Row):
    code: Text
    document: Text
    frequency: Text
    one_person_one_step: bool
    steps: Annotated[list[Step], AfterValidator(_in_order)]
    copied_to: list[Text]
    escalates_to: Note = ""
    escalates_after: Open[Whole] = None
    clock_basis: Note = ""
    rule: Note
    source: Text


class Tolerance(Row):
    """``limit`` is in days for time, in per cent for cost and quality; null where the source gives no number."""

    measure: Annotated[Text, one_of(Measure.values)]
    stage: Note
    limit: Open[Number]
    reported_by: Text
    reported_to: Text
    source: Text


class Stage(Row):
    code: Text
    order: Whole
    title: Text
    covers: list[Text]
    journey: list[Text]
    source: Text


class Approval(Row):
    """Up to how many pounds a role approves what somebody else asks to spend; open: any amount."""

    role: Annotated[Text, one_of(Role.values)]
    up_to: Open[Number]
    basis: Text
    source: Text


class AppraisalFrom(Row):
    """From how many pounds a proposal is a major one, which is appraised before it is approved."""

    from_amount: Number
    basis: Text
    source: Text


class Area(Row):
    kind: Annotated[Text, one_of(PriorityAreaKind.values)]
    lsoa: Note
    ward: Note
    district: Note
    name: Note
    note: Note
    source: Text


class HeadlineTarget(Row):
    line: Text
    lsoa: Note
    value: Whole
    source: Text


class Figure(Row):
    """What a target and an observation share."""

    id: Text
    indicator: Text
    area_kind: Annotated[Text, one_of(AreaKind.values)]
    area: Note
    group: Note
    value: Number
    source: Text


class Target(Figure):
    period: Text


class Observation(Figure):
    as_at: Day


@dataclass(frozen=True)
class File:
    """One file of a pack. ``key`` is unique in it; ``own_id`` says that the key must begin with the pack's name.

    ``refers`` maps a column, or one of each item of a list, to the file whose keys it must name.
    """

    row: type[Row]
    key: tuple[str, ...]
    own_id: bool = False
    refers: dict[str, str] = field(default_factory=dict)

    def key_of(self, row: dict[str, Any]) -> Any:
        found = tuple(row.get(part) for part in self.key)
        return found if len(found) > 1 else found[0]


OBJECTIVE = {"objective": "objectives.json"}
FILES: dict[str, File] = {
    "target_groups.json": File(TargetGroup, ("code",)),
    "objectives.json": File(Objective, ("code",)),
    "indicators.json": File(Indicator, ("code",), refers=OBJECTIVE),
    "organisations.json": File(Organisation, ("id",), own_id=True),
    "streams.json": File(Stream, ("id",), own_id=True, refers={"objectives": "objectives.json"}),
    "milestones.json": File(Milestone, ("id",), own_id=True, refers=OBJECTIVE),
    "risks.json": File(Risk, ("id",), own_id=True),
    "sign_off.json": File(SignOff, ("code",)),
    "claims.json": File(Claim, ("code",), refers={"streams": "streams.json"}),
    "tolerances.json": File(Tolerance, ("measure", "stage")),
    "stages.json": File(Stage, ("code",)),
    "approvals.json": File(Approval, ("role",)),
    "appraisals.json": File(AppraisalFrom, ("from_amount",)),
    "priority_areas.csv": File(Area, ("kind", "lsoa", "ward", "district", "name")),
    "headline_targets.csv": File(HeadlineTarget, ("line", "lsoa"), refers={"line": "indicators.json"}),
    "targets.csv": File(Target, ("id",), own_id=True, refers={"indicator": "indicators.json"}),
    "observations.csv": File(Observation, ("id",), own_id=True),
}
