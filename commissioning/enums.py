"""The field's words for money and provision (exchange package, FIELDS.md)."""

from django.db.models import TextChoices


class ContributionStatus(TextChoices):
    PROPOSED = "proposed", "Proposed"
    AGREED = "agreed", "Agreed"
    WITHDRAWN = "withdrawn", "Withdrawn"


class ProfileKind(TextChoices):
    SPEND = "spend", "Spend"
    OUTPUT = "output", "Output"


class ServiceKind(TextChoices):
    ENGAGEMENT = "engagement", "Engagement"
    ADVICE_AND_GUIDANCE = "advice_and_guidance", "Advice and guidance"
    SKILLS_TRAINING = "skills_training", "Skills training"
    PRE_EMPLOYMENT = "pre_employment", "Pre-employment"
    PERSONAL_SUPPORT = "personal_support", "Personal support"
    JOB_BROKERAGE = "job_brokerage", "Job brokerage"
    EMPLOYMENT_SUPPORT = "employment_support", "Employment support"
    SUPPORTED_EMPLOYMENT = "supported_employment", "Supported employment"
    OTHER = "other", "Other"


class StreamKind(TextChoices):
    """What sort of money a stream is (Leicester plan, Table 17)."""

    AREA_BASED = "area_based", "Area-based"
    PROGRAMME = "programme", "Programme"
    CONTRACTED_PROGRAMME = "contracted_programme", "Contracted programme"
    DISCRETIONARY = "discretionary", "Discretionary"
    EUROPEAN = "european", "European"
    MAINSTREAM = "mainstream", "Mainstream"
    CAPITAL = "capital", "Capital"
    DEVELOPMENT = "development", "Development"


class InvestmentMark(TextChoices):
    """What stands in a cell of an investment plan: four things that are not one another, and none of them nought."""

    AMOUNT = "amount", "An amount"
    TO_BE_CONFIRMED = "to_be_confirmed", "To be confirmed"
    DASH = "dash", "A dash"
    BLANK = "blank", "Left blank"


class Certainty(TextChoices):
    INDICATIVE = "indicative", "Indicative"
    FIRM = "firm", "Firm"


class PrintedIn(TextChoices):
    INVESTMENT_PLAN = "investment_plan", "Investment plan"
    BUDGET = "budget", "Administrative budget"


class BudgetCategory(TextChoices):
    SALARIES = "salaries", "Salaries"
    PREMISES = "premises", "Premises"
    PROMOTION = "promotion", "Promotion"
    DEVELOPMENT = "development", "Development"
    RUNNING_COSTS = "running_costs", "Running costs"
    ACCOUNTABLE_BODY = "accountable_body", "Accountable body"
    OTHER = "other", "Other"


class BudgetBasis(TextChoices):
    """How a line comes to its amount. A pay award is on salaries; on-costs are on salaries with the award."""

    GIVEN = "given", "As it is given"
    PAY_AWARD = "pay_award", "Percent of salaries, for a pay award"
    ON_COSTS = "on_costs", "Percent of salaries with the pay award, for employer on-costs"


class VisitResult(TextChoices):
    SATISFACTORY = "satisfactory", "Satisfactory"
    ACTIONS_NEEDED = "actions_needed", "Actions needed"
    SERIOUS_CONCERN = "serious_concern", "Serious concern"


class AuditKind(TextChoices):
    INTERNAL = "internal", "Internal"
    EXTERNAL = "external", "External, of spend and viability"


class Degree(TextChoices):
    LOW = "low", "Low"
    MODERATE = "moderate", "Moderate"
    HIGH = "high", "High"


class RiskArea(TextChoices):
    PERFORMANCE = "performance", "Performance"
    COMPLIANCE = "compliance", "Compliance"
    PUBLIC_MONEY = "public_money", "Public money"


class FinancialHealth(TextChoices):
    SOUND = "sound", "Sound"
    WATCH = "watch", "To be watched"
    WEAK = "weak", "Weak"


class SuspicionState(TextChoices):
    OPEN = "open", "Looked into"
    REFERRED = "referred", "Referred"
    CLOSED = "closed", "Closed"


class StandardKind(TextChoices):
    GUIDANCE = "guidance", "Guidance standard"
    INSPECTION = "inspection", "Inspection"
    OTHER = "other", "Other standard"


