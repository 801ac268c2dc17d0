"""The operator of an installation: the one sign-in that no invitation can make, because invitations begin with it."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from partners.errors import CaseloadError
from partners.models import User


def create_operator(*, email: str, password: str) -> User:
    """Make a sign-in that makes consortia and invites their first administrators, and sees no records."""
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as problem:
        raise CaseloadError(f"{email} is no e-mail address.", field="email") from problem
    if User.objects.filter(email=email).exists():
        raise CaseloadError(f"{email} has a sign-in already. Give the operator an address of its own.", field="email")
    try:
        validate_password(password, User(email=email))
    except ValidationError as problem:
        raise CaseloadError(fields={"password": problem.messages}) from problem
    return User.objects.create_user(email, password, is_operator=True)
