"""The field's words for targets, observations and registers (exchange package, FIELDS.md)."""

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
