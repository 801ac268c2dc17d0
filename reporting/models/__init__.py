from reporting.models.register import Milestone, Objective, Risk
from reporting.models.target import HeadlineTarget, Observation, Target

__all__ = ["HeadlineTarget", "Milestone", "Objective", "Observation", "Risk", "Target"]
