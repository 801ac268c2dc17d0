"""What was delivered under a contract, against what was planned (COM-09): people and activities by month.

The profile names indicators; here stand the records of each that can name a contract. These are records made under the
contract, not the signed figures of a return, which know target groups, windows and double counts.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import CharField, Count, QuerySet, Sum, Value
from django.db.models.functions import TruncMonth

from caseload.enums import ActivityKind, PlacementKind, QualificationLevel, QualificationType, Stage
from caseload.models import Activity, Enrolment, Job, Placement, PreRecruitmentActivity, Qualification, StageEvent
from commissioning.models import Contract, ContractProfile

ENGAGING = (ActivityKind.ENGAGEMENT, ActivityKind.SURVEY, ActivityKind.CONSULTATION)
ESOL_LEVELS = ("entry3", "1", "2", "3", "4")


@dataclass(frozen=True)
class Output:
    """How the records of an indicator are found: model, day, condition."""

    title: str
    model: Any
    day: str
    only: dict[str, Any] = field(default_factory=dict)


OUTPUTS: dict[str, Output] = {
    "kpi_4": Output("Jobs through an interview guarantee", Job, "started_on", {"jigs_agreement__isnull": False}),
    "kpi_5": Output("Work placements", Placement, "started_on", {"kind": PlacementKind.WORK_PLACEMENT}),
    "kpi_6": Output("Pre-recruitment activities", PreRecruitmentActivity, "ended_on"),
    "kpi_9": Output(
        "ESOL at Entry 3 or above",
        Qualification,
        "achieved_on",
        {"type": QualificationType.ESOL, "accredited": True, "level__in": ESOL_LEVELS},
    ),
    "kpi_11": Output("Residents engaged", Activity, "occurred_on", {"kind__in": ENGAGING}),
    "kpi_13": Output(
        "First NVQ level 2",
        Qualification,
        "achieved_on",
        {"type": QualificationType.NVQ, "level": QualificationLevel.LEVEL_2, "first_at_level": True},
    ),
    "kpi_16": Output("Visits to centres", Activity, "occurred_on", {"kind": ActivityKind.CENTRE_VISIT}),
    "kpi_22": Output("In work at 13 weeks", Job, "started_on", {"checks__week": 13, "checks__in_work": True}),
    "journey_job_started": Output("Job starts", Job, "started_on"),
    "enrolments": Output("Enrolments", Enrolment, "started_on"),
    **{
        f"journey_{stage.value}": Output(str(stage.label), StageEvent, "occurred_on", {"stage": stage})
        for stage in Stage
    },
}
# Outputs of the Leicester plan whose records name no contract.
NAMES = {
    "kpi_10": "Health providers in the programme",
    "kpi_14": "Training and employment centres",
    "kpi_17": "Employer events",
    "kpi_18": "Employers offering training in work",
    "kpi_19": "Starts of training in work",
    "kpi_20": "Results of training in work",
    "kpi_21": "People supported in work",
}
TITLES = {**{code: output.title for code, output in OUTPUTS.items()}, **NAMES}
ALWAYS = ("enrolments", "journey_job_started")


@dataclass
class Line:
    """An indicator of the contract: planned and recorded to date, and by month."""

    code: str
    title: str
    planned: Decimal | None = None
    planned_to_date: Decimal | None = None
    recorded: int | None = None
    months: dict[date, tuple[Decimal, int]] = field(default_factory=dict)

    @property
    def percent(self) -> int | None:
        if not self.planned_to_date or self.recorded is None:
            return None
        return int(100 * self.recorded / self.planned_to_date)


def outputs_of(contract: Contract, *, today: date) -> list[Line]:
    """Return the planned outputs with what is recorded, then what is recorded without a plan: two queries."""
    planned: dict[str, dict[date, Decimal]] = defaultdict(dict)
    rows = ContractProfile.objects.filter(contract=contract, kind="output").values_list("indicator", "month")
    for code, month, amount in rows.annotate(Sum("planned")).order_by("indicator", "month"):
        planned[code][month] = amount
    codes = [*planned, *(code for code in ALWAYS if code not in planned)]
    recorded = _recorded(contract, [code for code in codes if code in OUTPUTS], today)
    lines = [_line(code, planned.get(code), recorded.get(code), today) for code in codes]
    return [line for line in lines if line.planned is not None or line.recorded]


def _line(code: str, plan: dict[date, Decimal] | None, found: dict[date, int] | None, today: date) -> Line:
    known = code in OUTPUTS
    counted = found or {}
    months = sorted({*(plan or {}), *counted})
    return Line(
        code=code,
        title=OUTPUTS[code].title if known else NAMES.get(code, code.replace("_", " ")),
        planned=sum(plan.values(), Decimal(0)) if plan else None,
        planned_to_date=sum((n for month, n in plan.items() if month <= today), Decimal(0)) if plan else None,
        recorded=sum(counted.values()) if known else None,
        months={month: ((plan or {}).get(month, Decimal(0)), counted.get(month, 0)) for month in months},
    )


def _recorded(contract: Contract, codes: list[str], today: date) -> dict[str, dict[date, int]]:
    found: dict[str, dict[date, int]] = defaultdict(dict)
    sets = [_counted(OUTPUTS[code], code, contract, today) for code in codes]
    if not sets:
        return found
    rows = sets[0].union(*sets[1:], all=True) if len(sets) > 1 else sets[0]
    for row in rows:
        found[row["code"]][row["month"]] = row["records"]
    return found


def _counted(output: Output, code: str, contract: Contract, today: date) -> QuerySet[Any, Any]:
    rows: QuerySet[Any, Any] = output.model.objects.filter(
        contract=contract, **{f"{output.day}__isnull": False, f"{output.day}__lte": today}, **output.only
    )
    counted: QuerySet[Any, Any] = (
        rows.order_by()
        .annotate(code=Value(code, output_field=CharField()), month=TruncMonth(output.day))
        .values("code", "month")
        .annotate(records=Count("pk", distinct=True))
    )
    return counted
