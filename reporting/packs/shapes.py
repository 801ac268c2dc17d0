"""What the files of a pack hold: their columns, what a value may be, and what refers to what.

The words of a column's kind: ``text`` must be filled, ``note`` may be empty, ``list`` is a list of texts. A column
that is a set of words takes one of them. ``None`` stands for what a source leaves open: it is never zero.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

from partners.enums import Nation, OrganisationType, PriorityAreaKind, Role
from reporting.enums import AreaKind, Degree

TEXT, NOTE, FLAG, DAY, WHOLE, NUMBER, LIST = "text", "note", "flag", "day", "whole", "number", "list"

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


@dataclass(frozen=True)
class Column:
    """One column: ``kind`` is one of the words above; ``words`` are the only values taken; ``open`` takes ``None``.

    ``usual`` stands where a file leaves the column out; without it, every file must have the column.
    """

    kind: str = TEXT
    words: Collection[str] = ()
    open: bool = False
    usual: str | int | None = None


@dataclass(frozen=True)
class Shape:
    """One file of a pack. ``key`` is unique in it; ``own_id`` says that the key must begin with the pack's name.

    ``refers`` maps a column, or one of each item of a list, to the file whose keys it must name.
    """

    key: str | tuple[str, ...]
    columns: dict[str, Column]
    own_id: bool = False
    refers: dict[str, str] = field(default_factory=dict)


def one_of(words: Collection[str], *, open_too: bool = False) -> Column:
    return Column(TEXT, words, open_too)


PACK = Shape(
    key="name",
    columns={
        "format": Column(WHOLE),
        "name": Column(),
        "title": Column(),
        "about": Column(),
        "consortium": Column("record"),
        "returns": Column("records"),
        "words": Column("record"),
        "programme_start_basis": Column(NOTE),
        "source": Column(),
        "small_numbers": Column(WHOLE, usual=SMALL_NUMBERS),
    },
)
CONSORTIUM = Shape(
    key="slug",
    columns={
        "slug": Column(),
        "name": Column(),
        "area_name": Column(NOTE),
        "programme_start": Column(DAY, open=True),
        "referral_days": Column(WHOLE),
        "contact_days": Column(WHOLE),
        "nation": Column(TEXT, Nation.values, usual=Nation.ENGLAND.value),
    },
)
RETURN = Shape(key="code", columns={"code": Column(), "title": Column(), "chain": Column(open=True)})
STEP = Shape(
    key="order",
    columns={"order": Column(WHOLE), "action": Column(), "role": one_of(Role.values), "post": Column()},
)
AMOUNT = Shape(
    key="period",
    columns={
        "period": Column(NOTE),
        "amount": Column(NUMBER, open=True),
        "status": one_of({"stated", "provisional", "to_be_confirmed", "dash", "blank"}),
    },
)

FILES: dict[str, Shape] = {
    "target_groups.json": Shape(
        key="code",
        columns={
            "code": Column(),
            "title": Column(),
            "counted": Column(FLAG),
            "rule": Column("rule"),
            "special_category": Column(FLAG),
            "definition": Column(),
            "needs": Column(LIST),
            "sub_groups": Column(LIST),
            "source": Column(),
        },
    ),
    "objectives.json": Shape(
        key="code",
        columns={
            "code": Column(),
            "number": Column(WHOLE),
            "title": Column(),
            "summary": Column(NOTE),
            "lead": Column(NOTE),
            "outcomes": Column(LIST),
            "source": Column(),
        },
    ),
    "indicators.json": Shape(
        key="code",
        columns={
            "code": Column(),
            "number": Column(WHOLE, open=True),
            "objective": Column(NOTE),
            "title": Column(),
            "unit": one_of({"number", "percent", "gbp", "percentage_points", "ratio"}),
            "counts": Column(),
            "measured": one_of({"flow", "stock", "other"}),
            "direction": one_of({"higher_is_better", "lower_is_better", "monitor"}),
            "breakdowns": Column(LIST, DIMENSIONS),
            "note": Column(NOTE),
            "source": Column(),
        },
        refers={"objective": "objectives.json"},
    ),
    "organisations.json": Shape(
        key="id",
        own_id=True,
        columns={
            "id": Column(),
            "name": Column(),
            "type": one_of(OrganisationType.values),
            "accountable_body": Column(FLAG),
            "role": Column(NOTE),
            "source": Column(),
        },
    ),
    "streams.json": Shape(
        key="id",
        own_id=True,
        columns={
            "id": Column(),
            "name": Column(),
            "funder": Column(NOTE),
            "mainstream": Column(FLAG),
            "kind": Column(),
            "amounts": Column("amounts"),
            "conditions": Column(NOTE),
            "objectives": Column(LIST),
            "source": Column(),
        },
        refers={"objectives": "objectives.json"},
    ),
    "milestones.json": Shape(
        key="id",
        own_id=True,
        columns={
            "id": Column(),
            "title": Column(),
            "objective": Column(NOTE),
            "due_on": Column(DAY),
            "due_basis": Column(NOTE),
            "target_value": Column(NUMBER, open=True),
            "unit": Column(NOTE),
            "source": Column(),
        },
        refers={"objective": "objectives.json"},
    ),
    "risks.json": Shape(
        key="id",
        own_id=True,
        columns={
            "id": Column(),
            "title": Column(),
            "likelihood": one_of(Degree.values, open_too=True),
            "impact": one_of(Degree.values, open_too=True),
            "control": Column(NOTE),
            "owner": Column(NOTE),
            "review": Column(NOTE),
            "source": Column(),
        },
    ),
    "sign_off.json": Shape(
        key="code",
        columns={
            "code": Column(),
            "document": Column(),
            "frequency": Column(),
            "one_person_one_step": Column(FLAG),
            "steps": Column("steps"),
            "copied_to": Column(LIST),
            "rule": Column(NOTE),
            "source": Column(),
        },
    ),
    "stages.json": Shape(
        key="code",
        columns={
            "code": Column(),
            "order": Column(WHOLE),
            "title": Column(),
            "covers": Column(LIST),
            "journey": Column(LIST),
            "source": Column(),
        },
    ),
    "priority_areas.csv": Shape(
        key=("kind", "lsoa", "ward", "district", "name"),
        columns={
            "kind": one_of(PriorityAreaKind.values),
            "lsoa": Column(NOTE),
            "ward": Column(NOTE),
            "district": Column(NOTE),
            "name": Column(NOTE),
            "note": Column(NOTE),
            "source": Column(),
        },
    ),
    "headline_targets.csv": Shape(
        key=("line", "lsoa"),
        columns={"line": Column(), "lsoa": Column(NOTE), "value": Column(WHOLE), "source": Column()},
        refers={"line": "indicators.json"},
    ),
    "targets.csv": Shape(
        key="id",
        own_id=True,
        columns={
            "id": Column(),
            "indicator": Column(),
            "area_kind": one_of(AreaKind.values),
            "area": Column(NOTE),
            "group": Column(NOTE),
            "period": Column(),
            "value": Column(NUMBER),
            "source": Column(),
        },
        refers={"indicator": "indicators.json"},
    ),
    "observations.csv": Shape(
        key="id",
        own_id=True,
        columns={
            "id": Column(),
            "indicator": Column(),
            "area_kind": one_of(AreaKind.values),
            "area": Column(NOTE),
            "group": Column(NOTE),
            "as_at": Column(DAY),
            "value": Column(NUMBER),
            "source": Column(),
        },
    ),
}
