from reporting.models.filed import (
    Forecast,
    Return,
    ReturnBuild,
    ReturnChange,
    ReturnLine,
    ReturnMember,
)
from reporting.models.programme import Milestone, Objective, Risk
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
    "Risk",
    "Target",
]
