"""Pages for what went wrong: what happened, and what the visitor can do now."""

from __future__ import annotations

from django.contrib.sessions.exceptions import SessionInterrupted
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template import loader
from django.utils.http import escape_leading_slashes


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400. When the session ended while the answer was made (log-out elsewhere, Redis began empty): the page anew, which
    asks to log in or says what was done already."""
    if isinstance(exception, SessionInterrupted):
        return HttpResponseRedirect(escape_leading_slashes(request.get_full_path()))
    return render(request, "404.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: one may look here, but not do this. The text of PermissionDenied says why."""
    return render(request, "403.html", {"explanation": str(exception or "")}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: without context processors, as the database may be the very thing that is down."""
    return HttpResponse(loader.render_to_string("500.html"), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", status=403)
