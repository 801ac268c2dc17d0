"""Sign-in codes in our words, their secrets encrypted at rest."""

import base64

from allauth.mfa.adapter import DefaultMFAAdapter

from partners.platform.fields import decrypt, encrypt

SEALED = "sealed:"


class CodesAdapter(DefaultMFAAdapter):
    """What allauth says about a wrong code says here what to do."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "Enter the six digits the app shows now. A code works for half a minute.",
    }

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)


def seal(text: str) -> str:
    """Encrypt a secret with the installation's key; what is sealed already stays as it is."""
    return text if text.startswith(SEALED) else SEALED + base64.b64encode(encrypt(text)).decode()


def unseal(stored: str) -> str:
    """Read a secret; one of an earlier version stands in clear until its migration has run."""
    return decrypt(base64.b64decode(stored.removeprefix(SEALED))) if stored.startswith(SEALED) else stored
