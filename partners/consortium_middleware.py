"""A request's consortium: from the session of a person or the key of a partner system."""

from collections.abc import Callable
from contextlib import ExitStack

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token

from partners.models import ApiKey, StaffMember
from partners.platform.tenancy.scope import in_consortium, own_memberships
from partners.queries.keys import consortium_of_key, find_key

SESSION_KEY = "consortium"
LEFT = "You no longer work in the consortium this form was opened in. Nothing was saved."


class TenantMiddleware:
    """Open the consortium's scope around view and template, and set ``request.staff`` or ``request.api_key``.

    The scope's transaction covers lazily rendered templates as well. An error in a view reaches here as a response,
    so a 500 rolls the whole request back.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.staff = None  # type: ignore[attr-defined]
        request.api_key = None  # type: ignore[attr-defined]
        request.consortium = None  # type: ignore[attr-defined]
        request.memberships = []  # type: ignore[attr-defined]
        with ExitStack() as scope:
            request.scope = scope  # type: ignore[attr-defined]
            if request.path.startswith("/api/"):
                enter_by_key(request, scope)
            elif request.user.is_authenticated:
                enter_by_session(request, scope)
            # Outside a scope each statement is stored at once; inside, all at its end.
            in_scope = transaction.get_connection().in_atomic_block
            request.may_have_stored = not in_scope  # type: ignore[attr-defined]
            response = self.get_response(request)
            if response.status_code >= 500 and transaction.get_connection().in_atomic_block:
                transaction.set_rollback(True)
            else:
                request.may_have_stored = True  # type: ignore[attr-defined]
        return response


def leave_scope(request: HttpRequest) -> None:
    """End the scope's transaction before the view has ended: for work that enters a scope for each of its parts."""
    request.may_have_stored = True  # type: ignore[attr-defined]
    request.scope.close()  # type: ignore[attr-defined]


def enter_by_key(request: HttpRequest, scope: ExitStack) -> None:
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    consortium_id = consortium_of_key(secret) if kind.lower() == "bearer" else None
    if consortium_id is None:
        return
    scope.enter_context(in_consortium(consortium_id))
    key: ApiKey | None = find_key(secret)
    if key is not None:
        request.api_key = key  # type: ignore[attr-defined]
        request.consortium = key.consortium  # type: ignore[attr-defined]


def enter_by_session(request: HttpRequest, scope: ExitStack) -> None:
    """Enter the consortium chosen last, or the first; a person who left everywhere enters none."""
    memberships = memberships_of(request.user.pk)  # type: ignore[arg-type]
    if not memberships:
        return
    wanted = request.session.get(SESSION_KEY)
    chosen = next((m for m in memberships if m.consortium_id == wanted), memberships[0])
    if wanted is not None and wanted != chosen.consortium_id:
        leave_for(request, chosen)
    scope.enter_context(in_consortium(chosen.consortium.pk))
    request.memberships = memberships  # type: ignore[attr-defined]
    request.staff = chosen  # type: ignore[attr-defined]
    request.consortium = chosen.consortium  # type: ignore[attr-defined]


def leave_for(request: HttpRequest, chosen: StaffMember) -> None:
    """Go on in another consortium, because one has left the one one was in: no form of it arrives in this one.

    Nothing is taken until a page of the other has been opened; from then on the forms' tokens are of that one.
    """
    if request.method not in {"GET", "HEAD", "OPTIONS"}:
        raise PermissionDenied(LEFT)
    request.session[SESSION_KEY] = chosen.consortium_id
    rotate_token(request)


def memberships_of(user_id: int) -> list[StaffMember]:
    """Return a person's memberships that have not ended, in every consortium, by consortium name."""
    with own_memberships(user_id):
        return list(
            StaffMember._base_manager.filter(user_id=user_id, left_at__isnull=True)
            .select_related("consortium")
            .order_by("consortium__name")
        )
