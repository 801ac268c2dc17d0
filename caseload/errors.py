"""Refusals of this app, each with a sentence for people."""

from partners.errors import CaseloadError, NotAllowed


class ConsentMissing(CaseloadError):
    """Law 4, no reason, no sight: without consent to share nothing of a person reaches another organisation."""

    code = "consent_missing"
    message = (
        "Record the client's consent to share with the receiving organisation first: given, not expired, not withdrawn."
    )


class OnlyReceiverAnswers(CaseloadError):
    code = "not_allowed"
    message = "Only the organisation that received the referral can do this."


class OnlySenderWithdraws(CaseloadError):
    code = "not_allowed"
    message = "Only the organisation that sent the referral can withdraw it."


class AlreadyMade(CaseloadError):
    """A sender's key or reference came again with other content."""

    code = "different_content"
    message = "This key or reference was used before with different content."


class SamePersonAlready(CaseloadError):
    code = "merged_already"
    message = "These two records are one person already."


class ReferenceTaken(CaseloadError):
    code = "reference_taken"
    message = "You gave this reference to another person before: the National Insurance number or birth date differs."


class NotYetAccepted(NotAllowed):
    """A receiver reads what a referral opens, and writes nothing before it has accepted."""

    code = "not_accepted"
    message = "Accept the referral first: before that, nothing is recorded here by your organisation."


class WorkEnded(NotAllowed):
    code = "work_ended"
    message = "Your organisation does not work with this client now, so nothing more can be recorded here."


class RecordedByAnother(NotAllowed):
    """An entry is corrected by the organisation that recorded it."""

    code = "recorded_by_another"
    message = "Another organisation recorded this. Tell them that it looks wrong: they correct it or answer."
