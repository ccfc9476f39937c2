"""What the pages between programmes share: their menu, and fetching what somebody may read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from foundation.core import typed
from foundation.core.context import url_or_empty
from foundation.core.refused import send
from learning_network import visibility
from learning_network.models import Shared
from learning_network.views._shared import APP

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


def form_page(
    request: HttpRequest,
    form: Any,
    act: Callable[[], Any],
    *,
    told: str,
    here: str,
    title: str,
    back: str = "",
    **context: Any,
) -> HttpResponse:
    """A page with one form: what a service refuses stands beside the fields, what was typed stays.

    Args:
        act: calls the service with the cleaned form.
        here: the page of the menu that is marked.
        back: where to go when it is done; empty: to the page of what the service gave back.
    """
    typed.give_back(request, form, APP, _("What you typed before you logged in stands here again."))
    sent = send(request, form, act, told=told)
    if sent.done:
        return redirect(back or sent.made)
    context |= {"menu": network_menu(request, here), "form": form, "title": title, "theirs": sent.theirs}
    return render(request, "learning_network/network/form.html", context, status=422 if form.is_bound else 200)


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
