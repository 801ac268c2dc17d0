"""Is it alive, is it ready? For the balancer and the operator; they say nothing about anybody."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache

from partners.platform.jobs.broker import broker_is_there
from partners.queries.readiness import database_is_ready


@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers and has every table; the broker's absence is told, and is no reason to send people away."""
    database = database_is_ready()
    body = {"status": _word(database), "database": _word(database), "broker": _word(broker_is_there())}
    return JsonResponse(body, status=200 if database else 503)


def _word(is_ready: bool) -> str:  # noqa: FBT001  said of one thing
    return "ready" if is_ready else "not ready"
