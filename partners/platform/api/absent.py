"""What answers without a key: the description, and where nothing is; in the words of every other error."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View

from partners.platform.api.problems import NOT_FOUND, WRONG_METHOD, ProblemRenderer, problem


def problem_answer(status: int, detail: str, **members: Any) -> JsonResponse:
    return JsonResponse(
        problem(status, detail, **members),
        status=status,
        content_type=ProblemRenderer.media_type,
        json_dumps_params={"separators": (",", ":")},
    )


@csrf_exempt
def absent(request: HttpRequest, **_: str) -> JsonResponse:
    """Answer any address under /api/ that is none."""
    return problem_answer(404, NOT_FOUND)


@method_decorator(csrf_exempt, name="dispatch")
class OpenToAll(View):
    """An address of the API that needs no key and can only be read."""

    http_method_names = ["get", "head", "options"]
    allow = "GET, HEAD, OPTIONS"

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = problem_answer(405, WRONG_METHOD)
        answer["Allow"] = self.allow
        return answer

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponse(status=204, headers={"Allow": self.allow})
