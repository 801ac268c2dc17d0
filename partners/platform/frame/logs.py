"""What must not stand in a log: the keys in the paths of invitations and new passwords."""

import logging
import re

from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.http.multipartparser import MultiPartParserError

REFUSALS = (PermissionDenied, BadRequest, SuspiciousOperation, MultiPartParserError)
_KEY_IN_PATH = re.compile(r"(/invitation/|/account/password/reset/key/)[^/\s\"']+")


def without_keys(text: str) -> str:
    return _KEY_IN_PATH.sub(r"\1…", text)


class WithoutKeys(logging.Filter):
    """Blank the keys of paths in every line, whoever writes it: Django logs the path of each answer it refuses."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        scrubbed = without_keys(said)
        if scrubbed != said:
            record.msg, record.args = scrubbed, ()
        return True


class RefusalsInALine(logging.Filter):
    """Write what was refused as one line: what somebody may not open or sent is no mistake of ours."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and isinstance(record.exc_info[1], REFUSALS):
            record.exc_info = record.exc_text = None
        return True
