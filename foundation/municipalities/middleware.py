"""Which municipality a request is for: from the path (/dordrecht/...) or from its own host name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from foundation.municipalities.models import Municipality
from foundation.municipalities.rules import is_staff_member
from foundation.municipalities.tenancy import municipality_of_host


class municipality:  # noqa: N801  (named as Django's function middleware are)
    """Sets ``request.municipality`` (or None) and takes the slug off the view's arguments.

    A municipality that is not published yet exists for its own staff only.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.municipality = None  # type: ignore[attr-defined]
        slug = municipality_of_host(request.get_host())
        if slug and not request.path_info.startswith((f"/{slug}/", "/static/", "/account/", "/berichten/", "/media/")):
            request.path_info = f"/{slug}{request.path_info}"
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        slug = kwargs.pop("municipality_slug", None)
        if slug is None:
            return
        found = Municipality.objects.filter(slug=slug).first()
        if found is None or (found.published_at is None and not is_staff_member(request.user, found)):
            raise Http404
        request.municipality = found  # type: ignore[attr-defined]
