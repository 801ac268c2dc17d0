from reporting.models.filed import (
    Forecast,
    Return,
    ReturnBuild,
    ReturnChange,
    ReturnLine,
    ReturnMember,
    ReturnStep,
)
from reporting.models.register import Milestone, Objective, Risk
from reporting.models.target import HeadlineTarget, Observation, Target

__all__ = [
    "Forecast",
    "HeadlineTarget",
    "Milestone",
    "Objective",
    "Observation",
    "Return",
    "ReturnBuild",
    "ReturnChange",
    "ReturnLine",
    "ReturnMember",
    "ReturnStep",
    "Risk",
    "Target",
]
