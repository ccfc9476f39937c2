"""The switch to follow a municipality or a neighbourhood."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.middleware.csrf import get_token

from foundation.municipalities.models import Area, Municipality
from foundation.municipalities.queries_follows import follows

register = template.Library()


@register.inclusion_tag("municipalities/newsletters/_switch.html", takes_context=True)
def follow_switch(context: template.Context, municipality: Municipality, area: Area | None = None) -> dict[str, Any]:
    """A switch for who is logged in; for a reader a link to the page that asks for an address, without a cookie."""
    request = context["request"]
    personal = settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated
    return {
        "slug": municipality.slug,
        "area": area,
        "name": (area or municipality).name,
        "personal": personal,
        "on": personal and follows(request.user, municipality, area),
        "csrf": get_token(request) if personal else "",
    }
