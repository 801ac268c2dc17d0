"""Pages for what went wrong: plain, and with nothing personal on them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import resolve
from django.utils.cache import patch_cache_control

from partners.platform.frame.faults import RETRY_SECONDS, Fault, what_became_of_it
from partners.platform.records.forms import RecordForm, keep_typed


def server_error(request: HttpRequest, fault: Fault | None = None) -> HttpResponse:
    """Answer without touching the database, whose transaction may be broken: no context processor runs."""
    said = {"request": request, "fault": fault, "outcome": what_became_of_it(request)}
    response = HttpResponse(render_to_string("500.html", said), status=503 if fault else 500)
    if fault:
        response["Retry-After"] = str(RETRY_SECONDS)
    patch_cache_control(response, no_store=True, private=True)
    return response


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token is missing or of another sign-in; ``reason`` is for the log, not for people.

    What was typed is kept where the form is one of ours, opened before signing in again in another window; a page of
    somebody else's puts no words into ours.
    """
    page = getattr(resolve(request.path).func, "view_class", None) if _comes_from_us(request) else None
    is_kept = page is not None and issubclass(page, RecordForm)
    if is_kept:
        keep_typed(request)
    return render(request, "403_csrf.html", {"again": request.path if is_kept else ""}, status=403)


def _comes_from_us(request: HttpRequest) -> bool:
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
