"""Which municipality a request is for: from the path (/dordrecht/...) or from its own host name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import translation

from foundation.municipalities.enums import FORMAL_DUTCH, AddressForm
from foundation.municipalities.models import Municipality
from foundation.municipalities.rules import is_staff_member, manages_installation
from foundation.municipalities.tenancy import municipality_of_host


class municipality:  # noqa: N801  (named as Django's function middleware are)
    """Sets ``request.municipality`` (or None) and takes the slug off the view's arguments.

    On a municipality's own host name ``/buurten/`` is what ``/dordrecht/buurten/`` is elsewhere; pages of the
    installation (log in, messages) keep their address. A municipality that is not published yet exists only for its own
    staff and for those who manage the installation.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.municipality = None  # type: ignore[attr-defined]
        slug = municipality_of_host(request.get_host())
        if slug and not request.path_info.startswith((f"/{slug}/", "/static/", "/media/")):
            inside = f"/{slug}{request.path_info}"
            if _is_page(inside):
                request.path_info = inside
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        slug = kwargs.pop("municipality_slug", None)
        if slug is None:
            return
        found = Municipality.objects.filter(slug=slug).first()
        if found is None:
            raise Http404
        if found.published_at is None and not (
            is_staff_member(request.user, found) or manages_installation(request.user)
        ):
            raise Http404
        enter(request, found)


def enter(request: HttpRequest, found: Municipality) -> None:
    """This request is for that municipality: its page, its form of address."""
    request.municipality = found  # type: ignore[attr-defined]
    if found.address_form == AddressForm.U and translation.get_language() == "nl":
        # The language middleware around us puts back what was before, after the answer.
        translation.activate(FORMAL_DUTCH)


def _is_page(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return True
