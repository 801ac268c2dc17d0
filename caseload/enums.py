"""The field's words for clients and journeys (exchange package, FIELDS.md), and what may follow what."""

from collections.abc import Iterable

from django.db.models import IntegerChoices, TextChoices


class Sex(TextChoices):
    FEMALE = "female", "Female"
    MALE = "male", "Male"
    OTHER = "other", "Other"
    NOT_STATED = "not_stated", "Not stated"


class Ethnicity(TextChoices):
    WHITE_BRITISH = "white_british", "White: British"
    WHITE_IRISH = "white_irish", "White: Irish"
    WHITE_OTHER = "white_other", "White: other"
    MIXED_WHITE_BLACK_CARIBBEAN = "mixed_white_black_caribbean", "Mixed: White and Black Caribbean"
    MIXED_WHITE_BLACK_AFRICAN = "mixed_white_black_african", "Mixed: White and Black African"
    MIXED_WHITE_ASIAN = "mixed_white_asian", "Mixed: White and Asian"
    MIXED_OTHER = "mixed_other", "Mixed: other"
    ASIAN_INDIAN = "asian_indian", "Asian: Indian"
    ASIAN_PAKISTANI = "asian_pakistani", "Asian: Pakistani"
    ASIAN_BANGLADESHI = "asian_bangladeshi", "Asian: Bangladeshi"
    ASIAN_OTHER = "asian_other", "Asian: other"
    BLACK_CARIBBEAN = "black_caribbean", "Black: Caribbean"
    BLACK_AFRICAN = "black_african", "Black: African"
    BLACK_OTHER = "black_other", "Black: other"
    CHINESE = "chinese", "Chinese"
    ARAB = "arab", "Arab"
    OTHER = "other", "Other"
    NOT_STATED = "not_stated", "Not stated"


class Disability(TextChoices):
    YES = "yes", "Yes"
    NO = "no", "No"
    NOT_STATED = "not_stated", "Not stated"


class HighestQualification(TextChoices):
    NONE = "none", "None"
    ENTRY = "entry", "Entry level"
    LEVEL_1 = "1", "Level 1"
    LEVEL_2 = "2", "Level 2"
    LEVEL_3 = "3", "Level 3"
    LEVEL_4 = "4", "Level 4 or above"
    UNKNOWN = "unknown", "Not known"


class CircumstanceKind(TextChoices):
    BENEFIT = "benefit", "Benefit"
    STATUS = "status", "Status"


class CircumstanceCode(TextChoices):
    JSA = "jsa", "Jobseeker's Allowance"
    IB = "ib", "Incapacity Benefit"
    IS_LONE_PARENT = "is_lone_parent", "Income Support as a lone parent"
    ESA = "esa", "Employment and Support Allowance"
    UC = "uc", "Universal Credit"
    OTHER_BENEFIT = "other_benefit", "Another benefit"
    OFFENDER = "offender", "Offender"
    NEW_ARRIVAL = "new_arrival", "New arrival"
    REFUGEE = "refugee", "Refugee"
    ECONOMIC_MIGRANT = "economic_migrant", "Economic migrant"
    NEET = "neet", "Not in education, work or training (NEET)"
    LONE_PARENT = "lone_parent", "Lone parent"
    DRUG_ALCOHOL = "drug_alcohol", "Drug or alcohol misuse"
    HOMELESS = "homeless", "Homeless"
    CARER = "carer", "Carer"
    LOW_INCOME = "low_income", "Low income"


BENEFITS = (
    CircumstanceCode.JSA,
    CircumstanceCode.IB,
    CircumstanceCode.IS_LONE_PARENT,
    CircumstanceCode.ESA,
    CircumstanceCode.UC,
    CircumstanceCode.OTHER_BENEFIT,
)


class SharePart(TextChoices):
    """What of a record a share opens besides the journey (DESIGN.md "Tenancy and access": separate scopes)."""

    HEALTH = "health", "Health"
    OFFENDING = "offending", "Offending"
    ETHNICITY = "ethnicity", "Ethnicity"


def in_words(parts: Iterable[str]) -> str:
    """Return parts as a sentence names them, in their own order: ``health and ethnicity``."""
    chosen = set(parts)
    *first, last = [str(part.label).lower() for part in SharePart if part in chosen] or [""]
    return f"{', '.join(first)} and {last}" if first else last


