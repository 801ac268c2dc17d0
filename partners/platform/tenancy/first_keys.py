"""The expression of search keys as the first migrations made them; migrations alone name it.

Today's keys are in :mod:`partners.platform.search_keys`.
"""

from django.db import models


class _Translate(models.Func):
    function = "translate"
    output_field = models.TextField()


class _KeepLettersAndDigits(models.Func):
    function = "regexp_replace"
    template = "%(function)s(%(expressions)s, '[^a-z0-9]+', '', 'g')"
    output_field = models.TextField()


class _Left(models.Func):
    function = "left"
    template = "%(function)s(%(expressions)s, 80)"
    output_field = models.TextField()
