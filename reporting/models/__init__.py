from reporting.models.claim import Claim, ClaimEntry, ClaimLine, ClaimPayment
from reporting.models.filed import (
    Forecast,
    Return,
    ReturnBuild,
    ReturnChange,
    ReturnDefinition,
    ReturnLine,
    ReturnMember,
)
from reporting.models.outcome import ClaimedOutcome, OutcomeShare
from reporting.models.programme import Milestone, Objective, Risk, Tolerance
from reporting.models.questions import ClaimQuery, ClaimSample, SampledLine
from reporting.models.rendered import RenderedPdf
from reporting.models.report import Narrative, ProblemHolder, SpendForecast
from reporting.models.signed import SignedDocument, SignedFile, SignedPiece
from reporting.models.target import HeadlineTarget, Observation, Target

__all__ = [
    "Claim",
    "ClaimEntry",
    "ClaimLine",
    "ClaimPayment",
    "ClaimQuery",
    "ClaimSample",
    "ClaimedOutcome",
    "Forecast",
    "HeadlineTarget",
    "Milestone",
    "Narrative",
    "Objective",
    "Observation",
    "OutcomeShare",
    "ProblemHolder",
    "RenderedPdf",
    "Return",
    "ReturnBuild",
    "ReturnChange",
    "ReturnDefinition",
    "ReturnLine",
    "ReturnMember",
    "Risk",
    "SampledLine",
    "SignedDocument",
    "SignedFile",
    "SignedPiece",
    "SpendForecast",
    "Target",
    "Tolerance",
]
