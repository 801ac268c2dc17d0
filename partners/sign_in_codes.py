"""Sign-in codes in our words."""

from allauth.mfa.adapter import DefaultMFAAdapter


class CodesAdapter(DefaultMFAAdapter):
    """What allauth says about a wrong code says here what to do."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "Enter the six digits the app shows now. A code works for half a minute.",
    }
