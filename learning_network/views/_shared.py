"""Fetching programmes, the doors of the pages, and their menus."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.accounts.queries import has_two_factor
from foundation.core import typed
from foundation.core.errors import Refused
from learning_network.models import Programme

APP = "learning_network"
View = Callable[..., HttpResponse]


def programme_or_404(request: HttpRequest, slug: str) -> Programme:
    """The programme that this person may know of.

    Raises:
        Http404: there is none, or it is in preparation and not theirs to know.
    """
    found = Programme.objects.select_related("series").filter(slug=slug).first()
    if found is None or not request.user.has_perm("learning_network.see_programme", found):
        raise Http404
    return found


def for_programme(permission: str) -> Callable[[View], View]:
    """For who may do this in the programme with this slug; the view gets the programme.

    Log in first; 404 for who may not know of it, 403 with an explanation for who may not do this. Who leads or
    facilitates needs a second factor, as staff of a municipality does.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def door(request: HttpRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                typed.keep(request, APP)
                return redirect_to_login(request.get_full_path())
            programme = programme_or_404(request, slug)
            if not request.user.has_perm(permission, programme):
                raise PermissionDenied(_("This page is for people of this programme."))
            if permission != "learning_network.take_part" and (refused := second_factor(request)) is not None:
                return refused
            return view(request, programme, *args, **kwargs)

        return door

    return decorate


def for_network(permission: str = "learning_network.read_network") -> Callable[[View], View]:
    """For who may do this in the network; log in first, 403 with an explanation for others."""

    def decorate(view: View) -> View:
        @wraps(view)
        def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                typed.keep(request, APP)
                return redirect_to_login(request.get_full_path())
            if not request.user.has_perm(permission):
                raise PermissionDenied(_("This page is for members of the learning network."))
            if permission != "learning_network.read_network" and (refused := second_factor(request)) is not None:
                return refused
            return view(request, *args, **kwargs)

        return door

    return decorate


def second_factor(request: HttpRequest) -> HttpResponse | None:
    """The way to the page that sets up a second factor, for who runs programmes without one."""
    if settings.TWO_FACTOR_FOR_STAFF and not has_two_factor(request.user):
        return redirect_to_login(request.get_full_path(), reverse("accounts:two_factor_needed"))
    return None


def done(request: HttpRequest, act: Callable[[], Any], *, told: str) -> bool:
    """Do it and say so, or say why not."""
    try:
        act()
    except Refused as error:
        messages.error(request, str(error))
        return False
    if told:
        messages.success(request, told)
    return True


def lead_menu(programme: Programme, here: str) -> list[dict[str, Any]]:
    """The pages of who runs a programme, with the one that is open marked. Slices add their page here."""
    pages = [
        ("overzicht", _("Overview"), "learning_network:lead"),
        ("plan", _("Plan"), "learning_network:plan"),
    ]
    return [
        {"name": name, "label": label, "url": reverse(url, args=[programme.slug]), "here": name == here}
        for name, label, url in pages
    ]
