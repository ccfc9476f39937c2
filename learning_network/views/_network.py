"""What the pages between programmes share: their menu, and fetching what somebody may read."""

from __future__ import annotations

from typing import Any, TypeVar

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from foundation.core.context import url_or_empty
from learning_network import visibility
from learning_network.models import Shared

Item = TypeVar("Item", bound=Shared)
ON_A_PAGE = 20


def network_menu(request: HttpRequest, here: str) -> list[dict[str, Any]]:
    """The pages of the network that this person may open, with the one that is open marked. Slices add their page here."""
    pages = [
        ("start", _("Learning network"), "learning_network:home"),
        ("zoeken", _("Search"), "learning_network:search"),
        ("praktijken", _("Practices"), "learning_network:practices"),
        ("advies", _("Advice"), "learning_network:advice"),
        ("ehbo", _("First aid"), "learning_network:toolbox"),
    ]
    if visibility.in_network(request.user):
        pages += [
            ("leden", _("Members"), "learning_network:members"),
            ("agenda", _("Agenda"), "learning_network:agenda"),
        ]
    found = [
        {"name": name, "label": label, "url": url_or_empty(url), "here": name == here} for name, label, url in pages
    ]
    return [one for one in found if one["url"]]


def readable_or_404(request: HttpRequest, model: type[Item], number: int) -> Item:
    """Something shared that this person may read.

    Raises:
        Http404
    """
    rows: Any = model._default_manager
    found = (
        rows.visible_to(request.user).select_related("programme", "municipality", "author").filter(pk=number).first()
    )
    if found is None:
        raise Http404
    return found  # type: ignore[no-any-return]


def words(request: HttpRequest, name: str = "zoek", limit: int = 120) -> str:
    """What was typed in a field of a filter."""
    return request.GET.get(name, "").replace("\x00", "").strip()[:limit]
