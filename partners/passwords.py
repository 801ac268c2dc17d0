"""What makes a password too weak, in words that say what to do (style of the pages, "Words")."""

from django.contrib.auth import password_validation as django


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
