"""What a partner's key may do."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from partners.models import ApiKey
from partners.platform.api.problems import Problem


class HasScope(BasePermission):
    """Let a call through when its key carries the scope that the view names for the method.

    A method the view does not know needs none: it is answered as such. A view without ``scopes`` lets nobody in.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        if not isinstance(request.auth, ApiKey):
            return False
        scopes: dict[str, Any] = getattr(view, "scopes", {})
        method = "GET" if request.method == "HEAD" else request.method
        if method not in scopes:
            return not hasattr(view, (method or "").lower()) or method == "OPTIONS"
        if scopes[method] not in request.auth.scopes:
            raise Problem(403, f"This key lacks the scope {scopes[method].value}.", scope=scopes[method].value)
        return True
