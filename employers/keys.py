"""When two names are one employer: *Tesco*, *TESCO LTD.* and *The Tesco Company*; *M & S* and *M and S plc*.

The forms that a company has by law, the article and the word "and" say nothing about who it is. What is left is made a
search key like any other (partners.platform.search_keys), by the database itself, so that no way of writing a row
forgets it.
"""

import re
from typing import Any

from django.db import models

from partners.platform.search_keys import FUNCTION, KEY_LENGTH, as_search_key

_FORMS = (
    r"limited|l\.?t\.?d|p\.?l\.?c|l\.?l\.?p|inc|incorporated|corp|corporation|company|co|c\.?i\.?c|cio|gmbh|llc"
    "|u\\.?k|united kingdom"
)
# Written so that Python and Postgres read them alike: nothing but ASCII, no classes of letters.
_ARTICLE = "^[ .,()'-]*the +"
_AND = " +and +"
_ENDING = rf"([ .,()&/-]+({_FORMS})[ .,()]*)+$"


def business_key_sql(name: str) -> str:
    """Return the SQL that makes the key of a name; ``name`` is itself SQL."""
    plain = name
    for pattern, instead, flags in ((_ARTICLE, "", "i"), (_AND, " ", "gi"), (_ENDING, "", "i")):
        written = pattern.replace("'", "''")
        plain = f"regexp_replace({plain}, '{written}', '{instead}', '{flags}')"
    return f"coalesce(nullif({FUNCTION}({plain}), ''), {FUNCTION}({name}))"


def as_business_key(name: str) -> str:
    """Make of a typed name the key that :func:`business_key` stores."""
    plain = re.sub(_ARTICLE, "", name, count=1, flags=re.IGNORECASE | re.ASCII)
    plain = re.sub(_AND, " ", plain, flags=re.IGNORECASE | re.ASCII)
    plain = re.sub(_ENDING.replace("$", r"\Z"), "", plain, count=1, flags=re.IGNORECASE | re.ASCII)
    return as_search_key(plain) or as_search_key(name)


class BusinessKey(models.Func):
    output_field = models.TextField()
    arity = 1

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **__: Any) -> Any:
        name, params = compiler.compile(self.source_expressions[0])
        return business_key_sql(name), [*params, *params]


def business_key(field: str) -> models.GeneratedField:
    """A stored key that is the same for all spellings of one employer's name."""
    return models.GeneratedField(
        expression=BusinessKey(models.F(field)),
        output_field=models.CharField(max_length=KEY_LENGTH, db_collation="C"),
        db_persist=True,
        editable=False,
    )