class AccountKind(TextChoices):
    """The accounts of a stream; allocated and paid are those of a contract. What came from funders is below nought."""

    FUNDER = "funder", "Funders"
    PROMISED = "promised", "Promised, not agreed"
    POT = "pot", "In the pot, not allocated"
    ALLOCATED = "allocated", "Allocated, not paid"
    PAID = "paid", "Paid to providers"
    SENT = "sent", "Sent by funders"
    RECEIVED = "received", "Received from funders"


class PostingKind(TextChoices):
    PROMISE = "promise", "Contribution promised"
    ALIGN = "align", "Contribution agreed"
    COMMIT = "commit", "Contract signed"
    ALLOCATE = "allocate", "More allocated to a contract"
    RELEASE = "release", "Given back to the pot"
    PAY = "pay", "Paid to the provider"
    RECEIVE = "receive", "Received from the funder"


class Origin(TextChoices):
    ACT = "act", "An act here"
    RECORD = "record", "A record that was brought or kept"


class ActState(TextChoices):
    ASKED = "asked", "Waits for approval"
    DONE = "done", "Approved and posted"
    REFUSED = "refused", "Refused"


class ProposalNature(TextChoices):
    """Why a proposal is appraised before money is spent (BCBC plan, 4.2.13)."""

    MAJOR = "major", "Major"
    COMPLEX = "complex", "Complex"
    INNOVATIVE = "innovative", "Innovative"
    SENSITIVE = "sensitive", "Sensitive"


class RiskDegree(TextChoices):
    LOW = "low", "Low"
    MODERATE = "moderate", "Moderate"
    HIGH = "high", "High"


class AppraisalState(TextChoices):
    DRAFT = "draft", "Waits for a decision"
    FAVOURABLE = "favourable", "Favourable"
    CONDITIONAL = "conditional", "Favourable, with conditions"
    UNFAVOURABLE = "unfavourable", "Not favourable"


class TermItem(TextChoices):
    """What a term pays for (contract KPIS.md, "The claim")."""

    JOB_START = "job_start", "Job start"
    SUSTAINED_13W = "sustained_13w", "In work at 13 weeks"
    SUSTAINED_26W = "sustained_26w", "In work at 26 weeks"
    SUSTAINED_52W = "sustained_52w", "In work at 52 weeks"
    SPEND = "spend", "Spend"


class VariationReason(TextChoices):
    """Why a contract is varied (COM-09: after talks, a change of the specification, a visit)."""

    TALKS = "talks", "Talks with the provider"
    SPECIFICATION = "specification", "The specification changes"
    VISIT = "visit", "Found on a monitoring visit"
    UNDERSPEND = "underspend", "Underspend to reprofile"
    OTHER = "other", "Other"


class VariationState(TextChoices):
    ASKED = "asked", "Waits for a decision"
    APPROVED = "approved", "Approved"
    REFUSED = "refused", "Refused"


class ContractStatus(TextChoices):
    DRAFT = "draft", "Draft"
    SIGNED = "signed", "Signed"
    RUNNING = "running", "Running"
    SUSPENDED = "suspended", "Suspended"
    ENDED_EARLY = "ended_early", "Ended early"
    ENDED = "ended", "Ended"


class Clause(TextChoices):
    """What every contract of the partnership should say (COM-08; BCBC 4.2.13; Leicester plan, sections 3.1.2 and 4)."""

    WHAT_IS_BOUGHT = "what_is_bought", "What is bought, with outcomes, evidence and payment terms"
    SHARED_INDICATORS = "shared_indicators", "Shared indicators: the partnership's own definitions of outputs"
    EVIDENCE_KEPT = "evidence_kept", "Evidence of each output kept, and open to inspection"
    ACCOUNT_MANAGER_ROUTE = "account_manager_route", "Employers are approached through their account manager"
    TRACKING_REPORTS = "tracking_reports", "Reports to the tracking team about each client"
    CENTRE_OUTREACH = "centre_outreach", "Outreach in the training and employment centres"
    DATA_SHARING = "data_sharing", "Data are shared by the partnership's agreement"
    VISITS = "visits", "Monitoring visits and audit are allowed"


class ClauseState(TextChoices):
    MET = "met", "Yes"
    NOT_MET = "not_met", "No"
    NOT_NEEDED = "not_needed", "Not needed"


class SpendState(TextChoices):
    RECORDED = "recorded", "Recorded"
    SUBMITTED = "submitted", "Waits for the desk check"
    QUERIED = "queried", "Asked about"
    ACCEPTED = "accepted", "Accepted"
    REFUSED = "refused", "Refused"
    KEPT = "kept", "Kept by the accountable body"
