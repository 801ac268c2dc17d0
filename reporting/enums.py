"""The field's words for targets, observations and the plan of the programme (exchange package, FIELDS.md)."""

from django.db.models import TextChoices


class AreaKind(TextChoices):
    CONSORTIUM = "consortium", "Whole consortium"
    DISTRICT = "district", "District"
    WARD = "ward", "Ward"
    LSOA = "lsoa", "LSOA"


class Degree(TextChoices):
    LOW = "low", "Low"
    MODERATE = "moderate", "Moderate"
    HIGH = "high", "High"


class RiskStatus(TextChoices):
    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"


class Measure(TextChoices):
    """What a stage is held to (Leicester business plan, section 4, programme management)."""

    TIME = "time", "Time: days that a milestone slips"
    COST = "cost", "Cost: per cent that spend is off its profile"
    QUALITY = "quality", "Quality: per cent of a target that is missed"


class ReturnState(TextChoices):
    """Where a return stands. The states after built come with sign-off."""

    DRAFT = "draft", "Not built yet"
    BUILT = "built", "Built"
    IN_SIGN_OFF = "in_sign_off", "Being signed off"
    SENT_BACK = "sent_back", "Sent back"
    SIGNED = "signed", "Signed"


class ChangeKind(TextChoices):
    """Why a record came into a line, left it or moved in it since the build before."""

    ENTERED = "entered", "Came in: recorded since"
    CHANGED_IN = "changed_in", "Came in: it, or what it depends on, was changed"
    CHANGED_OUT = "changed_out", "Left: it, or what it depends on, was changed"
    REMOVED = "removed", "Left: the record was removed"
    MOVED = "moved", "Counts in another window, measure or group"
    MERGED = "merged", "The person's records were merged"
    UNMERGED = "unmerged", "A merge of the person's records was undone"
    WITHDRAWN = "withdrawn", "Its evidence was withdrawn"
    REDEFINED = "redefined", "The definition of the line was changed"
    TRANSFERRED = "transferred", "The person went to another organisation"


class ClaimItem(TextChoices):
    """What a line of a signed claim asks money for (exchange package, FIELDS.md, claim_lines)."""

    JOB_START = "job_start", "Job start"
    SUSTAINED_13W = "sustained_13w", "In work at 13 weeks"
    SUSTAINED_26W = "sustained_26w", "In work at 26 weeks"
    SUSTAINED_52W = "sustained_52w", "In work at 52 weeks"
    SPEND = "spend", "Spend"
    CORRECTION = "correction", "Correction"


class OutcomeItem(TextChoices):
    """The outcomes of a job, which one person has and several organisations may have contributed to."""

    JOB_START = "job_start", "Job start"
    SUSTAINED_13W = "sustained_13w", "In work at 13 weeks"
    SUSTAINED_26W = "sustained_26w", "In work at 26 weeks"
    SUSTAINED_52W = "sustained_52w", "In work at 52 weeks"


class OutcomeState(TextChoices):
    """How far an outcome is, whatever is claimed of it."""

    EXPECTED = "expected", "Expected"
    DUE = "due", "To be checked"
    ACHIEVED = "achieved", "Achieved, not proven,"
    PROVEN = "proven", "Proven"
    MISSED = "missed", "Not achieved"


class ClaimState(TextChoices):
    """How far what a signed claim asks for is."""

    CLAIMED = "claimed", "Claimed"
    PAID = "paid", "Paid"
    PART_PAID = "part_paid", "Part paid"
    REJECTED = "rejected", "Rejected"
    REFUNDED = "refunded", "Refunded"
    TAKEN_BACK = "taken_back", "Taken back"


class SampleMethod(TextChoices):
    """How the lines of a sample are drawn (PEERS 4.13)."""

    RANDOM = "random", "Random: each line as likely as the next"
    MONETARY_UNIT = "monetary_unit", "By monetary unit: each pound as likely as the next"


class Finding(TextChoices):
    PASS = "pass", "Proven"
    FAIL = "fail", "Not proven"
    QUERY = "query", "In question"


class SampleDecision(TextChoices):
    ACCEPTED = "accepted", "To be held against the next claim"
    REFUSED = "refused", "Not to be held against a claim"


CLAIMED_ITEMS = tuple(str(item) for item in ClaimItem if item != ClaimItem.CORRECTION)


class ClaimKind(TextChoices):
    """The kinds of claim that every partnership has; a pack declares others."""

    DWP = "dwp_claim", "Claim to DWP"


NAMES_OF_DWP = ("dwp", "department for work and pensions")


class LeftOut(TextChoices):
    """Why an item is in no claim yet: the nine rules in their order (contract KPIS.md, "The claim")."""

    INELIGIBLE = "ineligible", "The spend is not eligible"
    PAID_BY_OUTPUTS = "paid_by_outputs", "The contract is paid by outputs, not for spend"
    OUTSIDE_CONTRACT = "outside_contract", "Outside the days of the contract"
    NOT_ENROLLED = "not_enrolled", "Not enrolled on the contract on that day"
    NOT_PROVEN = "not_proven", "Not proven by the end of the quarter"
    NO_PRICE = "no_price", "The contract has no price for it"
    PERSON_CLAIMED = "person_claimed", "The person is claimed already under this stream"
    OVER_CAP = "over_cap", "Above the number that the term pays"
    OVER_VALUE = "over_value", "Above the value of the contract"


RULES = tuple(str(rule) for rule in LeftOut)


class TakenBack(TextChoices):
    """Why a line of an earlier claim is taken back (contract KPIS.md, "The claim", first the corrections)."""

    GONE = "gone", "The record is gone, is another contract's, or does not count any more"
    REJECTED = "rejected", "The funder rejected it"
    INELIGIBLE = "ineligible", "The spend is not eligible"
    OUTSIDE_CONTRACT = "outside_contract", "Outside the days of the contract"
    NOT_ENROLLED = "not_enrolled", "Not enrolled on the contract on that day"
    NOT_PROVEN = "not_proven", "Its proof was withdrawn, or is older than a rejection"
    AMOUNT = "amount", "The amount of the spend is another"
    TWICE = "twice", "It was claimed twice"
