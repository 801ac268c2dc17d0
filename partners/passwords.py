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


class LongEnough(django.MinimumLengthValidator):
    def get_error_message(self) -> str:
        return f"The password is too short. {self.get_help_text()}"

    def get_help_text(self) -> str:
        return f"Use {self.min_length} characters or more, such as three or four words."


class NotCommon(django.CommonPasswordValidator):
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
        letters = re.sub(r"[^a-z]", "", lowered)
        rest = letters
        for word in sorted(OF_THIS_PLACE, key=len, reverse=True):
            rest = rest.replace(word, "")
        is_known = len(rest) < len(letters) and len(rest) < FEWEST_LETTERS_ELSE
        if is_known or len(set(lowered)) < FEWEST_DIFFERENT:
            raise ValidationError(f"The password is easy to guess here. {self.get_help_text()}", code="of_this_place")

    def get_help_text(self) -> str:
        return "Use words that have nothing to do with this system or its places."
