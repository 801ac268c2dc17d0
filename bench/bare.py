"""A bare endpoint that inserts one row: no key, no scope, no consent, no matching, no history. Only for comparison."""

import json
import uuid

from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt


@csrf_exempt
def insert(request: HttpRequest) -> JsonResponse:
    said = json.loads(request.body)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bench_bare (uid, external_id, body) VALUES (%s, %s, %s) RETURNING id",
            [uuid.uuid4(), said["external_id"], json.dumps(said)],
        )
        (key,) = cursor.fetchone()
    return JsonResponse({"id": key, "external_id": said["external_id"]}, status=201)


urlpatterns = [path("bare/", insert)]
