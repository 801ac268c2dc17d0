"""Pages for what went wrong: plain, and with nothing personal on them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer without touching the database, whose transaction may be broken: no context processor runs."""
    return HttpResponse(render_to_string("500.html", {"request": request}), status=500)


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token is missing or of another sign-in; ``reason`` is for the log, not for people."""
    return render(request, "403_csrf.html", status=403)
