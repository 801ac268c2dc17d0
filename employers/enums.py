"""The field's words for employers (exchange package, FIELDS.md)."""

from django.db.models import TextChoices


class SizeBand(TextChoices):
    MICRO = "micro", "Micro"
    SMALL = "small", "Small"
    MEDIUM = "medium", "Medium"
    LARGE = "large", "Large"


class Ownership(TextChoices):
    PUBLIC = "public", "Public"
    PRIVATE = "private", "Private"
    VOLUNTARY = "voluntary", "Voluntary"


class AgreementKind(TextChoices):
    FAIR_EMPLOYMENT_STANDARD = "fair_employment_standard", "Fair employment standard"
    JIGS = "jigs", "Job interview guarantee"
    AGENCY_STANDARD = "agency_standard", "Agency standard"
    IN_WORK_TRAINING = "in_work_training", "In-work training"
    PLACEMENT_OFFER = "placement_offer", "Placement offer"


class ContactChannel(TextChoices):
    VISIT = "visit", "Visit"
    PHONE = "phone", "Phone"
    EMAIL = "email", "E-mail"
    EVENT = "event", "Event"
    OTHER = "other", "Other"
