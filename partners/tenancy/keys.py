"""Normalised search keys kept by the database itself, so that no way of writing a row can forget them.

Row-level security keeps operators such as LIKE off the indexes (STACK.md section 3, trap 7); equality and ranges on a
stored plain key use them.
"""

import unicodedata

from django.db import models
from django.db.models.functions import Lower

_ACCENTED = "ÀÁÂÃÄÅàáâãäåÇçÈÉÊËèéêëÌÍÎÏìíîïÑñÒÓÔÕÖØòóôõöøÙÚÛÜùúûüÝýÿŠšŽžŁłĆćĘęĄąŃńŚśŹźŻż"
_PLAIN = "AAAAAAaaaaaaCcEEEEeeeeIIIIiiiiNnOOOOOOooooooUUUUuuuuYyySsZzLlCcEeAaNnSsZzZz"
KEY_LENGTH = 80


class _Translate(models.Func):
    function = "translate"
    output_field = models.TextField()


class _KeepLettersAndDigits(models.Func):
    function = "regexp_replace"
    template = "%(function)s(%(expressions)s, '[^a-z0-9]+', '', 'g')"
    output_field = models.TextField()


class _Left(models.Func):
    function = "left"
    template = f"%(function)s(%(expressions)s, {KEY_LENGTH})"
    output_field = models.TextField()


def search_key(field: str) -> models.GeneratedField:
    """A stored lower-case key of letters and digits without accents: ``O'Neil`` and ``ONEIL`` are the same."""
    plain = _Translate(models.F(field), models.Value(_ACCENTED), models.Value(_PLAIN))
    return models.GeneratedField(
        expression=_Left(_KeepLettersAndDigits(Lower(plain))),
        output_field=models.CharField(max_length=KEY_LENGTH, db_collation="C"),
        db_persist=True,
        editable=False,
    )


def as_search_key(text: str) -> str:
    """Make of typed text the key that :func:`search_key` stores."""
    table = str.maketrans(_ACCENTED, _PLAIN)
    lowered = unicodedata.normalize("NFC", text).translate(table).lower()
    return "".join(c for c in lowered if c.isascii() and c.isalnum())[:KEY_LENGTH]
