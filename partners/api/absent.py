"""What answers where nothing is, in the words of every other error."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from partners.api.problems import NOT_FOUND, ProblemRenderer, problem


@csrf_exempt
def absent(request: HttpRequest, **_: str) -> JsonResponse:
    """Answer any address under /api/ that is none."""
    return JsonResponse(
        problem(404, NOT_FOUND),
        status=404,
        content_type=ProblemRenderer.media_type,
        json_dumps_params={"separators": (",", ":")},
    )