def covered(parts: Iterable[str]) -> str:
    """Say what a consent to share opens."""
    named = in_words(parts)
    return f"covers the journey, with {named}" if named else "covers the journey alone"


# Which circumstances and which fields of a client tell something of a part.
PART_OF_CODE: dict[str, SharePart] = {
    CircumstanceCode.IB: SharePart.HEALTH,
    CircumstanceCode.ESA: SharePart.HEALTH,
    CircumstanceCode.DRUG_ALCOHOL: SharePart.HEALTH,
    CircumstanceCode.OFFENDER: SharePart.OFFENDING,
}
PART_OF_FIELD: dict[str, SharePart] = {"disability": SharePart.HEALTH, "ethnicity": SharePart.ETHNICITY}
SPECIAL_CATEGORY = tuple(PART_OF_CODE)


class ShareBasis(TextChoices):
    """Why another organisation may open a record."""

    REFERRAL = "referral", "A referral under the client's consent"
    MERGE = "merge", "Records merged"


class ConsentPurpose(TextChoices):
    TRACKING = "tracking", "Following the journey"
    SHARING = "sharing", "Sharing with partners"
    EVALUATION = "evaluation", "Evaluation"


class ConsentMethod(TextChoices):
    PAPER = "paper", "On paper"
    ELECTRONIC = "electronic", "Electronically"
    VERBAL = "verbal", "Spoken"


class ReferralStatus(TextChoices):
    SENT = "sent", "Sent"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"
    EXPIRED = "expired", "Expired"
    STARTED = "started", "Started"
    COMPLETED = "completed", "Completed"
    RETURNED = "returned", "Returned"


# While a referral is in one of these, the receiver works with the client under the consent it came with.
OPEN_REFERRAL = (ReferralStatus.SENT, ReferralStatus.ACCEPTED, ReferralStatus.STARTED)


class MatchReason(TextChoices):
    """Why two records may be one person, shown to whoever decides."""

    SAME_NINO = "same_nino", "Same National Insurance number"
    SAME_BIRTH_DATE = "same_birth_date", "Same date of birth"
    SIMILAR_NAME = "similar_name", "Same or similar name"
    SAME_POSTCODE = "same_postcode", "Same postcode"
    OTHER_NINO = "other_nino", "Different National Insurance numbers"
    OTHER_SEX = "other_sex", "Different sex recorded"
    OTHER_BIRTH_DATE = "other_birth_date", "Different dates of birth"
    UNLIKE_NAME = "unlike_name", "Names that are not alike"
    EXAMPLE_NINO = "example_nino", "The same example number (QQ …) in place of a National Insurance number"


class Stage(TextChoices):
    ENGAGED = "engaged", "Engaged"
    ASSESSED = "assessed", "Assessed"
    PLAN_AGREED = "plan_agreed", "Plan agreed"
    TRAINING_STARTED = "training_started", "Training started"
    TRAINING_COMPLETED = "training_completed", "Training completed"
    SUPPORT_STARTED = "support_started", "Support started"
    SUPPORT_COMPLETED = "support_completed", "Support completed"
    JOB_READY = "job_ready", "Ready for work"
    MATCHED = "matched", "Matched to a vacancy"
    EXITED = "exited", "Left the programme"


class ActivityKind(TextChoices):
    ENGAGEMENT = "engagement", "Engagement"
    SURVEY = "survey", "Survey"
    CONSULTATION = "consultation", "Consultation"
    CENTRE_VISIT = "centre_visit", "Visit to a centre"
    CONTACT = "contact", "Contact"
    APPOINTMENT = "appointment", "Appointment"


# Kinds of activity in which somebody was in touch with the client.
CONTACTS = (
    ActivityKind.CONTACT.value,
    ActivityKind.APPOINTMENT.value,
    ActivityKind.CENTRE_VISIT.value,
    ActivityKind.ENGAGEMENT.value,
)


class ContactChannel(TextChoices):
    """How somebody was in touch with a client, or tried to be."""

    CALL = "call", "Phone call"
    TEXT = "text", "Text message"
    EMAIL = "email", "E-mail"
    VIDEO = "video", "Video call"
    LETTER = "letter", "Letter"
    IN_PERSON = "in_person", "In person"
    VISIT = "visit", "Visit to the client"


