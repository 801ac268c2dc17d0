"""The steps of a referral (API.md "Referrals"): each one record, read by page, API and the news that people get."""

from dataclasses import dataclass
from enum import Enum

from caseload.enums import ReferralStatus


class Side(Enum):
    """Who takes a step."""

    RECEIVER = "receiver"
    SENDER = "sender"
    NOBODY = "nobody"  # it comes by itself


@dataclass(frozen=True)
class Step:
    """A step with the state it leads to, those it may follow, and every word that is said of it.

    ``name`` is its word in the addresses of page and API. ``offer`` opens it on the referral's card, ``title`` heads
    its page, ``submit`` takes it there; ``done`` is said to whoever took it, ``news`` to the others.
    """

    name: str
    to: ReferralStatus
    after: tuple[ReferralStatus, ...]
    by: Side = Side.RECEIVER
    needs_reason: bool = False
    tone: str = "quiet"
    offer: str = ""
    title: str = ""
    submit: str = ""
    done: str = ""
    news: str = ""


ACCEPT = Step(
    "accept",
    ReferralStatus.ACCEPTED,
    (ReferralStatus.SENT,),
    tone="new",
    offer="Accept referral",
    title="Accept the referral",
    submit="Accept the referral",
    done="The referral is accepted. {client} is in your caseload.",
    news="{receiver} accepted the referral of {client}.",
)
DECLINE = Step(
    "decline",
    ReferralStatus.DECLINED,
    (ReferralStatus.SENT,),
    needs_reason=True,
    tone="bad",
    offer="Decline",
    title="Decline the referral",
    submit="Decline, with this reason",
    done="The referral is declined; the sender sees your reason.",
    news="{receiver} declined the referral of {client}.",
)
WITHDRAW = Step(
    "withdraw",
    ReferralStatus.WITHDRAWN,
    (ReferralStatus.SENT,),
    by=Side.SENDER,
    offer="Withdraw referral",
    title="Withdraw the referral",
    submit="Withdraw the referral",
    done="The referral is withdrawn.",
    news="{sender} withdrew the referral of {client} to {receiver}.",
)
EXPIRE = Step(
    "expire",
    ReferralStatus.EXPIRED,
    (ReferralStatus.SENT,),
    by=Side.NOBODY,
    tone="late",
    news="The referral of {client} to {receiver} was not answered in time and has expired.",
)
START = Step(
    "start",
    ReferralStatus.STARTED,
    (ReferralStatus.ACCEPTED,),
    tone="running",
    offer="Work has started",
    title="Work has started",
    submit="Work has started",
    done="Work has started; the sender sees it.",
    news="{receiver} has started to work with {client}.",
)
COMPLETE = Step(
    "complete",
    ReferralStatus.COMPLETED,
    (ReferralStatus.STARTED,),
    tone="done",
    offer="Work is completed",
    title="Work is completed",
    submit="Work is completed",
    done="The work is completed; the sender sees it.",
    news="{receiver} completed the work with {client}.",
)
RETURN = Step(
    "return",
    ReferralStatus.RETURNED,
    (ReferralStatus.ACCEPTED, ReferralStatus.STARTED),
    needs_reason=True,
    tone="warning",
    offer="Hand back",
    title="Hand the client back",
    submit="Hand back, with this reason",
    done="The client is handed back; the sender sees your reason.",
    news="{receiver} handed {client} back.",
)
ALL = (ACCEPT, DECLINE, WITHDRAW, EXPIRE, START, COMPLETE, RETURN)
STEPS = {step.name: step for step in ALL if step.by != Side.NOBODY}
# Of every state but the first, the step that led there.
STEP_TO: dict[str, Step] = {step.to: step for step in ALL}


def steps_after(status: str) -> tuple[Step, ...]:
    """Return the steps that may follow a state, whoever takes them."""
    return tuple(step for step in ALL if status in step.after)
