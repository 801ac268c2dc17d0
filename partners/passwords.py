"""What makes a password too weak, in words that say what to do (style of the pages, "Words")."""

import re
from typing import Any

from django.contrib.auth import password_validation as django
from django.core.exceptions import ValidationError

# What somebody who knows this system and its partnerships would try first.
OF_THIS_PLACE = re.findall(
    r"\w+",
    """
    demonstration demo caseload partnership consortium password passwort passphrase welcome administrator admin
    operator adviser advisor manager employment skills council city leicester riverside birmingham coventry liverpool
    southampton jobcentre changeme secret letmein qwerty login only test hello please the and for my our is
    """,
)
FEWEST_LETTERS_ELSE = 5
FEWEST_DIFFERENT = 5
# Digits and signs that are written for letters: d3m0nstration.
_FOR_LETTERS = str.maketrans("013457@$!", "oieastasi")
# What fingers run along: rows of a keyboard, the alphabet, the digits.
RUNS = ("abcdefghijklmnopqrstuvwxyz", "01234567890123456789", "qwertyuiop", "asdfghjkl", "zxcvbnm")
SHORTEST_RUN = 4


class LongEnough(django.MinimumLengthValidator):
    def get_error_message(self) -> str:
        return f"The password is too short. {self.get_help_text()}"

    def get_help_text(self) -> str:
        return f"Use {self.min_length} characters or more, such as three or four words."


class NotCommon(django.CommonPasswordValidator):
    """Refuses what many people have, also with letters written as digits and with digits or signs around it."""

    def validate(self, password: str, user: Any = None) -> None:
        bare = re.sub(r"^[^a-z]+|[^a-z]+$", "", password.lower())
        for said in (password, bare, bare.translate(_FOR_LETTERS), password.lower().translate(_FOR_LETTERS)):
            if len(said) >= FEWEST_LETTERS_ELSE:
                super().validate(said, user)

    def get_error_message(self) -> str:
        return f"The password is one that many people have. {self.get_help_text()}"

    def get_help_text(self) -> str:
        return "Use one that nobody would try first."


class NotLikeTheAddress(django.UserAttributeSimilarityValidator):
    def __init__(self) -> None:
        super().__init__(user_attributes=("email",))

    def get_error_message(self) -> str:
        return f"The password is too much like your e-mail address. {self.get_help_text()}"

    def get_help_text(self) -> str:
        return "Use one that nobody can tell from your address."


class NotOfThisPlace:
    """Refuses the words of this product and its places, whatever digits and signs stand between them."""

    def validate(self, password: str, user: Any = None) -> None:
        lowered = password.lower()
        is_known = any(map(_is_of_this_place, (lowered, lowered.translate(_FOR_LETTERS))))
        if is_known or len(set(lowered)) < FEWEST_DIFFERENT or len(_without_runs(lowered)) < FEWEST_DIFFERENT:
            raise ValidationError(f"The password is easy to guess here. {self.get_help_text()}", code="of_this_place")

    def get_help_text(self) -> str:
        return "Use words that have nothing to do with this system or its places."


def _is_of_this_place(lowered: str) -> bool:
    letters = re.sub(r"[^a-z]", "", lowered)
    rest = letters
    for word in sorted(OF_THIS_PLACE, key=len, reverse=True):
        rest = rest.replace(word, "")
    return len(rest) < len(letters) and len(rest) < FEWEST_LETTERS_ELSE


def _without_runs(lowered: str) -> str:
    """Return what a password holds besides runs of four characters or more, forwards or backwards."""
    rest = lowered
    for run in (*RUNS, *(run[::-1] for run in RUNS)):
        for length in range(len(run), SHORTEST_RUN - 1, -1):
            for start in range(len(run) - length + 1):
                rest = rest.replace(run[start : start + length], "")
    return rest