class ContactResult(TextChoices):
    """What came of it. Only a contact that reached the client stops the clock (``REACHES``).

    ``planned`` is an appointment of which nobody has said yet what came of it, also when its day is over.
    """

    REACHED = "reached", "Reached"
    NO_ANSWER = "no_answer", "No answer"
    LEFT_MESSAGE = "left_message", "Left a message"
    SENT = "sent", "Sent, no reply yet"
    DID_NOT_ATTEND = "did_not_attend", "Did not attend"
    CANCELLED = "cancelled", "Cancelled"
    WRONG_NUMBER = "wrong_number", "Wrong number or address"
    PLANNED = "planned", "Arranged"


# A record without a result, as a package or an earlier version of this system left it, counts as one that reached.
# The rule in SQL is ``caseload_summarise`` (caseload.migrations), and nowhere else.
REACHES = ("", ContactResult.REACHED.value)
# A visit or an engagement that did not take place is none, and no figure counts it; these can fail.
CAN_FAIL = (ActivityKind.CONTACT.value, ActivityKind.APPOINTMENT.value)


class LeadProposalState(TextChoices):
    PROPOSED = "proposed", "Proposed"
    AGREED = "agreed", "Agreed, for a day to come"
    DONE = "done", "Handed over"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"
    EXPIRED = "expired", "Expired"


class TimelineGroup(TextChoices):
    """Entries of a group are shown under one filter of the timeline, in this order."""

    CONTACTS = "contacts", "Contacts"
    JOURNEY = "journey", "Journey"
    LEARNING = "learning", "Learning and placements"
    WORK = "work", "Work"
    REFERRALS = "referrals", "Referrals and consent"
    FACTS = "facts", "Addresses and benefits"


class Dimension(TextChoices):
    SKILLS = "skills", "Skills"
    MOTIVATION = "motivation", "Motivation"
    HEALTH = "health", "Health"
    CHILDCARE = "childcare", "Childcare"
    TRANSPORT = "transport", "Transport"
    DEBT = "debt", "Debt"
    HOUSING = "housing", "Housing"
    LANGUAGE = "language", "Language"
    CONFIDENCE = "confidence", "Confidence"
    JOB_SEARCH = "job_search", "Looking for work"


class ActionOwner(TextChoices):
    CLIENT = "client", "Client"
    ADVISER = "adviser", "Adviser"
    PARTNER = "partner", "Partner"


class QualificationType(TextChoices):
    NVQ = "nvq", "NVQ"
    SKILLS_FOR_LIFE = "skills_for_life", "Skills for Life"
    ESOL = "esol", "ESOL"
    VOCATIONAL = "vocational", "Vocational"
    OTHER = "other", "Other"


class QualificationLevel(TextChoices):
    ENTRY_1 = "entry1", "Entry 1"
    ENTRY_2 = "entry2", "Entry 2"
    ENTRY_3 = "entry3", "Entry 3"
    LEVEL_1 = "1", "Level 1"
    LEVEL_2 = "2", "Level 2"
    LEVEL_3 = "3", "Level 3"
    LEVEL_4 = "4", "Level 4 or above"


class PlacementKind(TextChoices):
    WORK_PLACEMENT = "work_placement", "Work placement"
    WORK_TRIAL = "work_trial", "Work trial"
    APPRENTICESHIP = "apprenticeship", "Apprenticeship"
    FUNDED_JOB = "funded_job", "Funded job"


class PlacementResult(TextChoices):
    COMPLETED = "completed", "Completed"
    LEFT_EARLY = "left_early", "Left early"
    JOB_OFFER = "job_offer", "Job offer"


class Evidence(TextChoices):
    NONE = "none", "None"
    SELF_REPORTED = "self_reported", "Told by the client"
    EMPLOYER_LETTER = "employer_letter", "Letter from the employer"
    PAYSLIP = "payslip", "Payslip"
    TAX_RECORD = "tax_record", "Tax record"


class CheckWeek(IntegerChoices):
    """Weeks after the job start at which we ask whether the person is still in work."""

    WEEK_13 = 13, "13 weeks"
    WEEK_26 = 26, "26 weeks"
    WEEK_52 = 52, "52 weeks"


class TrainingResult(TextChoices):
    QUALIFICATION = "qualification", "Qualification"
    PROGRESSION = "progression", "Progression"
    PAY_RISE = "pay_rise", "Pay rise"
    NONE = "none", "None"
    LEFT = "left", "Left"


class SupportedPerson(TextChoices):
    EMPLOYEE = "employee", "Employee"
    MANAGER = "manager", "Manager"
