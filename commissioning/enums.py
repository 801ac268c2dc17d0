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
