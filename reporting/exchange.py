"""The tables of the exchange package that this app keeps (contract exchange/FIELDS.md)."""

from partners.exchange.declarations import ID, Table, code, day, number, register, text
from partners.exchange.rules import area_rules
from partners.exchange.shapes import PERIOD
from reporting.enums import AreaKind, Degree, RiskStatus
from reporting.models import Milestone, Observation, Risk, Target

TARGETS = Table(
    name="targets",
    model=Target,
    title="Targets, whole-consortium or by area and group",
    columns=(
        ID,
        text("indicator", required=True),
        code("area_kind", AreaKind, required=True),
        text("area"),
        text("group"),
        text("period", PERIOD, required=True),
        number("value", required=True),
    ),
    row_rules=area_rules(),
)

OBSERVATIONS = Table(
    name="observations",
    model=Observation,
    title="Measures taken from outside sources, such as published claimant counts",
    columns=(
        ID,
        text("indicator", required=True),
        code("area_kind", AreaKind, required=True),
        text("area"),
        text("group"),
        day("as_at", required=True),
        number("value", required=True),
        text("source", required=True),
    ),
    row_rules=area_rules(),
)

MILESTONES = Table(
    name="milestones",
    model=Milestone,
    title="Programme milestones",
    columns=(
        ID,
        text("title", required=True),
        text("objective"),
        day("due_on", required=True),
        day("forecast_on"),
        day("achieved_on"),
        text("mitigation"),
    ),
)

RISKS = Table(
    name="risks",
    model=Risk,
    title="Risk log",
    columns=(
        ID,
        text("title", required=True),
        code("likelihood", Degree, required=True),
        code("impact", Degree, required=True),
        text("control"),
        text("owner"),
        code("status", RiskStatus, required=True),
        day("reviewed_on"),
    ),
)


def register_tables() -> None:
    register(TARGETS, OBSERVATIONS, MILESTONES, RISKS)
