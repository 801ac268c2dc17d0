"""A text field encrypted at rest, for identifiers that are only matched and shown.

AES-SIV (RFC 5297) is deterministic: the same text gives the same bytes, so an import can tell a changed value from an
unchanged one in SQL. What that reveals, equality, the keyed index beside it reveals as well. The key comes from the
environment, so a copy of the database alone opens nothing.
"""

import hashlib
import hmac
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings
from django.db import models


@lru_cache(maxsize=1)
def _cipher() -> AESSIV:
    return AESSIV(hashlib.sha512(b"caseload field encryption" + settings.FIELD_KEY).digest())


def encrypt(text: str) -> bytes:
    return _cipher().encrypt(text.encode(), None) if text else b""


def decrypt(stored: bytes) -> str:
    return _cipher().decrypt(bytes(stored), None).decode() if stored else ""


def opens(stored: bytes) -> bool:
    """Tell whether the key is the one that something was stored with."""
    try:
        decrypt(stored)
    except InvalidTag:
        return False
    return True


def blind_index(text: str) -> str:
    """Return a keyed hash that finds equal text without holding it; empty for empty text."""
    if not text:
        return ""
    return hmac.new(settings.FIELD_KEY, b"blind index" + text.encode(), hashlib.sha256).hexdigest()[:32]


class EncryptedTextField(models.BinaryField):  # type: ignore[type-arg]
    """Text in Python, AES-SIV bytes in the database. It can be compared for equality and nothing else."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("editable", True)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: bytes | None, expression: Any, connection: Any) -> str | None:
        return None if value is None else decrypt(bytes(value))

    def get_prep_value(self, value: Any) -> Any:
        return encrypt(value) if isinstance(value, str) else value

    def to_python(self, value: Any) -> Any:
        return value

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.value_from_object(obj))


class ExactDecimalField(models.DecimalField):  # type: ignore[type-arg]
    """A decimal kept as it was given, to any precision: ``numeric`` without limits."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.update(max_digits=None, decimal_places=None)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("max_digits", None)
        kwargs.pop("decimal_places", None)
        return name, path, args, kwargs

    def check(self, **kwargs: Any) -> list[Any]:
        return super(models.DecimalField, self).check(**kwargs)

    def db_type(self, connection: Any) -> str:
        return "numeric"
