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
