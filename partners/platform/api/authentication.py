"""The key of a partner system; the tenant middleware has found it already."""

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from partners.models import ApiKey


class ApiKeyAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[None, ApiKey] | None:
        key = getattr(request._request, "api_key", None)
        return (None, key) if key else None

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="Caseload"'
