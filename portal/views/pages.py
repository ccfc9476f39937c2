"""Pages that say what holds for the whole portal, under the installation or under a municipality."""

from __future__ import annotations

from datetime import timedelta
from email.utils import parseaddr

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from foundation.core import clock
from foundation.core.context import url_or_empty

SECURITY_TXT_DAYS = 180  # RFC 9116 asks for less than a year


def contact_address(request: HttpRequest) -> str:
    """The municipality's own address, else the one of the installation."""
    municipality = getattr(request, "municipality", None)
    own = municipality.contact_email if municipality is not None else ""
    return str(own or parseaddr(settings.DEFAULT_FROM_EMAIL)[1])


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/accessibility.html", {"address": contact_address(request)})


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/privacy.html", {"address": contact_address(request)})


@require_safe
def contact(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/contact.html", {"address": contact_address(request)})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Search engines may read what is public; the demo and the back office are not for them."""
    lines = ["User-agent: *"]
    lines += ["Disallow: /"] if settings.DEMO else ["Disallow: /account/", "Disallow: /mijn/", "Disallow: /*/beheer/"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """RFC 9116: whom to tell about a weakness."""
    expires = (clock.now() + timedelta(days=SECURITY_TXT_DAYS)).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: nl, en",
        f"Canonical: {settings.SITE_URL}{url_or_empty('home:security')}",
    ]
    response = HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
    response.headers["Last-Modified"] = http_date((expires - timedelta(days=SECURITY_TXT_DAYS)).timestamp())
    return response
