"""Is it alive, is it ready? For the balancer and the operator; they say nothing about anybody."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache

from partners.queries.broker import broker_is_there


@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers and has every table; the broker's absence is told, and is no reason to send people away."""
    database = _database_state()
    broker = "ok" if broker_is_there() else "away"
    is_ready = database == "ok"
    body = {"status": "ok" if is_ready else "not ready", "database": database, "broker": broker}
    return JsonResponse(body, status=200 if is_ready else 503)


def _database_state() -> str:
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return "away"
    return "migrations wait" if waiting else "ok"
